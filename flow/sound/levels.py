"""How loud a sound is, where, and whether it was cut off at the top."""

import audioop
import math
from array import array
from dataclasses import dataclass
from itertools import pairwise

BARS = 160
_FULL = 32768


@dataclass(frozen=True)
class Levels:
    """`bars`: the loudest moment of each of BARS parts, 0–100. `dbfs` and `peak_dbfs` are at most 0; silence is −99.

    `clipped`: samples at the very limit. `lufs`: loudness as people hear it (EBU R 128), None when too short to tell.
    """

    ms: int
    bars: list[int]
    dbfs: float
    peak_dbfs: float
    clipped: int
    lufs: float | None = None


def levels_of(samples: bytes, rate: int, channels: int = 1, lufs: float | None = None) -> Levels:
    """`samples`: PCM of 16 bits, little-endian, interleaved."""
    frames = len(samples) // (2 * channels)
    loudest = audioop.max(samples, 2)
    return Levels(
        ms=frames * 1000 // max(rate, 1),
        bars=_bars(samples, frames, channels),
        dbfs=_decibels(audioop.rms(samples, 2)),
        peak_dbfs=_decibels(loudest),
        clipped=_clipped(samples) if loudest >= _FULL - 1 else 0,
        lufs=lufs,
    )


def _bars(samples: bytes, frames: int, channels: int) -> list[int]:
    """The square root lets quiet speech be seen beside a loud word."""
    width = 2 * channels
    edges = [frames * n // BARS * width for n in range(BARS + 1)]
    parts = (samples[a : max(b, a + width)] for a, b in pairwise(edges))
    return [round(100 * math.sqrt(min(audioop.max(part, 2), _FULL) / _FULL)) if part else 0 for part in parts]


def _decibels(amplitude: int) -> float:
    return round(20 * math.log10(amplitude / _FULL), 1) if amplitude else -99.0


def _clipped(samples: bytes) -> int:
    values = array("h", samples)
    return values.count(_FULL - 1) + values.count(-_FULL)


def through_telephone(samples: bytes) -> bytes:
    """What is left after the A-law of the telephone network, sample by sample."""
    return audioop.alaw2lin(audioop.lin2alaw(samples, 2), 2)
