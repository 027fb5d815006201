"""Upload, conversion and playback over the real wire: what comes in, what does not, and who hears what."""

import math
import os
import socket
import struct
import subprocess
from array import array
from contextlib import suppress
from urllib.parse import quote

import httpx
import pytest

from flow.access import sessions
from flow.db import company_session
from flow.services import media
from flow.services.tokens import create_token
from flow.sound.wav import HEADER_BYTES, RATE, header


def tone(seconds: float, pitch: int = 440) -> bytes:
    samples = array("h", (round(9000 * math.sin(2 * math.pi * pitch * n / RATE)) for n in range(int(seconds * RATE))))
    return header(len(samples) * 2) + samples.tobytes()


@pytest.fixture
def administrator(person_of, tenant):
    return person_of(tenant, "chefe")


def send(web, person, body, *, purpose="audio", name="saudação.wav", origin=None, path="/media/files"):
    headers = {"Origin": origin or web.base, "X-File-Name": quote(name)}
    if person:
        headers["Cookie"] = person.cookie
    return httpx.post(f"{web.base}{path}", params={"for": purpose}, content=body, headers=headers, timeout=60)


def get(web, person, path, **headers):
    return httpx.get(f"{web.base}/media/files/{path}", headers={"Cookie": person.cookie, **headers})


def encoded(tmp_path, *arguments: str, name: str = "sound.mp3") -> bytes:
    source, target = tmp_path / "source.wav", tmp_path / name
    source.write_bytes(tone(2))
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", source, *arguments, target], check=True)
    return target.read_bytes()


def waiting_files(tenant) -> list[str]:
    return [path.name for path in media.incoming_of(tenant.id).iterdir()]


def test_a_right_file_is_kept_under_its_content_and_played_back(web, administrator):
    reply = send(web, administrator, tone(1.5))
    assert reply.status_code == 201
    kept = reply.json()
    assert (kept["ms"], kept["name"]) == (1500, "saudação.wav")
    played = get(web, administrator, kept["hash"])
    assert (played.content, played.headers["content-type"]) == (tone(1.5), "audio/wav")


def test_the_kept_file_can_be_saved_as_an_audio(web, administrator, tenant):
    digest = send(web, administrator, tone(1)).json()["hash"]
    assert tenant.save("audio", {"name": "Saudação", "current": digest}).id


def test_players_seek_by_ranges_and_ask_again_cheaply(web, administrator):
    digest = send(web, administrator, tone(1)).json()["hash"]
    part = get(web, administrator, digest, Range="bytes=101-200")
    assert (part.status_code, part.content) == (206, tone(1)[101:201])
    assert part.headers["content-range"] == f"bytes 101-200/{HEADER_BYTES + RATE * 2}"
    assert get(web, administrator, digest, Range="bytes=999999-").status_code == 416
    assert get(web, administrator, digest, **{"If-None-Match": part.headers["etag"]}).status_code == 304


def test_what_the_phone_will_play_is_the_same_in_one_piece_or_in_many(web, administrator):
    digest = send(web, administrator, tone(5)).json()["hash"]
    whole = get(web, administrator, f"{digest}?as=phone").content
    assert len(whole) == len(tone(5)) and whole != tone(5) and whole[:HEADER_BYTES] == header(RATE * 10)
    pieces = [(0, 44), (45, 1000), (1001, 66_666), (66_667, len(whole) - 1)]
    ranges = [get(web, administrator, f"{digest}?as=phone", Range=f"bytes={a}-{b}").content for a, b in pieces]
    assert b"".join(ranges) == whole


def test_the_wave_form_and_the_loudness_are_told(web, administrator):
    digest = send(web, administrator, tone(1)).json()["hash"]
    told = get(web, administrator, f"{digest}/levels").json()
    assert (told["ms"], told["levels"]["clipped"], told["levels"]["peak_dbfs"]) == (1000, 0, -11.2)


def test_an_mp3_is_refused_with_what_it_is_and_converted_on_request(web, administrator, tmp_path):
    refused = send(web, administrator, encoded(tmp_path, "-ar", "44100", "-ac", "2"), name="jingle.wav")
    assert refused.status_code == 422
    assert refused.json()["found"] == "44.100 Hz, estéreo, MP3"
    order = {"token": refused.json()["token"], "name": "jingle.mp3"}
    done = httpx.post(
        f"{web.base}/media/conversions",
        params={"for": "audio"},
        json=order,
        headers={"Cookie": administrator.cookie, "Origin": web.base},
        timeout=60,
    )
    assert done.status_code == 201
    told = done.json()
    assert 1950 < told["ms"] < 2150
    assert len(told["before"]["bars"]) == len(told["after"]["bars"]) == 160
    assert abs(told["before"]["dbfs"] - told["after"]["dbfs"]) < 2
    kept = get(web, administrator, told["hash"]).content
    assert kept[:HEADER_BYTES] == header(len(kept) - HEADER_BYTES)


