"""The doctor names the fault and the remedy, and never dies on the patient."""

import sqlite3
from collections import namedtuple
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from flow import doctor
from flow.access import sessions
from flow.cli import app
from flow.doctor import Finding, examine, report
from flow.node.absence import note_absence, why_absent
from flow.settings import Settings
from flow.up import _alone


def _texts(findings: object, level: str) -> str:
    return "\n".join(f"{one.text} {one.remedy}" for one in findings if one.level == level)  # type: ignore[attr-defined]


def test_a_lost_key_is_told_before_anybody_makes_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "fluxo.db").touch()
    assert "FLOW_SECRET_KEY" in _texts(doctor.secrets(Settings(data_dir=tmp_path)), "error")
    (tmp_path / "secret.key").touch(mode=0o600)
    assert list(doctor.secrets(Settings(data_dir=tmp_path))) == []


def test_a_secret_that_others_can_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "ari.secret").touch()
    (tmp_path / "ari.secret").chmod(0o644)
    assert "chmod 600" in _texts(doctor.secrets(Settings(data_dir=tmp_path)), "warning")


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")(1, 1, 5_000_000)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _folder: usage)
    assert "só 5 MB livres" in _texts(doctor.data_directory(Settings(data_dir=tmp_path)), "error")


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "fluxo.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    assert "flow restore" in _texts(doctor.database(Settings(data_dir=tmp_path)), "error")


def test_ports_inside_the_audio_range_are_told() -> None:
    ports = {"port": 3000, "sip_port": 5060, "rtp_ports": "10000-10999"}
    assert "FLOW_SIP_PORT" in _texts(doctor.rtp_range(Settings(**{**ports, "sip_port": 10050})), "error")
    assert "FLOW_RTP_PORTS" in _texts(doctor.rtp_range(Settings(**{**ports, "rtp_ports": "10000-10099"})), "warning")
    assert list(doctor.rtp_range(Settings(**ports))) == []


def test_a_running_installation_is_known_by_its_lock(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert not doctor.is_running(settings)
    with _alone(tmp_path):
        assert doctor.is_running(settings)
    assert not doctor.is_running(settings)


def test_an_examination_that_fails_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_settings: Settings) -> list[Finding]:
        raise sqlite3.OperationalError("unexpected")

    monkeypatch.setattr(doctor, "CHECKS", (broken,))
    findings = examine(Settings(data_dir=tmp_path))
    assert "«broken»" in _texts(findings, "error")


def test_only_errors_make_the_exit_code() -> None:
    quiet = Console(file=StringIO())
    assert report([Finding("ok", "a"), Finding("warning", "b", "c")], quiet) == 0
    assert report([Finding("error", "a")], quiet) == 1


def test_why_there_is_no_asterisk_is_kept_for_the_pages(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert why_absent(settings) == ""
    note_absence(settings, "Instale o Docker.")
    assert why_absent(settings) == "Instale o Docker."
    note_absence(settings, "")
    assert why_absent(settings) == ""


def test_a_lost_password_is_replaced_from_the_command_line(tenant) -> None:
    tenant.user("perdida")
    login = f"perdida-{tenant.id}"
    before = sessions.sign_in(login, "girassol7", address="192.0.2.1", browser="")
    done = CliRunner().invoke(app, ["user", "reset-password", login.upper()])
    assert done.exit_code == 0
    fresh = done.output.strip().rpartition(" ")[2]
    assert sessions.current(f"{sessions.COOKIE}={before}") is None
    token = sessions.sign_in(login, fresh, address="192.0.2.1", browser="")
    assert sessions.current(f"{sessions.COOKIE}={token}") is not None


def test_an_unknown_login_is_refused_from_the_command_line() -> None:
    done = CliRunner().invoke(app, ["user", "reset-password", "ninguem"])
    assert done.exit_code == 1
    assert "ninguem" in done.output + done.stderr
