"""Asks a SIP peer whether it is there: one OPTIONS from a socket of our own, and whatever it answers."""

import asyncio
import contextlib
import re
import secrets
import time
from dataclasses import dataclass

from flow.engine.carriers import Address

SECONDS = 4.0
_AGAIN_AFTER = (0.5, 1.0)  # as RFC 3261 repeats a request over UDP
_STATUS = re.compile(rb"SIP/2\.0 (\d{3})")


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` of SIP; 0 without an answer, and then `why` in Portuguese. Any status means that somebody is there."""

    status: int
    ms: float
    why: str = ""


async def options(address: Address, host: str, transport: str = "udp", seconds: float = SECONDS) -> Answer:
    """`host`: as it stands in the request."""
    start = time.monotonic()
    waited = f"{seconds:g}".replace(".", ",")
    status, why = 0, f"Nenhuma resposta em {waited} s."
    try:
        async with asyncio.timeout(seconds):
            status = await (_over_tcp if transport == "tcp" else _over_udp)(address, host)
    except TimeoutError:
        pass
    except ConnectionError:
        why = "A porta está fechada: o endereço existe, mas ninguém atende nela."
    except OSError:
        why = "Este servidor não tem caminho até o endereço."
    return Answer(status, (time.monotonic() - start) * 1000, "" if status else why)


class _Ear(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, _sender: object) -> None:
        if not self.answer.done() and _STATUS.match(data):
            self.answer.set_result(data)

    def error_received(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


async def _over_udp(address: Address, host: str) -> int:
    loop = asyncio.get_running_loop()
    sender, ear = await loop.create_datagram_endpoint(_Ear, remote_addr=(address.ip, address.port))
    try:
        request = _request(sender.get_extra_info("sockname"), address, host, "udp")
        for pause in (*_AGAIN_AFTER, None):
            sender.sendto(request)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    return _status(await asyncio.shield(ear.answer))
    finally:
        sender.close()
        ear.answer.cancel()
    return 0


async def _over_tcp(address: Address, host: str) -> int:
    reader, writer = await asyncio.open_connection(address.ip, address.port)
    try:
        writer.write(_request(writer.get_extra_info("sockname"), address, host, "tcp"))
        return _status(await reader.readline())
    finally:
        writer.close()


def _status(answer: bytes) -> int:
    found = _STATUS.match(answer)
    return int(found[1]) if found else 0


def _request(own: tuple[str, int], address: Address, host: str, transport: str) -> bytes:
    here = str(Address(own[0], own[1]))
    over = ";transport=tcp" if transport == "tcp" else ""
    lines = (
        f"OPTIONS sip:{host}{over} SIP/2.0",
        f"Via: SIP/2.0/{transport.upper()} {here};branch=z9hG4bK{secrets.token_hex(8)};rport",
        "Max-Forwards: 70",
        f"From: <sip:fluxo@{here}>;tag={secrets.token_hex(4)}",
        f"To: <sip:{host}>",
        f"Call-ID: {secrets.token_hex(12)}@fluxo",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:fluxo@{here}{over}>",
        "User-Agent: Fluxo",
        "Accept: application/sdp",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
