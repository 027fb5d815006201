"""What the tests ask of the generic actions, as the owner of a company."""

import pytest

from flow.catalog.registry import by_key
from flow.errors import ValidationFailed
from flow.services import records


def listed(tenant, key, **query):
    with records.opened(tenant.owner, by_key(key)) as db:
        return records.list_rows(db, tenant.owner, by_key(key), **query)


def loaded(tenant, key, record_id):
    with records.opened(tenant.owner, by_key(key)) as db:
        return records.load(db, tenant.owner, by_key(key), record_id)


def deleted(tenant, key, record_id, actor=None):
    with records.opened(actor or tenant.owner, by_key(key), writes=True) as db:
        return records.delete(db, actor or tenant.owner, by_key(key), record_id)


def errors_of(tenant, key, values, record_id=None):
    with pytest.raises(ValidationFailed) as caught:
        tenant.save(key, values, record_id)
    return caught.value.errors
