"""The lean HTTP client, against a server that answers as Asterisk does, and as it should not."""

import asyncio
from collections.abc import Callable

import pytest

from flow.engine.pbx.http import Disconnected, HttpPool

Answer = Callable[[str], bytes]


def reply(status: int, body: bytes = b"", more: str = "") -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


def with_server(answer: Answer, talk, **options):
    """Runs `talk(pool, connections)` against a server that answers each request line."""

    async def main():
        connections = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connections.append(writer)
            while head := await reader.readuntil(b"\r\n\r\n"):
                for line in head.lower().split(b"\r\n"):
                    if line.startswith(b"content-length:"):
                        await reader.readexactly(int(line.split(b":")[1]))
                text = answer(head.split(b"\r\n")[0].decode())
                if not text:
                    writer.close()
                    return
                for start in range(0, len(text), 7):  # in crumbs: nothing may rely on whole packets
                    writer.write(text[start : start + 7])
                    await writer.drain()

        async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await serve(reader, writer)
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        server = await asyncio.start_server(quietly, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        pool = HttpPool(f"http://127.0.0.1:{port}/ari", "user", "p&w#1", **options)
        try:
            return await talk(pool, connections)
        finally:
            pool.close()
            server.close()

    return asyncio.run(main())


def test_a_batch_is_answered_in_its_order_on_one_connection():
    async def talk(pool, connections):
        replies = await pool.requests([("GET", f"/{n}", b"x" * n) for n in range(5)])
        assert [r.body for r in replies] == [f"GET /{n} HTTP/1.1".encode() for n in range(5)]
        assert len(connections) == 1

    with_server(lambda line: reply(200, line.encode()), talk)


def test_a_connection_is_used_again_and_the_limit_holds():
    async def talk(pool, connections):
        for _ in range(3):
            assert (await pool.request("GET", "/")).status == 204
        assert len(connections) == 1
        await asyncio.gather(*(pool.request("GET", "/") for _ in range(20)))
        assert len(connections) == 2

    with_server(lambda line: reply(204), talk, limit=2)


def test_a_connection_that_the_server_ends_is_not_used_again():
    async def talk(pool, connections):
        assert (await pool.request("GET", "/")).status == 200
        assert (await pool.request("GET", "/")).status == 200
        assert len(connections) == 2

    with_server(lambda line: reply(200, b"ok", "Connection: close\r\n"), talk)


def test_no_reply_is_told_as_such_and_that_it_may_have_arrived():
    async def talk(pool, connections):
        with pytest.raises(Disconnected) as failure:
            await pool.requests([("POST", "/", b""), ("POST", "/", b"")])
        assert failure.value.sent

    with_server(lambda line: b"", talk)


def test_a_server_that_is_silent_is_given_up():
    async def talk(pool, connections):
        with pytest.raises(Disconnected):
            await asyncio.wait_for(pool.request("GET", "/"), 5)

    with_server(lambda line: b"HTTP/1.1 200 X\r\n", talk, timeout=0.3)


def test_a_body_of_unknown_length_is_refused_rather_than_misread():
    async def talk(pool, connections):
        with pytest.raises(Disconnected):
            await pool.request("GET", "/")

    with_server(lambda line: b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", talk)


def test_nobody_listening_is_no_reply_either():
    async def talk():
        pool = HttpPool("http://127.0.0.1:1/ari", "user", "word")
        with pytest.raises(Disconnected) as failure:
            await pool.request("GET", "/")
        assert not failure.value.sent

    asyncio.run(talk())