@pytest.mark.parametrize(
    ("arguments", "name", "found"),
    [
        (("-ar", "48000", "-c:a", "libopus"), "a.webm", "48.000 Hz, mono, Opus"),
        (("-ar", "16000", "-c:a", "pcm_s24le"), "a.wav", "16.000 Hz, mono, PCM de 24 bits"),
        (("-ar", "22050", "-c:a", "aac"), "a.m4a", "22.050 Hz, mono, AAC"),
        (("-c:a", "pcm_alaw"), "a.wav", "8.000 Hz, mono, A-law"),
        (("-c:a", "flac"), "a.flac", "8.000 Hz, mono, FLAC"),
    ],
)
def test_whatever_people_have_is_named(web, administrator, tmp_path, arguments, name, found):
    refused = send(web, administrator, encoded(tmp_path, *arguments, name=name), name="a.wav")
    assert (refused.status_code, refused.json()["found"]) == (422, found)


def test_without_a_session_nothing_is_taken_or_given(web, administrator, tenant):
    digest = send(web, administrator, tone(1)).json()["hash"]
    assert send(web, None, tone(1)).status_code == 401
    assert send(web, None, b"{}", path="/media/conversions").status_code == 401
    for path in (digest, f"{digest}/levels"):
        assert httpx.get(f"{web.base}/media/files/{path}").status_code == 401


@pytest.mark.parametrize("purpose", ["audio", "music", "extension", ""])
def test_without_the_permission_nothing_is_taken_or_given(web, person_of, administrator, tenant, purpose):
    agent = person_of(tenant, "agente", profile="Agente", function="Agente")
    digest = send(web, administrator, tone(1)).json()["hash"]
    assert send(web, agent, tone(1), purpose=purpose).status_code == 403
    assert send(web, agent, b"{}", purpose=purpose, path="/media/conversions").status_code == 403
    assert get(web, agent, digest).status_code == 403


def test_who_may_only_look_hears_and_cannot_send(web, person_of, administrator, tenant):
    supervisor = person_of(tenant, "supervisora", profile="Supervisor", function="Supervisor")
    digest = send(web, administrator, tone(1)).json()["hash"]
    assert get(web, supervisor, digest).status_code == 200
    assert send(web, supervisor, tone(1)).status_code == 403


def test_a_foreign_companys_sound_is_not_found(web, person_of, administrator, new_tenant, tmp_path):
    neighbour = person_of(new_tenant(), "vizinha")
    digest = send(web, administrator, tone(1)).json()["hash"]
    assert get(web, neighbour, digest).status_code == 404
    assert get(web, neighbour, f"{digest}/levels").status_code == 404
    token = send(web, administrator, encoded(tmp_path)).json()["token"]
    order = f'{{"token": "{token}"}}'.encode()
    assert send(web, neighbour, order, path="/media/conversions").status_code == 404


@pytest.mark.parametrize("path", ["/media/files", "/media/conversions"])
def test_another_origin_is_refused(web, administrator, tenant, path):
    reply = send(web, administrator, tone(1), origin="http://evil.example", path=path)
    assert reply.status_code == 403
    assert waiting_files(tenant) == []


