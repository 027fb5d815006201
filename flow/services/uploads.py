"""From a file that somebody sent to a sound of the company: taken as it is, refused with what it is, or converted."""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flow.catalog.audio import AudioFile
from flow.db import run_in_thread
from flow.errors import DiskFull, TooLarge, Unplayable
from flow.services import media
from flow.settings import settings
from flow.sound.ffmpeg import Fetching, Tools
from flow.sound.levels import Levels, levels_of
from flow.sound.wav import HEADER_BYTES, RATE, NotWave, Unusable, demand_playable, examine, write_canonical
from flow.sound.workshop import Unconvertible, Workshop

_fetching = Fetching(settings.cache_dir)
_workshop = Workshop()
_NAMELESS = "gravação.wav"


@dataclass(frozen=True)
class Taken:
    """A right file, kept."""

    file: AudioFile


@dataclass(frozen=True)
class Refused:
    """Not telephone sound. `token` leads to the file for as long as somebody may want it converted."""

    found: str
    why: str
    token: str


@dataclass(frozen=True)
class Converted:
    file: AudioFile
    before: dict[str, Any]
    after: dict[str, Any]


class Preparing(Exception):
    """The converter is being fetched; `str()` says how far it is."""


class Intake:
    """One file on its way in, piece by piece. Leaves nothing behind unless it is finished."""

    def __init__(self, company_id: int) -> None:
        self.company_id = company_id
        try:
            self.path = media.incoming_of(company_id) / media.new_token()
            self._file = self.path.open("xb")
        except OSError as fault:
            raise DiskFull() from fault
        self._size = 0

    def add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > media.MAX_UPLOAD:
            raise TooLarge(media.MAX_UPLOAD)
        try:
            self._file.write(piece)
        except OSError as fault:
            raise DiskFull() from fault

    def finish(self) -> Path:
        try:
            self._file.close()
        except OSError as fault:
            raise DiskFull() from fault
        return self.path

    def drop(self) -> None:
        with suppress(OSError):  # closing writes what the buffer still holds, which a full disk refuses once more
            self._file.close()
        self.path.unlink(missing_ok=True)


def plain_name(name: str) -> str:
    """What a person called the file, for other persons to read; it never becomes a path."""
    last = re.split(r"[\\/]", name)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[:120] or _NAMELESS


async def receive(company_id: int, path: Path, name: str, purpose: str) -> Taken | Refused:
    """What becomes of a finished intake. Raises Unplayable when it is no sound at all, or one that is too long."""
    longest = media.LONGEST_MS[purpose]
    found = why = ""
    try:
        return Taken(await run_in_thread(_take_and_forget, company_id, path, name, longest))
    except NotWave:
        pass
    except _OtherSound as other:
        found = other.found
    except Unusable as fault:
        why = f"{fault}."
    try:
        found = await _examined(path, longest) or found
    except Unplayable as fault:
        await run_in_thread(path.unlink, missing_ok=True)
        raise Unplayable(why or fault.text) from fault
    return Refused(found or "um formato que não é WAV", why, path.name)


async def _examined(path: Path, longest_ms: int) -> str:
    """What the file is; nothing while there is no ffmpeg yet. Raises Unplayable."""
    tools = _fetching.tools()
    if tools is None:
        return ""
    try:
        examined = await _workshop.examine(tools, path)
    except Unconvertible as fault:
        raise Unplayable(str(fault)) from fault
    if int(examined["ms"]) > longest_ms:
        raise Unplayable(f"O som dura mais de {longest_ms // 60_000} minutos, que é o máximo. Corte-o antes de enviar.")
    return str(examined["found"])


class _OtherSound(Exception):
    def __init__(self, found: str) -> None:
        self.found = found


def _take_and_forget(company_id: int, path: Path, name: str, longest_ms: int) -> AudioFile:
    file = _take(company_id, path, name, longest_ms)
    path.unlink(missing_ok=True)
    return file


def _take(company_id: int, path: Path, name: str, longest_ms: int) -> AudioFile:
    with path.open("rb") as source:
        wave = examine(source)
        if not wave.is_telephone:
            raise _OtherSound(wave.found)
        demand_playable(wave, longest_ms)
        draft = path.with_suffix(".wav")
        try:
            with draft.open("wb") as target:
                sound = write_canonical(source, wave, target)
            return media.keep(company_id, draft, sound, name)
        except OSError as fault:
            raise DiskFull() from fault
        finally:
            draft.unlink(missing_ok=True)


async def convert(company_id: int, token: str, name: str, purpose: str) -> Converted:
    """Raises Preparing, NotFound or Unplayable."""
    source = media.waiting(company_id, token)
    tools = _tools()
    target = source.with_suffix(".converted")
    try:
        answer = await _workshop.convert(tools, source, target, media.LONGEST_MS[purpose])
        file = await run_in_thread(_take, company_id, target, name, media.LONGEST_MS[purpose])
    except (Unconvertible, NotWave, Unusable, _OtherSound) as fault:
        raise Unplayable(str(fault)) from fault
    finally:
        target.unlink(missing_ok=True)
    return Converted(file, answer["before"], answer["after"])


def _tools() -> Tools:
    tools = _fetching.tools()
    if tools is not None:
        return tools
    if failure := _fetching.take_failure():
        raise Unplayable(
            f"O conversor (ffmpeg) não está nesta máquina e não pôde ser buscado: {failure.rstrip('.')}. "
            "Instale o pacote ffmpeg no servidor, ou envie um WAV de 8000 Hz, mono, PCM de 16 bits."
        )
    raise Preparing(_fetching.state)


def levels(company_id: int, digest: str) -> Levels:
    """Of a sound of the company. Raises NotFound."""
    _, path = media.opened(company_id, digest)
    return levels_of(path.read_bytes()[HEADER_BYTES:], RATE)
