"""Announcements reach a telephone at its own rate, without the hiss of folded frequencies."""

import io
import math
import wave
from array import array
from pathlib import Path

from flow.node.prompts import PROMPTS
from flow.node.telephone_sound import RATE, from_wav, music, resample, write_wav


def _tone(hertz: float, rate: int, seconds: float = 0.3) -> list[int]:
    return [round(20000 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(int(rate * seconds))]


def _loudness(samples: list[float]) -> float:
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    return math.sqrt(sum(sample * sample for sample in middle) / len(middle))


def test_a_tone_inside_the_band_keeps_length_and_loudness() -> None:
    result = resample(_tone(1000, 22050), 22050)
    assert abs(len(result) - 0.3 * RATE) <= 1
    assert abs(_loudness(result) - 20000 / math.sqrt(2)) < 200


def test_a_tone_above_the_band_is_silenced_instead_of_folded() -> None:
    assert _loudness(resample(_tone(5500, 22050), 22050)) < 200


def test_a_length_that_the_pipe_could_not_know_is_not_trusted() -> None:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes(array("h", _tone(440, 22050)).tobytes())
    data = bytearray(buffer.getvalue())
    data[40:44] = b"\xff\xff\xff\x7f"
    samples = from_wav(bytes(data))
    assert max(samples) <= 0.71 * 32767
    assert len(samples) == int(0.3 * RATE) + 2 * (RATE // 5)


def test_written_as_asterisk_reads_it(tmp_path: Path) -> None:
    write_wav(tmp_path / "espera.wav", music(1))
    with wave.open(str(tmp_path / "espera.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert file.getnframes() == len(music(1))


def test_the_dialplan_plays_only_prompts_that_exist() -> None:
    dialplan = (Path(__file__).parents[2] / "deploy/asterisk/extensions.conf").read_text()
    assert "Playback(fluxo/servico-indisponivel," in dialplan
    assert "servico-indisponivel" in PROMPTS
