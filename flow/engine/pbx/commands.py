"""What the engine asks of a node, in its own words. Each may raise AriError; `Gone` is part of every hang-up."""

import asyncio
import contextlib
import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import structlog

from flow.engine.pbx.ari import Ari, AriError, Command, Gone

log = structlog.get_logger(__name__)

CALLS_APP = "flow"
PHONES_APP = "flow-phones"
"""Registrations have an application of their own: an endpoint subscription brings every channel event twice."""

NOBODY = "flow-nobody"
NOWHERE = "sip:nobody@127.0.0.1:9"
_AORS_SECONDS = 60.0
_LOOK_SECONDS = 0.01

CALL_LIMIT_SECONDS = 4 * 3600
LEG_VARIABLES = {
    "PJSIP_TRANSFER_HANDLING()": "ari-only",  # a REFER is the engine's to carry out
    "TIMEOUT(absolute)": str(CALL_LIMIT_SECONDS),  # the last resort, should nobody hang up
    "CALLERID(name-valid)": "0",
    "CALLERID(num-valid)": "0",
}
"""For the channels that the engine creates; callers get the same in extensions.conf, but for the last two: when a leg
with a name is dialled, Asterisk tells the caller of it, by a re-INVITE of its own if the answer overtakes that. We have
told the caller before, and a leg gets its name when it becomes somebody's caller."""
_SHOWN_TO_CALLER = "MASTER_CHANNEL(CONNECTEDLINE(all,i))"
"""Set with a leg, it reaches the channel that the call began with: no request of its own. `i`: said with the next
answer to the caller's INVITE, the one that tells of ringing, and not by a message of its own."""
_SHOWN_TO_LEG = "CONNECTEDLINE(all,i)"

UNHEARD = (
    "ApplicationMoveFailed", "BridgeAttendedTransfer", "BridgeBlindTransfer", "BridgeCreated", "BridgeDestroyed",
    "BridgeMerged", "BridgeVideoSourceChanged", "ChannelCallerId", "ChannelConnectedLine", "ChannelCreated",
    "ChannelDialplan", "ChannelEnteredBridge", "ChannelHangupRequest", "ChannelLeftBridge",
    "ChannelToneDetected", "ChannelUsereventx", "ChannelVarset", "DeviceStateChanged", "Dial", "EndpointStateChange",
    "PeerStatusChange", "PlaybackStarted",
)  # fmt: skip
"""Nobody listens to these. Not a list of what is wanted: that would swallow new kinds unseen."""


