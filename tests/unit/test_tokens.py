"""API tokens: listed with their owners, a super user's included; shown once; revocable."""

from dataclasses import replace

import pytest

from flow.db import company_session
from flow.errors import Forbidden, NotFound, ValidationFailed
from flow.services.tokens import create_token, list_tokens, revoke_token


def test_a_super_users_token_stands_in_the_companys_list_with_its_owner(tenant):
    with company_session(tenant.id, writes=True) as db:
        token = create_token(db, tenant.owner, name="Integração", days=None)
        (row,) = list_tokens(db, tenant.owner)
    assert (row.name, row.owner) == ("Integração", "Administrador da plataforma")
    assert token not in str(row)


def test_a_token_of_another_company_is_neither_listed_nor_revoked(new_tenant):
    ours, theirs = new_tenant(), new_tenant()
    with company_session(theirs.id, writes=True) as db:
        create_token(db, theirs.owner, name="Deles", days=1)
        (foreign,) = list_tokens(db, theirs.owner)
    with company_session(ours.id, writes=True) as db:
        assert list_tokens(db, ours.owner) == []
        with pytest.raises(NotFound):
            revoke_token(db, ours.owner, foreign.id)


@pytest.mark.parametrize(("name", "days"), [("", 1), ("x" * 61, 1), ("Bom nome", 0), ("Bom nome", 99_999)])
def test_a_token_needs_a_name_and_a_sensible_life(tenant, name, days):
    with company_session(tenant.id, writes=True) as db, pytest.raises(ValidationFailed):
        create_token(db, tenant.owner, name=name, days=days)


def test_an_agent_makes_no_tokens(tenant):
    agent = replace(tenant.as_person(tenant.user("agente"), "Agente"))
    with company_session(tenant.id, writes=True) as db, pytest.raises(Forbidden):
        create_token(db, agent, name="Meu", days=1)
