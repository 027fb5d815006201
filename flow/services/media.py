"""The sound files of a company: kept under the hash of their content, found, and swept once nothing refers to them."""

import asyncio
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from flow.catalog.audio import Audio, AudioFile, Music
from flow.catalog.company import Company
from flow.clock import now
from flow.db import company_session, platform_session, run_in_thread
from flow.errors import FlowError, NoRoom, NotFound
from flow.settings import settings
from flow.sound.wav import Sound

log = structlog.get_logger(__name__)
MAX_UPLOAD = 60_000_000
MAX_COMPANY = 2_000_000_000
"""Bytes of all sounds of one company, former versions among them: about 35 hours."""
SWEEP_SECONDS = 3600.0
LONGEST_MS = {"audio": 10 * 60_000, "music": 30 * 60_000}
"""By entity."""
KEPT_UNUSED = timedelta(hours=24)
"""Longer than any call: one that began before a sound was replaced still plays the old one."""


MOST_WAITING, WAITS_SECONDS = 20, 3600.0
_TOKEN = re.compile(r"[0-9a-f]{32}")


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
            _demand_room(db, sound.size)
            row = AudioFile(
                company_id=company_id, hash=sound.digest, ms=sound.ms, size=sound.size, original_name=name[:120]
            )
        row.unused_since = None
        row.created_at = now()  # the sweep's patience begins anew
        db.add(row)
        draft.replace(target)
        db.commit()
        return row


def _demand_room(db: Session, size: int) -> None:
    held_already = db.exec(select(sa.func.coalesce(sa.func.sum(AudioFile.size), 0))).one()
    if held_already + size > MAX_COMPANY:
        raise NoRoom(MAX_COMPANY)


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
        companies = {company_id for company_id in db.exec(select(Company.id)) if company_id is not None}
    for folder in (settings.data_dir / "media").glob("*"):
        if folder.name.isdigit() and int(folder.name) not in companies:
            shutil.rmtree(folder, ignore_errors=True)
        elif (folder / "incoming").is_dir():
            _make_room(folder / "incoming")
    return sum(_sweep_company(company_id) for company_id in companies)


async def sweep_for_ever() -> None:
    """Once an hour; a failure is told and the next hour tries again."""
    while True:
        try:
            deleted = await run_in_thread(sweep)
            if deleted:
                log.info("unused sounds deleted", files=deleted)
        except (SQLAlchemyError, FlowError, OSError) as fault:
            log.warning("sounds not swept", error=type(fault).__name__)
        await asyncio.sleep(SWEEP_SECONDS)


def versions_of(company_id: int, audio_id: int) -> list[tuple[AudioFile, str]]:
    """Every file an Áudio ever was, the newest first, with the moment (ISO) from which it was. Raises NotFound."""
    with company_session(company_id) as db:
        audio = db.exec(select(Audio).where(col(Audio.id) == audio_id)).first()
        if audio is None:
            raise NotFound()
        files = held(db, (version["hash"] for version in audio.versions))
    return [(files[v["hash"]], v["at"]) for v in reversed(audio.versions) if v["hash"] in files]


def incoming_of(company_id: int) -> Path:
    """Where files wait that are on their way in, or that somebody may want to have converted."""
    folder = folder_of(company_id) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_room(folder)
    return folder


def waiting(company_id: int, token: str) -> Path:
    """A file of `incoming_of` by the token that was given for it. Raises NotFound."""
    path = folder_of(company_id) / "incoming" / token
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise NotFound("Este arquivo não está mais à espera. Envie-o de novo.")
    return path


def new_token() -> str:
    return secrets.token_hex(16)


def _make_room(folder: Path) -> None:
    """Nobody waits longer than an hour, and a company's waiting files are few."""
    files = sorted((file for file in folder.iterdir() if file.is_file()), key=_age, reverse=True)
    for file in files:
        if len(files) - files.index(file) > MOST_WAITING or _age(file) > WAITS_SECONDS:
            file.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return 0.0  # somebody else made room


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
