"""Where ffmpeg comes from: the machine, or a private Debian root that is fetched the first time it is needed."""

import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

from flow.debian.root import Root, RootFailed, made_root, provide_root

PACKAGES = ("ffmpeg",)


@dataclass(frozen=True)
class Tools:
    """Beginnings of command lines, and what must be in their environment."""

    ffmpeg: tuple[str, ...]
    ffprobe: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def find_tools(cache: Path) -> Tools | None:
    """What is there already; nothing is fetched."""
    ffmpeg, ffprobe = shutil.which("ffmpeg"), shutil.which("ffprobe")
    if ffmpeg and ffprobe:
        return Tools((ffmpeg,), (ffprobe,))
    root = made_root(cache, PACKAGES)
    return _of(root) if root else None


def _of(root: Root) -> Tools:
    return Tools(tuple(root.program("usr/bin/ffmpeg")), tuple(root.program("usr/bin/ffprobe")), root.environment)


class Fetching:
    """Brings ffmpeg in the background, once for all who wait; `state` is what to tell them meanwhile."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.state = ""
        self._failure = ""

    def tools(self) -> Tools | None:
        """None while it is on its way, or once it has failed; after `take_failure` the next call tries again."""
        found = find_tools(self._cache)
        if found:
            return found
        with self._lock:
            under_way = self._thread is not None and self._thread.is_alive()
            if not under_way and not self._failure:
                self.state = "Preparando o conversor"
                self._thread = threading.Thread(target=self._fetch, name="ffmpeg", daemon=True)
                self._thread.start()
        return None

    def take_failure(self) -> str:
        failure, self._failure = self._failure, ""
        return failure

    def _fetch(self) -> None:
        try:
            provide_root(self._cache, PACKAGES, self._say)
        except (RootFailed, OSError) as fault:
            self._failure = str(fault)

    def _say(self, text: str) -> None:
        self.state = text
