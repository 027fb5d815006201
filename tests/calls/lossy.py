"""A bad line: passes SIP on between one telephone and the node, and loses a share of the packets both ways."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from types import TracebackType

_SEED = 5
"""Of the first thirty packets it loses some at a share of a twentieth, whichever those are."""


class Lossy:
    """`address`: of the telephone, from which the node sees it come. `near`: where the telephone sends to."""

    def __init__(self, address: str, node_port: int, share: float = 0.0) -> None:
        self._node, self._share, self._random = ("127.0.0.1", node_port), share, Random(_SEED)
        self._near, self._far = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for end in (self._near, self._far):
            end.bind((address, 0))
            end.settimeout(0.2)
        self.near = f"{address}:{self._near.getsockname()[1]}"
        self.lost = self.passed = 0
        self._telephone: tuple[str, int] | None = None
        self._over = threading.Event()
        self._threads = [threading.Thread(target=way) for way in (self._to_the_node, self._to_the_telephone)]

    def __enter__(self) -> "Lossy":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._near.close()
        self._far.close()

    @contextmanager
    def losing(self, share: float) -> Iterator[None]:
        """Only for now; what was lost before is no longer counted."""
        self.lost, self._random, self._share = 0, Random(_SEED), share
        try:
            yield
        finally:
            self._share = 0.0

    def _to_the_node(self) -> None:
        while not self._over.is_set():
            try:
                packet, self._telephone = self._near.recvfrom(65_535)
            except TimeoutError:
                continue
            self._pass(packet, self._far, self._node)

    def _to_the_telephone(self) -> None:
        while not self._over.is_set():
            try:
                packet = self._far.recv(65_535)
            except TimeoutError:
                continue
            if self._telephone is not None:
                self._pass(packet, self._near, self._telephone)

    def _pass(self, packet: bytes, by: socket.socket, to: tuple[str, int]) -> None:
        if self._random.random() < self._share:
            self.lost += 1
        else:
            self.passed += 1
            by.sendto(packet, to)
