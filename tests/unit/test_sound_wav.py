"""What is telephone sound and what is not is decided by the bytes, never by what a file calls itself."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.sound.wav import RATE, NotWave, Unusable, demand_playable, described, examine, header, write_canonical

LONGEST = 600_000
SAMPLES = struct.pack(f"<{RATE}h", *range(-4000, 4000))


def chunk(name: bytes, body: bytes, claimed: int | None = None) -> bytes:
    return name + struct.pack("<I", len(body) if claimed is None else claimed) + body + b"\0" * (len(body) % 2)


def form(codec=1, channels=1, rate=RATE, bits=16) -> bytes:
    block = channels * bits // 8
    return chunk(b"fmt ", struct.pack("<HHIIHH", codec, channels, rate, rate * block, block, bits))


def wave(*chunks: bytes) -> io.BytesIO:
    body = b"WAVE" + b"".join(chunks)
    return io.BytesIO(b"RIFF" + struct.pack("<I", len(body)) + body)


def extensible(codec: int = 1) -> bytes:
    guid = struct.pack("<H", codec) + bytes.fromhex("000000001000800000aa00389b71")
    return chunk(b"fmt ", struct.pack("<HHIIHHHHI", 0xFFFE, 1, RATE, RATE * 2, 2, 16, 22, 16, 4) + guid)


def kept(file: io.BytesIO) -> bytes:
    found = examine(file)
    demand_playable(found, LONGEST)
    target = io.BytesIO()
    write_canonical(file, found, target)
    return target.getvalue()


def test_a_plain_file_is_kept_as_it_is():
    plain = header(len(SAMPLES)) + SAMPLES
    assert kept(io.BytesIO(plain)) == plain


@pytest.mark.parametrize(
    "file",
    [
        wave(extensible(), chunk(b"data", SAMPLES)),
        wave(chunk(b"LIST", b"odd"), form(), chunk(b"fact", b"1234"), chunk(b"data", SAMPLES), chunk(b"id3 ", b"x")),
        wave(chunk(b"JUNK", b"\0" * 28), form(), chunk(b"data", SAMPLES + b"\1")),
    ],
    ids=["extensible header", "odd chunks around", "half a sample at the end"],
)
def test_unusual_headers_are_read_and_kept_in_the_plain_form(file):
    assert kept(file) == header(len(SAMPLES)) + SAMPLES


@pytest.mark.parametrize(
    ("form_chunk", "found"),
    [
        (form(channels=2, rate=44_100), "44.100 Hz, estéreo, PCM de 16 bits"),
        (form(rate=16_000), "16.000 Hz, mono, PCM de 16 bits"),
        (form(bits=8), "8.000 Hz, mono, PCM de 8 bits"),
        (form(codec=6, bits=8), "8.000 Hz, mono, A-law"),
        (form(codec=0x55, rate=22_050), "22.050 Hz, mono, MP3"),
        (extensible(codec=3), "8.000 Hz, mono, ponto flutuante"),
        (form(channels=6), "8.000 Hz, 6 canais, PCM de 16 bits"),
    ],
)
def test_another_format_is_named(form_chunk, found):
    examined = examine(wave(form_chunk, chunk(b"data", SAMPLES)))
    assert not examined.is_telephone
    assert examined.found == found


def test_a_header_that_claims_four_gigabytes_is_incomplete_and_read_at_once():
    examined = examine(wave(form(), chunk(b"data", SAMPLES, claimed=0xFFFFFFFE)))
    assert examined.present == len(SAMPLES)
    with pytest.raises(Unusable, match=r"anuncia 74 h 33 min de som e traz 0 min 1 s"):
        demand_playable(examined, LONGEST)


def test_a_truncated_file_is_refused_with_what_is_missing():
    whole = header(RATE * 2 * 10) + SAMPLES
    with pytest.raises(Unusable, match="incompleto: anuncia 0 min 10 s de som e traz 0 min 1 s"):
        demand_playable(examine(io.BytesIO(whole)), LONGEST)


def test_silence_of_no_length_and_an_endless_speech_are_refused():
    with pytest.raises(Unusable, match="não tem som"):
        demand_playable(examine(io.BytesIO(header(0))), LONGEST)
    with pytest.raises(Unusable, match="máximo é 1 minutos"):
        demand_playable(examine(io.BytesIO(header(RATE * 2 * 61) + bytes(RATE * 2 * 61))), 60_000)


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"RIFF",
        b"ID3\x04" + b"x" * 500,
        wave().getvalue(),
        wave(chunk(b"data", SAMPLES)).getvalue(),
        b"RIFX" + wave(form(), chunk(b"data", SAMPLES)).getvalue()[4:],
        wave(chunk(b"xxxx", b"") * 2000, form()).getvalue(),
    ],
)
def test_what_is_no_wave_is_not_taken_for_one(junk):
    with pytest.raises(NotWave):
        examine(io.BytesIO(junk))


@given(st.binary(max_size=400))
def test_whatever_follows_the_magic_words_ends_in_a_finding_or_in_no_wave(body):
    file = io.BytesIO(b"RIFF\xff\xff\xff\xffWAVE" + body)
    try:
        found = examine(file)
    except NotWave:
        return
    assert 0 <= found.present <= len(body)


def test_rates_read_as_people_write_them():
    assert described(44_100, 2, "MP3") == "44.100 Hz, estéreo, MP3"
    assert described(800, 1, "MP3") == "800 Hz, mono, MP3"
