"""An application of the tests' own on the node: it calls telephones and lets them hear something."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from flow.engine.media import Media, warmer
from flow.engine.pbx.ari import Ari, AriError, Event
from tests.calls.phone import Phone
from tests.calls.sip import called
from tests.calls.site import Site

APP = "probe"


class Probe:
    def __init__(self, site: Site, ari: Ari) -> None:
        self._site = site
        self.ari = ari
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self.channels: list[str] = []

    def media(self, *, over_http: bool) -> Media:
        folder = self._site.settings.data_dir / "media"
        if not over_http:
            return Media(folder)
        return Media(folder, self._site.settings.node_url("sounds"), warmer(self.ari))

    async def calls(self, phone: Phone, port: int, number: int = 1) -> list[str]:
        """Channels of so many calls to one telephone, once all are answered."""
        target = f"PJSIP/{phone.account.user}/sip:{phone.account.user}@{phone.address}:{port}"
        new = [f"probe-{len(self.channels) + n}-{id(self)}" for n in range(number)]
        self.channels += new
        begin = (self.ari("channels.originateWithId", channelId=c, endpoint=target, app=APP) for c in new)
        await asyncio.gather(*begin)
        waiting = set(new)
        async with asyncio.timeout(20):
            while waiting:
                event = await self._events.get()
                if event["type"] == "StasisStart":
                    waiting.discard(event["channel"]["id"])
        return new

    async def play(self, channel: str, uri: str) -> None:
        await self.ari("channels.play", channelId=channel, media=uri)

    async def play_music(self, channel: str, name: str) -> None:
        await self.ari("channels.startMoh", channelId=channel, mohClass=name)

    async def stop_music(self, channel: str) -> None:
        await self.ari("channels.stopMoh", channelId=channel)

    def heard_of(self, event: Event) -> None:
        self._events.put_nowait(event)


@asynccontextmanager
async def probe(site: Site) -> AsyncIterator[Probe]:
    ari = Ari(site.settings.ari_base, site.settings.ari_user, site.settings.ari_secret)
    new = Probe(site, ari)
    opened = asyncio.Event()

    async def ready() -> None:
        await ari.open()
        opened.set()

    listening = asyncio.create_task(ari.socket(APP).run(ready, new.heard_of, lambda _reason: None))
    try:
        await asyncio.wait_for(opened.wait(), 10)
        yield new
    finally:
        for channel in new.channels:
            with suppress(AriError):
                await ari("channels.hangup", channelId=channel)
        listening.cancel()
        await ari.close()


def run(site: Site, story: Callable[[Probe], Awaitable[None]]) -> None:
    async def told() -> None:
        async with probe(site) as new:
            await story(new)

    asyncio.run(told())


def answers_many(phone: Phone, ports: list[int], folder: Path, sip_port: int) -> "subprocess.Popen[bytes]":
    """One SIPp that answers as many calls as there are `ports`, each call's sound going to one of them."""
    scenario, fields = folder / "many.xml", folder / "ports.csv"
    scenario.write_text(called().answers().is_hung_up_on().xml().replace("[rtp_port]", "[field0]"))
    fields.write_text("SEQUENTIAL\n" + "".join(f"{port}\n" for port in ports))
    command = [
        "sipp", f"127.0.0.1:{phone.site.settings.sip_port}", "-sf", str(scenario), "-inf", str(fields),
        "-i", phone.address, "-p", str(sip_port), "-m", str(len(ports)), "-nostdin", "-key", "user", phone.account.user,
    ]  # fmt: skip
    with (folder / "many.out").open("wb") as sink:
        return subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT, cwd=folder)
