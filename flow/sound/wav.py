"""RIFF/WAVE, read by its content alone: is this the sound of a telephone, and if not, what is it?

Telephone sound is PCM of 16 bits, one channel, 8000 samples a second. A header that says so in the extensible form,
and chunks before or after the samples, are fine: what is kept is rewritten in the plain form that Asterisk reads.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

RATE = 8000
BYTES_PER_MS = RATE * 2 // 1000
HEADER_BYTES = 44
_PCM, _EXTENSIBLE = 1, 0xFFFE
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")
_MOST_CHUNKS = 512
_PIECE = 1 << 18
_CODECS = {3: "ponto flutuante", 6: "A-law", 7: "µ-law", 2: "ADPCM", 0x11: "ADPCM", 0x31: "GSM", 0x55: "MP3"}


class NotWave(ValueError):
    """Not a WAVE file at all, or one that cannot be followed."""


class Unusable(ValueError):
    """A WAVE file that no telephone plays. `str()` is Portuguese and ends without a full stop."""


@dataclass(frozen=True)
class Wave:
    """What the header says, and where the samples lie. `present`: bytes of them that the file really has."""

    codec: int
    channels: int
    rate: int
    bits: int
    block: int
    start: int
    claimed: int
    present: int

    @property
    def is_telephone(self) -> bool:
        shape = (self.codec, self.channels, self.rate, self.bits, self.block)
        return shape == (_PCM, 1, RATE, 16, 2)

    @property
    def found(self) -> str:
        """e.g. "44.100 Hz, estéreo, PCM de 16 bits"."""
        codec = f"PCM de {self.bits} bits" if self.codec == _PCM else _CODECS.get(self.codec, f"formato {self.codec}")
        return described(self.rate, self.channels, codec)

    @property
    def ms(self) -> int:
        return self.present // BYTES_PER_MS


@dataclass(frozen=True)
class Sound:
    """A canonical file: the SHA-256 of all its bytes, its length in milliseconds and in bytes."""

    digest: str
    ms: int
    size: int


def described(rate: int, channels: int, codec: str) -> str:
    sides = {1: "mono", 2: "estéreo"}.get(channels, f"{channels} canais")
    return f"{rate:,} Hz, {sides}, {codec}".replace(",", ".", 1) if rate >= 1000 else f"{rate} Hz, {sides}, {codec}"


def examine(file: BinaryIO) -> Wave:
    """Reads headers only, whatever sizes they claim. Raises NotWave."""
    length = file.seek(0, 2)
    file.seek(0)
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise NotWave
    form = None
    at = 12
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        chunk = file.read(8)
        if len(chunk) < 8:
            break
        size = int.from_bytes(chunk[4:], "little")
        if chunk[:4] == b"fmt ":
            form = _form(file.read(min(size, 64)))
        elif chunk[:4] == b"data" and form is not None:
            codec, channels, rate, bits, block = form
            return Wave(codec, channels, rate, bits, block, at + 8, size, min(size, length - at - 8))
        at += 8 + size + size % 2  # chunks are padded to even lengths
    raise NotWave


def _form(body: bytes) -> tuple[int, int, int, int, int]:
    if len(body) < 16:
        raise NotWave
    codec, channels, rate, _, block, bits = struct.unpack_from("<HHIIHH", body)
    if codec == _EXTENSIBLE and len(body) >= 40 and body[26:40] == _GUID_TAIL:
        valid = struct.unpack_from("<H", body, 18)[0]
        codec, bits = struct.unpack_from("<H", body, 24)[0], valid or bits
    return codec, channels, rate, bits, block


def demand_playable(wave: Wave, longest_ms: int) -> None:
    """Of a file that is telephone sound: whole, not empty, not too long. Raises Unusable."""
    if wave.present < 2:
        raise Unusable("O arquivo não tem som")
    if wave.claimed > wave.present:
        raise Unusable(
            f"O arquivo está incompleto: anuncia {_length(wave.claimed)} de som e traz {_length(wave.present)}"
        )
    if wave.ms > longest_ms:
        raise Unusable(f"O som dura {_length(wave.present)}; o máximo é {longest_ms // 60_000} minutos")


def _length(size: int) -> str:
    seconds = size // (BYTES_PER_MS * 1000)
    hours, rest = divmod(seconds, 3600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"


def header(size: int) -> bytes:
    """The plain 44 bytes before `size` bytes of telephone sound."""
    riff = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, _PCM, 1, RATE, RATE * 2, 2, 16)
    return riff + struct.pack("<4sI", b"data", size)


def write_canonical(file: BinaryIO, wave: Wave, target: BinaryIO) -> Sound:
    """The same samples behind the plain header; half a sample at the end is left out."""
    size = wave.present // 2 * 2
    digest = hashlib.sha256()
    for piece in _pieces(file, wave.start, size):
        digest.update(piece)
        target.write(piece)
    return Sound(digest.hexdigest(), size // BYTES_PER_MS, HEADER_BYTES + size)


def _pieces(file: BinaryIO, start: int, size: int) -> Iterator[bytes]:
    yield header(size)
    file.seek(start)
    while size > 0:
        piece = file.read(min(size, _PIECE))
        if not piece:
            raise Unusable("O arquivo mudou enquanto era lido")
        size -= len(piece)
        yield piece
