"""A query without a company raises; a scope sees one company's rows and writes no other's."""

import pytest
from sqlmodel import Session, delete, func, insert, select, text, update

from flow.catalog.extension import Extension
from flow.db import company_session, engine, platform_session, tenant_tables
from flow.errors import TenancyError


@pytest.fixture
def neighbours(new_tenant):
    ours, theirs = new_tenant(), new_tenant()
    ours.extension("2001")
    theirs.extension("2001")
    return ours, theirs


@pytest.mark.parametrize("table", tenant_tables(), ids=lambda t: t.__name__)
def test_a_query_without_a_company_raises(table):
    with Session(engine()) as db, pytest.raises(TenancyError):
        db.exec(select(table)).all()


def test_a_scope_needs_a_company():
    with pytest.raises(TenancyError), company_session(None):  # type: ignore[arg-type]
        pass


@pytest.mark.parametrize("table", tenant_tables(), ids=lambda t: t.__name__)
def test_a_scope_sees_only_its_own_rows(table, neighbours):
    ours, _ = neighbours
    with company_session(ours.id) as db:
        assert {row.company_id for row in db.exec(select(table)).all()} <= {ours.id}


def test_subqueries_and_counts_are_narrowed_too(neighbours):
    ours, _ = neighbours
    with company_session(ours.id) as db:
        assert db.exec(select(func.count()).select_from(Extension)).one() == 1
        inner = select(Extension.id)
        assert len(db.exec(select(Extension.number).where(Extension.id.in_(inner))).all()) == 1  # type: ignore[union-attr]


def test_a_foreign_row_cannot_be_got_by_id(neighbours):
    ours, theirs = neighbours
    with platform_session() as db:
        foreign = db.exec(select(Extension.id).where(Extension.company_id == theirs.id)).one()
    with company_session(ours.id) as db:
        assert db.get(Extension, foreign) is None


def test_bulk_updates_and_deletes_stay_at_home(neighbours):
    ours, theirs = neighbours
    with company_session(ours.id, writes=True) as db:
        assert db.exec(update(Extension).values(label="nosso")).rowcount == 1
        assert db.exec(delete(Extension)).rowcount == 1
        db.commit()
    with company_session(theirs.id) as db:
        assert [row.label for row in db.exec(select(Extension)).all()] == ["Ramal 2001"]


def test_writing_a_foreign_row_raises(neighbours):
    ours, theirs = neighbours
    with company_session(ours.id, writes=True) as db:
        db.add(Extension(company_id=theirs.id, number="2002", label="x", secret_enc="", browser_secret_enc=""))
        with pytest.raises(TenancyError):
            db.flush()


def test_nothing_is_kept_without_commit(tenant):
    tenant.extension("2001")
    with company_session(tenant.id, writes=True) as db:
        db.exec(update(Extension).values(label="perdido"))
    with company_session(tenant.id) as db:
        assert db.exec(select(Extension.label)).one() == "Ramal 2001"


@pytest.mark.parametrize(
    "statement",
    [
        text("SELECT label FROM extension"),
        select(Extension.__table__.c.label),
        Extension.__table__.update().values(label="invadido"),
        insert(Extension).values(company_id=1, number="1"),
    ],
    ids=["text", "core select", "core update", "insert"],
)
def test_a_statement_that_cannot_be_narrowed_raises(tenant, statement):
    with company_session(tenant.id, writes=True) as db, pytest.raises(TenancyError):
        db.execute(statement)
