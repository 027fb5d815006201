"""Plays an Anúncio: its audios one after the other, to their ends."""

from typing import TYPE_CHECKING

from flow.engine.stage import LONGER_THAN_ITS_SOUND, Stage
from flow.routing.snapshot import AudioPlan

if TYPE_CHECKING:
    from flow.engine.call import CallSession


async def announce(session: "CallSession", audios: tuple[AudioPlan, ...]) -> None:
    """Raises Over when the caller leaves."""
    stage = Stage(session)
    await stage.open()
    for number, audio in enumerate(audios):
        tag = str(number)
        if not await stage.play(tag, audio):
            continue
        with session.inbox.within(audio.ms / 1000 + LONGER_THAN_ITS_SOUND) as deadline:
            while True:
                event = await session.caller_event()
                if stage.ended(event) == tag or (event["type"] == "Deadline" and event["of"] is deadline):
                    break
