"""A customer's call, whole: carrier, DID, URA, key, queue, agent, hang-up; against the same flow in native dialplan.

What is counted is the same for everybody: each call brings a greeting, a menu, one key, an agent who answers at once
and a conversation without sound. Peers take turns, so that whatever else the machine does falls on each of them.
"""

import hashlib
import json
import math
import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.ari_tap import counting
from bench.customers import CARRIER, DID, Customers, Outcome
from bench.exchange import cpu_seconds, running_engine, running_node
from bench.figures import Figure, median, percentile
from bench.peers import Peer, on_stock_debian, on_tuned_node
from bench.phones import SIP_PORT, Line
from bench.plain_dial import bench_lines
from bench.plain_queue import menu_and_queues
from bench.tenants import FIRST_NUMBER, company_with_extensions
from flow.access.actor import Actor
from flow.catalog.registry import by_key
from flow.services import media, records
from flow.settings import settings
from flow.sound.wav import RATE, Sound, header

KEYS, MEMBERS = "123456", 20
"""One queue for each key, each with so many members."""
CALLS, CALL_RATE, RUNS = 100, 10.0, 3
RAMP = (10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0)
RAMP_SECONDS, RAMPS, REST_SECONDS = 4.0, 2, 8.0
TIMED_SECONDS, TIMED_RUNS = 8.0, 2
GREETING, MENU = 0.5, 4.0
"""Seconds; the key is pressed while the menu plays."""


@dataclass
class Contestant:
    """`milliseconds`: of each part, per call, by run."""

    name: str
    customers: Customers
    pids: dict[str, Callable[[], int]]
    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    held: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    usual_delays: list[float] = field(default_factory=list)
    failed: int = 0

    def warm_up(self) -> None:
        for _ in range(3):  # the stock node still loads modules when it begins to answer
            signed_in = self.customers.register()
            if not signed_in.failed:
                break
        assert not signed_in.failed, f"{self.name}: {signed_in}"
        outcome = self.customers.call(30, 5.0)
        assert not outcome.failed, f"{self.name}: {outcome}"

    def run(self) -> None:
        before = {part: cpu_seconds(pid()) for part, pid in self.pids.items()}
        outcome = self.customers.call(CALLS, CALL_RATE)
        for part, pid in self.pids.items():
            self.milliseconds.setdefault(part, []).append((cpu_seconds(pid()) - before[part]) / CALLS * 1000)
        self.failed += outcome.failed

    def climb(self) -> None:
        """To the highest rate of the ramp at which no call failed."""
        held = 0.0
        for rate in RAMP:
            if self._at(rate, RAMP_SECONDS).failed:
                break
            held = rate
        self.held.append(held)
        time.sleep(REST_SECONDS)  # until nothing is left of the calls that failed

    def time(self, rate: float) -> None:
        outcome = self._at(rate, TIMED_SECONDS, timed=True)
        self.failed += outcome.failed
        self.delays.append(percentile(outcome.to_agent, 0.95) * 1000)
        self.usual_delays.append(percentile(outcome.to_agent, 0.5) * 1000)

    def _at(self, rate: float, seconds: float, *, timed: bool = False) -> Outcome:
        return self.customers.call(round(rate * seconds), rate, timed=timed)

    @property
    def totals(self) -> list[float]:
        return [sum(parts) for parts in zip(*self.milliseconds.values(), strict=True)]

    def figures(self) -> list[Figure]:
        parts = [median(f"{self.name}: {part}, per call", values, "ms") for part, values in self.milliseconds.items()]
        return [*parts, median(f"{self.name}: calls that failed, of {CALLS * RUNS}", [self.failed], "", 0)]


def run() -> list[Figure]:
    actor = company_with_extensions(MEMBERS * len(KEYS))
    assert actor.company_id
    lines = sorted(bench_lines(actor.company_id), key=lambda line: line.number)
    teams = {key: lines[n * MEMBERS : (n + 1) * MEMBERS] for n, key in enumerate(KEYS)}
    greeting, menu = (_sound(actor.company_id, seconds) for seconds in (GREETING, MENU))
    _configure(actor, teams, greeting, menu)
    native = menu_and_queues(teams, media.path_of(actor.company_id, greeting), media.path_of(actor.company_id, menu))
    with ExitStack() as stack:
        node = stack.enter_context(running_node())
        tuned = stack.enter_context(on_tuned_node(native, settings.port + 10))
        stock = stack.enter_context(on_stock_debian(native, settings.sip_port + 2))
        folder = settings.data_dir / "sipp"
        customers = Customers(settings.sip_port, folder / "ours", lines, KEYS)
        peers = [_peer(peer, folder, lines) for peer in (tuned, stock)]
        messages = _messages_per_call(customers, 3 * len(lines))
        with running_engine() as engine:
            engine.wait_until_in_sync(3 * len(lines))
            pids = {"Asterisk": lambda: node.pid or 0, "engine": lambda: engine.pid}
            ours = Contestant("Fluxo", customers, pids)
            _measure(ours, peers)
    return [*_compared(ours, *peers), *messages]


