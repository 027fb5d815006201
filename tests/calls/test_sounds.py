"""A company's sounds at a telephone: heard from their start, in order, by everyone, and never silence."""

import asyncio
import audioop
import random
import signal
import time
import urllib.error
import urllib.request
from array import array
from contextlib import ExitStack

import pytest

from flow.catalog.audio import moh_class
from flow.catalog.registry import by_key
from flow.services import media, records
from flow.sound.wav import HEADER_BYTES, RATE
from tests.calls.probe import answers_many, run
from tests.calls.sip import called
from tests.calls.site import wait_for
from tests.calls.sound import Ear
from tests.unit.conftest import kept_sound

SECOND = RATE
UNREAD = HEADER_BYTES // 2
"""Samples at the end of a file that Asterisk's reader leaves out: it counts the header among them. Under 3 ms."""
MANY = 50


def samples_of(company, digest: str) -> "array[int]":
    return array("h", media.path_of(company.id, digest).read_bytes()[HEADER_BYTES:])[:-UNREAD]


def heard_by(ear: Ear) -> "array[int]":
    return array("h", audioop.ulaw2lin(bytes(ear.heard), 2))


def first_difference(heard: "array[int]", meant: "array[int]") -> int | None:
    """Its sample; what µ-law cannot tell apart (a sixteenth of the sample, or the smallest steps) is no difference."""
    pairs = enumerate(zip(heard, meant, strict=True))
    return next((n for n, (a, b) in pairs if abs(a - b) > max(48, abs(b) >> 4)), None)


def hears_from_the_start(ear: Ear, meant: "array[int]", seconds: float = 1.0) -> None:
    need = int(seconds * SECOND)
    wait_for(lambda: len(ear.heard) >= need, 15, lambda: f"heard {len(ear.heard)} of {need} samples")
    heard = heard_by(ear)[:need]
    at = first_difference(heard, meant[:need])
    assert at is None, f"another sound from sample {at} of {need} on: {heard[at : at + 8]} for {meant[at : at + 8]}"


def music_of(company, *digests: str, record_id: int | None = None) -> str:
    files = [{"hash": digest} for digest in digests]
    entity, owner = by_key("music"), company.owner
    with records.opened(owner, entity, writes=True) as db:
        values = {"files": files} if record_id else {"name": f"Música {random.random()}", "files": files}
        saved = records.save(db, owner, entity, record_id, values, None)
    with records.opened(owner, entity) as db:
        return moh_class(company.id, saved.id, records.load(db, owner, entity, saved.id).version)


@pytest.mark.parametrize("over_http", [False, True], ids=["from the disk", "over HTTP"])
def test_a_caller_hears_an_uploaded_prompt_from_its_start(site, company, phones, over_http):
    (ana,) = phones("1000")
    digest = kept_sound(company.id, 1.5)
    with Ear(ana.address) as ear:
        answering = ana.plays(called().answers().is_hung_up_on(), rtp_port=ear.port)

        async def story(probe):
            uri = await probe.media(over_http=over_http).uri(company.id, digest)
            assert uri.startswith("sound:http" if over_http else "sound:/")
            (channel,) = await probe.calls(ana, ana.port)
            await probe.play(channel, uri)
            await asyncio.to_thread(hears_from_the_start, ear, samples_of(company, digest), 1.4)

        run(site, story)
    answering.succeeds()


@pytest.mark.parametrize("over_http", [False, True], ids=["from the disk", "over HTTP"])
def test_fifty_callers_at_once_hear_a_prompt_never_heard_before_from_its_start(
    site, company, phones, tmp_path, over_http
):
    (ana,) = phones("1000")
    digest = kept_sound(company.id, 2)
    meant = samples_of(company, digest)
    with ExitStack() as stack:
        ears = [stack.enter_context(Ear(ana.address)) for _ in range(MANY)]
        many = answers_many(ana, [ear.port for ear in ears], tmp_path, ana.port + 1)
        time.sleep(0.3)  # until it listens

        async def story(probe):
            channels = await probe.calls(ana, ana.port + 1, MANY)
            place = probe.media(over_http=over_http)

            async def one(channel):
                await probe.play(channel, await place.uri(company.id, digest))

            await asyncio.gather(*map(one, channels))
            for ear in ears:
                await asyncio.to_thread(hears_from_the_start, ear, meant, 1.9)

        run(site, story)
    many.wait(20)


