"""One page of a list of 100,000 extensions: first, last, sorted, searched. Over the same services the pages call."""

import time

from bench.figures import Figure, median, percentile
from bench.tenants import company_with_extensions
from flow.catalog.registry import by_key
from flow.services import records

ROWS = 100_000
_REPEATS = 40
_RUNS = 5


def run() -> list[Figure]:
    actor, entity = company_with_extensions(ROWS), by_key("extension")
    asked = {
        "first page": {},
        "last page": {"page": ROWS // 25},
        "sorted by name": {"sort": "label"},
        "searched, 1 found": {"search": "ramal 777777"},
        "searched, 10 % found": {"search": "pessoa 7"},
        "searched, none found": {"search": "ninguém"},
    }

    def once(query: dict) -> float:
        start = time.perf_counter()
        with records.opened(actor, entity) as db:
            records.list_rows(db, actor, entity, **query)
        return (time.perf_counter() - start) * 1000

    figures = []
    for name, query in asked.items():
        runs = [percentile([once(query) for _ in range(_REPEATS)], 0.95) for _ in range(_RUNS)]
        figures.append(median(f"list of {ROWS:,} rows, {name}, p95", runs, "ms", 100))
    return figures
