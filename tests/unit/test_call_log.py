"""Chamadas, one call's story and Avaliações: what is found, how it reads, and who may see it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from flow.catalog.registry import by_key
from flow.clock import now
from flow.db import company_session
from flow.errors import NotFound
from flow.services import call_log, call_story, grades, records, spreadsheet
from flow.services.call_log import CallFilter
from flow.services.call_picture import picture
from flow.services.today import today
from tests.unit.call_rows import MadeCall

EVERYTHING, ALL_GRADES = CallFilter(), grades.GradeFilter()
OFFICE = {"weekdays": ["0", "1"], "start": "08:00", "end": "18:00"}


def found(home, criteria=EVERYTHING, actor=None, **more):
    with company_session(home.id) as db:
        return call_log.list_calls(db, actor or home.owner, criteria, **more).rows


def story(home, call_id, actor=None):
    with company_session(home.id) as db:
        return call_story.load_call(db, actor or home.owner, call_id)


def graded(home, grade, name="Ana", key="user:1", *, started=None, **callee):
    """A call out of a queue that its caller gave a grade to."""
    made = MadeCall(home.id, started or now() - timedelta(minutes=5)).opened()
    made.tried(1, name, key, answered_at=3, ended_at=30, result="answered", grade=grade)
    return made.answered(3, **callee).closed(30)


# The list


@pytest.mark.parametrize(
    "typed", ["51998765432", "(51) 99876-5432", "+55 51 99876-5432", "051 99876-5432", "99876", "9876-5432"]
)
def test_a_caller_is_found_by_any_written_form_of_the_number(tenant, typed):
    mine = MadeCall(tenant.id).opened("51998765432").closed(9)
    MadeCall(tenant.id).opened("51911112222").closed(9)
    assert [row.id for row in found(tenant, CallFilter(number=typed))] == [mine]


@pytest.mark.parametrize("typed", ["SUPORTE", "maria", "_", "%"])
def test_names_and_queues_are_found_too_and_signs_stand_for_themselves(tenant, typed):
    mine = MadeCall(tenant.id).opened(caller_name="Maria").queued(2, 1, "Suporte").closed(9)
    expected = [mine] if typed.isalpha() else []
    assert [row.id for row in found(tenant, CallFilter(number=typed))] == expected


def test_a_number_from_outside_is_shown_as_people_write_it_and_an_extension_as_it_is(tenant):
    MadeCall(tenant.id).opened("51998765432", "5125554444").closed(9)
    assert (found(tenant)[0].caller, found(tenant)[0].callee) == ("(51) 99876-5432", "(51) 2555-4444")
    MadeCall(tenant.id, direction="internal").opened("2555", "1001", caller_extension_id=1).closed(9)
    assert {row.caller for row in found(tenant, CallFilter(direction="internal"))} == {"2555"}


def test_a_caller_without_a_number_has_words_in_its_place(tenant):
    MadeCall(tenant.id).opened("").closed(9)
    assert found(tenant)[0].caller == "Número não informado"


@pytest.mark.parametrize(("result", "label"), [("served", "Atendimento automático"), ("abandoned", "Abandonada")])
def test_results_of_calls_from_outside_have_words_and_a_filter(tenant, result, label):
    mine = MadeCall(tenant.id).opened().closed(9, result, by="system")
    MadeCall(tenant.id).opened().closed(9, "busy")
    assert [(row.id, row.result_label) for row in found(tenant, CallFilter(result=result))] == [(mine, label)]


def test_days_are_the_companys_and_both_included(tenant):
    late = datetime(2026, 3, 11, 2, 30, tzinfo=UTC)  # still the 10th in São Paulo
    mine = MadeCall(tenant.id, late).opened().closed(9)
    tenth = date(2026, 3, 10)
    assert [row.id for row in found(tenant, CallFilter(tenth, tenth))] == [mine]
    assert found(tenant, CallFilter(date(2026, 3, 11), date(2026, 3, 11))) == []


def test_pages_follow_each_other_without_gap_or_repeat_even_within_one_moment(tenant):
    moment = now()
    ids = {MadeCall(tenant.id, moment).opened().closed(1) for _ in range(7)}
    pages = [[row.id for row in found(tenant, page=page, size=3)] for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert {call for page in pages for call in page} == ids


def test_every_call_comes_once_in_portions(tenant, monkeypatch):
    monkeypatch.setattr(call_log, "_PORTION", 3)
    moment = now()
    ids = {MadeCall(tenant.id, moment).opened().closed(1) for _ in range(7)}
    with company_session(tenant.id) as db:
        portions = list(call_log.every_call(db, tenant.owner, CallFilter(over=True)))
    assert [len(portion) for portion in portions] == [3, 3, 1]
    assert {row.id for portion in portions for row in portion} == ids


def test_no_company_sees_anothers_calls_nor_their_story(tenant, new_tenant):
    other = new_tenant()
    foreign = MadeCall(other.id).opened("51998765432").closed(9)
    assert found(tenant, CallFilter(number="99876")) == []
    with pytest.raises(NotFound):
        story(tenant, foreign)


def test_an_agent_sees_the_calls_they_answered_and_no_others(tenant):
    ana = tenant.user("ana")
    agent = tenant.as_person(ana, "Agente")
    mine = MadeCall(tenant.id).opened().answered(3, callee_user_id=ana).closed(9)
    theirs = MadeCall(tenant.id).opened().answered(3, callee_user_id=tenant.user("bia")).closed(9)
    assert [row.id for row in found(tenant, actor=agent)] == [mine]
    with pytest.raises(NotFound):
        story(tenant, theirs, agent)


# One call


def a_customers_call(home, *, queue, ivr, route):
    made = MadeCall(home.id).opened()
    made.step(0, "dialled", "(51) 99876-5432 ligou para 5125554444.")
    made.step(0, "did", 'DID (51) 2555-4444 → rota "Principal" → URA "Boas-vindas".', did="5125554444", route=route)
    wrong = 'URA "Boas-vindas": tecla 9 não é uma opção, tentativa 1 de 3.'
    made.step(4, "ivr", wrong, ivr=ivr, key="9", result="invalid")
    made.step(9, "ivr", 'URA "Boas-vindas": tecla 1, tentativa 2 de 3 → fila "Suporte".', ivr=ivr, key="1")
    made.queued(9, queue, "Suporte")
    made.tried(10, "Ana", "user:1", queue, ended_at=30, result="unanswered")
    made.tried(35, "Bia", "user:2", queue, answered_at=40, ended_at=100, result="answered", grade=5)
    made.step(40, "answered", "Bia atendeu depois de 31 s na fila.", channel="c2")
    made.step(104, "survey", "Quem ligou deu nota 5.", ivr=ivr + 1, grade=5)
    return made.answered(40, callee_number="1002", callee_name="Bia").closed(104, by="callee")


def test_the_picture_leads_from_the_caller_through_what_was_passed_to_who_answered(tenant):
    call = a_customers_call(tenant, queue=901, ivr=902, route=903)
    boxes = picture(story(tenant, call))
    assert [(box.what, box.title, box.note) for box in boxes] == [
        ("De", "(51) 99876-5432", ""),
        ("Rota de Entrada", "Principal", "(51) 2555-4444"),
        ("URA", "Boas-vindas", "tecla 1"),
        ("Fila", "Suporte", "esperou 31 s"),
        ("Atendida por", "Bia", ""),
        ("Pesquisa", "de satisfação", "nota 5"),
        ("Fim", "Atendida", "por quem atendeu"),
    ]


def test_a_caller_who_gives_up_in_a_queue_waited_until_the_end(tenant):
    call = MadeCall(tenant.id).opened().queued(5, 901, "Suporte").closed(47, "abandoned")
    boxes = picture(story(tenant, call))
    assert [(box.title, box.note) for box in boxes[1:]] == [
        ("Suporte", "esperou 42 s"),
        ("Abandonada", "por quem ligou"),
    ]


def test_members_who_were_tried_are_told_in_order_with_what_became_of_each(tenant):
    call = a_customers_call(tenant, queue=901, ivr=902, route=903)
    tried = story(tenant, call).segments
    assert [(s.name, s.result_label, s.ring_seconds, s.talk_seconds, s.grade) for s in tried] == [
        ("Ana", "Não atendeu", 20, 0, None),
        ("Bia", "Atendeu", 5, 60, 5),
    ]


def test_a_passed_record_is_linked_while_it_is_there_and_for_who_may_see_it(tenant):
    office = tenant.save("schedule", {"name": "Comercial", "periods": [OFFICE]}).id
    call = (
        MadeCall(tenant.id)
        .opened()
        .step(1, "schedule", 'Horário "Comercial": aberto → desligar.', schedule=office, open=True)
        .answered(2, callee_user_id=(ana := tenant.user("ana")))
        .closed(9, "served")
    )
    assert story(tenant, call).steps[0].path == f"/condicao-de-horario/{office}"
    assert story(tenant, call, tenant.as_person(ana, "Agente")).steps[0].path == ""
    with records.opened(tenant.owner, by_key("schedule"), writes=True) as db:
        records.delete(db, tenant.owner, by_key("schedule"), office)
    assert story(tenant, call).steps[0].path == ""


def test_a_record_of_another_company_with_the_same_number_is_not_linked(tenant, new_tenant):
    foreign = new_tenant().save("schedule", {"name": "Alheio", "periods": [OFFICE]}).id
    call = MadeCall(tenant.id).opened().step(1, "schedule", "…", schedule=foreign, open=True).closed(9)
    assert story(tenant, call).steps[0].path == ""


def test_a_transferred_call_leads_to_the_one_that_continues_and_back_for_who_may_see_it(tenant, new_tenant):
    ana = tenant.user("ana")
    after, foreign = MadeCall(tenant.id).opened(), MadeCall(new_tenant().id).opened().closed(9)
    before = MadeCall(tenant.id).opened().answered(3, callee_user_id=ana)
    before.step(8, "transferred", "Ana transferiu.", to_call=after.id).closed(9)
    after.step(0, "transferred", "Ana uniu.", from_calls=[before.id, foreign])
    after.step(1, "transferred", "Outra.", to_call=foreign).closed(20)
    assert story(tenant, before.id).steps[-1].path == f"/chamadas/{after.id}"
    assert picture(story(tenant, before.id))[-1].note == "transferida"
    assert [step.path for step in story(tenant, after.id).steps] == [f"/chamadas/{before.id}", ""]
    assert story(tenant, before.id, tenant.as_person(ana, "Agente")).steps[-1].path == ""


# Grades


def summary(home, criteria=ALL_GRADES, actor=None):
    with company_session(home.id) as db:
        return grades.summary(db, actor or home.owner, criteria)


def test_grades_are_averaged_and_counted_by_value_queue_and_agent(tenant):
    for grade, name, key in ((5, "Ana", "user:1"), (4, "Ana", "user:1"), (1, "Bia", "user:2")):
        graded(tenant, grade, name, key)
    told = summary(tenant)
    assert (told.count, round(told.average, 2)) == (3, 3.33)
    assert told.by_grade == {1: 1, 2: 0, 3: 0, 4: 1, 5: 1}
    assert [(s.name, s.count, s.average) for s in told.by_agent] == [("Ana", 2, 4.5), ("Bia", 1, 1.0)]
    assert [(s.name, s.count) for s in told.by_queue] == [("Suporte", 3)]


def test_segments_without_a_grade_and_other_companies_do_not_count(tenant, new_tenant):
    MadeCall(tenant.id).opened().tried(1, "Ana", answered_at=3, ended_at=9, result="answered").closed(9)
    graded(new_tenant(), 1)
    assert (summary(tenant).count, summary(tenant).average) == (0, 0.0)


def test_a_grade_filter_narrows_the_list_and_leaves_the_distribution(tenant):
    best = graded(tenant, 5)
    graded(tenant, 1)
    criteria = grades.filter_of({"nota": "5"})
    with company_session(tenant.id) as db:
        rows = grades.list_grades(db, tenant.owner, criteria).rows
    assert [(row.call_id, row.grade) for row in rows] == [(best, 5)]
    assert summary(tenant, criteria).count == 2


def test_an_agent_sees_the_grades_of_their_own_calls_only(tenant):
    ana = tenant.user("ana")
    graded(tenant, 5, callee_user_id=ana)
    graded(tenant, 1, callee_user_id=tenant.user("bia"))
    assert summary(tenant, actor=tenant.as_person(ana, "Agente")).by_grade[5] == 1
    assert summary(tenant, actor=tenant.as_person(ana, "Agente")).count == 1


# Today and files


def test_todays_figures_count_calls_from_outside_and_average_the_wait_in_queues(tenant):
    for waited in (10, 30):
        MadeCall(tenant.id, now()).opened().queued(5, 1, "Suporte").answered(5 + waited).closed(60)
    MadeCall(tenant.id, now()).opened().queued(5, 1, "Suporte").closed(60, "abandoned")
    MadeCall(tenant.id, now(), direction="internal").opened("1000", "1001").answered(1).closed(5)
    MadeCall(tenant.id, now() - timedelta(days=2)).opened().answered(1).closed(5)
    with company_session(tenant.id) as db:
        told = today(db, tenant.owner)
    assert (told.received, told.answered, told.abandoned, told.average_wait) == (3, 2, 1, 20.0)


@pytest.mark.parametrize("text", ["=1+1", "+5551", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_of_a_file_is_taken_for_a_formula(text):
    assert spreadsheet.lines([["a", text]]).replace('"', "").startswith("a;'" + text[0])
