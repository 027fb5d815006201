"""A copy made while running brings everything back, and a bad copy changes nothing."""

import sqlite3
import stat
import tarfile
from pathlib import Path

import pytest

from flow.backup import BackupFailed, bring_back, save
from flow.settings import Settings
from flow.up import _alone


def _installation(folder: Path, word: str) -> Settings:
    settings = Settings(data_dir=folder)
    assert settings.engine_token
    with sqlite3.connect(folder / "fluxo.db") as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE t (word TEXT)")
        db.execute("INSERT INTO t VALUES (?)", (word,))
    db.close()
    (folder / "asterisk").mkdir()
    (folder / "asterisk" / "console.log").touch()
    return settings


def _word(folder: Path) -> str:
    db = sqlite3.connect(folder / "fluxo.db")
    try:
        return str(db.execute("SELECT word FROM t").fetchone()[0])
    finally:
        db.close()


def test_there_and_back(tmp_path: Path) -> None:
    settings = _installation(tmp_path / "var", "first")
    writer = sqlite3.connect(tmp_path / "var/fluxo.db")  # somebody is still connected, the WAL is not yet merged
    writer.execute("UPDATE t SET word = 'second'")
    writer.commit()
    save(settings, tmp_path / "copy.tar.gz")
    writer.close()
    assert stat.S_IMODE((tmp_path / "copy.tar.gz").stat().st_mode) == 0o600
    other = Settings(data_dir=tmp_path / "elsewhere")
    assert bring_back(other, tmp_path / "copy.tar.gz", replace=False) is None
    assert _word(tmp_path / "elsewhere") == "second"
    assert other.engine_token == settings.engine_token
    assert not (tmp_path / "elsewhere/asterisk").exists()


def test_data_that_exist_are_replaced_only_when_asked_and_kept_beside(tmp_path: Path) -> None:
    save(_installation(tmp_path / "a", "copied"), tmp_path / "copy.tar.gz")
    settings = _installation(tmp_path / "b", "present")
    with pytest.raises(BackupFailed, match="--replace"):
        bring_back(settings, tmp_path / "copy.tar.gz", replace=False)
    assert _word(tmp_path / "b") == "present"
    kept = bring_back(settings, tmp_path / "copy.tar.gz", replace=True)
    assert kept
    assert (_word(tmp_path / "b"), _word(kept)) == ("copied", "present")


def test_nothing_is_restored_under_a_running_installation(tmp_path: Path) -> None:
    settings = _installation(tmp_path / "a", "x")
    save(settings, tmp_path / "copy.tar.gz")
    with _alone(tmp_path / "a"), pytest.raises(BackupFailed, match="em execução"):
        bring_back(settings, tmp_path / "copy.tar.gz", replace=True)


def test_another_archive_or_a_torn_one_changes_nothing(tmp_path: Path) -> None:
    settings = _installation(tmp_path / "a", "kept")
    (tmp_path / "torn.tar.gz").write_bytes(b"\x1f\x8b\x08 not really")
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as archive:
        archive.add(__file__, "../../outside.py")
    for name in ("torn.tar.gz", "evil.tar.gz"):
        with pytest.raises(BackupFailed):
            bring_back(settings, tmp_path / name, replace=True)
    assert _word(tmp_path / "a") == "kept"
    assert not (tmp_path.parent / "outside.py").exists()
