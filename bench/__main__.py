"""`python -m bench`: every bench; `python -m bench list_page …`: some. Figures also go to bench/results/."""

import importlib
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure

NAMES = ("list_page", "first_load", "click", "save_in_service", "cold_node", "cpu_per_call")
RESULTS = Path(__file__).parent / "results"


def main(names: list[str]) -> int:
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    RESULTS.mkdir(exist_ok=True)
    for name in names or NAMES:
        print(f"\n── {name}", flush=True)
        figures: list[Figure] = importlib.import_module(f"bench.{name}").run()
        for figure in figures:
            print(figure.line(), flush=True)
        record = {"at": datetime.now(UTC).isoformat(), "figures": [asdict(figure) for figure in figures]}
        (RESULTS / f"{name}.json").write_text(json.dumps(record, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
