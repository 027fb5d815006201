"""Who hears how a trunk stands, and who may test one: a real engine, whose Asterisk is away."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.wire.browser_socket import EventSocket, state_changes
from tests.wire.conftest import Web, free_port, serving
from tests.wire.test_events import allowed_words, handler

SOON, NEVER = 15.0, 3.0


@pytest.fixture(scope="module")
def telephony(database) -> Iterator[Web]:
    port = free_port()
    environment = {**os.environ, "FLOW_ENGINE_PORT": str(port), "FLOW_ARI_URL": f"http://127.0.0.1:{free_port()}/ari"}
    process = subprocess.Popen([sys.executable, "-m", "flow.cli", "engine"], env=environment)
    try:
        with serving(port) as web:
            yield web
    finally:
        process.terminate()
        process.wait(15)


def listening(web: Web, person) -> ClientConnection:
    live = connect(f"ws://127.0.0.1:{web.port}/live", additional_headers={"Cookie": person.cookie})
    assert '"snapshot"' in str(live.recv(5))
    return live


def heard(live: ClientConnection, seconds: float) -> list[dict]:
    """Of trunks, until one is told or the time is over."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            event = json.loads(live.recv(left))
        except TimeoutError:
            return []
        if event["type"] == "trunk.state":
            return [event]
    return []


def a_trunk(home) -> int:
    values = {"name": "Operadora", "code": "1", "host": "203.0.113.7", "extra": "insecure=port,invite"}
    return home.save("trunk", values).id


def test_a_trunks_state_is_told_to_who_may_see_trunks_of_its_company_and_to_nobody_else(
    telephony, tenant, new_tenant, person_of
):
    chief = listening(telephony, person_of(tenant, "chefe"))
    agent = listening(telephony, person_of(tenant, "agente", profile="Agente", function="Agente"))
    other = listening(telephony, person_of(new_tenant(), "outra"))
    with chief, agent, other:
        trunk = a_trunk(tenant)
        (told,) = heard(chief, SOON)
        assert (told["trunk_id"], told["state"]) == (trunk, "by_address")
        assert "203.0.113.7" in told["reason"] and told["since"]
        assert heard(agent, NEVER) == [] and heard(other, 0.2) == []


def hear(web: Web, cookie: str, name: str, path: str, payload: dict | None = None, quiet: float = 1.0):
    async def talk():
        async with EventSocket(web.base, cookie) as socket:
            return await socket.call(handler(name), payload or {}, path=path, quiet=quiet)

    return asyncio.run(talk())


def test_testing_a_trunk_tells_the_hops_to_who_may_edit_it(telephony, tenant, person_of):
    path = f"/tronco/{a_trunk(tenant)}"
    told = str(hear(telephony, person_of(tenant, "chefe").cookie, "trunk_state.run_test", path, quiet=6))
    assert "203.0.113.7:5060 já é um IP" in told and "Não há Rota de Entrada" in told


def test_nobody_tests_a_trunk_of_another_company_or_without_the_permission(telephony, tenant, new_tenant, person_of):
    path = f"/tronco/{a_trunk(tenant)}"
    foreign = str(hear(telephony, person_of(new_tenant(), "outra").cookie, "trunk_state.run_test", path))
    assert "203.0.113.7" not in foreign and "Não encontramos este registro" in foreign
    agent = person_of(tenant, "agente", profile="Agente", function="Agente")
    assert state_changes(hear(telephony, agent.cookie, "trunk_state.run_test", path)).keys() <= allowed_words()


def test_an_explanation_comes_without_the_password_that_was_typed(telephony, tenant, person_of):
    payload = {"field": "registration", "text": "loja:girassol77x@sip.operadora.com.br/1", "stamp": "a-1"}
    told = str(hear(telephony, person_of(tenant, "chefe").cookie, "trunk_state.explain", "/tronco/novo", payload))
    assert "Registra o usuário loja" in told and "girassol77x" not in told
