"""Plays an Anúncio: its audios one after the other, to their ends."""

from typing import TYPE_CHECKING

from flow.engine.stage import LONGER_THAN_ITS_SOUND, Stage
from flow.routing.snapshot import AudioPlan

if TYPE_CHECKING:
    from flow.engine.call import CallSession

_NEWS_SECONDS = 1.0


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
                if stage.ended(event) == tag:
                    if event["playback"]["state"] == "failed":
                        await _unless_left(session)
                    break
                if event["type"] == "Deadline" and event["of"] is deadline:
                    break


async def _unless_left(session: "CallSession") -> None:
    """A caller who leaves ends what plays as well, and Asterisk tells of that first. Raises Over."""
    with session.inbox.within(_NEWS_SECONDS) as deadline:
        while True:
            event = await session.caller_event()
            if event["type"] == "Deadline" and event["of"] is deadline:
                return
