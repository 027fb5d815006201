"""A node by itself, as the settings render it: it boots clean, and without an engine it says so to the caller."""

import base64
import json
import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from flow.node import Asterisk, provide
from flow.settings import Settings


def _free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asterisk]:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("node"),
        asterisk_http_port=_free_port(),
        sip_port=_free_port(),
        rtp_ports="24000-24099",
    )
    asterisk = provide(settings)
    asterisk.start()
    asterisk.wait_until_booted()
    yield asterisk
    asterisk.stop()
    assert asterisk.pid is None


def test_a_node_that_hangs_is_not_well(node: Asterisk) -> None:
    assert node.is_well()
    assert node.pid
    os.kill(node.pid, signal.SIGSTOP)
    try:
        assert not node.is_well()
    finally:
        os.kill(node.pid, signal.SIGCONT)
    assert node.is_well()


def test_a_node_that_serves_commands_but_no_telephones_is_not_well(node: Asterisk) -> None:
    port, node.settings.sip_port = node.settings.sip_port, _free_port(socket.SOCK_DGRAM)
    try:
        assert node.answers()
        assert not node.is_well()
    finally:
        node.settings.sip_port = port


def _push(node: Asterisk, kind: str, name: str, **fields: str) -> None:
    login = f"{node.settings.ari_user}:{node.settings.ari_secret}".encode()
    request = urllib.request.Request(
        f"{node.settings.ari_base}/asterisk/config/dynamic/res_pjsip/{kind}/{name}",
        method="PUT",
        data=json.dumps({"fields": [{"attribute": key, "value": value} for key, value in fields.items()]}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Basic {base64.b64encode(login).decode()}"},
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        assert reply.status == 200


def _answers_to_a_call(node: Asterisk, number: str, folder: Path) -> list[str]:
    """The status lines that a caller gets who dials `number`."""
    log = folder / "messages"
    target, port = f"127.0.0.1:{node.settings.sip_port}", str(_free_port(socket.SOCK_DGRAM))
    caller = ["sipp", target, "-sn", "uac", "-s", number, "-i", "127.0.0.1", "-p", port, "-mp", "24200"]
    limits = ["-m", "1", "-nostdin", "-timeout", "20", "-trace_msg", "-message_file", str(log)]
    subprocess.run([*caller, *limits], capture_output=True, cwd=folder)
    return list(dict.fromkeys(line.strip() for line in log.read_text().splitlines() if line.startswith("SIP/2.0")))


def test_it_boots_without_a_word_of_complaint(node: Asterisk) -> None:
    text = (node.places.log / "messages.log").read_text()
    assert [line for line in text.splitlines() if "ERROR" in line or "WARNING" in line] == []


def test_everything_it_needs_is_loaded(node: Asterisk) -> None:
    wanted = [
        line.split("=")[1].strip()
        for line in (node.places.etc / "modules.conf").read_text().splitlines()
        if line.startswith("load =")
    ]
    shown = node.command("module show")
    assert [module for module in wanted if module not in shown] == []


def test_configuration_is_pushed_into_memory(node: Asterisk) -> None:
    _push(node, "auth", "f1-pushed", username="f1-pushed", password="a b&c#1")
    _push(node, "aor", "f1-pushed", max_contacts="1")
    _push(node, "endpoint", "f1-pushed", auth="f1-pushed", aors="f1-pushed")
    _push(node, "registration", "carrier", server_uri="sip:127.0.0.9:5999", client_uri="sip:a@127.0.0.9")
    _push(node, "identify", "carrier", endpoint="f1-pushed", match="127.0.0.9")
    assert "f1-pushed" in node.command("pjsip show endpoints")


@pytest.mark.parametrize("number", ["7", "*9#"])
def test_without_an_engine_the_caller_hears_why(node: Asterisk, number: str, tmp_path: Path) -> None:
    _push(node, "endpoint", "sipp", context="flow", disallow="all", allow="ulaw")
    answers = _answers_to_a_call(node, number, tmp_path)
    assert "SIP/2.0 183 Session Progress" in answers
    assert answers[-1] == "SIP/2.0 503 Service Unavailable"
    assert "servico-indisponivel" not in (node.places.log / "messages.log").read_text()  # no complaint about the file


def test_what_does_not_begin_like_a_number_is_not_found(node: Asterisk, tmp_path: Path) -> None:
    _push(node, "endpoint", "sipp", context="flow", disallow="all", allow="ulaw")
    assert _answers_to_a_call(node, "abc", tmp_path)[-1] == "SIP/2.0 404 Not Found"


@pytest.mark.parametrize("context", ["flow", "flow-carrier"])
@pytest.mark.parametrize("moment", ["h", "T"])
def test_a_hang_up_and_a_time_out_are_no_calls_of_their_own(node: Asterisk, context: str, moment: str) -> None:
    assert "no existence" in node.command(f"dialplan show {moment}@{context}")
