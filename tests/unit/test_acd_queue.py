"""Order, rings and answers of the calls that wait, and who hangs up when."""

import pytest

from flow.acd.agent import Need
from flow.acd.commands import Because, Connect, WakeAt, Withdraw
from flow.routing.snapshot import MemberPlan
from tests.unit.acd_scene import Scene, plan


def test_calls_are_served_in_the_order_of_arrival():
    scene = Scene(plan("Ana"))
    scene.busy("Ana")
    for n in range(5):
        scene.arrive(f"c{n}")
    scene.ready("Ana", Need.FREE)
    for n in range(5):
        assert scene.rung == [(f"c{n}", "Ana")]
        scene.answer(f"c{n}", "Ana")
        scene.leave(f"c{n}")


def test_a_higher_priority_goes_first_and_keeps_the_order_within():
    scene = Scene(plan("Ana"))
    scene.busy("Ana")
    for call, priority in (("a", 0), ("b", 5), ("c", 0), ("d", 5)):
        scene.arrive(call, priority=priority)
    assert scene.acd.waiting(1) == ("b", "d", "a", "c")
    scene.ready("Ana", Need.FREE)
    order = []
    for _ in range(4):
        order.append(scene.rung[0][0])
        scene.leave(order[-1])
    assert order == ["b", "d", "a", "c"]


def test_a_shared_member_goes_to_the_queue_of_higher_priority_first():
    scene = Scene(plan("Ana", id=1), plan("Ana", id=2, priority=3))
    scene.busy("Ana")
    scene.arrive("early", queue=1)
    scene.arrive("important", queue=2)
    scene.ready("Ana", Need.FREE)
    assert scene.rung == [("important", "Ana")]


def test_between_queues_of_one_priority_the_older_call_goes_first():
    scene = Scene(plan("Ana", id=1), plan("Ana", id=2))
    scene.busy("Ana")
    scene.arrive("older", queue=2)
    scene.arrive("newer", queue=1)
    scene.ready("Ana", Need.FREE)
    assert scene.rung == [("older", "Ana")]


def test_a_reserved_member_is_offered_to_no_other_queue():
    scene = Scene(plan("Ana", id=1), plan("Ana", id=2))
    scene.arrive("c1", queue=1)
    assert scene.arrive("c2", queue=2) == []
    scene.leave("c1")
    assert scene.rung == [("c2", "Ana")]


def test_two_members_on_one_telephone_have_one_call_between_them():
    phone = (MemberPlan("extension:7", 7, "1007"),)
    person = (MemberPlan("user:3", 7, "Ana"),)
    scene = Scene(plan(id=1, members=phone), plan(id=2, members=person))
    scene.arrive("c1", queue=1)
    assert scene.rung == [("c1", "7")]
    assert scene.arrive("c2", queue=2) == []
    assert scene.state("Ana", queue=2).reason == "telefone em uso"
    scene.leave("c1")
    assert scene.rung == [("c2", "3")]


def test_the_first_to_answer_wins_and_the_others_hear_answered_elsewhere():
    scene = Scene(plan(strategy="ring_all"))
    scene.arrive("c1")
    scene.answer("c1", "Bia")
    assert scene.did == [
        Connect("c1", 1, "extension:Bia", 0.0, "Bia atendeu após 0 s"),
        Withdraw("c1", ("extension:Ana", "extension:Caio"), Because.ANSWERED_ELSEWHERE),
    ]
    assert scene.answer("c1", "Ana") == [Withdraw("c1", ("extension:Ana",), Because.ANSWERED_ELSEWHERE)]
    assert scene.connected == [("c1", "Bia")]


def test_losing_a_ring_to_another_is_no_missed_call():
    scene = Scene(plan("Ana Bia", kind="user", strategy="ring_all"))
    for n in range(5):
        scene.arrive(f"c{n}")
        scene.answer(f"c{n}", "Bia")
        scene.leave(f"c{n}")
    assert scene.state("Ana").state == "available"


def test_the_ring_ends_after_its_time_and_the_next_try_begins_after_the_pause():
    scene = Scene(plan("Ana Bia", strategy="linear", ring_seconds=12, retry_seconds=7))
    (offer,) = scene.arrive("c1")
    assert offer.seconds == 12
    assert scene.after(11) == []
    assert scene.after(1) == [Withdraw("c1", ("extension:Ana",), Because.UNANSWERED)]
    assert scene.after(6) == []
    scene.after(1)
    assert scene.rung == [("c1", "Bia")]


def test_a_refusal_goes_to_the_next_member_at_once():
    scene = Scene(plan("Ana Bia", strategy="linear"))
    scene.arrive("c1")
    scene.refuse("c1", "Ana")
    assert scene.rung == [("c1", "Bia")]
    assert scene.losers() == {"Ana": "já tentado nesta rodada"}
    assert scene.refuse("c1", "Bia") == [], "all were tried: now the pause between tries"
    scene.after(5)
    assert scene.rung == [("c1", "Ana")]


def test_a_telephone_that_fails_at_once_is_not_rung_in_a_tight_circle():
    scene = Scene(plan("Ana", retry_seconds=0))
    scene.arrive("c1")
    assert scene.refuse("c1", "Ana") == []
    assert scene.after(0.9) == []
    scene.after(0.1)
    assert scene.rung == [("c1", "Ana")]


def test_while_one_call_pauses_between_tries_the_next_is_served_and_it_keeps_its_place():
    scene = Scene(plan("Ana", retry_seconds=30))
    scene.arrive("c1")
    scene.arrive("c2")
    scene.miss("c1", "Ana")
    assert scene.rung == [("c2", "Ana")]
    scene.arrive("c3")
    scene.answer("c2", "Ana")
    scene.after(30)
    scene.leave("c2")
    assert scene.rung == [("c1", "Ana")]


