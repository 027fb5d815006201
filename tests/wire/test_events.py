"""Every event handler that a browser can name, called over the real wire by people who should not."""

import asyncio
import inspect
from collections.abc import Iterator

import pytest
from reflex_base.registry import RegistrationContext

import flow.flow  # noqa: F401 - registers every handler of the product
from flow.access import permissions
from flow.access.policy import policy_of
from flow.catalog.registry import ENTITIES, by_key
from flow.services import records
from flow.web.guard import FRAMEWORK
from tests.wire.browser_socket import EventSocket, state_changes
from tests.wire.test_rest import sample

PUBLIC = {"session_state.enter", "session_state.say"}


def registered() -> Iterator[tuple[str, object]]:
    for name, entry in sorted(RegistrationContext.get().event_handlers.items()):
        yield name, entry.handler.fn


OURS = [name for name, fn in registered() if policy_of(fn) is not None]
UNMARKED = [name for name, fn in registered() if policy_of(fn) is None and name not in FRAMEWORK]
CLOSED = [name for name, fn in registered() if (mark := policy_of(fn)) and not mark.public]


def payload_of(name: str) -> dict[str, object]:
    """Something of a plausible shape for every argument."""
    fn = RegistrationContext.get().event_handlers[name].handler.fn
    names = [p for p in inspect.signature(fn).parameters if p != "self"]
    return {p: {"number": "6666", "label": "X", "name": "X"} if p in ("form", "form_data") else "1" for p in names}


def hear(web, cookie, name, path="/ramal", payload=None, quiet=0.15):
    async def talk():
        async with EventSocket(web.base, cookie) as socket:
            told = payload if payload is not None else payload_of(name)
            return await socket.call(name, told, path=path, quiet=quiet)

    return asyncio.run(talk())


def test_every_handler_of_the_product_bears_a_policy():
    unmarked = [
        n
        for n, fn in registered()
        if fn.__module__.startswith(("state", "components", "flow")) and policy_of(fn) is None
    ]
    assert unmarked == []


def test_every_permission_that_a_profile_offers_opens_something():
    marks = [mark for _, fn in registered() if (mark := policy_of(fn))]
    verbs = {mark.verb for mark in marks}
    opened = {mark.permission for mark in marks} | {e.permission(verb) for e in ENTITIES for verb in verbs if verb}
    assert sorted(permissions.ALL - opened) == []


def test_only_what_must_be_is_public():
    marks = {
        name.split("____")[-1].removeprefix("state.") for name, fn in registered() if (m := policy_of(fn)) and m.public
    }
    assert {name.rpartition("___")[-1] for name in marks} == PUBLIC


def test_the_framework_adds_no_handler_unnoticed():
    """`setvar` and the like exist on every state; the guard refuses what has no policy, as the next tests show."""
    assert {name.rpartition(".")[-1] for name in UNMARKED} <= {"setvar"}


@pytest.mark.parametrize("name", CLOSED + UNMARKED)
def test_a_stranger_is_refused_and_nothing_is_shown(web, name):
    payload = {"var_name": "rows", "value": "x"} if name.endswith(".setvar") else None
    assert state_changes(hear(web, "", name, payload=payload)).keys() <= allowed_words()


def allowed_words() -> set[str]:
    """The refusal itself is told through the page's passing words."""
    prefix = next(name for name in OURS if name.endswith("session_state.say")).rpartition(".")[0]
    return {f"{prefix}.{field}" for field in ("toast", "toast_tone", "toast_stamp")} | {
        f"{prefix}.{field}_rx_state_" for field in ("toast", "toast_tone", "toast_stamp")
    }


@pytest.mark.parametrize("name", UNMARKED)
def test_nobody_may_call_what_bears_no_policy(web, person_of, tenant, name):
    person = person_of(tenant, "chefe")
    payload = {"var_name": "rows", "value": [{"id": "1"}]}
    assert state_changes(hear(web, person.cookie, name, payload=payload)).keys() <= allowed_words()


