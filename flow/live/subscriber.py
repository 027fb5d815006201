"""Who listens on a live socket, and what of all that happens is theirs to hear."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from flow.access.actor import Actor
from flow.live.queue_view import QueueView

_BACKLOG = 256


@dataclass(eq=False)
class Subscriber:
    """One browser's live socket. `extensions` and `people`: those in reach; None for all of the company."""

    actor: Actor
    extensions: frozenset[int] | None
    people: frozenset[int] | None = None
    queue: asyncio.Queue[dict[str, Any]] = field(default_factory=lambda: asyncio.Queue(_BACKLOG))
    view: QueueView = field(default_factory=QueueView)

    def tell(self, event: dict[str, Any]) -> None:
        """Too slow to take it: everything that waits gives way to one new snapshot."""
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait({"type": "resync"})

    def hears(self, event: dict[str, Any]) -> bool:
        kind = event["type"]
        if kind == "telephony":
            return True
        if kind.startswith("node."):
            return self.actor.can("node.view")
        if event.get("company_id") != self.actor.company_id:
            return False
        if kind.startswith("call."):
            return self.actor.can("call.view") and self._took_part(event)
        if kind == "registration.changed":
            own = event.get("extension_id") == self.actor.extension_id
            return own or (self.actor.can("extension.view") and self._reaches(event, "extension_id"))
        if kind == "trunk.state":
            return self.actor.can("trunk.view")
        if kind == "phone.held":
            return event.get("extension_id") == self.actor.extension_id
        return kind == "company.synced"

    def _reaches(self, event: dict[str, Any], *names: str) -> bool:
        return self.extensions is None or any(event.get(name) in self.extensions for name in names)

    def _took_part(self, event: dict[str, Any]) -> bool:
        """As the list of calls judges it (`access.reach`): by person, not by the extension that one has at the time."""
        sides = (event.get("caller_user_id"), event.get("callee_user_id"))
        return self.people is None or any(side in self.people for side in sides)

    def reaches_member(self, key: str) -> bool:
        """A member of a queue, "user:3" or "extension:7"."""
        kind, _, number = key.partition(":")
        within = self.people if kind == "user" else self.extensions
        return within is None or int(number) in within
