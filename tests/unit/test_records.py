"""The generic actions: what is saved, what is refused and why, and that a refusal changes nothing."""

import json
import sqlite3
import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func
from sqlmodel import select

from flow.access.secrets import decrypt
from flow.catalog.audit import AuditEntry
from flow.catalog.extension import Extension
from flow.catalog.registry import ENTITIES, by_key
from flow.db import company_session, engine
from flow.errors import Busy, Conflict, DiskFull, InUse, NotFound, ValidationFailed
from flow.services import records
from tests.unit.conftest import SUPER, Tenant, fresh_cnpj, save
from tests.unit.record_rows import deleted, errors_of, listed, loaded


def test_a_new_company_gets_three_ready_profiles(tenant):
    assert [row["name"] for row in listed(tenant, "profile").rows] == ["Administrador", "Agente", "Supervisor"]


@pytest.mark.parametrize("code", ["11.222.333/0001-82", "123", "00000000000000"])
def test_an_invalid_cnpj_is_refused_beside_its_field(code):
    with pytest.raises(ValidationFailed) as caught:
        save(SUPER, "company", {"legal_name": "X", "cnpj": code, "contact": "Y", "ddd": "51"})
    assert "CNPJ inválido" in caught.value.errors["cnpj"]


def test_a_cnpj_belongs_to_one_company():
    values = {"legal_name": "Primeira", "cnpj": fresh_cnpj(), "contact": "Y", "ddd": "51"}
    save(SUPER, "company", values)
    with pytest.raises(ValidationFailed) as caught:
        save(SUPER, "company", {**values, "legal_name": "Segunda"})
    assert "Primeira" in caught.value.errors["cnpj"]


@pytest.mark.parametrize("ddd", ["20", "23", "00", "1", "abc"])
def test_a_ddd_that_anatel_does_not_know_is_refused(ddd):
    with pytest.raises(ValidationFailed) as caught:
        save(SUPER, "company", {"legal_name": "X", "cnpj": fresh_cnpj(), "contact": "Y", "ddd": ddd})
    assert "ddd" in caught.value.errors


@pytest.mark.parametrize("number", ["abc", "2O24", "1", "1234567", "12 34", "٢٠٢٤", "-200", "2024;rm"])
def test_an_extension_number_has_two_to_six_digits(tenant, number):
    assert (
        "dígitos"
        in errors_of(tenant, "extension", {"number": number, "password": "girassol77x", "label": "M"})["number"]
    )


def test_a_taken_number_names_its_holder_and_the_next_free_one(tenant):
    tenant.extension("2024", label="Maria")
    text = errors_of(tenant, "extension", {"number": "2024", "password": "girassol77x", "label": "J"})["number"]
    assert "Maria" in text
    assert "2025" in text


def test_emergency_numbers_are_nobodys(tenant):
    assert (
        "SAMU" in errors_of(tenant, "extension", {"number": "192", "password": "girassol77x", "label": "J"})["number"]
    )


def test_everything_that_is_wrong_is_told_at_once(tenant):
    company = {"legal_name": "", "cnpj": "123", "contact": "Y", "ddd": ""}
    with pytest.raises(ValidationFailed) as caught:
        save(SUPER, "company", company)
    assert set(caught.value.errors) == {"legal_name", "cnpj", "ddd"}
    assert set(errors_of(tenant, "extension", {"password": "1234", "ring_seconds": "x"})) == {
        *("number", "password", "label", "ring_seconds")
    }
    person = {"login": "ana", "password": "123456", "email": "x"}
    assert set(errors_of(tenant, "user", person)) == {"name", "login", "password", "email", "profile_id", "function"}


def test_the_same_number_may_stand_in_two_companies(new_tenant):
    assert new_tenant().extension("2024") != new_tenant().extension("2024")


def test_a_freed_number_can_be_taken_again(tenant):
    first = tenant.extension("2024")
    tenant.save("extension", {"number": "2025"}, first)
    assert tenant.extension("2024")
    deleted(tenant, "extension", first)
    assert tenant.extension("2025")


