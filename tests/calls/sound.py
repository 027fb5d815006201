"""An ear at a telephone's RTP port: counts what arrives, keeps it, and reads the keys in it (RFC 4733); and a mouth."""

import audioop
import socket
import struct
import threading
import time
from types import TracebackType

from flow.sound.wav import HEADER_BYTES
from tests.calls.phone import Run
from tests.calls.site import Site, wait_for

KEYS = "0123456789*#ABCD"
_RTP_HEADER = 12
_KEY_PAYLOAD = 101
_LOUD = 2000
"""Samples of a prompt, its loudest, by which it is looked for."""


class Ear:
    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self._socket.settimeout(0.2)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self.port = int(self._socket.getsockname()[1])
        self.packets = 0
        self.heard = bytearray()
        """The µ-law of all packets, one after the other."""
        self._keys: dict[bytes, str] = {}

    def __enter__(self) -> "Ear":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._socket.close()

    def hears(self, packets: int, seconds: float) -> None:
        wait_for(lambda: self.packets >= packets, seconds, lambda: f"heard {self.packets} packets only")

    @property
    def keys(self) -> str:
        """In the order pressed. A key comes in many packets, all with the time at which it went down."""
        return "".join(self._keys.values())

    def says(self, voice: bytes, packets: int, port: int) -> None:
        """Speaks too: `voice` is 20 ms of µ-law, `port` where Asterisk listens."""
        for number in range(packets):
            self._send(0, number, number * len(voice), voice, port)
            time.sleep(0.02)

    def presses(self, key: str, port: int) -> None:
        """For 100 ms; its end is sent three times, as telephones do."""
        at = int(time.monotonic() * 8000) & 0xFFFFFFFF
        for number, (over, lasts) in enumerate([(0, 160 * n) for n in range(1, 6)] + [(0x80, 960)] * 3):
            event = struct.pack("!BBH", KEYS.index(key), over | 10, lasts)
            self._send(_KEY_PAYLOAD, (at >> 5) + number, at, event, port)
            time.sleep(0.02)

    def _send(self, payload: int, number: int, at: int, body: bytes, port: int) -> None:
        head = struct.pack("!BBHII", 0x80, payload, number & 0xFFFF, at, self.port)
        self._socket.sendto(head + body, ("127.0.0.1", port))

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                packet = self._socket.recv(2048)
                self.packets += 1
                if packet[1] & 0x7F == _KEY_PAYLOAD:
                    self._keys.setdefault(packet[4:8], KEYS[packet[_RTP_HEADER]])
                else:
                    self.heard += packet[_RTP_HEADER:]
            except TimeoutError:
                continue


def far_port(run: Run, ear: Ear) -> int:
    """Where Asterisk hears this telephone."""
    ports = {int(port) for port in run.every(r"m=audio (\d+)")} - {ear.port}
    assert len(ports) == 1, run.story()
    return ports.pop()


def hears(listener: Ear, speaker: Ear, run: Run) -> None:
    """What one says reaches the other, sound for sound."""
    voice = bytes([0x20 + speaker.port % 64]) * 160
    speaker.says(voice, 25, far_port(run, speaker))
    wait_for(lambda: voice * 5 in bytes(listener.heard), 5)


def spoken(site: Site, ear: Ear, prompt: str) -> bool:
    """Whether this telephone has heard one of the node's prompts, from its start to its end."""
    return spoken_at(site, ear, prompt) is not None


def spoken_at(site: Site, ear: Ear, prompt: str) -> int | None:
    """The sample at which it began, if it was spoken."""
    meant = _samples(site, prompt)
    heard = b"\1\0" + audioop.ulaw2lin(bytes(ear.heard), 2)  # the search divides by how loud its first window is
    loud = audioop.findmax(meant, _LOUD) * 2
    found, _ = audioop.findfit(heard, meant[loud : loud + _LOUD * 2])
    begin = found * 2 - loud
    part = heard[begin : begin + len(meant)]
    if begin < 2 or len(part) < len(meant):
        return None
    difference = audioop.add(part, audioop.mul(meant, 2, -1), 2)
    return begin // 2 - 1 if audioop.rms(difference, 2) < audioop.rms(meant, 2) / 5 else None


def is_told(site: Site, ear: Ear, *prompts: str) -> None:
    """All of these, one after the other."""
    length = sum(len(_samples(site, prompt)) // 2 for prompt in prompts)
    wait_for(lambda: len(ear.heard) >= length, 20, lambda: f"heard {len(ear.heard)} of {length} samples only")
    wait_for(lambda: spoken(site, ear, prompts[-1]), 10, lambda: f"{prompts[-1]} was not heard")
    began = [spoken_at(site, ear, prompt) for prompt in prompts]
    assert None not in began and began == sorted(began), dict(zip(prompts, began, strict=True))


def _samples(site: Site, prompt: str) -> bytes:
    path = next(site.node.places.data.rglob(f"fluxo/{prompt}.wav"))
    return path.read_bytes()[HEADER_BYTES:-HEADER_BYTES]  # Asterisk's reader leaves as much out at the end
