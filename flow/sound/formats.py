"""What ffprobe found in a file, in words. Pure."""

from collections.abc import Mapping
from typing import Any

from flow.sound.wav import described

_NAMES = {
    "mp3": "MP3",
    "aac": "AAC",
    "opus": "Opus",
    "vorbis": "Ogg Vorbis",
    "flac": "FLAC",
    "alac": "ALAC",
    "pcm_alaw": "A-law",
    "pcm_mulaw": "µ-law",
    "pcm_u8": "PCM de 8 bits",
    "pcm_s16le": "PCM de 16 bits",
    "pcm_s24le": "PCM de 24 bits",
    "pcm_s32le": "PCM de 32 bits",
    "pcm_f32le": "ponto flutuante",
    "wmav1": "WMA",
    "wmav2": "WMA",
    "amr_nb": "AMR",
    "gsm_ms": "GSM",
}


def sound_stream(probe: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first stream of sound in ffprobe's JSON."""
    streams = probe.get("streams") or []
    return next((stream for stream in streams if stream.get("codec_type") == "audio"), None)


def found_in(stream: Mapping[str, Any]) -> str:
    """e.g. "44.100 Hz, estéreo, MP3"."""
    codec = str(stream.get("codec_name") or "formato desconhecido")
    rate, channels = _whole(stream.get("sample_rate")), _whole(stream.get("channels"))
    return described(rate, channels, _NAMES.get(codec, codec.upper()))


def length_of(probe: Mapping[str, Any]) -> int:
    """Milliseconds, 0 when the file does not say (what a browser records does not)."""
    try:
        return int(float((probe.get("format") or {}).get("duration") or 0) * 1000)
    except (ValueError, OverflowError):
        return 0


def _whole(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
