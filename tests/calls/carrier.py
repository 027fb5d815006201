"""A carrier's registrar for tests: it challenges with digest, and can be told to refuse or to keep silent."""

import contextlib
import hashlib
import re
import socket
import threading
from dataclasses import dataclass, field

_REALM = "operadora.test"
_NONCE = "84f1c1ae6cbe5ua9c8e88dfa3ecm3459"
_HEADER = re.compile(r"^([A-Za-z-]+)\s*:\s*(.*)$")


@dataclass
class Registration:
    """One REGISTER that was accepted."""

    user: str
    contact: str
    expires: int


@dataclass
class Registrar:
    """Listens at `address` (a loopback address of its own) from construction until `close`.

    `mode`: "accept" checks the password, "refuse" answers 403 to everybody, "silent" answers nobody.
    `transport`: "udp", or "tcp" for one connection at a time.
    """

    address: str
    user: str
    password: str
    mode: str = "accept"
    port: int = 5060
    transport: str = "udp"
    seen: list[Registration] = field(default_factory=list)
    challenged: int = 0
    wrong: int = 0

    def __post_init__(self) -> None:
        udp = self.transport == "udp"
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((self.address, self.port))
        if not udp:
            self._socket.listen()
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve if udp else self._serve_connections, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads
        self._socket.close()
        self._thread.join(2)

    @property
    def registered(self) -> bool:
        return bool(self.seen) and self.seen[-1].expires > 0

    def _serve(self) -> None:
        while True:
            try:
                packet, sender = self._socket.recvfrom(65_535)
            except OSError:
                return
            if not packet:
                return
            reply = self._answer(packet.decode(errors="replace"))
            if reply:
                self._socket.sendto(reply.encode(), sender)

    def _serve_connections(self) -> None:
        """Requests without a body, as REGISTER and OPTIONS are."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with connection:
                    text = ""
                    while part := connection.recv(65_535):
                        *requests, text = (text + part.decode(errors="replace")).split("\r\n\r\n")
                        for request in filter(str.strip, requests):
                            connection.sendall(self._answer(request + "\r\n\r\n").encode())

    def _answer(self, request: str) -> str:
        method = request.partition(" ")[0]
        if self.mode == "silent" or method == "ACK":
            return ""
        if method != "REGISTER":
            return _reply(request, "200 OK")
        if self.mode == "refuse":
            return _reply(request, "403 Forbidden")
        header = _header(request, "Authorization")
        if not header:
            self.challenged += 1
            return _reply(request, "401 Unauthorized", f'WWW-Authenticate: Digest realm="{_REALM}", nonce="{_NONCE}"')
        if not self._proves(header):
            self.wrong += 1
            return _reply(request, "403 Forbidden")
        contact = _header(request, "Contact")
        expires = int(_header(request, "Expires") or "3600")
        self.seen.append(Registration(self.user, contact, expires))
        return _reply(request, "200 OK", f"Contact: {contact};expires={expires}", f"Expires: {expires}")

    def _proves(self, header: str) -> bool:
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', header))
        secret = _md5(f"{self.user}:{_REALM}:{self.password}")
        request = _md5(f"REGISTER:{said.get('uri', '')}")
        return said.get("username") == self.user and said.get("response") == _md5(f"{secret}:{_NONCE}:{request}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _header(message: str, name: str) -> str:
    for line in message.split("\r\n"):
        found = _HEADER.match(line)
        if found and found[1].lower() == name.lower():
            return found[2]
    return ""


def _reply(request: str, status: str, *more: str) -> str:
    to = _header(request, "To")
    to = to if ";tag=" in to else f"{to};tag=registrar"
    lines = [
        f"SIP/2.0 {status}",
        *(line for line in request.split("\r\n") if line.lower().startswith("via:")),
        f"From: {_header(request, 'From')}",
        f"To: {to}",
        f"Call-ID: {_header(request, 'Call-ID')}",
        f"CSeq: {_header(request, 'CSeq')}",
        *more,
        "Content-Length: 0",
        "",
        "",
    ]
    return "\r\n".join(lines)
