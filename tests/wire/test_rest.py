"""/api/v1 over the real wire: every operation of every entity, by the right person, the wrong and the foreign one."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import httpx
import pytest

from flow.access import sessions
from flow.catalog.registry import ENTITIES, by_key
from flow.db import company_session
from flow.errors import Forbidden
from flow.services import records
from flow.services.tokens import create_token, list_tokens, revoke_token
from tests.unit.conftest import SUPER, Tenant, fresh_cnpj, save

OFFICE = {"weekdays": ["0", "1"], "start": "08:00", "end": "18:00"}
_DIDS = count(1)
OPERATIONS = ("GET", "PATCH", "DELETE")


def token_of(person) -> str:
    actor = sessions.current(person.cookie)
    assert actor
    with company_session(person.tenant.id, writes=True) as db:
        return create_token(db, actor, name="teste", days=1)


@pytest.fixture
def api(web) -> Callable[[str], httpx.Client]:
    return lambda token: httpx.Client(
        base_url=f"{web.base}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=20
    )


@pytest.fixture
def administrator(person_of, tenant):
    return person_of(tenant, "chefe")


def sample(tenant: Tenant, key: str) -> int:
    """One row of every entity."""
    match key:
        case "company":
            return tenant.id
        case "user":
            return tenant.user("amostra")
        case "team":
            return tenant.save("team", {"name": "Amostra"}).id
        case "profile":
            return int(tenant.profile("Agente"))
        case "extension":
            return tenant.extension("2024")
        case "trunk":
            return tenant.save("trunk", {"name": "Amostra", "code": "5125550000", "host": "203.0.113.7"}).id
        case "audio":
            return tenant.save("audio", {"name": f"Amostra {next(_DIDS)}", "current": tenant.sound()}).id
        case "music":
            return tenant.save("music", {"name": "Amostra", "files": [{"hash": tenant.sound()}]}).id
        case "schedule":
            return tenant.save("schedule", {"name": "Amostra", "periods": [OFFICE]}).id
        case "trunk":
            return tenant.save("trunk", {"name": "Amostra", "code": "linha", "host": "127.0.0.9"}).id
        case "queue":
            return tenant.save("queue", {"name": "Amostra", "number": "500"}).id
        case "announcement":
            return tenant.save("announcement", {"name": "Amostra", "audios": [tenant.audio("Fechado")]}).id
        case "ivr":
            keys = [{"key": "1", "destination": "hangup"}]
            values = {"name": "Amostra", "menu_id": tenant.audio("Menu"), "keys": keys, "exceeded": "hangup"}
            return tenant.save("ivr", values).id
        case "inbound_route":
            did = f"5125{next(_DIDS):06d}"
            values = {"name": "Amostra", "description": "Do site", "did": did, "destination": "hangup"}
            return tenant.save("inbound_route", values).id
    raise AssertionError(key)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("entity", ENTITIES, ids=lambda e: e.slug)
def test_a_foreign_companys_id_is_not_found_by_any_operation(api, administrator, new_tenant, entity, operation):
    foreign = sample(new_tenant(), entity.key)
    reply = api(token_of(administrator)).request(operation, f"/{entity.slug}/{foreign}", json={})
    refused = {404, 403} if entity.super_only and operation == "DELETE" else {404}
    assert reply.status_code in refused
    assert reply.json()["message"].endswith(".")


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda e: e.slug)
def test_a_list_holds_no_foreign_row(api, administrator, new_tenant, entity):
    foreign = sample(new_tenant(), entity.key)
    client = api(token_of(administrator))
    rows = client.get(f"/{entity.slug}", params={"size": 200}).json()["items"]
    assert foreign not in {row["id"] for row in rows}


@pytest.mark.parametrize("operation", ["GET", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("entity", ENTITIES, ids=lambda e: e.slug)
def test_without_a_token_nothing_answers(web, person_of, tenant, entity, operation):
    person = person_of(tenant, "chefe")
    path = f"/{entity.slug}" + ("" if operation == "POST" else f"/{sample(tenant, entity.key)}")
    for headers in ({}, {"Authorization": "Bearer fluxo_forged"}, {"Cookie": person.cookie}):
        reply = httpx.request(operation, f"{web.base}/api/v1{path}", headers=headers, json={})
        assert reply.status_code == 401


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda e: e.slug)
def test_a_person_without_the_permission_is_refused(api, web, person_of, tenant, entity):
    """An agent cannot make tokens; one made while they were more is no more than they are now."""
    person = person_of(tenant, "rebaixada")
    person_of(tenant, "outra")
    client = api(token_of(person))
    record = sample(tenant, entity.key)
    tenant.save("user", {"profile_id": tenant.profile("Agente"), "function": "Agente"}, person.user_id)
    assert client.get(f"/{entity.slug}").status_code == 403
    assert client.post(f"/{entity.slug}", json={}).status_code == 403
    for operation in OPERATIONS:
        assert client.request(operation, f"/{entity.slug}/{record}", json={}).status_code == 403


@pytest.mark.parametrize("entity", [e for e in ENTITIES if e.key != "company"], ids=lambda e: e.slug)
def test_what_is_read_can_be_written_back_and_deleted(api, administrator, tenant, entity):
    client = api(token_of(administrator))
    record = sample(tenant, entity.key)
    read = client.get(f"/{entity.slug}/{record}").json()
    written = client.patch(f"/{entity.slug}/{record}", json={k: v for k, v in read.items() if k != "is_super"})
    assert written.status_code == 200
    assert written.json() == {**read, "version": read["version"] + 1}
    assert client.patch(f"/{entity.slug}/{record}", json=read).status_code == 409
    assert client.delete(f"/{entity.slug}/{record}").status_code == 204
    assert client.get(f"/{entity.slug}/{record}").status_code == 404


def test_creating_answers_with_the_record_and_without_its_password(api, administrator):
    body = {"number": "2024", "password": "girassol77x", "label": "Maria"}
    reply = api(token_of(administrator)).post("/ramal", json=body)
    assert reply.status_code == 201
    assert reply.json()["ring_seconds"] == 25
    assert reply.json()["webphone"] is True
    assert "girassol" not in reply.text


def test_who_may_create_but_not_see_is_told_that_it_was_saved(api, person_of, tenant):
    granted = ["extension.create", "token.create"]
    tenant.save("profile", {"name": "Instalador", "description": "", "menus": [], "permissions": granted})
    client = api(token_of(person_of(tenant, "instala", profile="Instalador")))
    reply = client.post("/ramal", json={"number": "2024", "password": "girassol77x", "label": "Maria"})
    assert (reply.status_code, list(reply.json())) == (201, ["id"])
    assert client.get(f"/ramal/{reply.json()['id']}").status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"number": "x", "password": "girassol77x", "label": "M"}, "number"),
        ({"number": "2024", "password": "2024", "label": "M"}, "password"),
        ({"number": "2024", "password": "girassol77x"}, "label"),
        ({"number": "2024", "password": "girassol77x", "label": "M", "cor": "azul"}, "cor"),
        ({"number": ["2024"], "password": "girassol77x", "label": "M"}, "number"),
    ],
)
def test_a_bad_body_names_the_field_in_portuguese(api, administrator, body, field):
    reply = api(token_of(administrator)).post("/ramal", json=body)
    assert reply.status_code == 422
    assert field in reply.json()["fields"]


@pytest.mark.parametrize("content", [b"{", b"[]", b"null", b"\xff\xfe", b'"x"'])
def test_a_body_that_is_no_object_is_refused(api, administrator, content):
    assert api(token_of(administrator)).post("/ramal", content=content).status_code == 422


def test_the_openapi_document_names_every_route_and_nothing_else(web):
    document = httpx.get(f"{web.base}/api/v1/openapi.json").json()
    assert set(document["paths"]) == {p for e in ENTITIES for p in (f"/{e.slug}", f"/{e.slug}/{{record_id}}")}


def test_a_revoked_token_is_over(api, administrator):
    token = token_of(administrator)
    client = api(token)
    assert client.get("/ramal").status_code == 200
    actor = sessions.current(administrator.cookie)
    with company_session(administrator.tenant.id, writes=True) as db:
        revoke_token(db, actor, list_tokens(db, actor)[0].id)
    assert client.get("/ramal").status_code == 401


def test_a_companys_administrator_makes_no_companies(api, administrator):
    body = {"legal_name": "Nova", "cnpj": fresh_cnpj(), "contact": "Z", "ddd": "51"}
    assert api(token_of(administrator)).post("/empresa", json=body).status_code == 403


NEW_COMPANY = {"legal_name": "Nova", "contact": "Z", "ddd": "51"}


def token_of_owner(tenant, *, platform: bool) -> str:
    with company_session(tenant.id, writes=True) as db:
        return create_token(db, tenant.owner, name="cadastro", days=1, platform=platform)


def test_a_token_made_for_the_platform_creates_companies_and_nothing_else_beyond_its_own(api, tenant, new_tenant):
    client = api(token_of_owner(tenant, platform=True))
    reply = client.post("/empresa", json={**NEW_COMPANY, "cnpj": fresh_cnpj()})
    assert (reply.status_code, list(reply.json())) == (201, ["id"])
    made, other = reply.json()["id"], new_tenant().id
    assert {row["id"] for row in client.get("/empresa").json()["items"]} == {tenant.id}
    for foreign in (made, other):
        assert client.get(f"/empresa/{foreign}").status_code == 404
        assert client.patch(f"/empresa/{foreign}", json={"contact": "Invadida"}).status_code == 404
        assert client.delete(f"/empresa/{foreign}").status_code == 403
    assert client.delete(f"/empresa/{tenant.id}").status_code == 403
    assert client.patch(f"/empresa/{tenant.id}", json={"contact": "Nós"}).status_code == 200
    with records.opened(tenant.owner, by_key("company")) as db:
        record = records.load(db, tenant.owner, by_key("company"), made)
    assert record.values["legal_name"] == "Nova"


def test_no_other_token_creates_companies(api, person_of, tenant):
    tokens = [token_of_owner(tenant, platform=False), token_of(person_of(tenant, "chefe"))]
    actor = sessions.current(person_of(tenant, "outro").cookie)
    with company_session(tenant.id, writes=True) as db, pytest.raises(Forbidden):
        create_token(db, actor, name="cadastro", days=1, platform=True)
    for token in tokens:
        assert api(token).post("/empresa", json={**NEW_COMPANY, "cnpj": fresh_cnpj()}).status_code == 403


def test_a_platforms_token_ends_with_its_owners_power(api, tenant):
    owner = tenant.user("dona", profile="Administrador", function="Administrador", is_super="on")
    actor = replace(tenant.owner, user_id=owner)
    with company_session(tenant.id, writes=True) as db:
        client = api(create_token(db, actor, name="cadastro", days=1, platform=True))
    tenant.save("user", {"is_super": ""}, owner)
    assert client.post("/empresa", json={**NEW_COMPANY, "cnpj": fresh_cnpj()}).status_code == 403


def test_the_openapi_document_says_which_token_creates_companies(web):
    paths = httpx.get(f"{web.base}/api/v1/openapi.json").json()["paths"]
    assert "super usuário criou para a plataforma" in paths["/empresa"]["post"]["description"]
    assert "description" not in paths["/ramal"]["post"]


def test_everything_under_test_belongs_to_somebody():
    """Guards the guard: `sample` and the loops above cover every entity of the registry."""
    fresh = save(SUPER, "company", {"legal_name": "S", "cnpj": fresh_cnpj(), "contact": "Z", "ddd": "51"}).id
    home = Tenant(fresh, replace(SUPER, company_id=fresh))
    assert all(sample(home, entity.key) for entity in ENTITIES)
