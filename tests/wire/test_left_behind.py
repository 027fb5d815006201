"""What one person leaves behind: in a tab that the next one uses, and in the log."""

import asyncio
import json

import httpx
import pytest

from tests.wire.browser_socket import EventSocket, state_changes
from tests.wire.test_events import handler, registered


def framework(ending: str) -> str:
    return next(name for name, _ in registered() if name.endswith(ending))


def sign_out(web, cookie: str) -> None:
    httpx.post(f"{web.base}/auth/logout", headers={"Cookie": cookie, "Origin": web.base})


@pytest.fixture
def log(web):
    """What the web process writes from here on."""
    start = web.log.stat().st_size

    def read() -> str:
        return web.log.read_bytes()[start:].decode(errors="replace")

    return read


def test_the_next_person_in_the_same_tab_finds_nothing_of_the_one_before(web, person_of, tenant):
    """A tab keeps its token over sign-out and sign-in."""
    boss = person_of(tenant, "chefe")
    made = EventSocket(web.base, boss.cookie)

    async def leave_a_secret() -> str:
        async with made as socket:
            form = {"form": {"name": "Integração", "days": "1"}}
            heard = await socket.call(handler("tokens_state.create"), form, path="/tokens", quiet=0.5)
        return next(str(value) for name, value in state_changes(heard).items() if ".fresh" in name)

    secret = asyncio.run(leave_a_secret())
    assert secret.startswith("fluxo_")
    sign_out(web, boss.cookie)
    agent = person_of(tenant, "agente", profile="Agente", function="Agente")

    async def look() -> str:
        socket = EventSocket(web.base, agent.cookie)
        socket._url = made._url
        async with socket:
            return json.dumps(await socket.call(framework("state____state.hydrate"), path="/", quiet=0.5))

    assert secret not in asyncio.run(look())


def test_a_handler_that_fails_tells_the_log_no_values(web, person_of, tenant, log):
    person = person_of(tenant, "chefe")

    async def fail() -> None:
        async with EventSocket(web.base, person.cookie) as socket:
            form = {"form": [{"password": "girassol-secreto"}]}
            await socket.call(handler("form_state.create"), form, path="/ramal/novo", quiet=0.5)

    asyncio.run(fail())
    assert "handler failed" in log()
    assert "girassol-secreto" not in log()
    assert person.cookie.partition("=")[2] not in log()


def test_a_page_writes_one_line_to_the_log_and_a_stranger_none(web, person_of, tenant, log):
    fault = framework("handle_frontend_exception")

    async def tell(cookie: str, text: str) -> None:
        async with EventSocket(web.base, cookie) as socket:
            await socket.call(fault, {"info": f"{text}\nfalsa linha\x1b[31m", "component_stack": ""})

    asyncio.run(tell("", "estranho"))
    asyncio.run(tell(person_of(tenant, "chefe").cookie, "conhecida"))
    assert "estranho" not in log()
    assert "conhecida" in log()
    assert "\nfalsa" not in log()
    assert "\x1b" not in log()


def test_what_strangers_send_does_not_fill_the_log(web, log):
    async def rave() -> None:
        async with EventSocket(web.base) as socket:
            for _ in range(100):
                await socket._client.emit("event", {"name": "x", "router_data": None}, namespace="/_event")
                await socket._client.emit("event", {"name": "x", "payload": {}, "router_data": {}}, namespace="/_event")
            await asyncio.sleep(1)

    asyncio.run(rave())
    assert len(log()) < 100_000
