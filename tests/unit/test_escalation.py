"""Ways to become more than one is, and to shut others out."""

from datetime import timedelta

import pytest
from sqlmodel import col, delete

from flow.access import permissions, sessions
from flow.catalog.signin import SignInFailure
from flow.catalog.user import User
from flow.clock import now
from flow.db import company_session, platform_session
from flow.errors import Forbidden, SignInRefused, ValidationFailed
from flow.services import tokens
from tests.unit.conftest import fresh_cnpj, save

SECRET = "girassol7"


@pytest.fixture
def powerless(tenant) -> str:
    tenant.save("profile", {"name": "Nada", "description": "", "menus": [], "permissions": []})
    return "Nada"


@pytest.fixture
def clerk(tenant, powerless):
    """May edit users, and sees no calls."""
    granted = frozenset({"user.view", "user.edit", "user.create"})
    return tenant.as_person(tenant.user("gestora", profile=powerless, function="Gestor"), "Gestor", granted)


def test_the_option_auditor_is_a_grant_like_any_other(tenant, clerk, powerless):
    for user_id in (clerk.user_id, tenant.user("colega", profile=powerless)):
        with pytest.raises(ValidationFailed) as refused:
            save(clerk, "user", {"auditor": "on"}, user_id)
        assert list(refused.value.errors) == ["auditor"]


def test_nobody_edits_an_auditor_who_hears_more_than_they_do(tenant, clerk, powerless):
    auditor = tenant.user("auditora", auditor="on", profile=powerless)
    with pytest.raises(Forbidden):
        save(clerk, "user", {"password": "outra-senha9"}, auditor)


@pytest.fixture
def owners_token(tenant):
    """Of a super user who was at work in the company when they made it."""
    owner = tenant.user("dona", profile="Administrador", function="Administrador", is_super="on")
    cookie = f"{sessions.COOKIE}={sessions.sign_in(f'dona-{tenant.id}', SECRET, address='10.1.1.1', browser='')}"
    actor = sessions.current(cookie)
    with company_session(tenant.id, writes=True) as db:
        return owner, tokens.create_token(db, actor, name="teste", days=1)


def test_a_super_users_token_is_no_key_to_the_platform(tenant, new_tenant, owners_token):
    bearer = sessions.bearer(owners_token[1])
    other = new_tenant()
    assert (bearer.is_super, bearer.company_id, bearer.permissions) == (False, tenant.id, permissions.ALL)
    with pytest.raises(Forbidden):
        save(bearer, "company", {"legal_name": "Nova", "cnpj": fresh_cnpj(), "contact": "Z", "ddd": "51"})
    with pytest.raises(Exception, match="Não encontramos"):
        save(bearer, "company", {"contact": "Invadido"}, other.id)
    victim = tenant.user("pessoa")
    save(bearer, "user", {"is_super": "on"}, victim)
    with platform_session() as db:
        assert db.get(User, victim).is_super is False


def test_a_token_outlives_its_owners_power_nowhere(tenant, new_tenant, owners_token):
    owner, token = owners_token
    elsewhere = new_tenant().id
    with platform_session(writes=True) as db:
        user = db.get(User, owner)
        user.is_super, user.company_id = False, elsewhere
        db.add(user)
        db.commit()
    assert sessions.bearer(token) is None


def test_the_use_of_a_token_is_noted(tenant, owners_token):
    actor = sessions.bearer(owners_token[1])
    with company_session(tenant.id) as db:
        assert tokens.list_tokens(db, actor)[0].used_at is not None


def test_a_deactivated_person_is_refused_as_slowly_as_a_wrong_password(tenant, monkeypatch):
    verified = []
    real = sessions.passwords.verify
    monkeypatch.setattr(sessions.passwords, "verify", lambda *told: verified.append(1) or real(*told))
    tenant.save("user", {"active": ""}, tenant.user("saiu"))
    with pytest.raises(Exception, match="não conferem"):
        sessions.sign_in(f"saiu-{tenant.id}", SECRET, address="10.1.1.2", browser="")
    assert verified


def test_the_slips_of_a_whole_office_do_not_add_up_for_days(tenant):
    """Failures of one address are forgiven one by one; those in a row still lock it."""
    address = f"10.77.0.{tenant.id}"

    def fail() -> SignInFailure:
        with pytest.raises(SignInRefused):
            sessions.sign_in(f"ninguem-{tenant.id}", "x", address=address, browser="")
        with platform_session(writes=True) as db:
            db.exec(delete(SignInFailure).where(col(SignInFailure.key) == f"login:ninguem-{tenant.id}"))
            db.commit()
            return db.get(SignInFailure, f"address:{address}")

    for _ in range(19):
        assert fail().locked_until is None
    with platform_session(writes=True) as db:
        row = db.get(SignInFailure, f"address:{address}")
        row.last_at = now() - timedelta(minutes=31)
        db.commit()
    assert (fail().failures, fail().locked_until) == (10, None)
    for _ in range(8):
        fail()
    assert fail().locked_until is not None
