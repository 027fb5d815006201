"""Áudio and Música Espera: files of the company only, versions that stay, and a sweep that spares what is used."""

import resource
from datetime import timedelta

import pytest
from sqlmodel import select

from flow.catalog.audio import Audio, AudioFile, Music
from flow.catalog.registry import by_key
from flow.clock import now
from flow.db import company_session
from flow.errors import DiskFull, NoRoom, NotFound, ValidationFailed
from flow.services import media, records, uploads
from tests.unit.conftest import SUPER, kept_sound


def row_of(tenant, model, record_id):
    with company_session(tenant.id) as db:
        return db.exec(select(model).where(model.id == record_id)).one()


def errors_of(tenant, key, values, record_id=None):
    with pytest.raises(ValidationFailed) as caught:
        tenant.save(key, values, record_id)
    return caught.value.errors


def test_an_audio_knows_the_length_of_its_file(tenant):
    saved = tenant.save("audio", {"name": "Saudação", "current": tenant.sound(2.5)})
    assert row_of(tenant, Audio, saved.id).ms == 2500


def test_a_file_of_another_company_is_refused(tenant, new_tenant):
    foreign = new_tenant().sound()
    assert "Envie-o de novo" in errors_of(tenant, "audio", {"name": "Roubado", "current": foreign})["current"]
    assert "Linha 1" in errors_of(tenant, "music", {"name": "Roubada", "files": [{"hash": foreign}]})["files"]


@pytest.mark.parametrize("junk", ["x", "../../etc/passwd", "a" * 63, "A" * 64, "g" * 64])
def test_what_is_no_hash_is_refused(tenant, junk):
    assert "não foi reconhecido" in errors_of(tenant, "audio", {"name": "X", "current": junk})["current"]


def test_replacing_makes_a_version_and_keeps_the_former_file(tenant):
    first, second = tenant.sound(), tenant.sound(2)
    saved = tenant.save("audio", {"name": "Menu", "current": first})
    tenant.save("audio", {"current": second}, saved.id)
    tenant.save("audio", {"description": "A mesma voz"}, saved.id)
    row = row_of(tenant, Audio, saved.id)
    assert [version["hash"] for version in row.versions] == [first, second]
    assert (row.current, row.ms) == (second, 2000)
    assert media.path_of(tenant.id, first).is_file()


def test_the_history_names_files_as_people_do(tenant):
    saved = tenant.save("audio", {"name": "Menu", "current": tenant.sound(3, "antigo.wav")})
    tenant.save("audio", {"current": tenant.sound(4, "novo.wav")}, saved.id)
    with records.opened(tenant.owner, by_key("audio")) as db:
        newest = records.history(db, tenant.owner, by_key("audio"), saved.id)[0]
    assert (newest.before, newest.after) == ("antigo.wav (0:03)", "novo.wav (0:04)")


def test_a_playlist_keeps_its_order_and_knows_its_lengths(tenant):
    one, two = tenant.sound(1, "um.wav"), tenant.sound(2, "dois.wav")
    files = [{"hash": two, "name": "Segunda", "ms": 999_999}, {"hash": one}, {"hash": two}]
    saved = tenant.save("music", {"name": "Calma", "files": files})
    assert row_of(tenant, Music, saved.id).files == [
        {"hash": two, "name": "Segunda", "ms": 2000},
        {"hash": one, "name": "um.wav", "ms": 1000},
        {"hash": two, "name": "dois.wav", "ms": 2000},
    ]


def test_each_change_of_a_playlist_is_another_class_on_the_node(tenant):
    saved = tenant.save("music", {"name": "Calma", "files": [{"hash": tenant.sound()}]})
    before = row_of(tenant, Music, saved.id).moh_class
    tenant.save("music", {"files": []}, saved.id)
    after = row_of(tenant, Music, saved.id).moh_class
    assert (before, after) == (f"m{tenant.id}-{saved.id}-1", f"m{tenant.id}-{saved.id}-2")


