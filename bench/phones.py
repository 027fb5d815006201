"""Many telephones and callers, played by two SIPp processes at two addresses of the loopback network."""

import csv
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CALLERS, PHONES = "127.0.3.1", "127.0.3.2"
SIP_PORT, RTP_PORT = 5060, 6000

_SDP = """v=0
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


def _request(method: str, target: str, cseq: int, more: str = "", to: str = "", body: str = "") -> str:
    again = "" if method == "ACK" else ' retrans="500"'
    kind = "Content-Type: application/sdp\n" if body else ""
    return (
        f"<send{again}><![CDATA[\n{method} {target} SIP/2.0\n"
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\nMax-Forwards: 70\n"
        f"From: <sip:[field0]@[remote_ip]>;tag=[pid]a[call_number]\nTo: <sip:[field2]@[remote_ip]:[remote_port]>{to}\n"
        f"Call-ID: [call_id]\nCSeq: {cseq} {method}\nContact: <sip:[field0]@[local_ip]:[local_port]>\n"
        f"{more}{kind}Content-Length: [len]\n\n{body}]]></send>\n"
    )


def _reply(status: str, tag: str = "", body: str = "") -> str:
    again = ' retrans="500"' if body else ""
    kind = "Content-Type: application/sdp\n" if body else ""
    return (
        f"<send{again}><![CDATA[\nSIP/2.0 {status}\n[last_Via:]\n[last_From:]\n[last_To:]{tag}\n[last_Call-ID:]\n"
        f"[last_CSeq:]\nContact: <sip:[local_ip]:[local_port]>\n{kind}Content-Length: [len]\n\n{body}]]></send>\n"
    )


def _scenario(*parts: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8" ?>\n<scenario name="bench">\n{"".join(parts)}</scenario>\n'


_OPTIONAL = "".join(f'<recv response="{status}" optional="true"/>\n' for status in (100, 180, 183))
_CHALLENGED = '<recv response="100" optional="true"/>\n<recv response="401" auth="true"/>\n'


def _calling(milliseconds: int) -> str:
    first, tag = "sip:[field2]@[remote_ip]:[remote_port]", "[peer_tag_param]"
    return _scenario(
        _request("INVITE", first, 1, body=_SDP),
        _CHALLENGED,
        _request("ACK", first, 1, to=tag),
        _request("INVITE", first, 2, more=_SIGN, body=_SDP),
        _OPTIONAL,
        '<recv response="200" rrs="true"/>\n',
        _request("ACK", "[next_url]", 2, to=tag),
        f'<pause milliseconds="{milliseconds}"/>\n',
        _request("BYE", "[next_url]", 3, to=tag),
        '<recv response="200"/>\n',
    )


_REGISTERING = _scenario(
    _request("REGISTER", "sip:[remote_ip]:[remote_port]", 1, more="Expires: 600\n"),
    '<recv response="401" auth="true"/>\n',
    _request("REGISTER", "sip:[remote_ip]:[remote_port]", 2, more=f"Expires: 600\n{_SIGN}"),
    '<recv response="200"/>\n',
).replace("[field2]", "[field0]")

_TAGGED = ";tag=[pid]b[call_number]"
_ANSWERING = _scenario(
    '<recv request="INVITE"/>\n',
    _reply("180 Ringing", _TAGGED),
    '<pause milliseconds="300"/>\n',
    _reply("200 OK", _TAGGED, _SDP),
    '<recv request="ACK"/>\n<recv request="BYE"/>\n',
    _reply("200 OK"),
)


class Phones:
    """Called lines and calling lines of one exchange. Both are taken in turn, so none is in two calls at once."""

    def __init__(self, sip_port: int, folder: Path, callers: Sequence[Line], called: Sequence[Line]) -> None:
        self._target = f"127.0.0.1:{sip_port}"
        self._folder = folder
        self._called = called
        self._pairs = [(caller, phone.number) for caller, phone in zip(callers, called, strict=True)]
        folder.mkdir(parents=True, exist_ok=True)

    def register(self) -> Tally:
        """The called ones sign in, from the address where they will be called."""
        self._write("register.csv", [(line, line.number) for line in self._called])
        command = self._command("register", _REGISTERING, PHONES, "register.csv")
        return self._run("register", command, len(self._called), rate=50)

    def call(self, number: int, rate: float, seconds: float) -> Tally:
        """So many calls, each answered after 0.3 s and hung up by the caller after `seconds`."""
        self._write("calls.csv", self._pairs)
        answering = subprocess.Popen(
            self._command("answering", _ANSWERING, PHONES), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            command = self._command("calling", _calling(round(seconds * 1000)), CALLERS, "calls.csv")
            return self._run("calling", command, number, rate)
        finally:
            answering.kill()
            answering.wait()

    def _command(self, name: str, scenario: str, address: str, lines: str = "") -> list[str]:
        file = self._folder / f"{name}.xml"
        file.write_text(scenario)
        return [
            *("sipp", self._target, "-sf", str(file), "-i", address, "-p", str(SIP_PORT), "-mp", str(RTP_PORT)),
            *("-nostdin", "-trace_err", "-error_file", str(self._folder / f"{name}.errors")),
            *(("-inf", str(self._folder / lines)) if lines else ()),
        ]

    def _run(self, name: str, command: list[str], number: int, rate: float) -> Tally:
        counts = self._folder / "counts.csv"
        counts.unlink(missing_ok=True)
        limits = ["-m", str(number), "-r", f"{rate:g}", "-l", str(number), "-trace_stat", "-stf", str(counts)]
        done = subprocess.run([*command, *limits, "-timeout", "120", "-recv_timeout", "20000"], capture_output=True)
        if not counts.exists():
            raise AssertionError(done.stdout.decode(errors="replace")[-1500:] + done.stderr.decode()[-1500:])
        last = list(csv.DictReader(counts.read_text().splitlines(), delimiter=";"))[-1]
        errors = self._folder / f"{name}.errors"
        why = errors.read_text(errors="replace")[-1500:] if errors.exists() else ""
        return Tally(int(last["TotalCallCreated"]), number - int(last["SuccessfulCall(C)"]), why)

    def _write(self, name: str, rows: Sequence[tuple[Line, str]]) -> None:
        sign = "[authentication username={0.user} password={0.password}]"  # SIPp takes it apart only from here
        lines = [f"{line.user};{sign.format(line)};{number}" for line, number in rows]
        (self._folder / name).write_text("SEQUENTIAL\n" + "\n".join(lines) + "\n")
