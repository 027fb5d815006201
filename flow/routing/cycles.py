"""Ways through the configuration that lead back to themselves without the caller's doing. No save may make one."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from flow.routing.destination import Destination
from flow.routing.journey import named
from flow.routing.snapshot import CompanySnapshot


def cycles(snapshot: CompanySnapshot) -> list[list[Destination]]:
    """Automatic cycles, each from one destination round to the same again. Empty when every call comes to an end."""
    return cycles_in(automatic(snapshot))


def automatic(snapshot: CompanySnapshot) -> dict[Destination, tuple[Destination, ...]]:
    """Where each destination may send a caller who does nothing. The keys of a URA are the caller's own doing."""
    ways: dict[Destination, tuple[Destination, ...]] = {}
    for schedule in snapshot.schedules.values():
        ways[Destination("schedule", schedule.id)] = (schedule.inside, schedule.outside)
    for announcement in snapshot.announcements.values():
        ways[Destination("announcement", announcement.id)] = (announcement.after,)
    for ivr in snapshot.ivrs.values():
        ways[Destination("ivr", ivr.id)] = (ivr.exceeded_to,)
    for queue in snapshot.queues.values():
        empty = () if queue.empty_rule == "wait" else (queue.empty_to,)
        ways[Destination("queue", queue.id)] = (queue.overflow, *empty)
    return ways


def cycles_in(ways: Mapping[Destination, Iterable[Destination]]) -> list[list[Destination]]:
    """One cycle for each edge that has to go before none is left."""
    left = {start: dict.fromkeys(ends) for start, ends in ways.items()}
    found: list[list[Destination]] = []
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            cycle: list[Destination] = error.args[1][::-1]  # the sorter reads an edge as "comes after"
            found.append(cycle)
            del left[cycle[0]][cycle[1]]
        else:
            return found


def cycle_words(snapshot: CompanySnapshot, cycle: Iterable[Destination]) -> str:
    """The error for a save."""
    way = " → ".join(named(snapshot, stop) for stop in cycle)
    return f"A chamada daria voltas sem fim: {way}. Mude um destes destinos."
