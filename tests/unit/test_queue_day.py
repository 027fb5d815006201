"""The records tell who was in a queue today and what became of each; a pause is kept with the moment it began."""

from datetime import timedelta

from flow.acd.day import Fate
from flow.clock import now
from flow.db import platform_session
from flow.services.presence import keep_pause, keep_pause_began, of_company
from flow.services.queue_day import visits_since
from tests.unit.call_rows import MadeCall, write


def read(tenant, since=None):
    with platform_session() as db:
        found = visits_since(db.connection(), tenant.id, since or now() - timedelta(hours=1))
    return [(visit.queue_id, visit.fate, round(visit.waited, 3), visit.key, visit.talked) for visit in found]


def in_queue(tenant, second: float = 2) -> MadeCall:
    return MadeCall(tenant.id).opened().queued(second, 5, "Suporte")


def test_answered_given_up_and_sent_on(tenant):
    talk = in_queue(tenant).tried(3, "Ana", queue=5, answered_at=8, ended_at=38, result="answered").answered(8)
    talk.closed(50)
    in_queue(tenant).tried(3, "Ana", queue=5, ended_at=13, result="abandoned").closed(13, "abandoned")
    sent = in_queue(tenant).step(62, "queue", 'Fila "Suporte": esperou o máximo → desligar.', queue=5)
    sent.closed(62, "served")
    assert read(tenant) == [
        (5, Fate.ANSWERED, 6, "user:1", 30),
        (5, Fate.ABANDONED, 11, "", None),
        (5, Fate.OVERFLOWED, 60, "", None),
    ]


def test_who_waits_or_talks_now_is_left_to_the_engine_that_takes_over(tenant):
    write(in_queue(tenant))
    write(in_queue(tenant).tried(3, "Ana", queue=5, answered_at=8, result="answered").answered(8))
    assert read(tenant) == [(5, Fate.ANSWERED, 6, "user:1", None)]


def test_of_this_company_and_of_this_day_alone(tenant, new_tenant):
    in_queue(new_tenant()).closed(13, "abandoned")
    in_queue(tenant).closed(13, "abandoned")
    MadeCall(tenant.id).opened().answered(3).closed(9)
    assert read(tenant) == [(5, Fate.ABANDONED, 11, "", None)]
    assert read(tenant, since=now()) == []


def test_a_pause_asked_for_in_a_call_is_kept_with_the_moment_it_began(tenant):
    began = now() + timedelta(minutes=3)
    keep_pause(tenant.id, "user:1", "Almoço")
    keep_pause_began(tenant.id, "user:1", "Almoço", began)
    with platform_session() as db:
        assert of_company(db, tenant.id).pauses == (("user:1", "Almoço", began),)


def test_who_is_back_at_work_is_not_paused_by_a_late_word_of_the_pauses_beginning(tenant):
    keep_pause(tenant.id, "user:1", "Almoço")
    keep_pause(tenant.id, "user:1", "")
    keep_pause_began(tenant.id, "user:1", "Almoço", now())
    with platform_session() as db:
        assert of_company(db, tenant.id).pauses == ()
