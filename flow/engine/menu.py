"""Plays a URA to one caller: the machine decides, this plays its prompts and counts its time."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flow.engine.stage import LONGER_THAN_ITS_SOUND, Stage
from flow.routing.ivr import (
    Act,
    CancelTimer,
    Event,
    Goto,
    Graded,
    IvrMachine,
    Key,
    Play,
    PromptEnded,
    StartTimer,
    StopPrompt,
    Tell,
    TimedOut,
)

if TYPE_CHECKING:
    from flow.engine.call import CallSession


class Menu:
    """One walk of one caller. `grade` is what a survey was answered with."""

    def __init__(self, session: "CallSession", machine: IvrMachine) -> None:
        self._session = session
        self._machine = machine
        self._stage = Stage(session)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.grade: int | None = None

    async def run(self) -> Goto:
        """Raises Over when the caller leaves."""
        try:
            await self._stage.open()
            acts = self._machine.start()
            while (goto := await self._perform(acts)) is None:
                acts = self._machine.on(await self._next())
            return goto
        finally:
            for timer in self._timers.values():
                timer.cancel()

    async def _next(self) -> Event:
        while True:
            event = await self._session.caller_event()
            if key := self._stage.key(event):
                return Key(key)
            if tag := self._stage.ended(event):
                return PromptEnded(tag)
            if event["type"] == "Deadline" and isinstance(event["of"], PromptEnded | TimedOut):
                return event["of"]

    async def _perform(self, acts: Sequence[Act]) -> Goto | None:
        for act in acts:
            match act:
                case Play(tag, audio):
                    if not await self._stage.play(tag, audio):
                        self._later(0.0, PromptEnded(tag))
                    else:  # should its end never be told, the caller goes on all the same
                        self._later(audio.ms / 1000 + LONGER_THAN_ITS_SOUND, PromptEnded(tag))
                case StopPrompt(tag):
                    await self._stage.stop(tag)
                case StartTimer(tag, seconds):
                    self._later(seconds, TimedOut(tag))
                case CancelTimer(tag):
                    self._cancel(tag)
                case Tell(text, detail):
                    self._session.record.step("ivr", text, **detail)
                case Graded(grade):
                    self.grade = grade
                case Goto():
                    return act
        return None

    def _later(self, seconds: float, of: PromptEnded | TimedOut) -> None:
        self._cancel(of.tag)
        self._timers[of.tag] = self._session.inbox.after(seconds, of)

    def _cancel(self, tag: str) -> None:
        if timer := self._timers.pop(tag, None):
            timer.cancel()