@pytest.mark.parametrize(
    "secret", ["2024", "20242024", "12345678", "aaaaaaaa", "senha123", "curta", "com espaço 9", "ação12345"]
)
def test_a_weak_sip_password_is_refused(tenant, secret):
    assert "password" in errors_of(tenant, "extension", {"number": "2024", "password": secret, "label": "M"})


def test_sip_passwords_are_sealed_and_never_come_back(tenant):
    record_id = tenant.extension("2024", password="girassol77x")
    assert loaded(tenant, "extension", record_id).values["password"] == ""
    with company_session(tenant.id) as db:
        row = db.get(Extension, record_id)
        assert "girassol77x" not in row.secret_enc
        assert decrypt(row.secret_enc) == "girassol77x"
        assert row.softphone_endpoint != row.number
        assert row.number not in row.sip_key or len(row.sip_key) == 8


def test_an_empty_password_keeps_the_old_one(tenant):
    record_id = tenant.extension("2024")
    with company_session(tenant.id) as db:
        before = db.get(Extension, record_id).secret_enc
    tenant.save("extension", {"label": "Outro", "password": ""}, record_id)
    with company_session(tenant.id) as db:
        row = db.get(Extension, record_id)
        assert (row.secret_enc, row.label) == (before, "Outro")


def test_a_reference_to_another_company_does_not_exist(new_tenant):
    ours, theirs = new_tenant(), new_tenant()
    values = {"name": "M", "login": "alguem1", "password": "girassol7", "email": "m@x.com.br", "function": "Agente"}
    assert "não existe" in errors_of(ours, "user", {**values, "profile_id": theirs.profile("Agente")})["profile_id"]


def test_what_no_tick_reveals_is_not_asked_for(tenant):
    hidden = {"username": "", "password": "", "registration": "", "use_auth": ""}
    values = {"name": "Operadora", "code": "1", "host": "203.0.113.7", **hidden}
    assert tenant.save("trunk", values).id
    assert {"username", "password", "registration"} <= errors_of(tenant, "trunk", {**values, "use_auth": "on"}).keys()


def test_two_active_trunks_do_not_register_as_the_same_contact(tenant):
    line = "loja:s3nha@sip.operadora.com.br/5125550000"
    account = {"use_auth": "on", "username": "loja", "password": "s3nha", "registration": line}
    values = {"name": "Operadora", "code": "1", "host": "203.0.113.7", "active": "on", **account}
    first = tenant.save("trunk", values).id
    again = {**values, "name": "Cópia", "code": "2", "registration": line.replace("sip.", "SIP.")}
    assert "Operadora já se registra" in errors_of(tenant, "trunk", again)["registration"]
    tenant.save("trunk", {**again, "name": "Outra linha", "code": "3", "registration": line.replace("0000", "0001")})
    copy = tenant.save("trunk", {**again, "active": ""}).id
    assert "registration" in errors_of(tenant, "trunk", {"active": "on"}, copy)
    tenant.save("trunk", {"active": ""}, first)
    tenant.save("trunk", {"active": "on"}, copy)
    tenant.save("trunk", {"name": "Reserva"}, copy)  # it is not in its own way


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda e: e.key)
def test_an_empty_form_names_every_required_field_and_saves_nothing(tenant, entity):
    owner = SUPER if entity.key == "company" else tenant.owner
    with records.opened(owner, entity) as db:
        before = records.list_rows(db, owner, entity).total
    ticks = {spec.show_when: "on" for spec in entity.fields if spec.show_when}
    with pytest.raises(ValidationFailed) as caught, records.opened(owner, entity, writes=True) as db:
        records.save(db, owner, entity, None, {spec.name: "" for spec in entity.fields} | ticks, None)
    assert {s.name for s in entity.fields if s.required} <= set(caught.value.errors)
    with records.opened(owner, entity) as db:
        assert records.list_rows(db, owner, entity).total == before


