"""What an Asterisk of another machine is told, and what is refused because nothing would come of it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from flow.node import elsewhere
from flow.node.elsewhere import NotPossible, unreachable_engine, why_away, write_node
from flow.settings import Settings, own_address

THERE = "http://10.0.0.5:8088/ari"


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr(elsewhere, "speak_prompts", lambda *_: None)  # tests/calls hears them
    settings = Settings(
        data_dir=tmp_path / "var", ari_url=THERE, ari_password="a;b", engine_host="10.0.0.4", port=3100, sip_port=5070
    )  # fmt: skip
    write_node(settings, tmp_path / "node", print)
    return {path.name: path.read_text() for path in (tmp_path / "node/etc").iterdir()}


def test_it_listens_where_we_look_for_it(written: dict[str, str]) -> None:
    assert "bindaddr = 10.0.0.5\nbindport = 8088" in written["http.conf"]
    assert "bind = 0.0.0.0:5070" in written["pjsip.conf"]


def test_it_asks_the_engine_at_its_private_address(written: dict[str, str]) -> None:
    assert "curl,http://10.0.0.4:3101/node/" in written["extconfig.conf"]


def test_its_own_modules_and_its_packages_data_are_used(written: dict[str, str], tmp_path: Path) -> None:
    assert "astmoddir" not in written["asterisk.conf"]
    assert f"astdatadir => {tmp_path}/node/data" in written["asterisk.conf"]
    assert (tmp_path / "node/data/rest-api").readlink() == Path("/usr/share/asterisk/rest-api")


def test_a_password_is_not_cut_where_a_comment_would_begin(written: dict[str, str]) -> None:
    assert r"password = a\;b" in written["ari.conf"]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "FLOW_ARI_URL"),
        ({"ari_url": "https://10.0.0.5/ari", "engine_host": "10.0.0.4"}, "FLOW_ARI_URL"),
        ({"ari_url": THERE}, "FLOW_ENGINE_HOST"),
    ],
)
def test_files_that_could_not_serve_are_not_written(tmp_path: Path, settings: dict[str, str], named: str) -> None:
    with pytest.raises(NotPossible, match=named):
        write_node(Settings(data_dir=tmp_path, **settings), tmp_path / "node", print)  # type: ignore[arg-type]
    assert not (tmp_path / "node").exists()


def test_an_engine_on_loopback_serves_only_a_node_on_loopback() -> None:
    assert unreachable_engine(Settings(ari_url="http://127.0.0.9:8088/ari")) == ""
    assert unreachable_engine(Settings(ari_url=THERE, engine_host="10.0.0.4")) == ""
    assert "FLOW_ENGINE_HOST" in unreachable_engine(Settings(ari_url=THERE, engine_host="localhost"))


def test_what_keeps_us_from_it_never_tells_more_of_its_address_than_host_and_port() -> None:
    settings = Settings(ari_url="http://ana:segredo@10.0.0.5:8088/ari")
    for status in (0, 401, 404, 503):
        assert "10.0.0.5:8088" in why_away(settings, status)
        assert "segredo" not in why_away(settings, status)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ari_url", "10.0.0.5:8088"),
        ("ari_url", "http://10.0.0.5:8088"),
        ("engine_host", "0.0.0.0"),
        ("engine_host", ""),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=f"FLOW_{name.upper()}"):
        Settings(**{name: value})  # type: ignore[arg-type]


def test_telephones_are_told_the_nodes_machine_and_browsers_ours() -> None:
    settings = Settings(ari_url=THERE, port=3100)
    assert settings.sip_host == "10.0.0.5"
    assert settings.shown_url == f"http://{own_address()}:3100"
    assert Settings(ari_url=THERE, public_host="sip.exemplo.com.br").sip_host == "sip.exemplo.com.br"


def test_web_and_doctor_ask_the_engine_and_the_pages_where_they_listen() -> None:
    settings = Settings(engine_host="10.0.0.4", host="10.0.0.3", port=3100)
    assert (settings.engine_base, settings.web_base) == ("http://10.0.0.4:3101", "http://10.0.0.3:3100")
    assert Settings(port=3100).web_base == "http://127.0.0.1:3100"
