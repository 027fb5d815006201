"""Bring the database to the newest revision. Safe to run twice, and by two processes at once."""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from alembic import command
from flow.db import engine

_INI = Path(__file__).resolve().parent.parent / "alembic.ini"


def upgrade() -> None:
    command.upgrade(Config(str(_INI)), "head")


def pending() -> bool:
    """Whether the database is older than the code."""
    head = ScriptDirectory.from_config(Config(str(_INI))).get_current_head()
    with engine().connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() != head