def test_a_sound_that_is_gone_is_said_to_be_gone(site, company):
    async def story(probe):
        for over_http in (False, True):
            assert await probe.media(over_http=over_http).uri(company.id, "0" * 64) is None

    run(site, story)


def test_music_plays_its_files_in_order_and_begins_again(site, company, phones):
    (ana,) = phones("1000")
    first, second = kept_sound(company.id, 1), kept_sound(company.id, 1)
    name = music_of(company, first, second)
    tune = samples_of(company, first) + samples_of(company, second)
    with Ear(ana.address) as ear:
        answering = ana.plays(called().answers().is_hung_up_on(), rtp_port=ear.port)

        async def story(probe):
            (channel,) = await probe.calls(ana, ana.port)
            await probe.play_music(channel, name)
            await asyncio.to_thread(hears_from_the_start, ear, tune + tune, 3.5)

        run(site, story)
    answering.succeeds()


def test_a_change_reaches_who_begins_to_wait_and_spares_who_waits(site, company, phones):
    ana, bia = phones("1000", "1001")
    before, after = kept_sound(company.id, 1), kept_sound(company.id, 1)
    name = music_of(company, before)
    with Ear(ana.address) as old, Ear(bia.address) as new:
        runs = [
            phone.plays(called().answers().is_hung_up_on(), rtp_port=ear.port)
            for phone, ear in ((ana, old), (bia, new))
        ]

        async def story(probe):
            (waiting,) = await probe.calls(ana, ana.port)
            await probe.play_music(waiting, name)
            await asyncio.to_thread(old.hears, 25, 5)
            changed = music_of(company, after, record_id=int(name.split("-")[1]))
            (next_one,) = await probe.calls(bia, bia.port)
            await probe.play_music(next_one, changed)
            await asyncio.to_thread(hears_from_the_start, new, samples_of(company, after), 0.9)
            await asyncio.to_thread(hears_from_the_start, old, samples_of(company, before) * 3, 2.5)

        run(site, story)
    for one in runs:
        one.succeeds()


@pytest.mark.parametrize("without", ["files", "such a class", "an engine", "an answer of the engine"])
def test_waiting_is_never_silent(site, company, phones, without):
    (ana,) = phones("1000")
    full = music_of(company, kept_sound(company.id))
    name = {"files": music_of(company), "such a class": "m999999-1-1", "an engine": full}.get(without, full)
    (tune,) = (site.node.places.data / "moh").iterdir()
    meant = array("h", tune.read_bytes()[HEADER_BYTES:])
    with Ear(ana.address) as ear:
        answering = ana.plays(called().answers().is_hung_up_on(), rtp_port=ear.port)

        async def story(probe):
            (channel,) = await probe.calls(ana, ana.port)
            if without == "an answer of the engine":
                site.engine.send_signal(signal.SIGSTOP)
            if without == "an engine":
                site.kill_engine()
            began = time.monotonic()
            await probe.play_music(channel, name)
            await asyncio.to_thread(hears_from_the_start, ear, meant, 0.5)
            assert time.monotonic() - began < (9 if without == "an answer of the engine" else 3)

        try:
            run(site, story)
        finally:
            site.engine.send_signal(signal.SIGCONT)
            if without == "an engine":
                site.start_engine()
                site.wait_until_in_sync()
    answering.succeeds()


@pytest.mark.parametrize("path", ["moh/single", "moh/multi", "sounds/{company}/{digest}.wav"])
def test_without_the_secret_the_nodes_addresses_do_not_exist(site, company, path):
    digest = kept_sound(company.id)
    music_of(company, digest)
    filled = path.format(company=company.id, digest=digest)
    base = site.settings.engine_base
    for secret in ("x", site.settings.engine_token):
        request = urllib.request.Request(f"{base}/node/{secret}/{filled}", data=b"name=x" if "moh" in path else None)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)
        assert refused.value.code == 404
