"""A child process that never outlives us, in a group of its own so that nothing of it is left behind."""

import ctypes
import os
import shutil
import signal
import subprocess
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

PR_SET_PDEATHSIG = 1
LARGEST_LOG = 20_000_000
_OURS_ALONE = frozenset({"FLOW_ADMIN_PASSWORD"})
_libc = ctypes.CDLL(None)

Child: TypeAlias = subprocess.Popen[bytes]


def spawn(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    cwd: Path | None = None,
    *,
    without: Collection[str] = (),
) -> Child:
    """Starts `command` with its output appended to `log`. Call it from the main thread: the tie is to the thread.

    `without`: what of our own environment is not for it to know.
    """
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shorten(log)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={k: v for k, v in os.environ.items() if k not in {*_OURS_ALONE, *without}} | dict(environment),
            cwd=cwd,
            start_new_session=True,  # Ctrl-C is for the supervisor, which stops its children in its own order
            preexec_fn=_end_with_parent,
        )


def shorten(log: Path) -> None:
    """A log that has grown large makes room; one former part is kept. Its writer, who appends, goes on undisturbed."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        with suppress(OSError):  # on a full disk the room is worth more than the former part
            shutil.copyfile(log, log.with_suffix(".1.log"))
        os.truncate(log, 0)


def end(child: Child, seconds: float = 10.0) -> None:
    """Asks, waits, insists; then ends whatever the child itself had started. Safe to call twice."""
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    end_group(child)


def end_group(child: Child) -> None:
    """Workers of a crashed parent would keep its port."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _end_with_parent() -> None:
    """Even when we are killed with SIGKILL, no orphan holds our ports."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
