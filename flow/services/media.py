"""The sound files of a company: kept under the hash of their content, found, and swept once nothing refers to them."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from flow.catalog.audio import Audio, AudioFile, Music
from flow.catalog.company import Company
from flow.clock import now
from flow.db import company_session, platform_session
from flow.errors import NotFound
from flow.settings import settings
from flow.sound.wav import Sound

KEPT_UNUSED = timedelta(hours=24)
"""Longer than any call: one that began before a sound was replaced still plays the old one."""


def folder_of(company_id: int) -> Path:
    return settings.data_dir / "media" / str(company_id)


def path_of(company_id: int, digest: str) -> Path:
    return folder_of(company_id) / f"{digest}.wav"


def keep(company_id: int, draft: Path, sound: Sound, name: str) -> AudioFile:
    """Take `draft`, a canonical file, into the company's sounds. The same content twice is one file."""
    target = path_of(company_id, sound.digest)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with company_session(company_id, writes=True) as db:
        _alone(db, company_id)
        row = find(db, sound.digest)
        if row is None:
            row = AudioFile(
                company_id=company_id, hash=sound.digest, ms=sound.ms, size=sound.size, original_name=name[:120]
            )
        row.unused_since = None
        row.created_at = now()  # the sweep's patience begins anew
        db.add(row)
        draft.replace(target)
        db.commit()
        return row


def find(db: Session, digest: str) -> AudioFile | None:
    return db.exec(select(AudioFile).where(AudioFile.hash == digest)).first()


def held(db: Session, digests: Iterable[str]) -> dict[str, AudioFile]:
    """Those of `digests` that the session's company has."""
    wanted = set(digests)
    if not wanted:
        return {}
    return {row.hash: row for row in db.exec(select(AudioFile).where(col(AudioFile.hash).in_(wanted)))}


def opened(company_id: int, digest: str) -> tuple[AudioFile, Path]:
    """The row and the file. Raises NotFound, also for a file of another company."""
    with company_session(company_id) as db:
        row = find(db, digest)
    path = path_of(company_id, digest)
    if row is None or not path.is_file():
        raise NotFound("Este áudio não existe mais. Envie o arquivo de novo.")
    return row, path


def sweep() -> int:
    """Delete files that nothing has referred to for a day; the number of deleted ones."""
    with platform_session() as db:
        companies = db.exec(select(Company.id)).all()
    return sum(_sweep_company(company_id) for company_id in companies if company_id is not None)


def _sweep_company(company_id: int) -> int:
    deleted = 0
    with company_session(company_id, writes=True) as db:
        _alone(db, company_id)
        used = _used(db)
        for row in db.exec(select(AudioFile)).all():
            if row.hash in used:
                row.unused_since = None
            elif row.unused_since is None:
                row.unused_since = now()
            elif now() - max(row.unused_since, row.created_at) > KEPT_UNUSED:
                path_of(company_id, row.hash).unlink(missing_ok=True)
                db.delete(row)
                deleted += 1
        db.commit()
    return deleted


def _used(db: Session) -> set[str]:
    versions = [v["hash"] for audio in db.exec(select(Audio)) for v in audio.versions]
    current = db.exec(select(Audio.current)).all()
    return {*versions, *current, *(file["hash"] for music in db.exec(select(Music)) for file in music.files)}


def _alone(db: Session, company_id: int) -> None:
    """Keeping and sweeping the same file must not cross; SQLite's writers are alone anyway."""
    db.exec(select(sa.literal(1)).select_from(Company).where(col(Company.id) == company_id).with_for_update()).first()
