"""Orders for the converting process, one at a time, each with an end."""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flow.sound.ffmpeg import Tools

TOP = Path(__file__).resolve().parents[2]
SECONDS = 150.0
_GAVE_UP = "A conversão passou do tempo ou da memória permitidos. Envie um arquivo menor ou já convertido."


class Unconvertible(Exception):
    """`str()` is the Portuguese text for the person who sent the file."""


class Workshop:
    def __init__(self) -> None:
        self._bench = asyncio.Semaphore(1)

    async def examine(self, tools: Tools, source: Path) -> dict[str, Any]:
        return await self._order({"do": "examine", **asdict(tools), "source": str(source)})

    async def convert(self, tools: Tools, source: Path, target: Path, longest_ms: int) -> dict[str, Any]:
        files = {"source": str(source), "target": str(target), "longest_ms": longest_ms}
        return await self._order({"do": "convert", **asdict(tools), **files})

    async def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        async with self._bench:
            answer = await _carried_out(order)
        if "refused" in answer:
            raise Unconvertible(answer["refused"])
        return answer


async def _carried_out(order: dict[str, Any]) -> dict[str, Any]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "flow.sound.convert"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=TOP,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},  # none of our secrets
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(SECONDS):
            told, _ = await child.communicate(json.dumps(order).encode())
            return dict(json.loads(told))
    except (TimeoutError, json.JSONDecodeError) as fault:
        raise Unconvertible(_GAVE_UP) from fault
    finally:
        with suppress(ProcessLookupError):  # ffmpeg too, which is the child's own child
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