def _peer(peer: Peer, folder: Path, lines: Sequence[Line]) -> Contestant:
    customers = Customers(peer.sip_port, folder / peer.name.replace(" ", "-"), lines, KEYS)
    return Contestant(peer.name, customers, {"Asterisk": lambda: peer.pid})


def _measure(ours: Contestant, peers: Sequence[Contestant]) -> None:
    everybody = (ours, *peers)
    for contestant in everybody:
        contestant.warm_up()
    for _ in range(RUNS):
        for contestant in everybody:
            contestant.run()
    tuned = peers[0]
    for _ in range(RAMPS):
        for contestant in (ours, tuned):
            contestant.climb()
    half = max(max(ours.held) / 2, 1.0)
    for _ in range(TIMED_RUNS):
        for contestant in (ours, tuned):
            contestant.time(half)


def _compared(ours: Contestant, tuned: Contestant, stock: Contestant) -> list[Figure]:
    figures = [figure for contestant in (ours, tuned, stock) for figure in contestant.figures()]
    for peer, goal in ((tuned, 2.0), (stock, 1.0)):
        ratios = [mine / theirs for mine, theirs in zip(ours.totals, peer.totals, strict=True)]
        figures.append(median(f"CPU per call, engine + Asterisk : {peer.name}", ratios, "×", goal))
    held = [mine / theirs for mine, theirs in zip(ours.held, tuned.held, strict=True) if theirs]
    return [
        median("Fluxo: CPU of a call", ours.totals, "ms"),
        *figures,
        *(median(f"{one.name}: calls a second held without a failure", one.held, "/s") for one in (ours, tuned)),
        median("the same, Fluxo : tuned node", held, "×", 0.6, at_least=True),
        median("Fluxo: customer's INVITE → agent's, beside the key, half load, p95", ours.delays, "ms", 150),
        median("the same, p50", ours.usual_delays, "ms"),
        median(f"{tuned.name}: the same at that rate, p95", tuned.delays, "ms"),
        median(f"{tuned.name}: the same at that rate, p50", tuned.usual_delays, "ms"),
    ]


def _messages_per_call(customers: Customers, objects: int, calls: int = 40) -> list[Figure]:
    with counting(settings.node_http_port) as tally, running_engine(FLOW_ASTERISK_HTTP_PORT=str(tally.port)) as engine:
        engine.wait_until_in_sync(objects)
        assert not customers.register().failed
        requests, events = tally.requests, tally.events
        outcome = customers.call(calls, 4.0)
        assert not outcome.failed, outcome
        return [
            median("Fluxo: ARI requests for a call", [(tally.requests - requests) / calls], ""),
            median("Fluxo: ARI events of a call", [(tally.events - events) / calls], ""),
        ]


# What a company configures


def _configure(actor: Actor, teams: Mapping[str, Sequence[Line]], greeting: str, menu: str) -> None:
    """Through the services, as the pages do."""
    _make(actor, "trunk", name="Operadora", code="linha", host=f"{CARRIER}:{SIP_PORT}", max_calls="1000")
    sounds = [str(_make(actor, "audio", name=name, current=new)) for name, new in (("Olá", greeting), ("Menu", menu))]
    keys = [{"key": key, "destination": f"queue:{_queue(actor, key, team)}"} for key, team in teams.items()]
    ivr = _make(
        actor,
        "ivr",
        name="Atendimento",
        kind="menu",
        greeting_id=sounds[0],
        menu_id=sounds[1],
        keys=json.dumps(keys),
        exceeded="hangup",
    )
    _make(actor, "inbound_route", name="Principal", description="x", did=DID, destination=f"ivr:{ivr}")


def _queue(actor: Actor, key: str, team: Sequence[Line]) -> int:
    first = int(team[0].number) - FIRST_NUMBER + 1  # ids count from one, as the numbers from the first
    return _make(
        actor,
        "queue",
        name=f"Fila {key}",
        number=f"90{key}",
        strategy="random_memory",
        member_kind="extension",
        members=[f"extension:{member}" for member in range(first, first + len(team))],
        overflow="hangup",
        empty_rule="wait",
        empty_destination="hangup",
    )


def _make(actor: Actor, key: str, **values: object) -> int:
    with records.opened(actor, by_key(key), writes=True) as db:
        return records.save(db, actor, by_key(key), None, values, None).id


def _sound(company_id: int, seconds: float) -> str:
    """A tone, kept among the company's sounds; its hash."""
    samples = array("h", (round(9000 * math.sin(880 * math.pi * n / RATE)) for n in range(int(seconds * RATE))))
    data = header(len(samples) * 2) + samples.tobytes()
    digest = hashlib.sha256(data).hexdigest()
    draft = settings.data_dir / digest
    draft.write_bytes(data)
    return media.keep(company_id, draft, Sound(digest, int(seconds * 1000), len(data)), "tom.wav").hash
