"""SIP scenarios for SIPp, written as sentences: `call("1001").hears(180).hears(200).acknowledges().hangs_up()`."""

from dataclasses import dataclass, field

_SDP = """v=0
o=- 1 {version} IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [rtp_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a={direction}
"""
_SDP_WITH_KEYS = """v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 96
a=rtpmap:0 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
"""
_OPTIONAL_CALLER = '<recv response="100" optional="true"/>\n<recv response="180" optional="true"/>\n'
_EARLY = '<recv response="183" optional="true"/>\n'


def _send(text: str, body: str = "") -> str:
    kind = "Content-Type: application/sdp\n" if body else ""
    return f'<send retrans="500"><![CDATA[\n{text}{kind}Content-Length: [len]\n\n{body}]]></send>\n'


def _answer(text: str, body: str = "", *, tag: bool = True, retrans: bool = False) -> str:
    kind = "Content-Type: application/sdp\n" if body else ""
    to = "[last_To:];tag=[pid]uas[call_number]" if tag else "[last_To:]"
    head = f"{text}\n[last_Via:]\n[last_From:]\n{to}\n[last_Call-ID:]\n[last_CSeq:]\n"
    contact = "Contact: <sip:[user]@[local_ip]:[local_port]>\n"
    again = ' retrans="500"' if retrans else ""
    return f"<send{again}><![CDATA[\n{head}{contact}{kind}Content-Length: [len]\n\n{body}]]></send>\n"


