"""`python -m flow.sound.convert`: one foreign file, examined or converted, in a process that may use only so much.

Reads an order (JSON) from its standard input and writes an answer (JSON) to its standard output. ffmpeg opens local
files only, and none but the containers named here: lists of other files, which could lead anywhere, are not among them.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydub import AudioSegment

from flow.sound.formats import found_in, length_of, sound_stream
from flow.sound.levels import Levels, levels_of
from flow.sound.wav import RATE

CONTAINERS = "wav,w64,aiff,au,mp3,ogg,flac,mov,aac,matroska,amr,asf,caf,gsm"
CPU_SECONDS, MEMORY, LARGEST_FILE = 90, 1_500_000_000, 500_000_000
_SAFE = ("-protocol_whitelist", "file,pipe", "-format_whitelist", CONTAINERS)
_NO_SOUND = "Não encontramos som neste arquivo. Envie um WAV, MP3, M4A, OGG, FLAC ou WMA."
_BROKEN = "O arquivo está danificado e não pôde ser convertido. Exporte-o de novo e envie outra vez."
_LOUDNESS = re.compile(r"I:\s+(-?[\d.]+) LUFS")
_TOO_SHORT_LUFS = -69.0


class Refused(Exception):
    """`str()` is the Portuguese text for the person who sent the file."""


def main() -> None:
    _limit()
    order = json.load(sys.stdin)
    try:
        answer = {"examine": examine, "convert": convert}[order["do"]](order)
    except Refused as reason:
        answer = {"refused": str(reason)}
    except MemoryError:
        answer = {"refused": "O arquivo é grande demais para ser convertido aqui."}
    json.dump(answer, sys.stdout)


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(10)  # calls come first


def examine(order: dict[str, Any]) -> dict[str, Any]:
    """Order: ffprobe, environment, source. Answer: found ("44.100 Hz, estéreo, MP3"), ms (0: the file does not say)."""
    command = [*order["ffprobe"], "-v", "error", *_SAFE, "-show_streams", "-show_format", "-of", "json"]
    done = _run([*command, f"file:{order['source']}"], order)
    probe = json.loads(done.stdout or "{}")
    stream = sound_stream(probe)
    if stream is None:
        raise Refused(_NO_SOUND)
    return {"found": found_in(stream), "ms": length_of(probe), "rate": stream.get("sample_rate")}


def convert(order: dict[str, Any]) -> dict[str, Any]:
    """Order: as for examine, ffmpeg, target, longest_ms. Answer: before and after, the fields of Levels."""
    with tempfile.TemporaryDirectory(dir=Path(order["target"]).parent, prefix=".converting-") as scratch:
        as_sent, resampled = Path(scratch) / "sent.wav", Path(scratch) / "telephone.wav"
        before_lufs = _decode(order, as_sent, resampled)
        before = _levels(AudioSegment.from_wav(as_sent), before_lufs)
        sound = AudioSegment.from_wav(resampled)
        if len(sound) > order["longest_ms"]:
            raise Refused(f"O som dura mais de {order['longest_ms'] // 60_000} minutos, que é o máximo. Corte-o antes.")
        if not sound.frame_count():
            raise Refused(_NO_SOUND)
        sound.export(order["target"], format="wav").close()
        after = _levels(sound, _loudness(order, resampled))
    return {"before": asdict(before), "after": asdict(after)}


def _decode(order: dict[str, Any], as_sent: Path, resampled: Path) -> float | None:
    """Both in one reading. The limiter only acts on what would be cut off when the rate is changed."""
    longest = str(order["longest_ms"] / 1000 + 1)
    mono = "out_chlayout=mono:rematrix_maxval=1"  # the mean of the sides, which cannot be louder than they are
    shaped = f"aresample={RATE}:{mono}:filter_size=64:cutoff=0.94,alimiter=limit=0.89:level=disabled"
    command = [
        *order["ffmpeg"], "-nostdin", "-hide_banner", "-threads", "1", *_SAFE, "-t", longest, "-i",
        f"file:{order['source']}",
        "-map", "0:a:0", "-af", "ebur128", "-c:a", "pcm_s16le", "-fflags", "+bitexact", "-f", "wav", str(as_sent),
        "-map", "0:a:0", "-af", shaped, "-ar", str(RATE), "-ac", "1",
        "-c:a", "pcm_s16le", "-fflags", "+bitexact", "-f", "wav", str(resampled),
    ]  # fmt: skip
    done = _run(command, order)
    if done.returncode or not resampled.exists():
        raise Refused(_BROKEN)
    return _lufs(done.stderr)


def _loudness(order: dict[str, Any], wav: Path) -> float | None:
    command = [*order["ffmpeg"], "-nostdin", "-hide_banner", "-threads", "1", "-i", f"file:{wav}"]
    return _lufs(_run([*command, "-af", "ebur128", "-f", "null", "-"], order).stderr)


def _lufs(told: str) -> float | None:
    measured = _LOUDNESS.findall(told)
    loudness = float(measured[-1]) if measured else _TOO_SHORT_LUFS
    return loudness if loudness > _TOO_SHORT_LUFS else None


def _levels(sound: AudioSegment, lufs: float | None) -> Levels:
    return levels_of(sound.raw_data, sound.frame_rate, sound.channels, lufs)


def _run(command: list[str], order: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", **order["environment"]}
    return subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, check=False)


if __name__ == "__main__":
    main()
