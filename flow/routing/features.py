"""Feature codes: what an extension dials to change something of its own, and to reach nobody."""

from collections.abc import Collection
from dataclasses import dataclass

from flow.routing.snapshot import CompanySnapshot, Station

QUEUES_CODE = "*45"
"""In to all of one's queues, or out of them."""


@dataclass(frozen=True, slots=True)
class QueueToggle:
    """`key` goes into (`enters`) or out of `queues` (ids); none for somebody who is an agent of no queue."""

    key: str
    queues: tuple[int, ...]
    enters: bool
    why: str


def toggle_queues(
    snapshot: CompanySnapshot, caller: Station | None, logged_in: Collection[tuple[int, str]]
) -> QueueToggle:
    """`logged_in`: queue id and member key. Whoever is in any queue leaves all: a code dialled on the way home."""
    found = [
        (queue, member.key)
        for queue in snapshot.queues.values()
        for member in queue.members
        if caller is not None and member.station_id == caller.id and member.key.startswith("user:")
    ]
    if not found:
        return QueueToggle("", (), False, "Quem discou não é agente de nenhuma fila.")
    key = found[0][1]
    own = [queue for queue, of in found if of == key]
    enters = not any((queue.id, key) in logged_in for queue in own)
    names = ", ".join(f'"{queue.name}"' for queue in own)
    return QueueToggle(
        key, tuple(queue.id for queue in own), enters, f"{'Entrou em' if enters else 'Saiu de'} {names}."
    )