@dataclass
class Scenario:
    """Keys at run time: user, rtp_port; -au and -ap."""

    name: str
    parts: list[str] = field(default_factory=list)
    cseq: int = 0

    def xml(self) -> str:
        steps = "".join(self.parts)
        return f'<?xml version="1.0" encoding="UTF-8" ?>\n<scenario name="{self.name}">\n{steps}</scenario>\n'

    def _add(self, *parts: str) -> "Scenario":
        self.parts.extend(parts)
        return self

    # Both sides

    def waits(self, milliseconds: int) -> "Scenario":
        return self._add(f'<pause milliseconds="{milliseconds}"/>\n')

    def waits_for_a_sign(self) -> "Scenario":
        """Of the test: `Run.sign`."""
        return self._add('<recv request="OPTIONS" timeout="120000"/>\n')

    def is_hung_up_on(self, seconds: int = 30) -> "Scenario":
        return self._add(f'<recv request="BYE" timeout="{seconds * 1000}"/>\n', _answer("SIP/2.0 200 OK", tag=False))

    def is_told_anew(self) -> "Scenario":
        """Whom it is connected with now, by re-INVITE: it has not said that it knows UPDATE."""
        sdp = _SDP.format(version=9, direction="sendrecv")
        answer = _answer("SIP/2.0 200 OK", sdp, tag=False, retrans=True)
        return self._add('<recv request="INVITE" timeout="30000"/>\n', answer, '<recv request="ACK" timeout="5000"/>\n')

    # Caller's side

    def _head(self, method: str, to: str, target: str, cseq: int, tag: str) -> str:
        return (
            f"{method} {target} SIP/2.0\n"
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
            "Max-Forwards: 70\n"
            "From: <sip:[user]@[remote_ip]:[remote_port]>;tag=[pid]uac[call_number]\n"
            f"To: <sip:{to}@[remote_ip]:[remote_port]>{tag}\n"
            "Call-ID: [call_id]\n"
            f"CSeq: {cseq} {method}\n"
            "Contact: <sip:[user]@[local_ip]:[local_port]>\n"
        )

    def dials(self, number: str, headers: str = "") -> "Scenario":
        """An INVITE, the challenge, and the INVITE that answers it. `headers`: more lines for that one."""
        self.number, self.cseq = number, 2
        target = f"sip:{number}@[remote_ip]:[remote_port]"
        sdp = _SDP.format(version=1, direction="sendrecv")
        return self._add(
            _send(self._head("INVITE", number, target, 1, ""), sdp),
            '<recv response="100" optional="true"/>\n<recv response="401" auth="true"/>\n',
            _ack(self._head("ACK", number, target, 1, "[peer_tag_param]")),
            _send(_of_the_invite(self._head("INVITE", number, target, 2, "")) + headers + "[authentication]\n", sdp),
            _OPTIONAL_CALLER,
        )

    def brings(self, number: str, *, of: str = "51988887777", to: str = "", keys: bool = False) -> "Scenario":
        """A carrier's INVITE, which nobody challenges. `of`: the caller's number; `to`: another number for the header
        To; `keys`: offers to send them."""
        self.number, self.cseq = to or number, 2
        target = f"sip:{number}@[remote_ip]:[remote_port]"
        head = _of_the_invite(self._head("INVITE", self.number, target, 2, ""))
        head = head.replace("<sip:[user]@", f"<sip:{of}@", 1)
        return self._add(
            _send(head, _SDP_WITH_KEYS if keys else _SDP.format(version=1, direction="sendrecv")), _OPTIONAL_CALLER
        )

    def presses(self, keys: str) -> "Scenario":
        """As telephone-events, from SIPp's own media port; 260 ms for each."""
        return self._add(f'<nop><action><exec play_dtmf="{keys}"/></action></nop>\n').waits(300 * len(keys))

    def is_answered(self) -> "Scenario":
        return self._add(
            _EARLY,
            '<recv response="200" rrs="true" timeout="30000"/>\n',
            _ack(self._head("ACK", self.number, "[next_url]", 2, "[peer_tag_param]")),
        )

    def hears_ringing(self) -> "Scenario":
        self.parts[-1] = '<recv response="100" optional="true"/>\n'
        return self._add('<recv response="180" timeout="10000"/>\n')

    def hears_an_announcement(self) -> "Scenario":
        return self._add('<recv response="183" timeout="40000"/>\n')

    def is_refused_with(self, status: int) -> "Scenario":
        target = f"sip:{self.number}@[remote_ip]:[remote_port]"
        return self._add(
            f'<recv response="{status}" timeout="40000"/>\n',
            _ack(_of_the_invite(self._head("ACK", self.number, target, 2, "[peer_tag_param]"))),
        )

    def gives_up(self) -> "Scenario":
        target = f"sip:{self.number}@[remote_ip]:[remote_port]"
        cancel = _of_the_invite(self._head("CANCEL", self.number, target, 2, ""))
        ack = _of_the_invite(self._head("ACK", self.number, target, 2, "[peer_tag_param]"))
        return self._add(_send(cancel), '<recv response="200"/>\n<recv response="487"/>\n', _ack(ack))

    def _in_dialog(self, method: str) -> str:
        self.cseq += 1
        return self._head(method, self.number, "[next_url]", self.cseq, "[peer_tag_param]")

    def hangs_up(self) -> "Scenario":
        return self._add(_send(self._in_dialog("BYE")), '<recv response="200"/>\n')

    def _offers(self, direction: str) -> "Scenario":
        head = self._in_dialog("INVITE")
        sdp = _SDP.format(version=self.cseq, direction=direction)
        return self._add(
            _send(head, sdp),
            '<recv response="100" optional="true"/>\n<recv response="200" timeout="5000"/>\n',
            _ack(self._head("ACK", self.number, "[next_url]", self.cseq, "[peer_tag_param]")),
        )

    def holds(self) -> "Scenario":
        return self._offers("sendonly")

    def resumes(self) -> "Scenario":
        return self._offers("sendrecv")

    def refers_to(self, target: str) -> "Scenario":
        """`target`: what stands between the angle brackets of Refer-To. Each NOTIFY is answered."""
        head = self._in_dialog("REFER") + f"Refer-To: <{target}>\n" + "Referred-By: <sip:[user]@[remote_ip]>\n"
        return self._add(_send(head), '<recv response="202" timeout="5000"/>\n')

    def is_told_the_end(self) -> "Scenario":
        """Two NOTIFYs: the transfer is on its way, and how it ended."""
        one = ('<recv request="NOTIFY" timeout="30000"/>\n', _answer("SIP/2.0 200 OK", tag=False))
        return self._add(*one, *one)

    # Called side

    def is_called(self) -> "Scenario":
        remember = "".join(
            f'<ereg regexp="{regexp}" search_in="hdr" header="{header}:" assign_to="{name}"/>'
            for header, regexp, name in (
                ("From", ".*", "caller"),
                ("To", ".*", "called"),
                ("Contact", "sip:[^>;]*", "far"),
            )
        )
        return self._add(
            f'<recv request="INVITE" timeout="30000"><action>{remember}</action></recv>\n',
            '<Reference variables="caller,called,far"/>\n',  # SIPp refuses a variable that is never read
        )

    def rings(self) -> "Scenario":
        return self._add(_answer("SIP/2.0 180 Ringing"))

    def answers(self) -> "Scenario":
        sdp = _SDP.format(version=1, direction="sendrecv")
        return self._add(_answer("SIP/2.0 200 OK", sdp, retrans=True), '<recv request="ACK" timeout="5000"/>\n')

    def answers_with(self, status: str) -> "Scenario":
        return self._add(_answer(f"SIP/2.0 {status}", retrans=True), '<recv request="ACK" timeout="5000"/>\n')

    def is_cancelled(self) -> "Scenario":
        invite = (
            '<send retrans="500"><![CDATA[\nSIP/2.0 487 Request Terminated\n[last_Via:]\nFrom:[$caller]\n'
            "To:[$called];tag=[pid]uas[call_number]\n[last_Call-ID:]\nCSeq: [$number] INVITE\n"
            "Content-Length: 0\n\n]]></send>\n"
        )
        number = '<action><ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="number"/></action>'
        return self._add(
            f'<recv request="CANCEL" timeout="40000">{number}</recv>\n',
            _answer("SIP/2.0 200 OK"),
            invite,
            '<recv request="ACK" timeout="5000"/>\n',
        )

    def _back(self, method: str) -> str:
        """The head of a request to whoever called."""
        return (
            f"{method} [$far] SIP/2.0\n"
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\nMax-Forwards: 70\n"
            "From:[$called];tag=[pid]uas[call_number]\nTo:[$caller]\n[last_Call-ID:]\n"
            f"CSeq: 1 {method}\nContact: <sip:[user]@[local_ip]:[local_port]>\n"
        )

    def puts_down(self) -> "Scenario":
        return self._add(_send(self._back("BYE")), '<recv response="200"/>\n')

    def waits_for_a_target(self) -> "Scenario":
        """To transfer to, from the test: `Run.sign`."""
        kept = '<action><ereg regexp="sip:.*" search_in="hdr" header="X-Target:" assign_to="target"/></action>'
        return self._add(f'<recv request="OPTIONS" timeout="120000">{kept}</recv>\n')

    def sends_on(self, target: str = "[$target]") -> "Scenario":
        """Transfers who called; by default to the target that was waited for."""
        refer = self._back("REFER") + f"Refer-To: <{target}>\nReferred-By: <sip:[user]@[remote_ip]>\n"
        return self._add(_send(refer), '<recv response="202" timeout="5000"/>\n')


