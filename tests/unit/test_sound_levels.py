"""How a sound is measured, and what the telephone network leaves of it."""

import math
from array import array

import pytest

from flow.sound.formats import found_in, length_of, sound_stream
from flow.sound.levels import BARS, levels_of, through_telephone
from flow.web.byte_range import UNSATISFIABLE, Span, span_of


def tone(amplitude: int, seconds: float = 1.0, rate: int = 8000) -> bytes:
    return array(
        "h", (round(amplitude * math.sin(2 * math.pi * 400 * n / rate)) for n in range(int(seconds * rate)))
    ).tobytes()


def test_a_full_tone_is_three_decibels_below_its_peak():
    levels = levels_of(tone(32767), 8000)
    assert (levels.ms, levels.peak_dbfs, levels.dbfs) == (1000, 0.0, -3.0)


def test_silence_has_a_floor_and_no_sound_has_levels_too():
    assert levels_of(bytes(16_000), 8000).dbfs == -99.0
    assert levels_of(b"", 8000).bars == [0] * BARS


def test_bars_show_where_the_sound_is():
    bars = levels_of(bytes(16_000) + tone(32767), 8000).bars
    assert max(bars[: BARS // 2]) == 0
    assert min(bars[BARS // 2 :]) > 90


@pytest.mark.parametrize(("samples", "clipped"), [([32767, -32768, 32766, 0], 2), ([32766, -32767], 0)])
def test_samples_at_the_very_limit_are_counted(samples, clipped):
    assert levels_of(array("h", samples).tobytes(), 8000).clipped == clipped


def test_two_channels_last_half_as_long():
    assert levels_of(tone(1000), 8000, channels=2).ms == 500


def test_the_telephone_keeps_a_tone_and_changes_its_samples():
    before = array("h", tone(12_000))
    after = array("h", through_telephone(before.tobytes()))
    assert len(after) == len(before) and after != before
    assert max(abs(a - b) for a, b in zip(after, before, strict=True)) < 600


def test_what_ffprobe_found_is_said_as_people_say_it():
    stream = {"codec_type": "audio", "codec_name": "mp3", "sample_rate": "44100", "channels": 2}
    assert found_in(stream) == "44.100 Hz, estéreo, MP3"
    assert found_in({"codec_name": "qcelp", "sample_rate": "x", "channels": 1}) == "0 Hz, mono, QCELP"


def test_a_picture_in_the_file_is_not_its_sound():
    assert sound_stream({"streams": [{"codec_type": "video"}]}) is None
    assert length_of({"format": {"duration": "N/A"}}) == 0
    assert length_of({"format": {"duration": "1.5"}}) == 1500


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("", None), ("bytes=0-", Span(0, 99)), ("bytes=10-19", Span(10, 19)), ("bytes=-5", Span(95, 99)),
        ("bytes=90-500", Span(90, 99)), ("bytes=-500", Span(0, 99)), ("bytes=100-", UNSATISFIABLE),
        ("bytes=-0", UNSATISFIABLE), ("bytes=5-2", None), ("bytes=-", None), ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
    ],
)  # fmt: skip
def test_a_range_is_what_the_standard_says(header, span):
    assert span_of(header, 100) == span
