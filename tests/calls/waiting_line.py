"""A queue that calls wait in, and what the tests ask about it and about the records of its calls."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from flow.catalog.call import Call, CallSegment
from flow.db import platform_session
from tests.calls.site import Company, Site, wait_for


@dataclass
class Line:
    """As the engine shows it."""

    site: Site
    company: Company
    id: int
    number: str
    name: str

    def change(self, **values: object) -> None:
        self.company.edit("queue", self.id, **values)
        self.company.in_service()

    def shown(self) -> dict[str, Any]:
        return next(row for row in self.site.ask(f"/queues?company_id={self.company.id}") if row["id"] == self.id)

    def states(self) -> list[str]:
        """Of the members, in board order."""
        return [member["state"] for member in self.shown()["members"]]

    def becomes(self, *states: str, seconds: float = 5.0) -> None:
        wait_for(lambda: self.states() == list(states), seconds, lambda: f"{self.shown()}\n{self.site.last_words()}")

    def waiting(self, number: int, seconds: float = 5.0) -> None:
        wait_for(lambda: self.shown()["waiting"] == number, seconds, lambda: f"{self.shown()}")

    def pause(self, user_id: int, reason: str) -> None:
        self.site.ask("/queues/presence", {"company_id": self.company.id, "key": f"user:{user_id}", "reason": reason})

    def present(self, user_id: int, logged_in: bool) -> None:
        body = {"company_id": self.company.id, "queue_id": self.id, "key": f"user:{user_id}", "logged_in": logged_in}
        self.site.ask("/queues/presence", body)


def rows(call: Call) -> list[CallSegment]:
    with platform_session() as db:
        query = select(CallSegment).where(CallSegment.call_id == call.id).order_by(CallSegment.position)
        return list(db.exec(query))


def segments(call: Call) -> list[tuple[str, str | None]]:
    return [(row.name[:4], row.result) for row in rows(call)]


def nothing_is_left(site: Site, company: Company) -> None:
    """No call, channel or bridge of this company."""
    wait_for(lambda: site.ask(f"/calls?company_id={company.id}") == [], 10)
    own = {call.id for call in site.calls(company.id)}
    wait_for(lambda: f"PJSIP/f{company.id}-" not in site.node.command("core show channels concise"), 10)
    wait_for(lambda: not own & set(site.node.command("bridge show all").split()), 10)
