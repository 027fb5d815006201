"""The engine's process: starts everything, and on SIGTERM leaves calls up and records written."""

import asyncio
import contextlib
import gc
import importlib.metadata
import signal
import sys
from collections.abc import Iterator

import structlog
import uvicorn

from flow.clock import now
from flow.engine.api import build
from flow.engine.broadcast import Broadcast
from flow.engine.journal import Journal
from flow.engine.node import Node
from flow.logs import set_up_logs
from flow.settings import Settings, get_settings

log = structlog.get_logger(__name__)

NODE_ID = 1
_LAST_WORDS_SECONDS = 10.0


class _Server(uvicorn.Server):
    """The process decides when it ends, not its HTTP server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(settings: Settings) -> None:
    """Until SIGTERM or Ctrl-C."""
    set_up_logs(settings.log_level)
    run_loop = asyncio.run
    if sys.platform != "win32":
        import uvloop

        run_loop = uvloop.run
    run_loop(_serve(settings))


def main() -> None:
    run(get_settings())


async def _serve(settings: Settings) -> None:
    journal, broadcast = Journal(settings.data_dir / f"unwritten-calls-{NODE_ID}.jsonl"), Broadcast()
    await journal.recall()
    node = Node(NODE_ID, settings, journal, broadcast)
    api = build(node, broadcast, settings.engine_token, settings.node_secret, _version(), now())
    config = uvicorn.Config(
        api, host=settings.engine_host, port=settings.engine_http_port, log_config=None, access_log=False, ws="auto"
    )
    server = _Server(config)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    writing = asyncio.create_task(journal.run())
    work = [asyncio.create_task(node.run()), asyncio.create_task(server.serve())]
    log.info("engine started", port=settings.engine_http_port)
    gc.freeze()  # what is loaded by now stays; a call's few objects are counted, not searched for
    gc.set_threshold(20_000, 20, 50)
    waiting = asyncio.create_task(stop.wait())
    ended, _ = await asyncio.wait({waiting, *work}, return_when=asyncio.FIRST_COMPLETED)
    await _stop(node, journal, server, writing, work)
    for task in ended - {waiting}:
        task.result()  # a part that ended by itself has failed: let its reason be the last word


async def _stop(
    node: Node,
    journal: Journal,
    server: uvicorn.Server,
    writing: "asyncio.Task[None]",
    work: list["asyncio.Task[None]"],
) -> None:
    """Calls stay up without us; what they told us so far is written."""
    server.should_exit = True
    work[0].cancel()
    await node.office.abandon()
    await node.ari.close()
    journal.stop()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LAST_WORDS_SECONDS):
            await writing
    if journal.waiting:
        log.error("the database took no records until the end: they wait in a file", entries=journal.waiting)
    await asyncio.wait(work, timeout=3)
    log.info("engine stopped")


def _version() -> str:
    try:
        return importlib.metadata.version("fluxo")
    except importlib.metadata.PackageNotFoundError:
        return "0.1.0"


if __name__ == "__main__":
    main()