def test_two_editors_the_second_is_told_who_and_what_and_nothing_is_overwritten(tenant):
    record_id = tenant.extension("2024")
    version = loaded(tenant, "extension", record_id).version
    tenant.save("extension", {"label": "Primeira"}, record_id, version)
    with pytest.raises(Conflict) as caught:
        tenant.save("extension", {"label": "Segunda"}, record_id, version)
    assert "Dona da Plataforma" in caught.value.text
    assert "Identificação" in caught.value.text
    assert loaded(tenant, "extension", record_id).values["label"] == "Primeira"


def test_history_tells_who_changed_what_from_and_to(tenant):
    record_id = tenant.extension("2024", label="Antes")
    tenant.save("extension", {"label": "Depois", "password": "outrasenha9"}, record_id)
    with records.opened(tenant.owner, by_key("extension")) as db:
        changes = records.history(db, tenant.owner, by_key("extension"), record_id)
    newest = {c.field_label: (c.before, c.after) for c in changes if c.action == "edit"}
    assert newest == {"Identificação": ("Antes", "Depois"), "Senha": ("••••••", "••••••")}
    assert {c.who for c in changes} == {"Dona da Plataforma"}


def test_each_save_raises_the_companys_revision_by_one(tenant):
    first = tenant.save("team", {"name": "Suporte"})
    second = tenant.save("team", {"name": "Vendas"})
    assert second.revision == first.revision + 1


def test_what_is_used_cannot_be_deleted_and_the_places_are_named(tenant):
    extension = tenant.extension("2024")
    user = tenant.user("marina", extension_id=str(extension))
    team = tenant.save("team", {"name": "Suporte", "supervisors": [str(user)]}).id
    for key, record_id, place in (("extension", extension, "Marina"), ("user", user, "Suporte")):
        with pytest.raises(InUse) as caught:
            deleted(tenant, key, record_id)
        assert place in caught.value.text
    deleted(tenant, "team", team)
    deleted(tenant, "user", user)
    deleted(tenant, "extension", extension)


def test_a_search_ignores_case_and_accents(tenant):
    tenant.extension("2024", label="Recepção São João")
    assert listed(tenant, "extension", search="RECEPCAO joao").total == 1
    assert listed(tenant, "extension", search="100%").total == 0


def test_numbers_sort_as_numbers(tenant):
    for number in ("1000", "99", "101"):
        tenant.extension(number)
    assert [row["number"] for row in listed(tenant, "extension").rows] == ["99", "101", "1000"]
    assert [row["number"] for row in listed(tenant, "extension", descending=True).rows] == ["1000", "101", "99"]


def test_names_sort_without_regard_to_accents(tenant):
    for name in ("Zebra", "Érica", "Fabio", "ana"):
        tenant.save("team", {"name": name})
    assert [row["name"] for row in listed(tenant, "team").rows] == ["ana", "Érica", "Fabio", "Zebra"]


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda e: e.key)
def test_every_column_sorts_both_ways(tenant, entity):
    tenant.extension("2001")
    tenant.user("alguem")
    for spec in entity.columns:
        for descending in (False, True):
            assert listed(tenant, entity.key, sort=spec.name, descending=descending).total >= 0


def test_a_page_beyond_the_last_shows_the_last(tenant):
    for number in range(2001, 2006):
        tenant.extension(str(number))
    assert [row["number"] for row in listed(tenant, "extension", page=99, size=2).rows] == ["2005"]


@pytest.mark.parametrize("record_id", ["0", "-1", "abc", "1e9", "99999999999999999999", "", None, "1;drop"])
def test_an_impossible_id_is_not_found(tenant, record_id):
    with pytest.raises(NotFound):
        loaded(tenant, "extension", record_id)


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        ("[]", "Adicionar Período"),
        ('[{"start": "25:00", "end": "18:00"}]', "Linha 1, Hora de início"),
        ('[{"start": "08:00", "end": "08:00"}]', "iguais"),
        ('[{"start": "08:00", "end": "18:00", "weekdays": ["9"]}]', "Linha 1, Dias da semana"),
        ("{", "inválido"),
        ("[1]", "inválido"),
    ],
)
def test_a_period_that_cannot_be_is_refused_by_line(tenant, periods, words):
    assert words in errors_of(tenant, "schedule", {"name": "Comercial", "periods": periods})["periods"]


