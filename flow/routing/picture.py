"""A company's configuration around one destination as a drawing: boxes in columns, and the ways between them."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flow.routing.brazil import shown
from flow.routing.destination import WORDS, Destination
from flow.routing.snapshot import CompanySnapshot

INBOUND = "inbound_route"  # drawn like a destination, though nothing leads to it
MOST_BOXES = 80


@dataclass(frozen=True, slots=True)
class Box:
    """`key`: "<kind>:<id>", for an end "hangup" and whence. `here`: the one that was asked for."""

    key: str
    kind: str
    word: str
    title: str
    column: int
    row: int
    here: bool


@dataclass(frozen=True, slots=True)
class Way:
    start: str
    end: str
    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]


def draw(snapshot: CompanySnapshot, here: Destination) -> Picture:
    """Everything that leads to `here`, and everything it leads to."""
    ways = _ways(snapshot)
    kept = _reach(ways, here, forward=True) | _reach(ways, here, forward=False)
    drawn = [way for way in ways if way[0] in kept and way[1] in kept]
    order = [here, *(d for d in _in_order(drawn) if d != here)][:MOST_BOXES]
    drawn = [way for way in drawn if way[0] in order and way[1] in order]
    columns = _columns(order, drawn)
    rows = _rows(order, drawn, columns)
    boxes = (Box(_key(d), d.kind, *_named(snapshot, d), column=columns[d], row=rows[d], here=d == here) for d in order)
    return Picture(tuple(boxes), tuple(Way(_key(a), _key(b), label) for a, b, label in drawn))


def extensions(snapshot: CompanySnapshot) -> set[int]:
    """The extensions that a drawing of this company may name: all that anything leads to."""
    return {end.id for _, end, _ in _single(snapshot) if end.kind == "extension"}


_Edge = tuple[Destination, Destination, str]


def _ways(snapshot: CompanySnapshot) -> list[_Edge]:
    """Each pair once, with all its reasons. Every hanging up is an end of its own (`number` says whose)."""
    labels: dict[tuple[Destination, Destination], list[str]] = {}
    for start, end, label in _single(snapshot):
        end = Destination("hangup", number=str(start)) if end.kind == "hangup" else end
        labels.setdefault((start, end), []).append(label)
    return [(start, end, ", ".join(filter(None, reasons))) for (start, end), reasons in labels.items()]


def _single(snapshot: CompanySnapshot) -> Iterable[_Edge]:
    for route in snapshot.inbound.values():
        yield Destination(INBOUND, route.id), route.destination, ""
    for schedule in snapshot.schedules.values():
        at = Destination("schedule", schedule.id)
        yield at, schedule.inside, "aberto"
        yield at, schedule.outside, "fechado"
    for announcement in snapshot.announcements.values():
        yield Destination("announcement", announcement.id), announcement.after, "depois"
    for ivr in snapshot.ivrs.values():
        at = Destination("ivr", ivr.id)
        yield from ((at, end, f"tecla {key}") for key, end in sorted(ivr.keys.items()))
        yield at, ivr.exceeded_to, "excedidas"
    for queue in snapshot.queues.values():
        at = Destination("queue", queue.id)
        if queue.max_wait_seconds:
            yield at, queue.overflow, "esperou demais"
        if queue.empty_rule != "wait":
            yield at, queue.empty_to, "vazia"


def _reach(ways: list[_Edge], start: Destination, *, forward: bool) -> set[Destination]:
    nearby: dict[Destination, list[Destination]] = {}
    for a, b, _ in ways:
        nearby.setdefault(a if forward else b, []).append(b if forward else a)
    found, queue = {start}, deque([start])
    while queue:
        for other in nearby.get(queue.popleft(), ()):
            if other not in found:
                found.add(other)
                queue.append(other)
    return found


def _in_order(ways: list[_Edge]) -> list[Destination]:
    return list(dict.fromkeys(end for way in ways for end in way[:2]))


def _columns(order: list[Destination], ways: list[_Edge]) -> dict[Destination, int]:
    """As far right as the longest way to it; a way that leads back does not count."""
    columns = dict.fromkeys(order, 0)
    onward: dict[Destination, list[Destination]] = {d: [] for d in order}
    for start, end, _ in ways:
        onward[start].append(end)
    entered = {end for _, end, _ in ways}

    def push(at: Destination, column: int, passed: tuple[Destination, ...]) -> None:
        if at in passed or (column <= columns[at] and column):
            return
        columns[at] = column
        for end in onward[at]:
            push(end, column + 1, (*passed, at))

    for root in [d for d in order if d not in entered] or order[:1]:
        push(root, 0, ())
    return columns


def _rows(order: list[Destination], ways: list[_Edge], columns: Mapping[Destination, int]) -> dict[Destination, int]:
    """Column by column: near the boxes that lead there, never two in one place."""
    rows: dict[Destination, int] = {}
    for column in range(max(columns.values()) + 1):
        wanted = []
        for place, box in enumerate(d for d in order if columns[d] == column):
            before = [rows[a] for a, b, _ in ways if b == box and a in rows]
            wanted.append((min(before) if before else place, place, box))
        free = 0
        for row, _, box in sorted(wanted, key=lambda entry: entry[:2]):
            rows[box] = max(row, free)
            free = rows[box] + 1
    return rows


def _key(destination: Destination) -> str:
    return f"hangup:{destination.number}" if destination.kind == "hangup" else str(destination)


def _named(snapshot: CompanySnapshot, destination: Destination) -> tuple[str, str]:
    """What kind of thing it is, and its name."""
    word = "Rota de Entrada" if destination.kind == INBOUND else WORDS[destination.kind]
    if destination.kind == INBOUND:
        route = next((r for r in snapshot.inbound.values() if r.id == destination.id), None)
        return word, f"{route.name} · {shown(route.did)}" if route else "(já não existe)"
    if destination.kind == "extension":
        station = snapshot.by_id.get(destination.id)
        return word, station.shown if station else "(já não existe)"
    if destination.kind == "hangup":
        return "Fim", word
    tables: dict[str, Mapping[int, object]] = {
        "queue": snapshot.queues,
        "ivr": snapshot.ivrs,
        "schedule": snapshot.schedules,
        "announcement": snapshot.announcements,
    }
    return word, getattr(tables.get(destination.kind, {}).get(destination.id), "name", "(já não existe)")