class Pbx:
    def __init__(self, ari: Ari) -> None:
        self.ari = ari

    # The node

    async def startup_time(self) -> str:
        return str((await self.ari("asterisk.getInfo", only="status"))["status"]["startup_time"])

    async def version(self) -> str:
        return str((await self.ari("asterisk.getInfo", only="system"))["system"]["version"])

    async def listen_to_calls(self) -> None:
        disallowed = [{"type": kind} for kind in UNHEARD]
        await self.ari("applications.filter", applicationName=CALLS_APP, filter={"disallowed": disallowed})

    async def listen_to_phones(self) -> None:
        await self._make_nobody()
        allowed = [{"type": "ContactStatusChange"}]
        await self.ari("applications.filter", applicationName=PHONES_APP, filter={"allowed": allowed})
        await self.ari("applications.subscribe", applicationName=PHONES_APP, eventSource="endpoint:PJSIP")

    async def _make_nobody(self) -> None:
        """Asterisk knows no technology PJSIP, and refuses to be subscribed to it, before the first endpoint exists."""
        password = secrets.token_urlsafe(24)
        await self.put_object("auth", NOBODY, (("auth_type", "userpass"), ("username", NOBODY), ("password", password)))
        links = (("auth", NOBODY), ("aors", NOBODY))
        await self.put_object("endpoint", NOBODY, (*links, ("context", NOBODY), ("allow", "!all,ulaw")))

    async def endpoints(self) -> list[dict[str, Any]]:
        try:
            return list(await self.ari("endpoints.listByTech", tech="PJSIP"))
        except Gone:
            return []  # none has been pushed yet

    async def wait_until_aors_are_seen(self) -> None:
        """Until Asterisk has looked at every AOR put so far, which it does later, one after the other.

        Nobody's AOR comes or goes at the end of that queue, and once it is seen there, nobody's endpoint has another
        state. Nothing is sent to its contact.
        """
        there = await self._nobody_is_online()
        if there:
            await self.delete_object("aor", NOBODY)
        else:
            await self.put_object("aor", NOBODY, (("contact", NOWHERE), ("qualify_frequency", "0")))
        try:
            async with asyncio.timeout(_AORS_SECONDS):
                while await self._nobody_is_online() == there:  # noqa: ASYNC110 - no event tells of it
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            log.warning("the node still looks at new telephones", seconds=_AORS_SECONDS)

    async def _nobody_is_online(self) -> bool:
        found = await self.ari("endpoints.get", tech="PJSIP", resource=NOBODY)
        return bool(found["state"] == "online")

    async def channels(self) -> list[dict[str, Any]]:
        return list(await self.ari("channels.list"))

    async def bridges(self) -> list[dict[str, Any]]:
        return list(await self.ari("bridges.list"))

    async def header(self, channel: str, name: str) -> str:
        """Of the INVITE that brought the channel; "" if it has none."""
        found = await self.ari("channels.getChannelVar", channelId=channel, variable=f"PJSIP_HEADER(read,{name})")
        return str(found["value"])

    # Configuration

    async def put_object(self, kind: str, name: str, fields: Iterable[tuple[str, str]]) -> None:
        """Values are strings by type: anything else in this body ends the Asterisk process."""
        body = [{"attribute": attribute, "value": str(value)} for attribute, value in fields]
        await self.ari("asterisk.updateObject", configClass="res_pjsip", objectType=kind, id=name, fields=body)

    async def delete_object(self, kind: str, name: str) -> None:
        with contextlib.suppress(Gone):
            await self.ari("asterisk.deleteObject", configClass="res_pjsip", objectType=kind, id=name)

    async def read_object(self, kind: str, name: str) -> dict[str, str] | None:
        try:
            fields = await self.ari("asterisk.getObject", configClass="res_pjsip", objectType=kind, id=name)
        except Gone:
            return None
        return {field["attribute"]: field["value"] for field in fields}

    # Calls. What belongs together goes in one piece: each saved wake-up of a thread of Asterisk's counts.

    async def begin(
        self,
        bridge: str,
        caller: str,
        legs: Sequence[tuple[str, str]],
        *,
        ring: bool,
        shown: str,
        heard_as: str = "",
    ) -> list[Any]:
        """Creates the bridge and every leg (channel id, dial string); for each leg None, or why there is none.

        `shown`: name and number of who is called, for the caller's telephone; empty if it knows. `heard_as`: of the
        caller, for the telephones that ring; to be dialled without the caller's `own_name`.

        A leg enters the application at once, in state Down; everything else about it waits for its StasisStart.
        """
        commands: list[Command] = [("channels.ring", {"channelId": caller})] if ring else []
        commands.append(("bridges.createWithId", {"bridgeId": bridge, "type": "mixing"}))
        commands += [("channels.create", _leg(leg, target, caller, shown, heard_as)) for leg, target in legs]
        outcomes = (await self.ari.together(*commands))[-len(legs) :]
        return [outcome if isinstance(outcome, AriError) else None for outcome in outcomes]

    async def dial(self, leg: str, caller: str, seconds: int, *, into: str = "", own_name: bool = True) -> bool:
        """Lets a leg ring. With a bridge to ring `into`, caller and leg are joined before: Asterisk itself then carries
        ringing, early sound and the answer to the caller. Whether they are joined."""
        named = {"caller": caller} if own_name else {}  # its name and number take the place of what the leg has
        dial: Command = ("channels.dial", {"channelId": leg, "timeout": seconds, **named})
        if not into:
            await self.ari(dial[0], **dial[1])
            return False
        joined, dialled = await self.ari.together(_join(into, caller, leg), dial)
        if isinstance(dialled, AriError):
            raise dialled
        return not isinstance(joined, AriError)

    async def connect(self, bridge: str, caller: str, leg: str, *, answer: bool) -> None:
        first = "channels.answer" if answer else "channels.ringStop"
        for outcome in await self.ari.together((first, {"channelId": caller}), _join(bridge, caller, leg)):
            if isinstance(outcome, AriError):
                raise outcome

    async def connect_waiting(self, bridge: str, caller: str, leg: str) -> None:
        """A caller who hears music, and the telephone that has answered."""
        join = _join(bridge, caller, leg)
        _, joined = await self.ari.together(("channels.stopMoh", {"channelId": caller}), join)
        if isinstance(joined, AriError):
            raise joined

    async def end(self, channels: Iterable[str], bridge: str, *, reason: str = "normal") -> None:
        hang_ups = [("channels.hangup", {"channelId": channel, "reason": reason}) for channel in channels]
        await self.ari.together(*hang_ups, ("bridges.destroy", {"bridgeId": bridge}))

    async def hang_up(self, *channels: str, reason: str = "normal") -> None:
        if channels:
            await self.ari.together(*(("channels.hangup", {"channelId": c, "reason": reason}) for c in channels))

    async def hang_up_with_cause(self, channel: str, cause: int) -> None:
        """`cause`: Q.850; the caller's phone gets the SIP status that Asterisk has for it."""
        with contextlib.suppress(Gone):
            await self.ari("channels.hangup", channelId=channel, reason_code=cause)

    async def create_bridge(self, bridge: str) -> None:
        await self.ari("bridges.createWithId", bridgeId=bridge, type="mixing")

    async def channels_in(self, bridge: str) -> list[str]:
        return list((await self.ari("bridges.get", bridgeId=bridge))["channels"])

    async def join(self, bridge: str, *channels: str) -> None:
        """Tells no telephone whom it is connected with: see `introduce`."""
        operation, arguments = _join(bridge, *channels)
        await self.ari(operation, **arguments)

    async def introduce(self, channel: str, shown: str) -> None:
        """Tells a telephone in a call whom it is connected with now, by UPDATE or re-INVITE."""
        with contextlib.suppress(Gone):
            await self.ari("channels.setChannelVar", channelId=channel, variable="CONNECTEDLINE(all)", value=shown)

    async def name(self, channel: str, shown: str) -> None:
        """Gives a leg the name that telephones show which it calls from now on."""
        with contextlib.suppress(Gone):
            await self.ari("channels.setChannelVar", channelId=channel, variable="CALLERID(all)", value=shown)

    async def leave(self, bridge: str, channel: str) -> None:
        await self.ari("bridges.removeChannel", bridgeId=bridge, channel=channel)

    async def destroy_bridge(self, bridge: str) -> None:
        with contextlib.suppress(Gone):
            await self.ari("bridges.destroy", bridgeId=bridge)

    async def stop_ringing(self, channel: str) -> None:
        await self.ari("channels.ringStop", channelId=channel)

    async def announce(self, channel: str, playback: str, prompt: str, *, out_of: str = "") -> None:
        """On a channel that is not answered yet this is early media. `out_of`: the bridge it has to leave first."""
        play = {"channelId": channel, "playbackId": playback, "media": f"sound:fluxo/{prompt}"}
        if out_of:
            with contextlib.suppress(Gone):
                await self.leave(out_of, channel)
        await self.ari("channels.playWithId", **play)

    # What a caller hears while nobody talks

    async def answer(self, channel: str) -> None:
        await self.ari("channels.answer", channelId=channel)

    async def play(self, channel: str, playback: str, media: str) -> None:
        """`media`: e.g. `sound:/path/without/suffix`. PlaybackFinished tells the end, also a failed one."""
        await self.ari("channels.playWithId", channelId=channel, playbackId=playback, media=media)

    async def stop_playback(self, playback: str) -> None:
        with contextlib.suppress(Gone):
            await self.ari("playbacks.stop", playbackId=playback)

    async def start_music(self, channel: str, music: str) -> None:
        """`music`: a class of the node; empty means its default."""
        chosen = {"mohClass": music} if music else {}
        await self.ari("channels.startMoh", channelId=channel, **chosen)

    async def stop_music(self, channel: str) -> None:
        with contextlib.suppress(Gone):
            await self.ari("channels.stopMoh", channelId=channel)

    async def ring(self, channel: str) -> None:
        await self.ari("channels.ring", channelId=channel)

    async def transfer_progress(self, channel: str, state: str) -> None:
        """Tells the phone that sent REFER. `state`: channel_progress, _answered, _unavailable or _declined."""
        with contextlib.suppress(AriError):  # the phone may have hung up after its REFER: nobody is left to tell
            await self.ari("channels.transfer_progress", channelId=channel, states=state)

    async def dial_contacts(self, channel: str, endpoint: str) -> list[str]:
        """Every registered contact of an endpoint, as dial strings without the technology."""
        found = await self.ari("channels.getChannelVar", channelId=channel, variable=f"PJSIP_DIAL_CONTACTS({endpoint})")
        return targets_of(endpoint, found["value"])


def targets_of(endpoint: str, dial_string: str) -> list[str]:
    """The contacts in `PJSIP/<endpoint>/<contact>&PJSIP/…`; none if one of them is not what it should be.

    A telephone writes its contact itself, and `&PJSIP/<another's>` may stand in it: dialled, it would ring elsewhere.
    """
    targets = [target.removeprefix("PJSIP/") for target in dial_string.split("&") if target]
    own = re.compile(rf"{re.escape(endpoint)}/sips?:[^@]+@[^@]+")
    return targets if all(own.fullmatch(target) for target in targets) else []


def _leg(leg: str, target: str, caller: str, shown: str, heard_as: str) -> dict[str, object]:
    told = {_SHOWN_TO_CALLER: shown, _SHOWN_TO_LEG: heard_as}
    return {
        "endpoint": f"PJSIP/{target}",
        "app": CALLS_APP,
        "appArgs": f"leg,{caller}",
        "channelId": leg,
        "originator": caller,
        "variables": {**LEG_VARIABLES, **{name: value for name, value in told.items() if value}},
    }


def _join(bridge: str, *channels: str) -> Command:
    return "bridges.addChannel", {"bridgeId": bridge, "channel": channels, "inhibitConnectedLineUpdates": True}
