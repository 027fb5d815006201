"""How long a call waits and what it hears: maximum wait, empty queues, announcements."""

import pytest

from flow.acd.agent import Need
from flow.acd.commands import Announce, Because, Leave, Offer, Withdraw
from tests.unit.acd_scene import EMPTY, OVERFLOW, Scene, plan


def test_the_maximum_wait_leads_to_the_overflow_destination():
    scene = Scene(plan("Ana", max_wait_seconds=60))
    scene.busy("Ana")
    scene.arrive("c1")
    assert scene.after(59) == []
    assert scene.after(1) == [Leave("c1", 1, OVERFLOW, "esperou o máximo de 1 min")]
    scene.ready("Ana", Need.FREE)
    assert scene.did == []


def test_no_ring_lasts_longer_than_the_maximum_wait_and_a_shortened_one_is_no_missed_call():
    scene = Scene(plan("Ana", kind="user", max_wait_seconds=8, ring_seconds=20))
    for n in range(4):
        (offer,) = scene.arrive(f"c{n}")
        assert offer.seconds == 8
        *_, withdrawn, left = scene.after(8)
        assert withdrawn == Withdraw(f"c{n}", ("user:Ana",), Because.OVERFLOW)
        assert isinstance(left, Leave)
    assert scene.state("Ana").state == "available"


def test_without_a_maximum_a_call_waits_for_ever():
    scene = Scene(plan("Ana", max_wait_seconds=0))
    scene.busy("Ana")
    scene.arrive("c1")
    scene.now += 100_000
    assert scene.after(1) == []


def test_an_empty_queue_that_lets_wait_lets_wait():
    scene = Scene(plan("", empty_rule="wait"))
    assert scene.arrive("c1") == []


def test_nobody_logged_in_sends_arriving_calls_to_the_empty_destination():
    scene = Scene(plan("Ana", kind="user", empty_rule="nobody_logged_in"), ready=False)
    assert scene.arrive("c1") == [Leave("c1", 1, EMPTY, "ninguém está logado na fila")]
    scene.login("Ana")
    assert scene.arrive("c2") == [], "logged in without a telephone is logged in"


def test_the_last_one_to_log_out_sends_waiting_calls_away():
    scene = Scene(plan("Ana Bia", kind="user", empty_rule="nobody_logged_in"))
    scene.arrive("c1")
    scene.logout("Bia")
    assert scene.logout("Ana") == [
        Withdraw("c1", ("user:Ana",), Because.MEMBER_LEFT),
        Leave("c1", 1, EMPTY, "ninguém está logado na fila"),
    ]


def test_telephones_are_always_logged_in():
    scene = Scene(plan("Ana", empty_rule="nobody_logged_in"), ready=False)
    assert scene.arrive("c1") == []


@pytest.mark.parametrize("absence", ["pause", "unready"])
def test_all_paused_or_absent_is_nobody_available(absence):
    scene = Scene(plan("Ana Bia", empty_rule="nobody_available"))
    scene.pause("Bia")
    scene.busy("Ana")
    assert scene.arrive("c1") == [], "somebody who is in a call will be there"
    scene.ready("Ana", Need.FREE)
    scene.leave("c1")
    getattr(scene, absence)("Ana")
    why = "ninguém da fila está disponível: todos offline ou em pausa"
    assert scene.arrive("c2") == [Leave("c2", 1, EMPTY, why)]


def test_the_last_pause_sends_waiting_calls_away():
    scene = Scene(plan("Ana", empty_rule="nobody_available"))
    scene.arrive("c1")
    scene.answer("c1", "Ana")
    scene.arrive("c2")
    assert scene.pause("Ana") == []
    (left,) = scene.leave("c1")
    assert isinstance(left, Leave) and left.call == "c2"


def test_position_and_wait_are_announced_at_once_and_then_at_intervals():
    scene = Scene(plan("Ana", position_every_seconds=20, say_wait=True, max_wait_seconds=0))
    scene.serve("c0", talk=40)
    scene.busy("Ana")
    scene.arrive("c1")
    (said,) = scene.arrive("c2")
    assert said.position == 2 and said.expected.seconds == 80
    assert said.expected.how == "posição 2 × atendimento médio de 40 s ÷ 1 atendendo (nas últimas chamadas: 1)"
    assert scene.after(19) == []
    assert [(a.call, a.position) for a in scene.after(1)] == [("c1", 1), ("c2", 2)]
    scene.leave("c1")
    assert [(a.call, a.position) for a in scene.after(20)] == [("c2", 1)]


def test_announcements_are_at_least_15_seconds_apart():
    scene = Scene(plan("", position_every_seconds=3, max_wait_seconds=0))
    scene.arrive("c1")
    assert len([a for a in scene.after(60) if isinstance(a, Announce)]) == 4


def test_nothing_is_announced_into_the_ringing_nor_when_it_is_off():
    scene = Scene(plan("Ana", position_every_seconds=15, ring_seconds=40))
    assert [type(c) for c in scene.arrive("c1")] == [Offer]
    assert scene.after(39) == []
    silent = Scene(plan(""))
    assert silent.arrive("c1") == [] and silent.after(200) == []


def test_a_wait_that_is_not_told_is_not_in_the_announcement():
    scene = Scene(plan("", position_every_seconds=15, say_wait=False))
    assert scene.arrive("c1") == [Announce("c1", 1, None)]


def test_a_shorter_maximum_wait_reaches_calls_that_wait():
    scene = Scene(plan("", max_wait_seconds=300))
    scene.arrive("c1")
    scene.after(60)
    assert scene.change(max_wait_seconds=100) == []
    assert scene.after(39) == [] and len(scene.after(1)) == 1
    scene.arrive("c2")
    scene.after(60)
    assert scene.change(max_wait_seconds=30) == [Leave("c2", 1, OVERFLOW, "esperou o máximo de 30 s")]


def test_a_changed_empty_rule_reaches_calls_that_wait():
    scene = Scene(plan("", empty_rule="wait"))
    scene.arrive("c1")
    (left,) = scene.change(empty_rule="nobody_available")
    assert isinstance(left, Leave)


def test_a_deleted_queue_sends_its_calls_on_and_withdraws_what_rings():
    scene = Scene(plan("Ana"))
    scene.arrive("c1")
    scene.arrive("c2")
    did = scene.note(scene.acd.queue_removed(1, scene.now))
    assert did == [
        Withdraw("c1", ("extension:Ana",), Because.OVERFLOW),
        Leave("c1", 1, OVERFLOW, "a fila foi excluída"),
        Leave("c2", 1, OVERFLOW, "a fila foi excluída"),
    ]


def test_an_adopted_call_keeps_the_time_that_it_has_waited():
    scene = Scene(plan("", max_wait_seconds=60))
    assert scene.note(scene.acd.call_arrived(1, "c1", scene.now, entered=scene.now - 50)) == []
    assert len(scene.after(10)) == 1


def test_a_late_tick_decides_the_same_as_one_in_time():
    scene = Scene(plan("Ana", max_wait_seconds=60))
    scene.busy("Ana")
    scene.arrive("c1")
    scene.now += 90
    scene.ready("Ana", Need.FREE)
    assert [type(c) for c in scene.did] == [Leave], "the wait was over before the member became free"
