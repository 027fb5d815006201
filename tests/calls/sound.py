"""An ear at a telephone's RTP port: counts what arrives, and keeps it."""

import socket
import threading
from types import TracebackType

from tests.calls.site import wait_for

_RTP_HEADER = 12


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

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                self.heard += self._socket.recv(2048)[_RTP_HEADER:]
                self.packets += 1
            except TimeoutError:
                continue
