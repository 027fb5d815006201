"""What the engine asks of a node, in its own words. Each may raise AriError; `Gone` is part of every hang-up."""

import contextlib
import secrets
from collections.abc import Iterable
from typing import Any

from flow.engine.pbx.ari import Ari, AriError, Gone

CALLS_APP = "flow"
PHONES_APP = "flow-phones"
"""Registrations have an application of their own: an endpoint subscription brings every channel event twice."""

NOBODY = "flow-nobody"

CALL_LIMIT_SECONDS = 4 * 3600
LEG_VARIABLES = {
    "PJSIP_TRANSFER_HANDLING()": "ari-only",  # a REFER is the engine's to carry out
    "TIMEOUT(absolute)": str(CALL_LIMIT_SECONDS),  # the last resort, should nobody hang up
}
"""For the channels that the engine creates; callers get the same in extensions.conf."""

UNHEARD = (
    "ApplicationMoveFailed", "BridgeAttendedTransfer", "BridgeBlindTransfer", "BridgeCreated", "BridgeDestroyed",
    "BridgeMerged", "BridgeVideoSourceChanged", "ChannelCallerId", "ChannelConnectedLine", "ChannelCreated",
    "ChannelDialplan", "ChannelDtmfReceived", "ChannelEnteredBridge", "ChannelHangupRequest", "ChannelLeftBridge",
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
        await self.put_object("endpoint", NOBODY, (("auth", NOBODY), ("context", NOBODY), ("allow", "!all,ulaw")))

    async def endpoints(self) -> list[dict[str, Any]]:
        try:
            return list(await self.ari("endpoints.listByTech", tech="PJSIP"))
        except Gone:
            return []  # none has been pushed yet

    async def channels(self) -> list[dict[str, Any]]:
        return list(await self.ari("channels.list"))

    async def bridges(self) -> list[dict[str, Any]]:
        return list(await self.ari("bridges.list"))

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

    # Calls

    async def ring(self, channel: str) -> None:
        await self.ari("channels.ring", channelId=channel)

    async def stop_ringing(self, channel: str) -> None:
        await self.ari("channels.ringStop", channelId=channel)

    async def answer(self, channel: str) -> None:
        await self.ari("channels.answer", channelId=channel)

    async def create_leg(self, leg: str, endpoint: str, caller: str) -> None:
        """Enters the application at once, in state Down; `dial` is refused until its StasisStart."""
        await self.ari(
            "channels.create",
            endpoint=f"PJSIP/{endpoint}",
            app=CALLS_APP,
            appArgs=f"leg,{caller}",
            channelId=leg,
            originator=caller,
            variables=LEG_VARIABLES,
        )

    async def dial(self, leg: str, caller: str, seconds: int) -> None:
        await self.ari("channels.dial", channelId=leg, caller=caller, timeout=seconds)

    async def hang_up(self, channel: str, *, reason: str = "normal") -> None:
        with contextlib.suppress(Gone):
            await self.ari("channels.hangup", channelId=channel, reason=reason)

    async def hang_up_with_cause(self, channel: str, cause: int) -> None:
        """`cause`: Q.850; the caller's phone gets the SIP status that Asterisk has for it."""
        with contextlib.suppress(Gone):
            await self.ari("channels.hangup", channelId=channel, reason_code=cause)

    async def create_bridge(self, bridge: str) -> None:
        await self.ari("bridges.createWithId", bridgeId=bridge, type="mixing")

    async def join(self, bridge: str, *channels: str) -> None:
        await self.ari("bridges.addChannel", bridgeId=bridge, channel=channels)

    async def leave(self, bridge: str, channel: str) -> None:
        await self.ari("bridges.removeChannel", bridgeId=bridge, channel=channel)

    async def destroy_bridge(self, bridge: str) -> None:
        with contextlib.suppress(Gone):
            await self.ari("bridges.destroy", bridgeId=bridge)

    async def play(self, channel: str, playback: str, prompt: str) -> None:
        """On a channel that is not answered yet this is early media."""
        await self.ari("channels.playWithId", channelId=channel, playbackId=playback, media=f"sound:fluxo/{prompt}")

    async def start_music(self, channel: str) -> None:
        await self.ari("channels.startMoh", channelId=channel)

    async def transfer_progress(self, channel: str, state: str) -> None:
        """Tells the phone that sent REFER. `state`: channel_progress, _answered, _unavailable or _declined."""
        with contextlib.suppress(AriError):  # the phone may have hung up after its REFER: nobody is left to tell
            await self.ari("channels.transfer_progress", channelId=channel, states=state)

    async def dial_contacts(self, channel: str, endpoint: str) -> list[str]:
        """Every registered contact of an endpoint, as dial strings without the technology."""
        found = await self.ari("channels.getChannelVar", channelId=channel, variable=f"PJSIP_DIAL_CONTACTS({endpoint})")
        return [target.removeprefix("PJSIP/") for target in found["value"].split("&") if target]
