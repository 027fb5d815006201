"""Many telephones and callers, played by two SIPp processes at two addresses of the loopback network."""

import csv
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

CALLERS, PHONES = "127.0.3.1", "127.0.3.2"
SIP_PORT, RTP_PORT = 5060, 6000

SDP = """v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
"""
_SIGN = "[field1]\n"


@dataclass(frozen=True)
class Line:
    """One extension as a softphone knows it."""

    number: str
    user: str
    password: str


@dataclass(frozen=True)
class Tally:
    """`why`: SIPp's own words on the last failures."""

    made: int
    failed: int
    why: str = ""


def request(method: str, target: str, cseq: int, more: str = "", to: str = "", body: str = "") -> str:
    again = "" if method == "ACK" else ' retrans="500"'
    kind = "Content-Type: application/sdp\n" if body else ""
    return (
        f"<send{again}><![CDATA[\n{method} {target} SIP/2.0\n"
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\nMax-Forwards: 70\n"
        f"From: <sip:[field0]@[remote_ip]>;tag=[pid]a[call_number]\nTo: <sip:[field2]@[remote_ip]:[remote_port]>{to}\n"
        f"Call-ID: [call_id]\nCSeq: {cseq} {method}\nContact: <sip:[field0]@[local_ip]:[local_port]>\n"
        f"{more}{kind}Content-Length: [len]\n\n{body}]]></send>\n"
    )


def reply(status: str, tag: str = "", body: str = "") -> str:
    again = ' retrans="500"' if body else ""
    kind = "Content-Type: application/sdp\n" if body else ""
    return (
        f"<send{again}><![CDATA[\nSIP/2.0 {status}\n[last_Via:]\n[last_From:]\n[last_To:]{tag}\n[last_Call-ID:]\n"
        f"[last_CSeq:]\nContact: <sip:[local_ip]:[local_port]>\n{kind}Content-Length: [len]\n\n{body}]]></send>\n"
    )