def handler(ending: str) -> str:
    return next(name for name in OURS if name.endswith(ending))


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda e: e.slug)
def test_an_agent_reaches_no_list_no_form_and_no_delete(web, person_of, tenant, entity):
    agent = person_of(tenant, "agente", profile="Agente", function="Agente")
    record = sample(tenant, entity.key)
    attempts = [
        ("list_state.load", f"/{entity.slug}", {}),
        ("list_state.ask_delete", f"/{entity.slug}", {"record_id": str(record)}),
        ("form_state.load", f"/{entity.slug}/{record}", {}),
        ("form_state.save", f"/{entity.slug}/{record}", {"form": {"name": "invadido"}}),
        ("form_state.create", f"/{entity.slug}/novo", {"form": {"name": "invadido"}}),
    ]
    for ending, path, payload in attempts:
        changed = state_changes(hear(web, agent.cookie, handler(ending), path, payload))
        assert changed.keys() <= allowed_words(), ending


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda e: e.slug)
def test_a_foreign_record_does_not_exist_for_any_handler(web, person_of, tenant, new_tenant, entity):
    person = person_of(tenant, "chefe")
    other = new_tenant()
    foreign = sample(other, entity.key)
    before = dump(other, entity, foreign)
    for ending, path, payload in (
        ("form_state.load", f"/{entity.slug}/{foreign}", {}),
        ("form_state.show", f"/{entity.slug}/{foreign}", {"tab": "historico"}),
        ("form_state.save", f"/{entity.slug}/{foreign}", {"form": {s.name: "1" for s in entity.fields}}),
        ("form_state.act", f"/{entity.slug}/{foreign}", {"action": "generate-password"}),
        ("form_state.foresee", f"/{entity.slug}", {"record_id": str(foreign)}),
        ("list_state.ask_delete", f"/{entity.slug}", {"record_id": str(foreign)}),
    ):
        shown = str(state_changes(hear(web, person.cookie, handler(ending), path, payload)))
        for value in before.values():
            assert not (isinstance(value, str) and len(value) > 7 and value in shown), ending
    assert dump(other, entity, foreign) == before


def dump(home, entity, record) -> dict[str, object]:
    with records.opened(home.owner, entity) as db:
        loaded = records.load(db, home.owner, entity, record)
    return {**loaded.values, "version": loaded.version}


def test_a_form_opened_by_one_person_is_not_handed_to_the_next_with_the_same_tab(web, person_of, tenant, new_tenant):
    """The tab's token is a bearer: whoever presents it with another cookie finds the state empty."""
    ours, other = person_of(tenant, "chefe"), person_of(new_tenant(), "outra")
    record = tenant.extension("2024", label="Segredo da casa")

    async def talk():
        first = EventSocket(web.base, ours.cookie)
        async with first:
            seen = await first.call(handler("form_state.load"), path=f"/ramal/{record}")
            assert "Segredo da casa" in str(seen)
        second = EventSocket(web.base, other.cookie)
        second._url = first._url
        async with second:
            return await second.call("reflex___state____state.hydrate", path=f"/ramal/{record}")

    assert "Segredo da casa" not in str(asyncio.run(talk()))


def test_another_origin_gets_no_socket(web):
    async def talk():
        async with EventSocket(web.base, origin="http://evil.example"):
            return True

    with pytest.raises(Exception, match=r"(?i)connect|403|unexpected"):
        asyncio.run(talk())


def test_passwords_never_travel_to_the_browser(web, person_of, tenant):
    person = person_of(tenant, "chefe")
    record = tenant.extension("2024", password="girassol77x")
    heard = str(hear(web, person.cookie, handler("form_state.load"), f"/ramal/{record}", {}))
    assert "2024" in heard
    assert "girassol77x" not in heard
    assert "$argon2" not in str(hear(web, person.cookie, handler("form_state.load"), f"/usuarios/{person.user_id}", {}))


def test_the_same_calls_do_work_for_whoever_may(web, person_of, tenant):
    """Without this, every refusal above could be an accident of the test's own making."""
    person = person_of(tenant, "chefe")
    record = tenant.extension("2024", label="Recepção")
    assert "Recepção" in str(state_changes(hear(web, person.cookie, handler("list_state.load"), "/ramal", {})))
    form = {"number": "2024", "label": "Portaria", "ring_seconds": "25"}
    hear_form_then_save(web, person.cookie, record, form)
    assert dump(tenant, by_key("extension"), record)["label"] == "Portaria"


def hear_form_then_save(web, cookie, record, form):
    async def talk():
        async with EventSocket(web.base, cookie) as socket:
            await socket.call(handler("form_state.load"), path=f"/ramal/{record}")
            return await socket.call(handler("form_state.save"), {"form": form}, path=f"/ramal/{record}")

    return asyncio.run(talk())


def test_who_may_create_but_not_see_gets_an_empty_form_and_is_told_that_it_was_saved(web, person_of, tenant):
    values = {"name": "Instalador", "description": "", "menus": [], "permissions": ["extension.create"]}
    tenant.save("profile", values)
    cookie = person_of(tenant, "instala", profile="Instalador").cookie
    opened = state_changes(hear(web, cookie, handler("form_state.begin"), "/ramal/novo", {}, quiet=2))
    assert "/ramal/novo" in opened.values()
    form = {"number": "2024", "password": "girassol77x", "label": "Portaria", "ring_seconds": "25"}
    heard = hear(web, cookie, handler("form_state.create"), "/ramal/novo", {"form": form}, quiet=2)
    assert "Salvo." in str(heard)
    assert "permissão" not in str(heard)
    assert "/ramal/" not in str([event for update in heard for event in update.get("events") or ()])
    with records.opened(tenant.owner, by_key("extension")) as db:
        assert records.list_rows(db, tenant.owner, by_key("extension")).total == 1
