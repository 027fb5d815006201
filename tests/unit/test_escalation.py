"""Ways to become more than one is, and to shut others out."""

from datetime import timedelta

import pytest
from sqlmodel import col, delete

from flow.access import permissions, sessions
from flow.catalog.registry import by_key
from flow.catalog.signin import SignInFailure
from flow.catalog.user import User
from flow.clock import now
from flow.db import company_session, platform_session
from flow.errors import Forbidden, SignInRefused, ValidationFailed
from flow.services import records, tokens
from flow.services.offers import offers
from state import special
from state.choices import choices
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


@pytest.fixture
def guide(tenant):
    """A supervisor, and a team with an agent and an administrator in it, each with an extension."""
    team = str(tenant.save("team", {"name": "Vendas"}).id)
    phones = {}
    for login, role in (("agente", "Agente"), ("chefe", "Administrador")):
        phones[login] = tenant.extension(f"20{len(phones)}0")
        more = {"team_id": team, "extension_id": str(phones[login])}
        tenant.user(login, profile=role, function=role, **more)
    user_id = tenant.user("guia", profile="Supervisor", function="Supervisor", team_id=team)
    return tenant.as_person(user_id, "Supervisor", team_ids=frozenset({int(team)})), phones


def test_nobody_learns_the_password_of_an_extension_whose_user_is_above_them(guide):
    supervisor, phones = guide
    extension = by_key("extension")
    assert special.new_secret(supervisor, extension, str(phones["agente"]))
    save(supervisor, "extension", {"password": "outra-senha9x"}, phones["agente"])
    with pytest.raises(Forbidden, match="Este ramal é de Chefe"):
        special.new_secret(supervisor, extension, str(phones["chefe"]))
    with pytest.raises(ValidationFailed) as refused:
        save(supervisor, "extension", {"password": "outra-senha9x"}, phones["chefe"])
    assert list(refused.value.errors) == ["password"]
    save(supervisor, "extension", {"label": "Chefia"}, phones["chefe"])  # what is no key to it may change


@pytest.fixture
def reduced(tenant):
    """An administrator whose profile lacks some permissions that the profile Administrador has."""
    granted = permissions.ALL - {"extension.delete", "token.create"}
    values = {"name": "Reduzido", "description": "", "menus": [], "permissions": sorted(granted)}
    tenant.save("profile", values)
    user_id = tenant.user("reduzida", profile="Reduzido", function="Administrador")
    return tenant.as_person(user_id, "Administrador", granted)


def test_nobody_takes_from_a_profile_that_is_above_them(tenant, reduced):
    strong = tenant.profile("Administrador")
    for change in ({"permissions": []}, {"name": "Outro"}):
        with pytest.raises(Forbidden, match="permissões que você não tem"):
            save(reduced, "profile", change, strong)
    with records.opened(reduced, by_key("profile"), writes=True) as db, pytest.raises(Forbidden):
        records.delete(db, reduced, by_key("profile"), strong)
    save(reduced, "profile", {"description": "Vê e atende."}, tenant.profile("Agente"))


def test_nobody_gives_a_profile_that_is_above_them_whatever_the_function(tenant, reduced):
    victim = tenant.user("pessoa")
    with pytest.raises(ValidationFailed) as refused:
        save(reduced, "user", {"profile_id": tenant.profile("Administrador")}, victim)
    assert list(refused.value.errors) == ["profile_id"]
    save(reduced, "user", {"profile_id": tenant.profile("Supervisor")}, victim)


def offered(actor) -> set[str]:
    entity = by_key("user")
    with records.opened(actor, entity) as db:
        return {offer.label for offer in offers(db, actor, entity, entity.field("profile_id"), "", 50)}


def test_the_profiles_offered_are_those_that_may_be_given(tenant, clerk, reduced, guide):
    assert offered(tenant.owner) == {"Administrador", "Supervisor", "Agente", "Nada", "Reduzido"}
    assert offered(reduced) == {"Supervisor", "Agente", "Nada", "Reduzido"}
    assert offered(clerk) == {"Nada"}
    assert offered(guide[0]) == set()  # a supervisor gives none


def test_the_profile_somebody_has_is_named_to_whoever_may_see_that_person(tenant, guide):
    supervisor, _ = guide
    entity = by_key("user")
    with records.opened(supervisor, entity) as db:
        record = records.load(db, supervisor, entity, supervisor.user_id)
        found = choices(db, supervisor, entity, record)
    assert [choice["label"] for choice in found.chosen["profile_id"]] == ["Supervisor"]
