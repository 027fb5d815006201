"""On a machine without ffmpeg: right files still come in, others are refused with a way out, and the doctor says so."""

import asyncio
import time

import pytest

from flow.doctor import converter
from flow.errors import Unplayable
from flow.services import media, uploads
from flow.settings import Settings
from flow.sound.ffmpeg import Fetching
from flow.sound.wav import RATE, header


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """No programs at all: no ffmpeg, and no APT to fetch one with."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(uploads, "_fetching", Fetching(tmp_path / "cache"))


def received(tenant, body: bytes) -> uploads.Taken | uploads.Refused:
    intake = uploads.Intake(tenant.id)
    intake.add(body)
    return asyncio.run(uploads.receive(tenant.id, intake.finish(), "som.wav", "audio"))


@pytest.mark.usefixtures("bare_machine")
def test_a_right_file_needs_no_ffmpeg(tenant):
    outcome = received(tenant, header(RATE * 2) + bytes(RATE * 2))
    assert isinstance(outcome, uploads.Taken)
    assert media.path_of(tenant.id, outcome.file.hash).exists()


@pytest.mark.usefixtures("bare_machine")
def test_what_cannot_be_converted_is_refused_with_what_to_install(tenant):
    wrong = bytearray(header(RATE * 2) + bytes(RATE * 2))
    wrong[24:28] = (44_100).to_bytes(4, "little")
    refused = received(tenant, bytes(wrong))
    assert isinstance(refused, uploads.Refused)
    assert refused.found == "44.100 Hz, mono, PCM de 16 bits"

    def reason() -> str:
        try:
            asyncio.run(uploads.convert(tenant.id, refused.token, "som.wav", "audio"))
        except Unplayable as error:
            return error.text
        except uploads.Preparing:
            return ""
        raise AssertionError("converted without ffmpeg")

    deadline = time.monotonic() + 10
    while not (why := reason()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "Instale o pacote ffmpeg" in why


@pytest.mark.usefixtures("bare_machine")
def test_the_doctor_says_what_is_missing_without_ffmpeg(tmp_path):
    (finding,) = converter(Settings(data_dir=tmp_path / "var", cache_dir=tmp_path / "cache"))
    assert finding.level == "warning"
    assert "pacote ffmpeg" in finding.remedy
