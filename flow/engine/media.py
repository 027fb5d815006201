"""Where the node finds a company's sounds: on the disk in common, or at the engine's own HTTP, fetched beforehand."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from flow.engine.pbx.ari import Ari, AriError, Gone

_LOOK_SECONDS = 0.02
_FETCH_SECONDS = 10.0

Warm = Callable[[str], Awaitable[None]]


class Media:
    """`base` and `warm` are for a node without our disk: where it fetches sounds, and how one is fetched at once."""

    def __init__(self, folder: Path, base: str = "", warm: Warm | None = None) -> None:
        self._folder = folder
        self._base = base
        self._warm = warm
        self._fetches: dict[str, asyncio.Future[None]] = {}

    async def uri(self, company_id: int, name: str) -> str | None:
        """What ARI plays for the file with this hash, ready to be heard from its start; None when it is not there."""
        path = self._folder / str(company_id) / f"{name}.wav"
        if not path.exists():
            return None
        if self._warm is None:
            return f"sound:{path.with_suffix('')}"
        url = f"{self._base}/{company_id}/{name}.wav"
        await self._fetched(url)
        return f"sound:{url}"

    def forget(self) -> None:
        """The node may have lost what it had fetched."""
        self._fetches = {url: fetch for url, fetch in self._fetches.items() if not fetch.done()}

    async def _fetched(self, url: str) -> None:
        """Once for all who wait: of two channels that fetch one address, Asterisk gives the second nothing to play."""
        if url not in self._fetches:
            assert self._warm is not None
            self._fetches[url] = asyncio.ensure_future(self._warm(url))
        fetch = self._fetches[url]
        try:
            await asyncio.shield(fetch)
        except (AriError, TimeoutError):
            if self._fetches.get(url) is fetch:
                del self._fetches[url]  # the next caller tries again; this one plays what Asterisk gets by itself


def warmer(ari: Ari) -> Warm:
    """Lets a node play a sound to nobody, which puts it into its cache."""

    async def warm(url: str) -> None:
        bridge = f"warm-{secrets.token_hex(8)}"
        playback = f"{bridge}-play"
        await ari("bridges.createWithId", bridgeId=bridge, type="mixing")
        try:
            await ari("bridges.playWithId", bridgeId=bridge, playbackId=playback, media=f"sound:{url}")
            async with asyncio.timeout(_FETCH_SECONDS):
                while (await ari("playbacks.get", playbackId=playback))["state"] == "queued":  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK_SECONDS)
            await ari("playbacks.stop", playbackId=playback)
        except Gone:
            pass  # so short that it is over
        finally:
            await ari("bridges.destroy", bridgeId=bridge)

    return warm