def test_a_caller_who_hangs_up_while_waiting_leaves_nothing():
    scene = Scene(plan("Ana"))
    scene.busy("Ana")
    scene.arrive("c1")
    assert scene.leave("c1") == []
    scene.ready("Ana", Need.FREE)
    assert scene.did == []
    assert scene.acd.figures(1, scene.now).waiting == 0


def test_a_caller_who_hangs_up_during_the_ring_frees_the_members():
    scene = Scene(plan("Ana Bia", strategy="ring_all"))
    scene.arrive("c1")
    scene.acd.ringing("c1", "extension:Ana", scene.now)
    assert scene.leave("c1") == [Withdraw("c1", ("extension:Ana", "extension:Bia"), Because.CALLER_LEFT)]
    scene.arrive("c2")
    assert scene.rung == [("c2", "Ana Bia")]


def test_an_answer_of_a_call_that_left_hangs_that_telephone_up():
    scene = Scene(plan("Ana"))
    scene.arrive("c1")
    scene.leave("c1")
    assert scene.answer("c1", "Ana") == [Withdraw("c1", ("extension:Ana",), Because.CALLER_LEFT)]
    assert scene.state("Ana").state == "available"


def test_a_caller_who_hangs_up_in_the_pause_between_tries_is_not_rung_for():
    scene = Scene(plan("Ana", retry_seconds=5))
    scene.arrive("c1")
    scene.miss("c1", "Ana")
    scene.leave("c1")
    assert scene.after(10) == []


def test_an_answer_after_the_ring_was_over_does_not_connect():
    scene = Scene(plan("Ana Bia", strategy="linear", ring_seconds=10, retry_seconds=1))
    scene.arrive("c1")
    scene.after(11)
    assert scene.rung == [("c1", "Bia")]
    assert scene.answer("c1", "Ana") == [Withdraw("c1", ("extension:Ana",), Because.UNANSWERED)]
    scene.answer("c1", "Bia")
    assert scene.connected == [("c1", "Bia")]


def test_hearing_of_the_same_answer_twice_changes_nothing():
    scene = Scene(plan("Ana"))
    scene.arrive("c1")
    scene.answer("c1", "Ana")
    assert scene.answer("c1", "Ana") == []


def test_a_member_who_is_taken_off_the_board_during_the_ring_is_withdrawn_and_the_next_rings():
    scene = Scene(plan("Ana Bia", strategy="linear"))
    scene.arrive("c1")
    scene.change(members=plan("Bia").members)
    assert scene.did[0] == Withdraw("c1", ("extension:Ana",), Because.MEMBER_LEFT)
    assert scene.rung == [("c1", "Bia")]


def test_a_member_who_is_taken_off_the_board_in_a_call_keeps_the_call():
    scene = Scene(plan("Ana Bia", strategy="linear"))
    scene.arrive("c1")
    scene.answer("c1", "Ana")
    assert scene.change(members=plan("Bia").members) == []
    assert scene.leave("c1") == []


def test_a_new_member_takes_a_waiting_call():
    scene = Scene(plan("Ana"))
    scene.busy("Ana")
    scene.arrive("c1")
    scene.acd.member_ready("extension:Bia", scene.now)
    scene.change(members=plan("Ana Bia").members)
    assert scene.rung == [("c1", "Bia")]


def test_a_new_order_on_the_board_counts_at_once():
    scene = Scene(plan("Ana Bia", strategy="linear"))
    scene.change(members=plan("Bia Ana").members)
    scene.arrive("c1")
    assert scene.rung == [("c1", "Bia")]


def test_a_call_may_come_back_to_a_queue_and_waits_once():
    scene = Scene(plan("Ana", id=1), plan("Bia", id=2))
    scene.arrive("c1")
    scene.answer("c1", "Ana")
    scene.arrive("c1", queue=2)
    assert scene.rung == [("c1", "Bia")]
    assert scene.state("Ana").state == "available"
    with pytest.raises(ValueError, match="waits already"):
        scene.arrive("c1", queue=1)


def test_a_tick_that_comes_a_moment_too_early_is_told_to_come_again():
    """Clocks of floating point may say so of a timer that was right: the queue must not stand still for it."""
    scene = Scene(plan("Ana", ring_seconds=10))
    scene.arrive("c1")
    due = next(command.at for command in reversed(scene.all) if isinstance(command, WakeAt))
    assert scene.acd.tick(due - 1e-6) == [WakeAt(due)]
    assert Withdraw("c1", (scene.key("Ana"),), Because.UNANSWERED) in scene.acd.tick(due)


def test_an_adopted_call_goes_before_those_that_came_after_it():
    scene = Scene(plan(), ready=False)
    scene.arrive("later")
    scene.note(scene.acd.call_arrived(1, "earlier", scene.now, entered=scene.now - 50))
    assert scene.acd.waiting(1) == ("earlier", "later")


def test_an_adopted_conversation_holds_its_member_and_ends_as_any_other():
    scene = Scene(plan("Ana", wrapup_seconds=10))
    scene.note(scene.acd.talk_adopted(1, "c1", "extension:Ana", scene.now - 100, scene.now))
    assert scene.arrive("c2") == []
    scene.leave("c1")
    scene.after(10)
    assert scene.rung == [("c2", "Ana")]


def test_the_engine_is_asked_to_wake_for_the_next_deadline():
    scene = Scene(plan("Ana", ring_seconds=10))
    commands = scene.acd.call_arrived(1, "c1", scene.now)
    assert commands[-1] == WakeAt(scene.now + 10)
