"""Leads one caller through what the company configured. The routing core decides where to; this carries it out."""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from flow.acd.commands import Leave
from flow.clock import now
from flow.engine import announcement, menu
from flow.engine.ending import Over, Side
from flow.engine.waiting import QueueWait
from flow.routing import journey
from flow.routing.destination import HANGUP, Destination
from flow.routing.ivr import SurveyMachine, machine_of
from flow.routing.reasons import announced, graded
from flow.routing.snapshot import AnnouncementPlan, IvrPlan, QueuePlan

if TYPE_CHECKING:
    from flow.engine.call import CallSession


class Itinerary:
    def __init__(self, session: "CallSession") -> None:
        self._session = session
        self._record = session.record

    async def follow(self, at: journey.Hop) -> None:
        """Always raises Over."""
        while True:
            for line in at.told:
                self._record.step(line.kind, line.text, **line.detail)
            match at:
                case journey.HangUp(result=result):
                    await self._session.end_with(result)
                case journey.RingStation(station=station):
                    await self._session.ring_station(station)
                case journey.PlayThen(announcement=plan):
                    at = await self._play(plan, at.hops)
                case journey.Menu(ivr=plan):
                    at = await self._ask(plan, at.hops)
                case journey.Wait(queue=queue):
                    at = await self._wait(queue, at.hops)

    async def _play(self, plan: AnnouncementPlan, hops: int) -> journey.Hop:
        self._record.enters("announcing")
        try:
            await announcement.announce(self._session, plan.audios)
        except Over:
            text = f"{announced(plan)}; a chamada terminou antes do fim dele."
            self._record.step("announcement", text, announcement=plan.id)
            raise
        return self._hop(plan.after, announced(plan), "announcement", {"announcement": plan.id}, hops)

    async def _ask(self, plan: IvrPlan, hops: int) -> journey.Hop:
        self._record.enters("menu")
        goto = await menu.Menu(self._session, machine_of(plan, self._session.snapshot)).run()
        return self._hop(goto.destination, goto.why, "ivr", goto.detail, 0 if goto.by_caller else hops)

    async def _wait(self, plan: QueuePlan, hops: int) -> journey.Hop:
        """Where the call goes when nobody took it. Raises Over after a conversation, and when the caller gives up."""
        desk = self._session.office.desk(self._record.company_id)
        wait = QueueWait(self._session, plan, desk)
        outcome = await wait.run()
        if isinstance(outcome, Leave):
            return self._hop(
                outcome.destination, f'Fila "{plan.name}": {outcome.why}', "queue", {"queue": plan.id}, hops
            )
        await self.talk(plan, wait.segment)
        raise AssertionError("a conversation ends with Over")

    async def talk(self, plan: QueuePlan, segment: int) -> None:
        """With a member of the queue, and the survey after it. Always raises Over."""
        try:
            await self._session.talk()
        except Over as over:
            await self._after_the_conversation(plan, segment, over)
            raise

    async def _after_the_conversation(self, plan: QueuePlan, segment: int, over: Over) -> None:
        session = self._session
        self._record.conversation_over(segment)
        session.member_free()
        if plan.survey is None or over.by is not Side.CALLEE or not session.caller_stays:
            return
        self._record.enters("survey")
        self._record.step(
            "survey", f'Quem atendeu desligou; quem ligou ouve a pesquisa "{plan.survey.name}".', ivr=plan.survey.id
        )
        await session.office.pbx.leave(session.bridge, session.caller_channel)
        asked = menu.Menu(session, SurveyMachine(plan.survey))
        try:
            goto = await asked.run()
        except Over:
            self._record.step("survey", "Quem ligou desligou sem terminar a pesquisa.", ivr=plan.survey.id)
            return
        if asked.grade is not None:
            self._record.graded(segment, asked.grade)
            self._record.step("survey", f"{graded(asked.grade)}.", ivr=plan.survey.id, grade=asked.grade)
        if goto.destination != HANGUP:
            with suppress(Over):  # however that ends: the call was the conversation
                await self.follow(self._hop(goto.destination, goto.why, "survey", goto.detail, 0))

    def _hop(self, to: Destination, why: str, kind: str, detail: dict[str, object], hops: int) -> journey.Hop:
        return journey.hop(self._session.snapshot, to, _moment(), why=why, kind=kind, detail=detail, hops=hops)


def first_hop(session: "CallSession") -> journey.Hop | None:
    """For a number that is no extension's: a queue's. None where the way between extensions applies."""
    queue = session.snapshot.queue_by_number.get(session.record.dialled)
    if queue is None:
        return None
    why = f"Número interno {session.record.dialled}"
    return journey.hop(session.snapshot, Destination("queue", queue.id), _moment(), why=why, kind="dialled")


def _moment() -> datetime:
    return now()
