"""`/sip` on the wire: whose browser may pass, what passes, and how it ends. The far end is a plain WebSocket server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Queue

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, serve

from flow.catalog.registry import by_key
from flow.services import records

WAIT = 5.0


@dataclass
class FarEnd:
    """Stands where the node's SIP WebSocket would be; answers each message with its first line."""

    heard: Queue[str] = field(default_factory=Queue)

    def handle(self, connection: ServerConnection) -> None:
        for message in connection:
            self.heard.put(str(message))
            if "hang-up" in str(message):
                return
            connection.send(str(message).partition("\r\n")[0])


@contextmanager
def far_end(port: int) -> Iterator[FarEnd]:
    node = FarEnd()
    with serve(node.handle, "127.0.0.1", port, subprotocols=["sip"]) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield node
        server.shutdown()
        thread.join()


@pytest.fixture
def node(web) -> Iterator[FarEnd]:
    with far_end(web.port + 2) as node:  # where the settings say that the node is
        yield node


@pytest.fixture
def maria(tenant, person_of):
    return person_of(tenant, "maria", extension_id=str(tenant.extension("2001", webphone="on", active="on")))


def line_of(web, person) -> str:
    return httpx.get(f"{web.base}/phone/account", headers={"Cookie": person.cookie}).json()["user"]


def open_line(web, cookie: str, origin: str | None = None) -> ClientConnection:
    return connect(
        f"ws://127.0.0.1:{web.port}/sip",
        subprotocols=["sip"],
        origin=origin or web.base,
        additional_headers={"Cookie": cookie},
        proxy=None,
    )


def options(line: str) -> str:
    headers = (f"From: <sip:{line}@fluxo>;tag=1", "To: <sip:2002@fluxo>", "Content-Length: 0")
    return "\r\n".join(("OPTIONS sip:2002@fluxo SIP/2.0", *headers)) + "\r\n\r\n"


def close_code(line: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        line.recv(timeout=WAIT)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def test_the_account_is_the_persons_own_and_is_not_kept(web, maria):
    answer = httpx.get(f"{web.base}/phone/account", headers={"Cookie": maria.cookie})
    account = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert set(account) == {"uri", "user", "password", "number", "label", "display_name"}
    assert (account["number"], account["display_name"]) == ("2001", "Maria")
    assert account["user"].startswith(f"f{maria.tenant.id}-")


@pytest.mark.parametrize("change", [{"webphone": ""}, {"active": ""}])
def test_no_account_once_the_webphone_or_the_extension_is_off(web, tenant, maria, change):
    with records.opened(tenant.owner, by_key("extension")) as db:
        row = records.list_rows(db, tenant.owner, by_key("extension")).rows[0]
        version = records.load(db, tenant.owner, by_key("extension"), row["id"]).version
    tenant.save("extension", change, row["id"], version)
    assert httpx.get(f"{web.base}/phone/account", headers={"Cookie": maria.cookie}).status_code == 204


def test_no_account_without_a_session(web):
    assert httpx.get(f"{web.base}/phone/account").status_code == 401


def test_messages_of_ones_own_line_pass_both_ways(web, node, maria):
    with open_line(web, maria.cookie) as line:
        assert line.subprotocol == "sip"
        line.send(options(line_of(web, maria)))
        assert line.recv(timeout=WAIT) == "OPTIONS sip:2002@fluxo SIP/2.0"


def test_a_message_of_another_line_ends_the_connection_and_does_not_pass(web, node, maria):
    with open_line(web, maria.cookie) as line:
        line.send(options("f1-somebody-w"))
        assert close_code(line) == 1008
    assert node.heard.empty()


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_another_origin_is_refused(web, node, maria, origin):
    with pytest.raises(InvalidStatus):
        open_line(web, maria.cookie, origin)


def test_without_a_session_or_a_webphone_it_is_refused(web, node, tenant, person_of):
    for cookie in ("", "fluxo_session=forged", person_of(tenant, "ana").cookie):
        with pytest.raises(InvalidStatus):
            open_line(web, cookie)


def test_a_line_has_one_browser_the_one_that_came_last(web, node, maria):
    with open_line(web, maria.cookie) as first, open_line(web, maria.cookie) as second:
        assert close_code(first) == 4409
        second.send(options(line_of(web, maria)))
        assert second.recv(timeout=WAIT) == "OPTIONS sip:2002@fluxo SIP/2.0"


def test_without_a_node_the_browser_is_told_to_try_later(web, maria):
    with open_line(web, maria.cookie) as line:
        assert close_code(line) == 1013


def test_when_the_node_hangs_up_so_does_the_web(web, node, maria):
    with open_line(web, maria.cookie) as line:
        line.send(options(line_of(web, maria)).replace("OPTIONS sip:2002", "OPTIONS sip:hang-up"))
        assert close_code(line) == 1013
