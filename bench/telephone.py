"""One telephone that signs in by itself, for questions of the kind "is it served now?"."""

import hashlib
import re
import secrets
import socket
from dataclasses import dataclass, field
from itertools import count

from bench.phones import Line

_addresses = count(10)


@dataclass
class Telephone:
    """A socket at an address of its own. `register` is one attempt, challenge included."""

    line: Line
    sip_port: int
    patience: float = 2.0
    _socket: socket.socket = field(init=False, repr=False)
    _turn: int = 0

    def __post_init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((f"127.0.4.{next(_addresses)}", 0))
        self._socket.settimeout(self.patience)

    def register(self) -> int:
        """The status of the signed REGISTER: 200, 401 when it was refused; 0 without any answer."""
        try:
            status, answer = self._send()
            if status != 401:
                return status
            return self._send(self._signed(answer))[0]
        except TimeoutError:
            return 0

    def _send(self, authorization: str = "") -> tuple[int, str]:
        self._turn += 1
        host, port = self._socket.getsockname()
        user, branch = self.line.user, secrets.token_hex(8)
        lines = (
            f"REGISTER sip:127.0.0.1:{self.sip_port} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{branch}",
            "Max-Forwards: 70",
            f"From: <sip:{user}@127.0.0.1>;tag={branch}",
            f"To: <sip:{user}@127.0.0.1>",
            f"Call-ID: bench-{user}",
            f"CSeq: {self._turn} REGISTER",
            f"Contact: <sip:{user}@{host}:{port}>",
            "Expires: 120",
            *((authorization,) if authorization else ()),
            "Content-Length: 0",
        )
        self._socket.sendto("\r\n".join((*lines, "", "")).encode(), ("127.0.0.1", self.sip_port))
        while True:
            answer = self._socket.recv(4096).decode(errors="replace")
            if branch in answer and not answer.startswith("SIP/2.0 100"):
                return int(answer.split()[1]), answer

    def _signed(self, challenge: str) -> str:
        realm, nonce, opaque = (_quoted(challenge, name) for name in ("realm", "nonce", "opaque"))
        uri, cnonce = f"sip:127.0.0.1:{self.sip_port}", secrets.token_hex(8)
        secret = _md5(f"{self.line.user}:{realm}:{self.line.password}")
        proof = _md5(f"{secret}:{nonce}:00000001:{cnonce}:auth:{_md5(f'REGISTER:{uri}')}")
        return (
            f'Authorization: Digest username="{self.line.user}", realm="{realm}", nonce="{nonce}", uri="{uri}", '
            f'response="{proof}", algorithm=MD5, cnonce="{cnonce}", nc=00000001, qop=auth, opaque="{opaque}"'
        )

    def close(self) -> None:
        self._socket.close()


def _quoted(text: str, name: str) -> str:
    match = re.search(rf'{name}="([^"]*)"', text)
    return match[1] if match else ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