def test_the_same_content_twice_is_one_file(tenant):
    digest = tenant.sound()
    path = media.path_of(tenant.id, digest)
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    row, _ = media.opened(tenant.id, digest)
    media.keep(tenant.id, copy, media.Sound(digest, row.ms, row.size), "outro nome.wav")
    with company_session(tenant.id) as db:
        assert db.exec(select(AudioFile.hash)).all() == [digest]
    assert not copy.exists()


def test_a_foreign_file_is_not_found(tenant, new_tenant):
    foreign = new_tenant()
    digest = foreign.sound()
    with pytest.raises(NotFound):
        media.opened(tenant.id, digest)


def age(tenant, digest, **long: float):
    with company_session(tenant.id, writes=True) as db:
        row = media.find(db, digest)
        row.created_at = now() - timedelta(**long)
        row.unused_since = row.unused_since and now() - timedelta(**long)
        db.add(row)
        db.commit()


def test_the_sweep_takes_what_nothing_has_used_for_a_day_and_nothing_else(tenant):
    former, current, playing, forgotten, fresh = (tenant.sound() for _ in range(5))
    saved = tenant.save("audio", {"name": "Menu", "current": former})
    tenant.save("audio", {"current": current}, saved.id)
    tenant.save("music", {"name": "Calma", "files": [{"hash": playing}]})
    media.sweep()  # from here on the forgotten one is known to be unused
    for digest in (former, current, playing, forgotten):
        age(tenant, digest, days=2)
    media.sweep()
    there = {d for d in (former, current, playing, forgotten, fresh) if media.path_of(tenant.id, d).exists()}
    assert there == {former, current, playing, fresh}


def test_a_forgotten_file_that_is_sent_again_begins_anew(tenant):
    digest = tenant.sound()
    media.sweep()
    age(tenant, digest, days=2)
    path = media.path_of(tenant.id, digest)
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    media.keep(tenant.id, copy, media.Sound(digest, 1000, 1), "de novo.wav")
    media.sweep()
    media.sweep()
    assert path.exists()


def test_a_deleted_audio_leaves_its_file_for_calls_under_way(tenant):
    digest = kept_sound(tenant.id)
    saved = tenant.save("audio", {"name": "Menu", "current": digest})
    age(tenant, digest, days=30)
    with records.opened(tenant.owner, by_key("audio"), writes=True) as db:
        records.delete(db, tenant.owner, by_key("audio"), saved.id)
    media.sweep()
    assert media.path_of(tenant.id, digest).exists()


def test_a_deleted_company_leaves_no_sound_behind(new_tenant):
    gone = new_tenant()
    gone.save("audio", {"name": "Menu", "current": gone.sound()})
    gone.save("music", {"name": "Calma", "files": [{"hash": gone.sound()}]})
    with records.opened(SUPER, by_key("company"), writes=True) as db:
        records.delete(db, SUPER, by_key("company"), gone.id)
    media.sweep()
    assert not media.folder_of(gone.id).exists()


def test_a_full_disk_refuses_a_sound_and_keeps_nothing_of_it(tenant):
    intake = uploads.Intake(tenant.id)

    def send():
        for _ in range(10):
            intake.add(bytes(3000))
        intake.finish()

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))  # the kernel refuses to write on, as on a full disk
    try:
        with pytest.raises(DiskFull):
            send()
        intake.drop()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(media.incoming_of(tenant.id).iterdir()) == []


def test_a_company_cannot_fill_the_disk(tenant, new_tenant, monkeypatch):
    kept = tenant.sound(1)
    monkeypatch.setattr(media, "MAX_COMPANY", 40_000)
    tenant.sound(1)
    with pytest.raises(NoRoom):
        tenant.sound(1)
    path = media.path_of(tenant.id, kept)
    (copy := path.with_name("copy")).write_bytes(path.read_bytes())
    media.keep(tenant.id, copy, media.Sound(kept, 1000, path.stat().st_size), "o mesmo.wav")  # needs no more room
    new_tenant().sound(1)
