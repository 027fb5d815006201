"""The database: one engine, and sessions that are opened *for* a company.

A query on a tenant table needs a scope. `company_session` narrows every select, update and delete to one company and
refuses rows of another on flush; `platform_session` is for code that by its nature serves all of them (sign-in, engine,
command line). A session of neither kind raises TenancyError instead of answering.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, with_loader_criteria
from sqlmodel import Session, create_engine
from sqlmodel.main import default_registry

from flow.catalog.tenant import TenantRow
from flow.errors import Busy, DiskFull, TenancyError
from flow.settings import settings

T = TypeVar("T")
_PLATFORM = "platform"
BUSY_TIMEOUT_MS = 5_000


def make_engine(url: str) -> sa.Engine:
    """An error's text goes to the log, and the values of its statement do not (`hide_parameters`)."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    patience = {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}
    engine = create_engine(url, hide_parameters=True, connect_args=patience)
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_immediately)
    return engine


def _tune_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` below decides, not the driver
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediately(connection: sa.Connection) -> None:
    """Writers queue at BEGIN: a deferred transaction that upgrades later fails at once, without waiting."""
    options = connection.get_execution_options()
    if not options.get("writes"):
        connection.exec_driver_sql("BEGIN")
    elif options.get("wait", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


@lru_cache
def engine() -> sa.Engine:
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return make_engine(settings.db_url)


@contextmanager
def company_session(company_id: int, *, writes: bool = False) -> Iterator[Session]:
    """One company's rows and no other's. Nothing is kept without `commit()`."""
    if not isinstance(company_id, int):
        raise TenancyError("a company session needs a company")
    with _session(company_id, writes) as session:
        yield session


@contextmanager
def platform_session(*, writes: bool = False, wait: bool = True) -> Iterator[Session]:
    """Every company's rows: for sign-in, the engine and the command line only.

    Without `wait` a writer that finds another one at work gives up at once, with Busy (of SQLite).
    """
    with _session(_PLATFORM, writes, wait) as session:
        yield session


@contextmanager
def _session(scope: int | str, writes: bool, wait: bool = True) -> Iterator[Session]:
    bind = engine().execution_options(writes=True, wait=wait) if writes else engine()
    with Session(bind, info={"scope": scope}, expire_on_commit=False) as session:
        try:
            yield session
        except OperationalError as error:
            raise _explained(error) from error


def _explained(error: OperationalError) -> Exception:
    reason = str(error.orig).lower()
    if "locked" in reason or "busy" in reason:
        return Busy()
    if "full" in reason or "disk i/o" in reason or "no space left" in reason:
        return DiskFull()
    return error


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    scope = state.session.info.get("scope")
    if scope == _PLATFORM or state.is_column_load or state.is_relationship_load:
        return
    if scope is None:
        if any(issubclass(mapper.class_, TenantRow) for mapper in state.all_mappers):
            raise TenancyError("a tenant table was queried in a session without a company")
        return
    if not state.is_orm_statement or state.is_insert:
        raise TenancyError("a statement that cannot be narrowed to one company")
    state.statement = state.statement.options(*_only_of(scope))


@lru_cache(maxsize=1024)
def _only_of(company_id: int) -> tuple[LoaderCriteriaOption, ...]:
    """One criterion per tenant table, wherever it stands in a statement, subqueries and aliases included."""
    return tuple(
        with_loader_criteria(table, table.company_id == company_id, include_aliases=True)  # type: ignore[arg-type]
        for table in tenant_tables()
    )


@lru_cache
def tenant_tables() -> tuple[type[TenantRow], ...]:
    return tuple(m.class_ for m in default_registry.mappers if issubclass(m.class_, TenantRow))


@event.listens_for(Session, "before_flush")
def _refuse_foreign_rows(session: Session, _context: object, _instances: object) -> None:
    scope = session.info.get("scope")
    if scope == _PLATFORM:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, TenantRow) and row.company_id != scope:
            raise TenancyError(f"{type(row).__name__} of company {row.company_id} written in scope {scope}")


async def run_in_thread(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Database work off the event loop: one slow query must not stall every browser."""
    return await asyncio.to_thread(function, *args, **kwargs)
