"""The node's files come from the settings alone, and two installations share nothing but the root."""

import re
import stat
from pathlib import Path

import pytest

from flow.node.asterisk import link_shared_data
from flow.node.render import TEMPLATES, Places, external_lines, render, values_for, write_files
from flow.node.source import Source, parse_version
from flow.settings import Settings

SOURCE = Source("private", ("/root/ld.so", "/root/asterisk"), "22.10.1", "/root/modules", "/root/share", ())


def _written(tmp_path: Path, **settings: object) -> dict[str, str]:
    made = Settings(data_dir=tmp_path / "var", cache_dir=tmp_path / "cache", **settings)  # type: ignore[arg-type]
    places = Places.of(made)
    places.make()
    write_files(made, SOURCE, places)
    return {path.name: path.read_text() for path in places.etc.iterdir()}


def test_every_template_is_filled(tmp_path: Path) -> None:
    files = _written(tmp_path)
    assert set(files) == {path.name for path in TEMPLATES.glob("*.conf")}
    assert not [name for name, text in files.items() if re.search(r"@[a-z_]+@", text)]


def test_ports_follow_the_settings(tmp_path: Path) -> None:
    files = _written(tmp_path, port=3100, sip_port=5170, rtp_ports="21000-21999")
    assert "bindport = 3102" in files["http.conf"]
    assert files["pjsip.conf"].count("bind = 0.0.0.0:5170") == 2
    assert "rtpstart = 21000" in files["rtp.conf"]
    assert "rtpend = 21999" in files["rtp.conf"]


def test_http_of_the_node_is_for_this_machine_only(tmp_path: Path) -> None:
    assert "bindaddr = 127.0.0.1" in _written(tmp_path)["http.conf"]


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    _written(tmp_path)
    for path in (tmp_path / "var/asterisk/etc").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_no_template_makes_any_more_is_removed(tmp_path: Path) -> None:
    stale = tmp_path / "var/asterisk/etc/voicemail.conf"
    stale.parent.mkdir(parents=True)
    stale.touch()
    assert "voicemail.conf" not in _written(tmp_path)


def test_two_installations_of_a_machine_have_two_identities(tmp_path: Path) -> None:
    identities = set()
    for name in ("one", "two"):
        settings = Settings(data_dir=tmp_path / name)
        values = values_for(settings, SOURCE, Places.of(settings))
        identities.add((values["entity_id"], values["system_name"]))
        assert re.fullmatch(r"02(:[0-9a-f]{2}){5}", values["entity_id"])
    assert len(identities) == 2


def test_a_deep_data_directory_keeps_its_sockets_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    run = Places.of(Settings(data_dir=deep)).run
    assert len(str(run / "asterisk.ctl")) < 107


def test_a_name_without_a_value_is_a_fault() -> None:
    with pytest.raises(KeyError):
        render("bind = @nowhere@", {})


def test_only_a_public_address_is_told_outside() -> None:
    assert "external_media_address = 200.160.2.3" in external_lines("200.160.2.3")
    assert external_lines("192.168.0.10") == ""
    assert external_lines("telefonia.example.com") == ""
    assert external_lines("") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1", ("22.10.1", 22)),
        ("Asterisk 20.6.0~dfsg+~cs6.13.40431414-2build5", ("20.6.0", 20)),
        ("Asterisk certified/22.8-cert1", ("22.8", 22)),
        ("Asterisk 23.0.0", ("23.0.0", 23)),
        ("", ("", 0)),
        ("sh: asterisk: not found", ("", 0)),
    ],
)
def test_version(text: str, expected: tuple[str, int]) -> None:
    assert parse_version(text) == expected


def test_the_music_of_the_default_class_is_our_own(tmp_path: Path) -> None:
    """Whatever an older release had linked or left there goes; the machine's own files stay."""
    packaged = tmp_path / "packaged"
    packaged.mkdir()
    (packaged / "song.wav").touch()
    places = Places.of(Settings(data_dir=tmp_path / "var"))
    places.make()
    (places.data / "moh").symlink_to(packaged)
    for _ in range(2):
        link_shared_data(SOURCE, places)
        (tune,) = (places.data / "moh").iterdir()
        assert tune.name == "espera-2.wav" and not (places.data / "moh").is_symlink()
        (places.data / "moh" / "espera.wav").touch()
    assert [path.name for path in packaged.iterdir()] == ["song.wav"]
