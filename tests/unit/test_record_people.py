"""Users: their logins, what they may grant, who stays, and what ends with them."""

import pytest

from flow.access import permissions, sessions
from flow.catalog.registry import by_key
from flow.errors import Forbidden, NotFound, ValidationFailed
from flow.services import records
from tests.unit.conftest import save
from tests.unit.record_rows import deleted, errors_of, loaded


@pytest.mark.parametrize("login", ["abcd", "com espaço"])
def test_a_login_has_five_characters_and_no_spaces(tenant, login):
    values = {"name": "M", "login": login, "password": "girassol7", "email": "m@x.com.br", "function": "Agente"}
    assert "login" in errors_of(tenant, "user", {**values, "profile_id": tenant.profile("Agente")})


def test_a_login_is_unique_on_the_whole_platform_whatever_its_case(new_tenant):
    ours, theirs = new_tenant(), new_tenant()
    ours.user("unica")
    values = {"name": "M", "login": f"UNICA-{ours.id}", "password": "girassol7", "email": "m@x.com.br"}
    values |= {"function": "Agente", "profile_id": theirs.profile("Agente")}
    assert "já está em uso" in errors_of(theirs, "user", values)["login"]


def test_a_deleted_user_leaves_lists_frees_the_login_and_keeps_the_name_in_histories(tenant):
    first = tenant.user("passageiro")
    deleted(tenant, "user", first)
    assert tenant.user("passageiro") != first
    with pytest.raises(NotFound):
        loaded(tenant, "user", first)


def test_what_only_a_deleted_person_had_can_be_deleted(tenant):
    office = {"weekdays": ["0"], "start": "08:00", "end": "18:00"}
    held = {
        "schedule": tenant.save("schedule", {"name": "Comercial", "periods": [office]}).id,
        "team": tenant.save("team", {"name": "Suporte"}).id,
        "profile": tenant.save("profile", {"name": "Passageiro"}).id,
        "extension": tenant.extension("2024"),
    }
    user = tenant.user(
        "passageiro",
        profile="Passageiro",
        **{f"{key}_id": str(value) for key, value in held.items() if key != "profile"},
    )
    deleted(tenant, "user", user)
    for key, record_id in held.items():
        deleted(tenant, key, record_id)


def test_a_webphone_belongs_to_one_person(tenant):
    extension = str(tenant.extension("2024"))
    tenant.user("marina", extension_id=extension)
    with pytest.raises(ValidationFailed) as caught:
        tenant.user("joana", extension_id=extension)
    assert "Marina" in caught.value.errors["extension_id"]


def test_nobody_grants_more_than_they_have(tenant):
    manager = tenant.as_person(tenant.user("gestor", function="Gestor", profile="Administrador"), "Gestor")
    values = {"name": "N", "login": f"novo-{tenant.id}", "password": "girassol7", "email": "n@x.com.br"}
    values |= {"profile_id": tenant.profile("Administrador"), "function": "Administrador"}
    with pytest.raises(ValidationFailed) as caught:
        save(manager, "user", values)
    assert "profile_id" in caught.value.errors


def test_nobody_takes_over_a_more_powerful_account(tenant):
    boss = tenant.user("chefe", function="Administrador", profile="Administrador")
    manager = tenant.as_person(tenant.user("gestor", function="Gestor", profile="Administrador"), "Gestor")
    with pytest.raises(Forbidden):
        save(manager, "user", {"password": "tomei-a-conta"}, boss)


def test_only_a_super_user_makes_a_super_user(tenant):
    boss = tenant.as_person(tenant.user("chefe", function="Administrador", profile="Administrador"), "Administrador")
    other = tenant.user("outro")
    save(boss, "user", {"is_super": "on"}, other)
    assert loaded(tenant, "user", other).values["is_super"] == ""


def test_the_last_administrator_stays(tenant):
    boss_id = tenant.user("chefe", function="Administrador", profile="Administrador")
    boss = tenant.as_person(boss_id, "Administrador")
    for values in ({"function": "Agente"}, {"active": ""}, {"profile_id": tenant.profile("Agente")}):
        with pytest.raises(ValidationFailed) as caught:
            save(boss, "user", values, boss_id)
        assert "último administrador" in caught.value.errors["function"]
    with pytest.raises(ValidationFailed):
        deleted(tenant, "user", boss_id)
    kept = sorted(permissions.ALL - {"user.edit"})
    assert "permissions" in errors_of(tenant, "profile", {"permissions": kept}, tenant.profile("Administrador"))


def test_deactivating_ends_sessions_at_once(tenant):
    user = tenant.user("sairia")
    token = sessions.sign_in(f"sairia-{tenant.id}", "girassol7", address="10.0.0.1", browser="x")
    assert sessions.current(f"{sessions.COOKIE}={token}")
    tenant.save("user", {"active": ""}, user)
    assert sessions.current(f"{sessions.COOKIE}={token}") is None


def test_a_supervisor_sees_the_own_teams_only(tenant):
    team = tenant.save("team", {"name": "Suporte"}).id
    mine, other = tenant.user("dentro", team_id=str(team)), tenant.user("fora")
    chief = tenant.as_person(
        tenant.user("chefia", function="Supervisor", profile="Supervisor"), "Supervisor", team_ids=frozenset({team})
    )
    with records.opened(chief, by_key("user")) as db:
        names = {row["id"] for row in records.list_rows(db, chief, by_key("user")).rows}
        assert names == {str(mine), str(chief.user_id)}
        with pytest.raises(NotFound):
            records.load(db, chief, by_key("user"), other)
