"""`/live` on the wire: it ends with the session that opened it."""

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from flow.web.live import SESSION_ENDED

CHECKED_WITHIN = 20.0


def test_a_page_elsewhere_hears_that_its_session_ended(web, tenant, person_of):
    maria = person_of(tenant, "maria")
    with connect(f"ws://127.0.0.1:{web.port}/live", additional_headers={"Cookie": maria.cookie}) as live:
        assert '"snapshot"' in str(live.recv(5))
        httpx.post(f"{web.base}/auth/logout", headers={"Cookie": maria.cookie})
        with pytest.raises(ConnectionClosed) as ended:
            _read_on(live)
        assert ended.value.rcvd and ended.value.rcvd.code == SESSION_ENDED


def _read_on(live: ClientConnection) -> None:
    while True:
        live.recv(CHECKED_WITHIN)


def test_nobody_is_told_anything_without_a_session(web):
    with connect(f"ws://127.0.0.1:{web.port}/live") as live, pytest.raises(ConnectionClosed) as refused:
        live.recv(5)
    assert refused.value.rcvd and refused.value.rcvd.code == SESSION_ENDED


@pytest.mark.parametrize("said", [b"\x00\xff", "[" * 100_000, '{"watch": 5}', '{"watch": [{"a": 1}, null]}', "null"])
def test_what_no_page_says_is_passed_over(staffed, tenant, person_of, said):
    maria = person_of(tenant, "maria")
    with connect(f"ws://127.0.0.1:{staffed.port}/live", additional_headers={"Cookie": maria.cookie}) as live:
        assert '"snapshot"' in str(live.recv(5))
        live.send(said)
        live.send('{"watch": ["mine"]}')
        assert '"mine"' in str(live.recv(5))