def _of_the_invite(head: str) -> str:
    """In the transaction of the INVITE, as a CANCEL and the ACK of a refusal have to be."""
    return head.replace("branch=[branch]", "branch=z9hG4bK-invite-[pid]-[call_number]")


def _ack(text: str) -> str:
    return f"<send><![CDATA[\n{text}Content-Length: 0\n\n]]></send>\n"


def registration(expires: int = 300) -> Scenario:
    def head(cseq: int) -> str:
        return (
            "REGISTER sip:[remote_ip]:[remote_port] SIP/2.0\n"
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\nMax-Forwards: 70\n"
            "From: <sip:[user]@[remote_ip]>;tag=[pid]reg[call_number]\nTo: <sip:[user]@[remote_ip]>\n"
            f"Call-ID: [call_id]\nCSeq: {cseq} REGISTER\nContact: <sip:[user]@[local_ip]:[local_port]>\n"
            f"Expires: {expires}\n"
        )

    challenge = '<recv response="401" auth="true"/>\n'
    return Scenario(
        "register", [_send(head(1)), challenge, _send(head(2) + "[authentication]\n"), '<recv response="200"/>\n']
    )


def unregistration() -> Scenario:
    return registration(0)


def caller(number: str, headers: str = "") -> Scenario:
    return Scenario("caller").dials(number, headers)


def customer(number: str, *, of: str = "51988887777", to: str = "", keys: bool = False) -> Scenario:
    """Somebody whom a carrier brings. `to`: what stands in the header To, if not the number."""
    return Scenario("customer").brings(number, of=of, to=to, keys=keys)


def called() -> Scenario:
    return Scenario("called").is_called()
