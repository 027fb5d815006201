"""What one caller hears while no person talks: prompts one at a time, music, and the keys pressed meanwhile."""

import contextlib
from typing import TYPE_CHECKING

from flow.engine.pbx.ari import AriError, Event, Gone
from flow.routing.snapshot import AudioPlan

if TYPE_CHECKING:
    from flow.engine.call import CallSession

LONGER_THAN_ITS_SOUND = 10.0
"""Seconds over an audio's own length after which its end is no longer waited for."""


class Stage:
    """One caller's. A prompt's tag stands in its playback's id, so that a late event is known as late."""

    def __init__(self, session: "CallSession") -> None:
        self._session = session
        self._pbx = session.office.pbx
        self._number = session.next_stage()
        self.music = False
        self._said: list[str] = []

    async def open(self) -> None:
        """The caller is connected to us: without that a carrier lets neither keys nor long prompts through."""
        await self._session.pick_up()

    async def play(self, tag: str, audio: AudioPlan) -> bool:
        """Whether it plays; its end comes as an event that `ended` knows."""
        session = self._session
        await self.silence()
        media = await session.office.media.uri(session.record.company_id, audio.hash)
        if media is None:
            session.record.step("sound-missing", f'O áudio "{audio.name}" não está mais no servidor.', audio=audio.id)
            return False
        try:
            await self._pbx.play(session.caller_channel, self._playback(tag), media)
        except Gone:
            return False  # the caller's own end is on its way as an event
        except AriError:
            session.record.step("sound-failed", f'O áudio "{audio.name}" não pôde ser tocado.', audio=audio.id)
            return False
        return True

    async def stop(self, tag: str) -> None:
        await self._pbx.stop_playback(self._playback(tag))

    async def play_music(self, music: str) -> None:
        try:
            await self._pbx.start_music(self._session.caller_channel, music)
            self.music = True
        except Gone:
            return

    async def say(self, prompt: str) -> str:
        """One of the node's own prompts, after whatever is being said. Its tag, for who waits for its end."""
        tag = f"say{len(self._said)}"
        self._said.append(self._playback(tag))
        with contextlib.suppress(AriError):
            await self._pbx.play(self._session.caller_channel, self._playback(tag), f"sound:fluxo/{prompt}")
        return tag

    async def hush(self) -> None:
        """At once: what is still to be said comes last first, or the next would begin."""
        for playback in reversed(self._said):
            await self._pbx.stop_playback(playback)
        self._said.clear()

    async def silence(self) -> None:
        if self.music:
            self.music = False
            await self._pbx.stop_music(self._session.caller_channel)

    def ended(self, event: Event) -> str:
        """The tag of the prompt that this event ends; empty for any other event."""
        if event["type"] != "PlaybackFinished":
            return ""
        own, _, tag = str(event["playback"]["id"]).rpartition(".")
        return tag if own == self._prefix() else ""

    def key(self, event: Event) -> str:
        """The caller's key; empty for any other event."""
        if event["type"] != "ChannelDtmfReceived" or event["channel"]["id"] != self._session.caller_channel:
            return ""
        return str(event["digit"])

    def _playback(self, tag: str) -> str:
        return f"{self._prefix()}.{tag}"

    def _prefix(self) -> str:
        return f"{self._session.id}.s{self._number}"
