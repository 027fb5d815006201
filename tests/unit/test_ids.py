"""What is deleted leaves its number behind for ever: nothing that still refers to it comes to belong to another."""

import sqlalchemy as sa
from sqlmodel import SQLModel

from flow.db import engine
from flow.services import records
from tests.unit.conftest import by_key


def test_no_table_gives_an_id_twice():
    with engine().connect() as connection:
        made = dict(connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())
    counted = [t.name for t in SQLModel.metadata.sorted_tables if "id" in t.c and isinstance(t.c.id.type, sa.Integer)]
    assert [name for name in counted if "AUTOINCREMENT" not in made[name]] == []


def test_a_new_extension_inherits_no_calls_and_no_history_of_a_deleted_one(tenant):
    old = tenant.extension("2001")
    entity = by_key("extension")
    with records.opened(tenant.owner, entity, writes=True) as db:
        records.delete(db, tenant.owner, entity, old)
    new = tenant.extension("2002")
    assert new != old
    with records.opened(tenant.owner, entity) as db:
        assert {change.after for change in records.history(db, tenant.owner, entity, new)}.isdisjoint({"2001"})