def test_a_file_that_is_too_big_is_refused_by_its_length_and_by_its_bytes(web, administrator, tenant):
    big = media.MAX_UPLOAD + 1
    with socket.create_connection(("127.0.0.1", web.port), timeout=20) as line:
        head = f"POST /media/files?for=audio HTTP/1.1\r\nHost: 127.0.0.1:{web.port}\r\nOrigin: {web.base}\r\n"
        line.sendall(f"{head}Cookie: {administrator.cookie}\r\nContent-Length: {big}\r\n\r\nRIFF".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413")

    def endless():
        for _ in range(big // 1_000_000 + 2):
            yield bytes(1_000_000)

    with suppress(httpx.WriteError):  # the server may hang up on us before we have said everything
        assert send(web, administrator, endless()).status_code == 413
    assert waiting_files(tenant) == []


@pytest.mark.parametrize(("purpose", "minutes"), [("audio", 10), ("music", 30)])
def test_a_sound_that_is_too_long_is_refused_in_words(web, administrator, tenant, purpose, minutes):
    seconds = minutes * 60 + 1
    reply = send(web, administrator, header(seconds * RATE * 2) + bytes(seconds * RATE * 2), purpose=purpose)
    assert reply.status_code == 422
    assert f"máximo é {minutes} minutos" in reply.json()["message"]
    assert waiting_files(tenant) == []


def test_hours_in_a_small_file_are_refused_before_they_are_unpacked(web, administrator, tmp_path):
    target = tmp_path / "long.mp3"
    silence = ["-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "7200", "-b:a", "8k", "-write_xing", "1"]
    subprocess.run(["ffmpeg", "-v", "error", *silence, target], check=True)
    reply = send(web, administrator, target.read_bytes())
    assert reply.status_code == 422
    assert "mais de 10 minutos" in reply.json()["message"]


@pytest.mark.parametrize(
    "name",
    [
        "../../../../etc/cron.d/x",
        "..\\..\\x.wav",
        "/etc/passwd",
        "a\0b.wav",
        "\r\nSet-Cookie: x=1",
        "x" * 5000,
        "",
        "%",
    ],
)
def test_a_hostile_name_is_a_label_and_never_a_path(web, administrator, tenant, name):
    before = {path for path in media.folder_of(tenant.id).parent.parent.rglob("*") if path.is_file()}
    reply = send(web, administrator, tone(0.1 + len(name) / 1000), name=name)
    assert reply.status_code == 201
    shown = reply.json()["name"]
    assert len(shown) <= 120 and shown.isprintable() and not set(shown) & set("/\\")
    after = {path for path in media.folder_of(tenant.id).parent.parent.rglob("*") if path.is_file()}
    new = {path for path in after - before if "fluxo.db" not in path.name and path.suffix != ".log"}
    assert new == {media.path_of(tenant.id, reply.json()["hash"])}


@pytest.mark.parametrize("digest", ["../../secret.key", "..%2f..%2fsecret.key", "a" * 64, "A" * 64, "x"])
def test_only_hashes_lead_to_files(web, administrator, digest):
    assert get(web, administrator, digest).status_code == 404


def test_a_header_that_claims_four_gigabytes_is_answered_at_once(web, administrator, tenant):
    head = bytearray(header(RATE))
    head[40:44] = struct.pack("<I", 0xFFFFFFF0)
    reply = send(web, administrator, bytes(head) + bytes(RATE))
    assert reply.status_code == 422
    assert "74 h 33 min" in reply.json()["why"]


def test_a_truncated_file_is_refused_with_what_is_missing(web, administrator):
    reply = send(web, administrator, tone(10)[: HEADER_BYTES + RATE * 2 * 3])
    assert reply.status_code == 422
    assert "anuncia 0 min 10 s de som e traz 0 min 3 s" in reply.json()["why"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"MZ" + os.urandom(5000),
        b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:1/x.mp3\n",
        b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b"RIFF\xff\xff\xff\xffWAVE" + b"junk\xff\xff\xff\xff" * 100,
        b"<?xml version='1.0'?><MPD><Period/></MPD>",
    ],
    ids=["nothing", "a program", "a list of addresses", "a list of files", "concat", "endless chunks", "dash"],
)  # fmt: skip
def test_what_is_no_sound_is_refused_and_not_kept(web, administrator, tenant, body):
    reply = send(web, administrator, body)
    assert reply.status_code == 422
    assert "Não encontramos som" in reply.json()["message"]
    assert waiting_files(tenant) == []


def test_waiting_files_of_a_company_are_few(web, administrator, tenant, tmp_path):
    sound = encoded(tmp_path)
    for _ in range(4):
        assert send(web, administrator, sound).status_code == 422
    for n in range(40):
        (media.incoming_of(tenant.id) / f"{n:032x}").write_bytes(b"x")
    assert len(list(media.incoming_of(tenant.id).iterdir())) <= media.MOST_WAITING


@pytest.mark.parametrize("token", ["", "x", "../../secret.key", "0" * 32, 5, None])
def test_a_token_that_was_never_given_converts_nothing(web, administrator, token):
    reply = httpx.post(
        f"{web.base}/media/conversions?for=audio",
        json={"token": token},
        headers={"Cookie": administrator.cookie, "Origin": web.base},
    )
    assert reply.status_code == 404


def test_a_program_sends_with_its_token_and_makes_an_audio(web, administrator):
    actor = sessions.current(administrator.cookie)
    with company_session(administrator.tenant.id, writes=True) as db:
        token = create_token(db, actor, name="teste", days=1)
    with httpx.Client(base_url=web.base, headers={"Authorization": f"Bearer {token}"}) as program:
        kept = program.post("/media/files?for=audio", content=tone(1)).json()
        made = program.post("/api/v1/audio", json={"name": "Saudação", "current": kept["hash"]})
        assert (made.status_code, made.json()["current"]) == (201, kept["hash"])
        assert program.get(f"/media/files/{kept['hash']}").content == tone(1)
    forged = httpx.post(f"{web.base}/media/files?for=audio", headers={"Authorization": "Bearer x"}, content=tone(1))
    assert forged.status_code == 401


def test_former_versions_are_told_to_who_may_hear_them(web, administrator, person_of, new_tenant, tenant):
    first, second = (send(web, administrator, tone(1 + n)).json()["hash"] for n in range(2))
    audio_id = tenant.save("audio", {"name": "Menu", "current": first}).id
    tenant.save("audio", {"current": second}, audio_id)

    def told(person, record_id=audio_id):
        address = f"{web.base}/media/audios/{record_id}/versions"
        return httpx.get(address, headers={"Cookie": person.cookie} if person else {})

    assert [version["hash"] for version in told(administrator).json()["versions"]] == [second, first]
    agent = person_of(tenant, "agente", profile="Agente", function="Agente")
    foreign = person_of(new_tenant(), "vizinha")
    assert [told(person).status_code for person in (None, agent, foreign)] == [401, 403, 404]
    assert told(administrator, 10**30).status_code == 404
