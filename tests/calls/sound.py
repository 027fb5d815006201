"""An ear at a telephone's RTP port: counts what arrives, keeps it, and reads the keys in it (RFC 4733); and a mouth."""

import socket
import struct
import threading
import time
from types import TracebackType

from tests.calls.site import wait_for

KEYS = "0123456789*#ABCD"
_RTP_HEADER = 12
_KEY_PAYLOAD = 101


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
