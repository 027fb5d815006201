"""`python -m bench.report`: the figures that were last taken, as the table of docs/benchmarks.md."""

import json
from pathlib import Path

from bench.figures import Figure

RESULTS = Path(__file__).parent / "results"


def table(name: str) -> str:
    record = json.loads((RESULTS / f"{name}.json").read_text())
    rows = [_row(Figure(**figure)) for figure in record["figures"]]
    head = "| figure | median | lowest–highest run | runs | goal | |\n|---|---|---|---|---|---|"
    return f"`python -m bench {name}`, {record['at'][:16].replace('T', ' ')} UTC\n\n{head}\n" + "\n".join(rows)


def _row(figure: Figure) -> str:
    low, high = figure.spread
    verdict = "" if figure.goal is None else "met" if figure.met else "**missed**"
    limit = "" if figure.goal is None else f"{'≥' if figure.at_least else '≤'} {figure.goal:g} {figure.unit}"
    value = f"{figure.value:.2f} {figure.unit}".strip()
    return f"| {figure.name} | {value} | {low:.2f}–{high:.2f} | {figure.runs} | {limit} | {verdict} |"


if __name__ == "__main__":
    for path in sorted(RESULTS.glob("*.json")):
        print(f"{table(path.stem)}\n")
