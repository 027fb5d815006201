"""One file that holds an installation, and the way back from it."""

import fcntl
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from datetime import datetime
from pathlib import Path

from flow.clock import now
from flow.settings import Settings

LEFT_OUT = frozenset(
    {"asterisk", "engine", "log", "up.lock", "telephony-off.txt", "fluxo.db", "fluxo.db-wal", "fluxo.db-shm"}
)
"""Made again at every start, or copied in another way."""


class BackupFailed(Exception):
    """`str()` is a Portuguese text."""


def save(settings: Settings, file: Path) -> None:
    """A consistent copy while everything runs: SQLite's own backup, then the files beside it."""
    database = _database(settings)
    if not database.exists():
        raise BackupFailed(f"Não há dados em {settings.data_dir}.")
    if file.exists():
        raise BackupFailed(f"{file} já existe; escolha outro nome.")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory() as scratch, _private(draft) as archive:
            copy = Path(scratch) / "fluxo.db"
            _copy(database, copy)
            archive.add(copy, "fluxo.db")
            for path in sorted(settings.data_dir.iterdir()):
                if path.name not in LEFT_OUT:
                    archive.add(path, path.name)
        draft.replace(file)
    except OSError as fault:
        raise BackupFailed(f"A cópia de segurança não pôde ser gravada: {fault.strerror or fault}.") from fault
    finally:
        draft.unlink(missing_ok=True)


def bring_back(settings: Settings, file: Path, replace: bool) -> Path | None:
    """Unpacks beside the data directory and exchanges the two; returns where the former data are kept."""
    _database(settings)
    target = settings.data_dir
    _demand_stopped(target)
    if (target / "fluxo.db").exists() and not replace:
        raise BackupFailed(
            f"Já há dados em {target}. Use --replace para substituí-los; os atuais serão guardados ao lado."
        )
    fresh = target.with_name(f".{target.name}.restoring-{os.getpid()}")
    fresh.mkdir(parents=True, mode=0o700)
    try:
        with tarfile.open(file) as archive:
            _unpack(archive, fresh)
        _demand_whole(fresh / "fluxo.db")
        return _exchange(target, fresh, now())
    except (OSError, EOFError, zlib.error, tarfile.TarError) as fault:
        raise BackupFailed(f"{file} não pôde ser lido: {fault}. Nada foi alterado.") from fault
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _database(settings: Settings) -> Path:
    if settings.database_url:
        raise BackupFailed("Com FLOW_DATABASE_URL a cópia é feita pelo próprio banco de dados (por exemplo, pg_dump).")
    return settings.data_dir / "fluxo.db"


def _private(path: Path) -> tarfile.TarFile:
    """It holds keys and password hashes: for its owner only."""
    path.touch(mode=0o600)
    return tarfile.open(path, "w:gz")


def _copy(database: Path, copy: Path) -> None:
    source, target = sqlite3.connect(database), sqlite3.connect(copy)
    try:
        source.backup(target)
    except sqlite3.Error as fault:
        raise BackupFailed(f"O banco de dados não pôde ser copiado: {fault}.") from fault
    finally:
        source.close()
        target.close()


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Plain files and directories below `folder` only; Python 3.11.2 of Debian 12 has no extraction filters yet."""
    for member in archive.getmembers():
        inside = (folder / member.name).resolve().is_relative_to(folder.resolve())
        if not inside or not (member.isfile() or member.isdir()):
            raise BackupFailed("O arquivo não é uma cópia de segurança do Fluxo. Nada foi alterado.")
    archive.extractall(folder)


def _demand_stopped(data_dir: Path) -> None:
    lock = data_dir / "up.lock"
    if not lock.exists():
        return
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed("O Fluxo está em execução. Pare-o (Ctrl-C) e repita.") from None


def _demand_whole(database: Path) -> None:
    if not database.exists():
        raise BackupFailed("O arquivo não é uma cópia de segurança do Fluxo. Nada foi alterado.")
    connection = sqlite3.connect(database)
    try:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as fault:
        verdict = str(fault)
    finally:
        connection.close()
    if verdict != "ok":
        raise BackupFailed(f"O banco de dados da cópia está danificado ({verdict}). Nada foi alterado.")


def _exchange(target: Path, fresh: Path, moment: datetime) -> Path | None:
    kept = None
    if target.exists() and any(target.iterdir()):
        kept = target.with_name(f"{target.name}.before-{moment:%Y%m%d-%H%M%S}")
        target.rename(kept)
    elif target.exists():
        target.rmdir()
    fresh.rename(target)
    return kept
