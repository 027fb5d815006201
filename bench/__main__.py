"""`python -m bench`: every bench; `python -m bench list_page …`: some. Figures also go to bench/results/."""

import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure

NAMES = (
    "list_page",
    "call_list",
    "first_load",
    "click",
    "save_in_service",
    "cold_node",
    "cpu_per_call",
    "customer_call",
    "acd_decision",
)
TOP = Path(__file__).resolve().parents[1]
RESULTS = TOP / "bench" / "results"
PLACE = {
    "FLOW_PORT": "3600",
    "FLOW_HOST": "127.0.0.1",
    "FLOW_PUBLIC_HOST": "127.0.0.1",
    "FLOW_SIP_PORT": "5360",
    "FLOW_RTP_PORTS": "26000-26999",
}
"""Ports of the benches' own; FLOW_… of the environment wins."""


def main(names: list[str]) -> int:
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    if len(names) == 1:
        return _here(names[0])
    # The settings, the database and the engine's client belong to a process: one for each bench.
    return max(subprocess.run([sys.executable, "-m", "bench", name], cwd=TOP).returncode for name in names or NAMES)


def _here(name: str) -> int:
    folder = tempfile.mkdtemp(prefix="fluxo-bench-")
    os.environ.update({**PLACE, **{key: os.environ[key] for key in PLACE if key in os.environ}})
    os.environ["FLOW_DATA_DIR"] = folder
    print(f"\n── {name}", flush=True)
    try:
        figures: list[Figure] = importlib.import_module(f"bench.{name}").run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for figure in figures:
        print(figure.line(), flush=True)
    RESULTS.mkdir(exist_ok=True)
    record = {"at": datetime.now(UTC).isoformat(), "figures": [asdict(figure) for figure in figures]}
    (RESULTS / f"{name}.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
