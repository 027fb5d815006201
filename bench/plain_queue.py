"""A customer's call without us: Background() and WaitExten() for the menu, Queue(rrmemory) for the agents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bench.customers import CARRIER, DID
from bench.peers import CONTEXT, NativeFlow
from bench.phones import SIP_PORT, Line
from bench.plain_dial import telephones
from flow.engine.carriers import Address
from flow.engine.pbx.objects import PbxObject
from flow.engine.pbx.trunk_objects import TrunkAccount, trunk
from flow.routing.trunk_options import TrunkOptions

_QUEUE = """
[fila{key}]
strategy = rrmemory
timeout = 20
retry = 5
wrapuptime = 0
ringinuse = no
autofill = yes
joinempty = yes
musicclass = default
"""


def menu_and_queues(members: Mapping[str, Sequence[Line]], greeting: Path, menu: Path) -> NativeFlow:
    """`members`: by the key that leads to their queue; `greeting`, `menu`: the same sounds that ours plays."""
    lines = [line for team in members.values() for line in team]
    carrier = TrunkAccount("1-bench", CARRIER, SIP_PORT, (Address(CARRIER, SIP_PORT),), TrunkOptions())
    return NativeFlow(
        "Queue",
        _dialplan(members, greeting, menu),
        (*telephones(lines), *_line_of(carrier)),
        ("app_queue.so",),
        # without these two it neither learns who is free again nor that a conversation is over
        hears=("ast_device_state_message_type", "ast_channel_hangup_request_type"),
        files={"queues.conf": _queues(members)},
    )


def _line_of(carrier: TrunkAccount) -> Iterator[PbxObject]:
    """As ours, but without a re-INVITE that tells the customer's side who answered: we send none either."""
    for item in trunk(carrier, b"bench")[1]:
        more = (("send_connected_line", "no"),) if item.kind == "endpoint" else ()
        yield replace(item, fields=item.fields + more)


def _dialplan(members: Mapping[str, Sequence[Line]], greeting: Path, menu: Path) -> str:
    sounds = "&".join(str(sound.with_suffix("")) for sound in (greeting, menu))
    keys = "".join(f"exten => {key},1,Queue(fila{key})\n same => n,Hangup()\n" for key in members)
    return (
        f"exten => {DID},1,Answer()\n same => n,Goto({CONTEXT}-menu,s,1)\n"
        f"\n[{CONTEXT}-menu]\nexten => s,1,Background({sounds})\n same => n,WaitExten(5)\n same => n,Hangup()\n{keys}"
    )


def _queues(members: Mapping[str, Sequence[Line]]) -> str:
    text = "[general]\npersistentmembers = no\nshared_lastcall = no\n"
    for key, team in members.items():
        text += _QUEUE.format(key=key) + "".join(f"member => PJSIP/{line.user}\n" for line in team)
    return text
