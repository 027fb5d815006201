"""An ear at a telephone's RTP port: counts what arrives, keeps it, and reads the keys in it (RFC 4733)."""

import socket
import threading
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
