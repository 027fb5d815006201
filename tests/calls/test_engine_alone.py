"""An engine that lacks what it needs runs, says what is missing, and goes on as soon as it is there."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.calls.site import TOP, free_ports, wait_for


@contextmanager
def engine(folder: Path, **more: str) -> Iterator[tuple[dict[str, str], subprocess.Popen[bytes]]]:
    environment = {**os.environ, "FLOW_DATA_DIR": str(folder), "FLOW_PORT": str(free_ports(3)), **more}
    with (folder / "engine.log").open("wb") as log:
        command = [sys.executable, "-m", "flow.cli", "engine"]
        process = subprocess.Popen(command, cwd=TOP, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield environment, process
        assert process.poll() is None, (folder / "engine.log").read_text()[-2000:]
    finally:
        process.terminate()
        process.wait(15)


def node_state(environment: dict[str, str]) -> dict[str, Any]:
    address = f"http://127.0.0.1:{int(environment['FLOW_PORT']) + 1}/status"
    token = Path(environment["FLOW_DATA_DIR"], "engine.token")
    try:
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token.read_text().strip()}"})
        with urllib.request.urlopen(request, timeout=5) as reply:
            return dict(json.load(reply)["nodes"][0])
    except OSError:
        return {}


def test_without_an_asterisk_the_engine_runs_and_says_so(tmp_path: Path) -> None:
    with engine(tmp_path) as (environment, _):
        wait_for(lambda: node_state(environment).get("state") == "offline", 20)
        assert node_state(environment)["detail"].startswith("Nenhum Asterisk responde")


def test_without_a_schema_the_engine_waits_for_it(tmp_path: Path, site: Any, company: Any) -> None:
    """And what it then takes from a node that another installation used, that one brings back."""
    account = company.extension("1000")
    company.in_service()
    site.stop_engine()
    try:
        where = {"FLOW_ARI_URL": site.settings.ari_base, "FLOW_ARI_PASSWORD": site.settings.ari_secret}
        with engine(tmp_path, **where) as (environment, _):
            wait_for(lambda: "banco de dados" in node_state(environment).get("detail", ""), 20)
            subprocess.run([sys.executable, "-m", "flow.cli", "db", "upgrade"], cwd=TOP, env=environment, check=True)
            wait_for(lambda: bool(node_state(environment).get("in_sync")), 20)
            assert "Unable to find" in site.node.command(f"pjsip show endpoint {account.user}")
    finally:
        site.start_engine()
        site.wait_until_in_sync()
    assert "InAuth" in site.node.command(f"pjsip show endpoint {account.user}")


@pytest.mark.parametrize("header", ["", "Bearer wrong"])
def test_nobody_without_the_token_learns_anything(site: Any, header: str) -> None:
    for path in ("/status", "/calls?company_id=1", "/registrations?company_id=1"):
        request = urllib.request.Request(f"{site.settings.engine_base}{path}", headers={"Authorization": header})
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(request, timeout=5)
        assert refusal.value.code == 401
