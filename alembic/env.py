"""Alembic's entry: the tables of the catalogue, on the database of the settings."""

from sqlmodel import SQLModel

import flow.catalog.registry  # noqa: F401 - declares every table
from alembic import context
from flow.db import engine


def run() -> None:
    with engine().execution_options(writes=True).connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,  # SQLite cannot alter a column in place
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
