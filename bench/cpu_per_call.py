"""CPU of engine and Asterisk for one two-leg call, against Dial() with the same telephones in the same run.

Every call signs in (digest), rings, is answered, talks without sound and is hung up by the caller: what is counted is
signalling, which is all that differs. Peers take turns, so that whatever else the machine does falls on each of them.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.exchange import Engine, cpu_seconds, running_engine, running_node, wait_for
from bench.figures import Figure, median
from bench.peers import Peer, on_stock_debian, on_tuned_node
from bench.phones import Phones
from bench.plain_dial import bench_lines, dial
from bench.tenants import company_with_extensions
from flow.settings import settings

PAIRS = 150
CALLS, RATE, TALK_SECONDS = 300, 20.0, 4.0
RUNS = 5


@dataclass
class Contestant:
    """`milliseconds`: of each part, per call, by run."""

    name: str
    phones: Phones
    pids: dict[str, Callable[[], int]]
    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    failed: int = 0

    def warm_up(self) -> None:
        """Signed in, and everything loaded that the first calls load."""
        for tally in (self.phones.register(), self.phones.call(40, RATE, 0.5)):
            assert not tally.failed, f"{self.name}: {tally}"

    def run(self) -> None:
        before = {part: cpu_seconds(pid()) for part, pid in self.pids.items()}
        tally = self.phones.call(CALLS, RATE, TALK_SECONDS)
        for part, pid in self.pids.items():
            self.milliseconds.setdefault(part, []).append((cpu_seconds(pid()) - before[part]) / CALLS * 1000)
        self.failed += tally.failed

    @property
    def totals(self) -> list[float]:
        return [sum(parts) for parts in zip(*self.milliseconds.values(), strict=True)]

    def figures(self) -> list[Figure]:
        parts = [median(f"{self.name}: {part}, per call", values, "ms") for part, values in self.milliseconds.items()]
        return [*parts, median(f"{self.name}: calls that failed, of {CALLS * RUNS}", [self.failed], "", 0)]


def run() -> list[Figure]:
    company_id = company_with_extensions(2 * PAIRS).company_id
    assert company_id
    lines = bench_lines(company_id)
    callers, called = lines[:PAIRS], lines[PAIRS:]
    folder = settings.data_dir / "sipp"
    with ExitStack() as stack:
        node = stack.enter_context(running_node())
        engine = stack.enter_context(running_engine())
        engine.wait_until_in_sync(3 * len(lines))
        tuned = stack.enter_context(on_tuned_node(dial(lines, called), settings.port + 10))
        stock = stack.enter_context(on_stock_debian(dial(lines, called), settings.sip_port + 2))
        ours = Contestant(
            "Fluxo",
            Phones(settings.sip_port, folder / "ours", callers, called),
            {"Asterisk": lambda: node.pid or 0, "engine": lambda: engine.pid},
        )
        peers = [_peer(peer, Phones(peer.sip_port, folder / peer.name, callers, called)) for peer in (tuned, stock)]
        _measure(ours, peers, engine, company_id)
    return _compared(ours, *peers)


def _peer(peer: Peer, phones: Phones) -> Contestant:
    return Contestant(peer.name, phones, {"Asterisk": lambda: peer.pid})


def _measure(ours: Contestant, peers: list[Contestant], engine: Engine, company_id: int) -> None:
    for contestant in (ours, *peers):
        contestant.warm_up()
        if contestant is ours:
            wait_for(lambda: engine.registered(company_id) == PAIRS, 10)
    for _ in range(RUNS):
        for contestant in (ours, *peers):
            contestant.run()


def _compared(ours: Contestant, tuned: Contestant, stock: Contestant) -> list[Figure]:
    figures = [figure for contestant in (ours, tuned, stock) for figure in contestant.figures()]
    for peer, goal in ((tuned, 2.0), (stock, 1.2)):
        ratios = [mine / theirs for mine, theirs in zip(ours.totals, peer.totals, strict=True)]
        figures.append(median(f"CPU per call, engine + Asterisk : {peer.name}", ratios, "×", goal))
    return [median("Fluxo: CPU of a call", ours.totals, "ms"), *figures]
