"""Customers whom a carrier brings, and the agents who take their calls: two SIPp processes at their own addresses."""

import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from bench.phones import TAGGED, Line, Sipp, Tally, reply, request, scenario

CARRIER, AGENTS = "127.0.4.1", "127.0.4.2"
DID = "5132219000"
BEFORE_KEY, KEY = 600, 980
"""Milliseconds from the company's answer to the key, and until SIPp lets go of it; the menu is heard meanwhile."""
TALK = 3300
"""Milliseconds from when the key goes down to the customer's BYE."""
_LATE = 4.0
_serial = count(1)
_SENT = re.compile(
    r"^-{20,} (\S+)[ \t](\S+?)[ \t\n].*?^(?:UDP|TCP) message (sent|received).*?\n\n(INVITE sip:.*?)\n\n", re.M | re.S
)
_OF = re.compile(r"^From:.*?sip:\+?(\d+)@", re.M)

_SDP = """v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 96
a=rtpmap:0 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
"""
_FIRST, _TAG = "sip:[field2]@[remote_ip]:[remote_port]", "[peer_tag_param]"
_CUSTOMER = scenario(
    request("INVITE", _FIRST, 1, body=_SDP),
    "".join(f'<recv response="{status}" optional="true"/>\n' for status in (100, 180, 183)),
    '<recv response="200" rrs="true"/>\n',
    request("ACK", "[next_url]", 1, to=_TAG),
    f'<pause milliseconds="{BEFORE_KEY}"/>\n',
    '<nop><action><exec play_dtmf="[field1]"/></action></nop>\n',
    f'<pause milliseconds="{TALK}"/>\n',
    request("BYE", "[next_url]", 2, to=_TAG),
    '<recv response="200"/>\n',
)
_AGENT = scenario(
    '<recv request="INVITE"/>\n',
    reply("180 Ringing", TAGGED),
    reply("200 OK", TAGGED, _SDP),
    '<recv request="ACK"/>\n<recv request="BYE"/>\n',
    reply("200 OK"),
)


@dataclass(frozen=True)
class Outcome:
    """`failed`: calls that did not go all the way: menu, key, agent, the customer's own BYE.

    `to_agent`: seconds from the customer's INVITE to the agent's, without those that the key took; if asked for.
    """

    made: int
    failed: int
    why: str
    to_agent: tuple[float, ...] = ()


class Customers:
    """Of one exchange. `keys`: those of its menu, each of which leads to a queue; pressed in turn."""

    def __init__(self, sip_port: int, folder: Path, agents: Sequence[Line], keys: str) -> None:
        self._sipp = Sipp(sip_port, folder)
        self._agents, self._keys = agents, keys

    def register(self) -> Tally:
        return self._sipp.register(self._agents, AGENTS)

    def call(self, number: int, rate: float, *, timed: bool = False) -> Outcome:
        rows = [f"{51_900_000_000 + next(_serial)};{self._keys[n % len(self._keys)]};{DID}" for n in range(number)]
        self._sipp.write("customers.csv", rows)
        for name in ("agents", "customers"):
            self._sipp.forget(name)
            self._messages(name).unlink(missing_ok=True)
        answering = subprocess.Popen(
            self._command("agents", _AGENT, AGENTS, timed=timed),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            command = self._command("customers", _CUSTOMER, CARRIER, "customers.csv", timed=timed)
            calling = self._sipp.calls("customers", command, number, rate)
            self._wait_for_the_agents(number)
        finally:
            answering.kill()
            answering.wait()
        taken = self._sipp.tally("agents", number)
        failed = max(calling.failed, taken.failed)
        return Outcome(number, failed, f"{calling.why}\n{taken.why}" if failed else "", self._delays() if timed else ())

    def _wait_for_the_agents(self, number: int) -> None:
        deadline = time.monotonic() + _LATE
        while self._sipp.tally("agents", number).failed and time.monotonic() < deadline:
            time.sleep(0.2)  # SIPp writes its counts once a second

    def _command(self, name: str, text: str, address: str, lines: str = "", *, timed: bool) -> list[str]:
        traced = ["-trace_msg", "-message_file", str(self._messages(name))] if timed else []
        return [*self._sipp.command(name, text, address, lines), *traced]

    def _delays(self) -> tuple[float, ...]:
        begun, reached = self._invites("customers"), self._invites("agents")
        return tuple(reached[who] - begun[who] - (BEFORE_KEY + KEY) / 1000 for who in begun if who in reached)

    def _invites(self, name: str) -> dict[str, float]:
        """When each caller's first INVITE went over the wire."""
        seen: dict[str, float] = {}
        for day, hour, _, message in _SENT.findall(self._messages(name).read_text(errors="replace")):
            if caller := _OF.search(message):
                seen.setdefault(caller[1][-9:], datetime.fromisoformat(f"{day} {hour[:15]}").timestamp())
        return seen

    def _messages(self, name: str) -> Path:
        return self._sipp.folder / f"{name}.messages"
