"""An installation that was in use keeps its rows, links what they point to, and its people see the new screens."""

import json
import os
import subprocess
import sys
from pathlib import Path

from flow.access import permissions

TOP = Path(__file__).resolve().parents[2]
OLD = """
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from flow.db import engine
command.upgrade(Config("alembic.ini"), "0001")
with engine().begin() as db:
    run = lambda text, **values: db.execute(sa.text(text), values)
    when = "2026-11-01 12:00:00"
    run("INSERT INTO company (id, search, legal_name, cnpj, contact, cnl, ddd, ddi, time_zone, next_extension, node_id,"
        " revision, version, created_at) VALUES (1, 'a', 'A', '11222333000181', 'Z', '', '51', '55',"
        " 'America/Sao_Paulo', '1000', 1, 1, 1, :w)", w=when)
    chief = ["extension.view", "extension.delete", "live.listen"]
    for id, name, held in ((1, "Chefia", chief), (2, "Agente", ["call.view"])):
        run("INSERT INTO profile (id, search, company_id, name, description, menus, permissions, version, created_at)"
            " VALUES (:id, '', 1, :name, '', :menus, :held, 1, :w)",
            id=id, name=name, menus='["extension"]', held=__import__("json").dumps(held), w=when)
    run("INSERT INTO schedule (id, search, company_id, name, periods, version, created_at)"
        " VALUES (1, '', 1, 'Comercial', '[]', 1, :w)", w=when)
    columns = "callcenter chat chat_auto_connect email_service internal_chat auditor is_super".split()
    run("INSERT INTO user (id, search, company_id, name, login, login_key, password_hash, email, profile_id, function,"
        f" schedule_id, active, version, created_at, {', '.join(columns)})"
        " VALUES (7, '', 1, 'Ana', 'ana01', 'ana01', 'x', 'a@b.c', 1, 'Agente', 1, 1, 1, :w"
        + ", 0" * len(columns) + ")", w=when)
"""
NOW = """
import json
import sqlalchemy as sa
from flow import migrate
from flow.db import engine
migrate.upgrade()
with engine().begin() as db:
    ask = lambda text: [list(row) for row in db.execute(sa.text(text))]
    print(json.dumps({
        "links": ask("SELECT owner_key, owner_id, place, target_key, target_id FROM link ORDER BY place"),
        "schedules": ask("SELECT name, inside, outside, forced FROM schedule"),
        "profiles": [[name, json.loads(held), json.loads(menus)]
                     for name, held, menus in ask("SELECT name, permissions, menus FROM profile ORDER BY id")],
    }))
"""


def run(program: str, folder: Path) -> str:
    environment = {**os.environ, "FLOW_DATA_DIR": str(folder), "FLOW_DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=TOP, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_installation_from_before_keeps_what_it_had_and_links_it(tmp_path):
    run(OLD, tmp_path)
    found = json.loads(run(NOW, tmp_path).splitlines()[-1])
    assert found["links"] == [["user", 7, "profile_id", "profile", 1], ["user", 7, "schedule_id", "schedule", 1]]
    assert found["schedules"] == [["Comercial", "hangup", "hangup", ""]]
    (_, chief, menus), (_, agent, own) = found["profiles"]
    assert {"queue.delete", "trunk.create", "ivr.edit", "audio.view"} <= set(chief) <= permissions.ALL
    assert {"extension", "queue", "simulation"} <= set(menus)
    assert (agent, own) == (["call.view"], ["extension"])


def test_the_first_user_is_made_in_a_database_that_an_earlier_start_made_ready(tmp_path):
    """As after a first start whose FLOW_ADMIN_PASSWORD was refused: nothing loads the tables by migrating."""
    run("from flow import migrate; migrate.upgrade()", tmp_path)
    first = (
        "from flow.services.first_user import ensure_first_user; print(ensure_first_user('dona-da-casa', 'girassol7'))"
    )
    assert "dona-da-casa" in run(first, tmp_path)
