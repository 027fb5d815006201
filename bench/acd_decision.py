"""One decision of the distributor in a queue with 500 agents and 500 waiting calls, for each strategy.

"a member becomes free": the first of 500 calls gets it, and of the 499 other members it is told why they do not.
"a call arrives": it gets one of 500 free members. Both are whole events as the engine sees them, with their commands.
"""

import time
from collections.abc import Callable
from random import Random

from bench.figures import Figure, median, percentile
from flow.acd.agent import Need
from flow.acd.commands import Offer
from flow.acd.distributor import Acd
from flow.acd.strategies import STRATEGIES
from flow.routing.snapshot import MemberPlan, QueuePlan

AGENTS = CALLS = 500
DECISIONS, RUNS = 400, 5
LIMIT_US = 200
NOW = 1_000_000.0


def run() -> list[Figure]:
    figures = []
    for strategy in STRATEGIES:
        if strategy != "ring_all":  # with 500 free it rings 500 telephones, which is another thing than a decision
            figures += _told(f"{strategy}: a call arrives, {AGENTS} free", lambda s=strategy: _arrivals(s))
        figures += _told(f"{strategy}: a member becomes free, {CALLS} wait", lambda s=strategy: _freed(s))
    return figures


def _told(name: str, measure: Callable[[], list[float]]) -> list[Figure]:
    measure()  # the first of a kind loads its part of the program
    runs = [measure() for _ in range(RUNS)]
    return [
        median(f"{name}, p{round(share * 100)}", [percentile(run, share) for run in runs], "µs", LIMIT_US)
        for share in (0.5, 0.95)
    ]


def _company(strategy: str) -> Acd:
    acd = Acd(Random(1))
    members = tuple(MemberPlan(f"extension:{n}", n, f"Agente {n}") for n in range(AGENTS))
    acd.plan_changed(QueuePlan(1, "Suporte", "600", strategy, members=members, max_wait_seconds=3600), NOW)
    for n in range(AGENTS):
        acd.member_ready(f"extension:{n}", NOW + n)
    return acd


def _arrivals(strategy: str) -> list[float]:
    """Each call is answered and ended, so that the next one finds all 500 free and a history behind them."""
    acd, times, now = _company(strategy), [], NOW + AGENTS
    for n in range(DECISIONS):
        now += 1
        took, offer = _timed(lambda n=n, now=now: acd.call_arrived(1, f"c{n}", now))
        times.append(took)
        acd.answered(offer.call, offer.keys[0], now)
        acd.call_left(offer.call, now)
    return times


def _freed(strategy: str) -> list[float]:
    """All members talk outside the queue, 500 calls wait; one member becomes free and takes one, a new one comes."""
    acd, times, now = _company(strategy), [], NOW + AGENTS
    for n in range(AGENTS):
        acd.member_unready(f"extension:{n}", now, Need.FREE)
    for n in range(CALLS):
        acd.call_arrived(1, f"c{n}", now + n)
    now += CALLS
    for n in range(DECISIONS):
        key = f"extension:{n * 7 % AGENTS}"
        took, offer = _timed(lambda key=key, now=now: acd.member_ready(key, now, Need.FREE))
        assert offer.keys == (key,) and len(offer.losers) == AGENTS - 1
        times.append(took)
        acd.answered(offer.call, key, now)
        acd.member_unready(key, now, Need.FREE)
        acd.call_left(offer.call, now)
        acd.call_arrived(1, f"later{n}", now)
        now += 1
    return times


def _timed(event: Callable[[], list]) -> tuple[float, Offer]:
    start = time.perf_counter()
    commands = event()
    took = time.perf_counter() - start
    return took * 1e6, next(command for command in commands if isinstance(command, Offer))
