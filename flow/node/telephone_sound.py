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


def music(seconds: int = 16) -> "array[int]":
    """Four soft chords, each swelling and fading, quiet enough to wait with."""
    chords = ((262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294))
    length = seconds * RATE // len(chords)
    samples = []
    for chord in chords:
        for n in range(length):
            swell = math.sin(math.pi * n / length) ** 2
            samples.append(swell * sum(math.sin(2 * math.pi * tone * n / RATE) for tone in chord))
    return array("h", (round(sample / 4) for sample in _levelled(samples)))


def write_wav(path: Path, samples: "array[int]") -> None:
    """Whole or not at all: another installation may read the same cache."""
    draft = path.with_suffix(f".{os.getpid()}")
    with wave.open(str(draft), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    draft.replace(path)
