"""Testar tronco, hop by hop, with carriers that really listen; and what the page tells of a trunk's lines."""

import asyncio
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from flow.access import secrets
from flow.engine import probe
from flow.engine.carriers import Address
from flow.engine.trunk_check import Hop, check
from flow.engine.trunks import TrunkState
from flow.routing.destination import Destination
from flow.routing.snapshot import CompanySnapshot, InboundPlan
from flow.services.trunks import explain
from tests.calls.carrier import Registrar

HERE = "127.0.0.1"
REGISTERED = TrunkState("registered", "Registrado na operadora.", datetime(2026, 1, 1, tzinfo=UTC))


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as socket_:
        socket_.bind((HERE, 0))
        return int(socket_.getsockname()[1])


@pytest.fixture(params=["udp", "tcp"])
def carrier(request) -> Iterator[Registrar]:
    made = Registrar(HERE, "loja", "s", port=free_port(), transport=request.param)
    yield made
    made.close()


def asked(port: int, transport: str = "udp", seconds: float = probe.SECONDS) -> probe.Answer:
    return asyncio.run(probe.options(Address(HERE, port), f"{HERE}:{port}", transport, seconds))


def test_a_carrier_that_answers_options_is_there(carrier):
    answer = asked(carrier.port, carrier.transport)
    assert answer.status == 200 and 0 < answer.ms < 1000


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_port_where_nobody_listens_is_told_apart_from_silence(transport):
    answer = asked(free_port(), transport)
    assert (answer.status, "fechada" in answer.why) == (0, True)


def test_silence_ends_after_its_time():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((HERE, 0))
        answer = asked(silent.getsockname()[1], seconds=0.7)
        repeated = [silent.recv(4000).partition(b"\r\n")[0] for _ in range(2)]
    assert answer.why == "Nenhuma resposta em 0,7 s." and answer.ms < 1500
    assert repeated[0] == repeated[1] and repeated[0].startswith(b"OPTIONS sip:127.0.0.1:")


# The hops


def row(host: str, **more: object) -> Mapping[str, Any]:
    values = {"host": host, "use_auth": False, "registration_enc": "", "extra": "insecure=port,invite"}
    return {**values, **more}


def hops(stored: Mapping[str, Any], state=REGISTERED, snapshot=None, *, online: bool = False) -> dict[str, Hop]:
    async def walk() -> list[Hop]:
        return [hop async for hop in check(stored, state, snapshot, lambda: online)]

    return {hop.what: hop for hop in asyncio.run(walk())}


def test_every_hop_of_a_trunk_that_works(carrier):
    route = InboundPlan(1, "Principal", "5125554444", Destination("hangup"))
    snapshot = CompanySnapshot.of(1, 1, [], inbound=[route])
    stored = row(f"localhost:{carrier.port}", extra=f"insecure=port,invite transport={carrier.transport}")
    found = hops(stored, snapshot=snapshot)
    assert {hop.verdict for hop in found.values()} == {"ok"}
    assert f"{HERE}:{carrier.port}" in found["Endereço"].text
    assert "respondeu 200" in found["Resposta a OPTIONS"].text and found["Resposta a OPTIONS"].ms > 0
    assert found["Números aceitos"].text == "(51) 2555-4444 → desligar."


def test_a_name_that_is_nowhere_ends_the_way_there():
    found = hops(row("operadora.invalid"), TrunkState("unresolved", "Não foi encontrado.", REGISTERED.since))
    assert found["Endereço"].verdict == found["Registro"].verdict == "failed"
    assert "Resposta a OPTIONS" not in found


def test_a_carrier_that_answers_only_asterisk_is_there():
    stored = row(f"{HERE}:{free_port()}")
    assert hops(stored)["Resposta a OPTIONS"].verdict == "failed"
    assert hops(stored, online=True)["Resposta a OPTIONS"].verdict == "ok"


def test_a_company_without_a_route_is_told_that_every_call_is_refused(carrier):
    snapshot = CompanySnapshot.of(1, 1, [])
    assert "Não há Rota de Entrada" in hops(row(f"{HERE}:{carrier.port}"), snapshot=snapshot)["Números aceitos"].text


def test_a_trunk_that_asks_its_carrier_for_a_password_says_so(carrier):
    place = f"{HERE}:{carrier.port}"
    line = secrets.encrypt(f"loja:s@{place}/1")
    found = hops(row(place, use_auth=True, registration_enc=line, extra=""))
    assert "insecure=port,invite" in found["Chamadas que chegam"].text


# What the page tells of the lines


def test_no_explanation_repeats_a_password():
    secret = "s3gredo:do@tronco/x"
    told = [explain("registration", f"loja:{secret}@sip.operadora.com.br/5125550000")]
    told += [explain("registration", f"loja:{secret}"), explain("extra", f"secret={secret} qualify=yes")]
    assert secret not in str(told) and "s3gredo" not in str(told)


def test_a_kept_password_is_said_to_be_kept():
    (told,) = explain("registration", "loja:••••@sip.operadora.com.br/5125550000")
    assert "com a senha guardada" in told["why"] and not told["refused"]


def test_nothing_typed_is_not_explained():
    assert explain("extra", "  ") == explain("registration", "") == []