def test_periods_come_back_as_they_were_saved_and_read_well_in_the_history(tenant):
    period = {"weekdays": ["0", "4"], "start": "08:00", "end": "18:00"}
    record_id = tenant.save("schedule", {"name": "Comercial", "periods": [period]}).id
    assert json.loads(loaded(tenant, "schedule", record_id).values["periods"])[0]["weekdays"] == ["0", "4"]
    with records.opened(tenant.owner, by_key("schedule")) as db:
        changes = records.history(db, tenant.owner, by_key("schedule"), record_id)
    assert "Dias da semana: Seg, Sex · Hora de início: 08:00" in {c.field_label: c.after for c in changes}["Períodos"]


JUNK = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.integers(),
    st.booleans(),
    st.lists(st.text(max_size=5), max_size=3),
    st.floats(),
)


@settings(max_examples=60)
@given(data=st.data())
def test_whatever_a_browser_sends_is_saved_or_refused_with_words(data):
    """Property: no input makes a save fail otherwise than with an error of ours."""
    company = save(SUPER, "company", {"legal_name": "P", "cnpj": fresh_cnpj(), "contact": "Y", "ddd": "51"}).id
    tenant = Tenant(company, replace(SUPER, company_id=company))
    entity = data.draw(st.sampled_from(ENTITIES))
    values = {spec.name: data.draw(JUNK) for spec in entity.fields}
    refusal = {}
    try:
        tenant.save(entity.key, values)
    except ValidationFailed as error:
        refusal = error.errors
    assert all(text.strip() for text in refusal.values())


def test_fifty_people_taking_one_number_at_once_one_gets_it(tenant):
    results: list[str] = []

    def take() -> None:
        try:
            tenant.extension("2024")
            results.append("taken")
        except (ValidationFailed, Busy):
            results.append("refused")

    threads = [threading.Thread(target=take) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("taken") == 1
    assert len(results) == 50


def test_a_locked_database_says_so_and_keeps_nothing(tenant):
    path = engine().url.database
    assert path
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    engine().dispose()  # the next connection is an impatient one

    def impatient(connection, _record):
        connection.execute("PRAGMA busy_timeout=50")

    try:
        event.listen(engine(), "connect", impatient)
        with pytest.raises(Busy) as caught:
            tenant.extension("2024")
        assert "Nada foi salvo" in caught.value.text
    finally:
        event.remove(engine(), "connect", impatient)
        blocker.execute("ROLLBACK")
        blocker.close()
        engine().dispose()
    assert listed(tenant, "extension").total == 0


def test_a_full_disk_says_so_and_keeps_nothing(tenant):
    def full(connection, _record):
        connection.execute("PRAGMA max_page_count=1")  # which SQLite takes as: what the file has now, and no more

    saved = []

    def save_until_refused():
        for number in range(2000, 4000):
            saved.append(tenant.extension(str(number)))

    engine().dispose()  # the next connection is a full one
    event.listen(engine(), "connect", full)
    try:
        with pytest.raises(DiskFull) as caught:
            save_until_refused()
        assert "Nada foi salvo" in caught.value.text
        assert listed(tenant, "extension").total == len(saved)  # and what is there can still be read
    finally:
        event.remove(engine(), "connect", full)
        engine().dispose()
    with company_session(tenant.id) as db:
        written = db.exec(select(func.count()).select_from(AuditEntry).where(AuditEntry.entity == "extension")).one()
    assert written == len(saved)
    tenant.extension("9000")


def test_a_number_no_id_can_be_is_a_record_that_is_not_there(tenant):
    user_id = tenant.user("marina")
    for number in (2**31, 10**18):
        with pytest.raises(NotFound):
            tenant.save("user", {}, number)
        with pytest.raises(ValidationFailed):
            tenant.save("user", {"team_id": str(number)}, user_id)
