"""Sound as a telephone carries it: 8000 samples a second, 16 bit, one channel."""

import math
import os
import struct
import wave
from array import array
from collections.abc import Sequence
from operator import mul
from pathlib import Path

RATE = 8000
PEAK = 0.7 * 32767
CROSSINGS = 16
"""Zero crossings of the filter on each side: more is steeper and slower."""


def from_wav(data: bytes) -> "array[int]":
    """The samples of a mono 16-bit WAV of any rate, resampled, at an even loudness, with a breath before and after.

    A program that writes to a pipe cannot know the length, so the one in the header is not trusted.
    """
    rate = struct.unpack_from("<I", data, 24)[0]
    start = data.index(b"data") + 8
    samples = array("h", data[start : start + (len(data) - start) // 2 * 2])
    quiet = array("h", bytes(RATE // 5 * 2))
    return quiet + _levelled(resample(samples, rate)) + quiet


def resample(samples: Sequence[int], rate: int) -> list[float]:
    """Band-limited (windowed sinc, one set of taps per phase), so that nothing above 4 kHz folds back."""
    step = math.gcd(rate, RATE)
    up, down = RATE // step, rate // step
    cutoff = min(1.0, RATE / rate) * 0.94
    half = math.ceil(CROSSINGS / cutoff)
    taps = [_taps(phase / up, half, cutoff) for phase in range(up)]
    padded = [0] * half + list(samples) + [0] * (half + 1)
    out = []
    for n in range(len(samples) * up // down):
        whole, phase = divmod(n * down, up)
        out.append(sum(map(mul, taps[phase], padded[whole : whole + 2 * half + 1])))
    return out


def _taps(fraction: float, half: int, cutoff: float) -> list[float]:
    weights = []
    for k in range(-half, half + 1):
        distance = k - fraction
        angle = math.pi * distance * cutoff
        sinc = math.sin(angle) / angle if angle else 1.0
        window = 0.5 + 0.5 * math.cos(math.pi * distance / (half + 1))
        weights.append(sinc * window)
    total = sum(weights)
    return [weight / total for weight in weights]


def _levelled(samples: Sequence[float]) -> "array[int]":
    loudest = max(map(abs, samples), default=0) or 1
    return array("h", (round(sample * PEAK / loudest) for sample in samples))


_CHORDS = ((48, 55, 64, 67, 72), (45, 52, 60, 64, 69), (41, 53, 57, 60, 65), (43, 50, 59, 62, 67))
"""C, Am, F, G as notes (60 is the middle C), the lowest first."""
_PATTERN = (1, 2, 3, 4, 3, 2, 4, 3)
_BEAT = 0.42
_RING = 1.6


def music(rounds: int = 4) -> "array[int]":
    """A slow tune of plucked, broken chords to wait with: about a minute; its end leads to its beginning."""
    steps = _CHORDS * rounds
    beats = len(steps) * len(_PATTERN)
    length = round(beats * _BEAT * RATE)
    samples = [0.0] * length
    for number, chord in enumerate(steps):
        first = number * len(_PATTERN)
        _pluck(samples, chord[0], round(first * _BEAT * RATE), 0.9, 2.2 * _RING)
        for beat, voice in enumerate(_PATTERN):
            octave = 12 if number // len(_CHORDS) % 2 and beat % 4 == 3 else 0
            _pluck(samples, chord[voice] + octave, round((first + beat) * _BEAT * RATE), 0.55, _RING)
    return array("h", (round(sample / 3) for sample in _levelled(samples)))


def _pluck(samples: list[float], note: int, start: int, strength: float, ring: float) -> None:
    """A string that fades, its overtones sooner; what rings beyond the end is heard at the beginning."""
    pitch = 440.0 * 2 ** ((note - 69) / 12)
    count, turn = round(ring * RATE), 2 * math.pi * pitch / RATE
    for n in range(count):
        fade = math.exp(-4.0 * n / count) * min(1.0, n / 40)
        tone = math.sin(turn * n) + 0.4 * fade * math.sin(2 * turn * n) + 0.15 * fade * math.sin(3 * turn * n)
        samples[(start + n) % len(samples)] += strength * fade * tone


def write_wav(path: Path, samples: "array[int]") -> None:
    """Whole or not at all: another installation may read the same cache."""
    draft = path.with_suffix(f".{os.getpid()}")
    with wave.open(str(draft), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    draft.replace(path)
