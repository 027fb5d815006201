"""The queues for whoever looks at them: asked of the engine when something changed, at most twice a second."""

import asyncio
from collections.abc import Collection

import structlog

from flow.errors import FlowError
from flow.live.engine_client import EngineClient
from flow.live.queue_view import BOARD, MINE, Card, narrowed, places_of
from flow.live.subscriber import Subscriber

log = structlog.get_logger(__name__)
GAP_S = 0.5
RETRY_S = 2.0


class QueueWatch:
    """One for a web process. The engine is asked once for all browsers of a company, and not at all without any."""

    def __init__(self, client: EngineClient, subscribers: Collection[Subscriber]) -> None:
        self._client = client
        self._subscribers = subscribers
        self._due: set[int] = set()
        self._telling: dict[int, asyncio.Task[None]] = {}

    def watch(self, subscriber: Subscriber, topics: frozenset[str]) -> None:
        """What this browser looks at from now on; of what is new it gets a snapshot first."""
        allowed = {MINE} | ({BOARD} if subscriber.actor.can("queue.view") else set())
        subscriber.view.watch(topics & allowed)
        if subscriber.view.fresh:
            self.changed(subscriber.actor.company_id)

    def start_over(self, subscriber: Subscriber) -> None:
        """It may have missed something: everything it looks at comes anew."""
        subscriber.view.start_over()
        self.changed(subscriber.actor.company_id)

    def changed(self, company_id: int | None) -> None:
        """At once if it has been quiet, else when the gap is over; any number of changes in it are one."""
        if company_id is None or not self._audience(company_id):
            return
        self._due.add(company_id)
        if company_id not in self._telling:
            self._telling[company_id] = asyncio.create_task(self._tell_while_due(company_id))

    def _audience(self, company_id: int) -> list[Subscriber]:
        return [one for one in self._subscribers if one.actor.company_id == company_id and one.view.topics]

    async def _tell_while_due(self, company_id: int) -> None:
        try:
            while company_id in self._due:
                self._due.discard(company_id)
                told = await self._tell(company_id)
                await asyncio.sleep(GAP_S if told else RETRY_S)
                if not told:
                    self.changed(company_id)
        finally:
            del self._telling[company_id]

    async def _tell(self, company_id: int) -> bool:
        """Whether the engine answered."""
        try:
            cards = await self._client.queues(company_id)
        except FlowError:
            log.info("queues not known", company_id=company_id)
            return False
        places = places_of(cards)
        for subscriber in self._audience(company_id):
            for event in news_for(subscriber, cards, places):
                subscriber.tell(event)
        return True


def news_for(subscriber: Subscriber, cards: list[Card], places: dict[str, Card]) -> list[Card]:
    """What of the company's queues this browser is still to hear. `places`: those of all people in `cards`."""
    actor, view = subscriber.actor, subscriber.view
    board: list[Card] = []
    if BOARD in view.topics:
        callers = actor.can("call.view")
        board = [narrowed(card, subscriber.reaches_member, callers=callers) for card in cards]
    return view.news(board, places.get(f"user:{actor.user_id}"))
