"""Espera and Conversa of a call: with people, and not with menus, announcements or surveys."""

from flow.db import company_session
from flow.services.call_log import CallFilter, list_calls
from flow.services.call_picture import picture
from flow.services.call_story import load_call
from tests.unit.call_rows import MadeCall


def times(tenant, call_id: str) -> tuple[int, int]:
    """As the list and the call's own page tell them, which must agree."""
    with company_session(tenant.id) as db:
        story = load_call(db, tenant.owner, call_id).call
        (row,) = list_calls(db, tenant.owner, CallFilter()).rows
    assert (row.wait_seconds, row.talk_seconds) == (story.wait_seconds, story.talk_seconds)
    return story.wait_seconds, story.talk_seconds


def test_neither_the_menu_before_nor_the_survey_after_counts(tenant):
    call = MadeCall(tenant.id).opened().step(0, "dialled", "x.").step(1, "ivr", "tecla 1.").queued(20, 5, "Suporte")
    call.tried(22, "Ana", queue=5, answered_at=30, ended_at=90, result="answered").answered(30)
    call.step(30, "answered", "Ana atendeu.").step(110, "survey", "Nota 5.")
    assert times(tenant, call.closed(112)) == (10, 60)


def test_the_waits_of_two_queues_add_up_without_what_lay_between(tenant):
    call = MadeCall(tenant.id).opened().queued(10, 5, "Suporte").step(40, "queue", "Suporte: cheia.", queue=5)
    call.step(40, "announcement", "Anúncio.").queued(60, 6, "Vendas")
    assert times(tenant, call.closed(75, "abandoned")) == (45, 0)


def test_a_call_through_a_menu_to_an_extension_waits_while_it_rings(tenant):
    call = MadeCall(tenant.id).opened().step(0, "dialled", "x.").step(25, "decision", "O ramal toca.").answered(31)
    assert times(tenant, call.closed(91)) == (6, 60)


def test_who_hears_only_the_menu_has_waited_for_nobody(tenant):
    call = MadeCall(tenant.id).opened().step(0, "dialled", "x.").step(1, "ivr", "sem tecla.")
    assert times(tenant, call.closed(40, "abandoned")) == (0, 0)


def test_a_conversation_whose_end_nobody_wrote_down_lasts_to_the_end_of_the_call(tenant):
    call = MadeCall(tenant.id).opened().queued(2, 5, "Suporte")
    call.tried(3, "Ana", queue=5, answered_at=5, result="answered").answered(5)
    assert times(tenant, call.closed(65)) == (3, 60)


def test_the_way_of_a_carriers_call_names_the_trunk_and_the_number_as_people_write_it(tenant):
    trunk = tenant.save("trunk", {"name": "Operadora", "code": "op", "host": "127.0.0.9", "extra": ""}).id
    text = '(51) 99876-5432 ligou para (51) 2555-4444 pelo tronco "Operadora".'
    call = MadeCall(tenant.id).opened().step(0, "dialled", text, trunk=trunk).closed(4, "served")
    with company_session(tenant.id) as db:
        story = load_call(db, tenant.owner, call)
    box = picture(story)[1]
    assert (box.what, box.title, box.path) == ("Tronco", "Operadora", f"/tronco/{trunk}")


def test_a_queue_in_the_picture_says_the_wait_there_and_nothing_of_what_came_after(tenant):
    call = MadeCall(tenant.id).opened().queued(5, 5, "Suporte").step(10.6, "queue", 'Fila "Suporte": cheia.', queue=5)
    call.step(17, "announcement", 'Anúncio "Fechado": toca "Aviso" → desligar.', announcement=1)
    with company_session(tenant.id) as db:
        story = load_call(db, tenant.owner, call.closed(18, "served"))
    assert {box.title: box.note for box in picture(story)}["Suporte"] == "esperou 6 s"
    assert story.call.wait_seconds == 6
