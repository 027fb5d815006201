"""One page of a list of 100,000 calls, filtered and searched, and the day's figures. Over the services of the pages."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.figures import Figure, median, percentile
from bench.tenants import company_with_extensions
from flow.access.actor import Actor
from flow.catalog.call import CallResult
from flow.clock import now
from flow.db import company_session, platform_session
from flow.services import calls, grades
from flow.services.call_log import CallFilter, filter_of, list_calls
from flow.services.today import today

ROWS = 100_000
_DAYS = 90
_REPEATS = 20
_RUNS = 3
_RESULTS = (CallResult.ANSWERED,) * 7 + (CallResult.ABANDONED, CallResult.SERVED, CallResult.BUSY)


def run() -> list[Figure]:
    actor = company_with_extensions(0)
    _fill(actor.company)
    figures = []
    for name, work in _asked(actor).items():
        runs = [percentile([_once(actor, work) for _ in range(_REPEATS)], 0.95) for _ in range(_RUNS)]
        figures.append(median(f"list of {ROWS:,} calls, {name}, p95", runs, "ms", 100))
    return figures


def _asked(actor: Actor) -> dict[str, Callable[[Any], object]]:
    day = (now() - timedelta(days=30)).date().isoformat()
    queries: dict[str, tuple[CallFilter, int]] = {
        "first page": (filter_of({}), 1),
        "last page": (filter_of({}), ROWS // 25),
        "one day": (filter_of({"de": day, "ate": day}), 1),
        "abandoned from outside": (filter_of({"sentido": "inbound", "resultado": "abandoned"}), 1),
        "number, 1 found": (filter_of({"numero": "(51) 90007-7777"}), 1),
        "name, 10 % found": (filter_of({"numero": "pessoa 7"}), 1),
        "none found": (filter_of({"numero": "ninguém"}), 1),
    }
    listed = {
        name: lambda db, wanted=wanted, page=page: list_calls(db, actor, wanted, page=page)
        for name, (wanted, page) in queries.items()
    }
    return {
        **listed,
        "figures of today": lambda db: today(db, actor),
        "grades of all time": lambda db: grades.summary(db, actor, grades.GradeFilter()),
    }


def _once(actor: Actor, work: Callable[[Any], object]) -> float:
    start = time.perf_counter()
    with company_session(actor.company) as db:
        work(db)
    return (time.perf_counter() - start) * 1000


def _fill(company_id: int) -> None:
    first, apart = now() - timedelta(days=_DAYS), timedelta(days=_DAYS) / ROWS
    for start in range(0, ROWS, 10_000):
        with platform_session(writes=True) as db:
            entries = [e for n in range(start, start + 10_000) for e in _call(company_id, n, first + n * apart)]
            calls.write(db, entries)
            db.commit()


def _call(company_id: int, number: int, at: Any) -> list[calls.Entry]:
    call_id, end = f"{number:032x}", at + timedelta(seconds=90)
    opened = calls.opened(
        call_id, company_id=company_id, node_id=1, started_at=at, direction="inbound" if number % 4 else "internal",
        caller_number=f"519{number:08d}", caller_name=f"Pessoa {number % 10}", dialled="5125554444", revision=1,
        queue_name="Suporte", queued_at=at,
    )  # fmt: skip
    answered = calls.answered(call_id, at + timedelta(seconds=20))
    closed = calls.closed(call_id, end, _RESULTS[number % 10], ended_by="caller", cause=16)
    tried = calls.offered(
        call_id, position=1, company_id=company_id, queue_id=1, queue_name="Suporte", key=f"user:{number % 50}",
        user_id=number % 50, extension_id=1, name=f"Agente {number % 50}", offered_at=at, grade=number % 5 + 1,
    )  # fmt: skip
    return [opened, answered, closed, *([tried] if number % 5 == 0 else [])]
