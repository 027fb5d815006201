"""Stands between an engine and its node, passes everything on, and counts what belongs to calls."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_REQUEST = re.compile(rb"(?:GET|POST|PUT|DELETE) /ari/(\S*) HTTP/1\.1\r\n")
_EVENT = re.compile(rb'"application":\s?"flow"')
_MOST_OF_A_MATCH = 400


@dataclass
class Tally:
    """`requests`: without those of the configuration and of sockets; `events`: of the application that calls run in."""

    port: int = 0
    requests: int = 0
    events: int = 0

    def asked(self, found: re.Match[bytes]) -> None:
        self.requests += not found[1].startswith((b"asterisk/", b"events"))

    def told(self, _found: re.Match[bytes]) -> None:
        self.events += 1


@contextmanager
def counting(node_port: int) -> Iterator[Tally]:
    """`port` of the tally is where the engine finds the node meanwhile."""
    tally, loop, ready = Tally(), asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        server = await asyncio.start_server(lambda r, w: _relay(r, w, node_port, tally), "127.0.0.1", 0)
        tally.port = server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        loop.create_task(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield tally
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, tally: Tally) -> None:
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(
        _pass_on(reader, far_writer, _REQUEST, tally.asked), _pass_on(far_reader, writer, _EVENT, tally.told)
    )


async def _pass_on(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    pattern: re.Pattern[bytes],
    found: Callable[[re.Match[bytes]], None],
) -> None:
    rest = b""
    while data := await reader.read(65536):
        writer.write(data)
        text, end = rest + data, 0
        for match in pattern.finditer(text):
            found(match)
            end = match.end()
        rest = text[max(end, len(text) - _MOST_OF_A_MATCH) :]
    writer.close()
