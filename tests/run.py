"""`python -m tests.run [lint|unit|wire|calls|browser …]`: every check in order, cheap ones first, and a summary.

All of them run, also after a failure, so that one run shows everything; any failure fails the whole.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

TOP = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
LAST_SECONDS = 60.0


@dataclass(frozen=True)
class Check:
    group: str
    name: str
    command: tuple[str, ...]


def _pytest(*folders: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "pytest", "-q", *(f"tests/{folder}" for folder in folders))


_BUILD = "from flow.web.frontend import ensure_built; ensure_built(print)"
CHECKS = (
    Check("lint", "ruff", (str(BIN / "ruff"), "check", ".")),
    Check("lint", "import-linter", (str(BIN / "lint-imports"),)),
    Check("lint", "mypy", (str(BIN / "mypy"),)),
    Check("unit", "tests/unit", _pytest("unit")),
    Check("wire", "tests/wire", _pytest("wire")),
    Check("calls", "tests/calls", _pytest("calls")),
    Check("browser", "pages", (sys.executable, "-c", _BUILD)),
    Check("browser", "tests/browser", _pytest("browser")),
)


def main(groups: list[str]) -> int:
    unknown = set(groups) - {check.group for check in CHECKS}
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    results = [(check, *_run(check)) for check in CHECKS if not groups or check.group in groups]
    print(
        "\n"
        + "\n".join(f"{'ok    ' if ok else 'FAILED'} {check.name} ({seconds:.0f} s)" for check, ok, seconds in results)
    )
    return 0 if all(ok for _, ok, _ in results) else 1


def _run(check: Check) -> tuple[bool, float]:
    print(f"\n── {check.name}", flush=True)
    start = time.monotonic()
    process = subprocess.Popen(check.command, cwd=TOP, start_new_session=True)
    try:
        process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        process.wait(LAST_SECONDS)
        raise
    finally:
        with suppress(ProcessLookupError):  # a test runner that was killed leaves its installations behind
            os.killpg(process.pid, signal.SIGKILL)
    if process.returncode < 0:
        print(f"{check.name} was ended by {signal.Signals(-process.returncode).name}", flush=True)
    return process.returncode == 0, time.monotonic() - start


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