def scenario(*parts: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8" ?>\n<scenario name="bench">\n{"".join(parts)}</scenario>\n'


_OPTIONAL = "".join(f'<recv response="{status}" optional="true"/>\n' for status in (100, 180, 183))
_CHALLENGED = '<recv response="100" optional="true"/>\n<recv response="401" auth="true"/>\n'


def _calling(milliseconds: int) -> str:
    first, tag = "sip:[field2]@[remote_ip]:[remote_port]", "[peer_tag_param]"
    return scenario(
        request("INVITE", first, 1, body=SDP),
        _CHALLENGED,
        request("ACK", first, 1, to=tag),
        request("INVITE", first, 2, more=_SIGN, body=SDP),
        _OPTIONAL,
        '<recv response="200" rrs="true"/>\n',
        request("ACK", "[next_url]", 2, to=tag),
        f'<pause milliseconds="{milliseconds}"/>\n',
        request("BYE", "[next_url]", 3, to=tag),
        '<recv response="200"/>\n',
    )


_REGISTERING = scenario(
    request("REGISTER", "sip:[remote_ip]:[remote_port]", 1, more="Expires: 600\n"),
    '<recv response="401" auth="true"/>\n',
    request("REGISTER", "sip:[remote_ip]:[remote_port]", 2, more=f"Expires: 600\n{_SIGN}"),
    '<recv response="200"/>\n',
).replace("[field2]", "[field0]")

TAGGED = ";tag=[pid]b[call_number]"
_ANSWERING = scenario(
    '<recv request="INVITE"/>\n',
    reply("180 Ringing", TAGGED),
    '<pause milliseconds="300"/>\n',
    reply("200 OK", TAGGED, SDP),
    '<recv request="ACK"/>\n<recv request="BYE"/>\n',
    reply("200 OK"),
)


class Sipp:
    """SIPp's processes against one exchange, with their files in `folder`."""

    def __init__(self, sip_port: int, folder: Path) -> None:
        self._target = f"127.0.0.1:{sip_port}"
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def command(self, name: str, scenario: str, address: str, lines: str = "") -> list[str]:
        """`lines`: the file that [field0] … come from. Writes the scenario's file."""
        file = self.folder / f"{name}.xml"
        file.write_text(scenario)
        return [
            *("sipp", self._target, "-sf", str(file), "-i", address, "-p", str(SIP_PORT), "-mp", str(RTP_PORT)),
            *("-nostdin", "-trace_err", "-error_file", str(self.folder / f"{name}.errors")),
            *("-trace_stat", "-fd", "1", "-stf", str(self._counts(name))),
            *(("-inf", str(self.folder / lines)) if lines else ()),
        ]

    def calls(self, name: str, command: list[str], number: int, rate: float) -> Tally:
        """Makes so many, and waits until they are over."""
        self._counts(name).unlink(missing_ok=True)
        limits = ["-m", str(number), "-r", f"{rate:g}", "-l", str(number), "-timeout", "120", "-recv_timeout", "20000"]
        done = subprocess.run([*command, *limits], capture_output=True)
        if not self._counts(name).exists():
            raise AssertionError(done.stdout.decode(errors="replace")[-1500:] + done.stderr.decode()[-1500:])
        return self.tally(name, number)

    def tally(self, name: str, number: int) -> Tally:
        """What came of `number` calls."""
        counts = self._counts(name)
        rows = list(csv.DictReader(counts.read_text().splitlines(), delimiter=";")) if counts.exists() else []
        made, good = (int(rows[-1][column] or 0) if rows else 0 for column in ("TotalCallCreated", "SuccessfulCall(C)"))
        errors = self.folder / f"{name}.errors"
        return Tally(made, number - good, errors.read_text(errors="replace")[-1500:] if errors.exists() else "")

    def forget(self, name: str) -> None:
        """Counts and complaints of an earlier run."""
        for file in (self._counts(name), self.folder / f"{name}.errors"):
            file.unlink(missing_ok=True)

    def write(self, name: str, rows: Iterable[str]) -> None:
        """A file for `lines`; its rows are used in turn."""
        (self.folder / name).write_text("SEQUENTIAL\n" + "".join(f"{row}\n" for row in rows))

    def register(self, lines: Sequence[Line], address: str) -> Tally:
        """They sign in, from the address where they will be called."""
        self.write("register.csv", [signed(line, line.number) for line in lines])
        command = self.command("register", _REGISTERING, address, "register.csv")
        return self.calls("register", command, len(lines), rate=25)

    def _counts(self, name: str) -> Path:
        return self.folder / f"{name}.csv.counts"


def signed(line: Line, number: str) -> str:
    """A row for `Sipp.write`: user, its signature (SIPp takes it apart only from there), and whom it calls."""
    return f"{line.user};[authentication username={line.user} password={line.password}];{number}"


class Phones:
    """Called lines and calling lines of one exchange. Both are taken in turn, so none is in two calls at once."""

    def __init__(self, sip_port: int, folder: Path, callers: Sequence[Line], called: Sequence[Line]) -> None:
        self._sipp = Sipp(sip_port, folder)
        self._called = called
        self._pairs = [signed(caller, phone.number) for caller, phone in zip(callers, called, strict=True)]

    def register(self) -> Tally:
        return self._sipp.register(self._called, PHONES)

    def call(self, number: int, rate: float, seconds: float) -> Tally:
        """So many calls, each answered after 0.3 s and hung up by the caller after `seconds`."""
        self._sipp.write("calls.csv", self._pairs)
        answering = subprocess.Popen(
            self._sipp.command("answering", _ANSWERING, PHONES), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            command = self._sipp.command("calling", _calling(round(seconds * 1000)), CALLERS, "calls.csv")
            return self._sipp.calls("calling", command, number, rate)
        finally:
            answering.kill()
            answering.wait()
