"""The states of a member: what leads from one to the other, and who is available."""

from random import Random

import pytest

from flow.acd.agent import NEED_WORDS, Need
from flow.acd.commands import MemberPaused, StateChanged
from flow.acd.distributor import Acd
from flow.acd.members import RONA_LIMIT
from tests.unit.acd_scene import Scene, plan


def told(scene: Scene, name: str) -> list[str]:
    return [str(c.state) for c in scene.all if isinstance(c, StateChanged) and c.key == scene.key(name)]


def test_a_member_goes_through_the_states_of_a_call():
    scene = Scene(plan("Ana", kind="user", wrapup_seconds=10))
    scene.all.clear()
    scene.arrive("c1")
    scene.note(scene.acd.ringing("c1", "user:Ana", scene.now))
    scene.answer("c1", "Ana")
    scene.leave("c1")
    scene.after(10)
    scene.logout("Ana")
    assert told(scene, "Ana") == ["reserved", "ringing", "on_call", "wrapup", "available", "offline"]


def test_each_change_has_the_next_number_and_the_time_of_the_state():
    scene = Scene(plan("Ana", kind="user", wrapup_seconds=10))
    scene.serve("c1", talk=30)
    scene.after(10)
    changes = [c for c in scene.all if isinstance(c, StateChanged)]
    assert [c.seq for c in changes] == list(range(1001, 1001 + len(changes)))
    assert [(str(c.state), c.since) for c in changes[-3:]] == [("on_call", 1000), ("wrapup", 1030), ("available", 1040)]


def test_numbers_go_on_growing_after_a_restart():
    scene = Scene(plan("Ana", kind="user"))
    scene.serve("c1", talk=60)
    last = scene.state("Ana").seq
    again = Acd(Random(1))
    again.plan_changed(scene.plans[1], scene.now)
    (change,) = again.login(1, "user:Ana", scene.now)
    assert isinstance(change, StateChanged) and change.seq > last


def test_after_call_time_can_be_ended_by_the_member():
    scene = Scene(plan("Ana", wrapup_seconds=600))
    scene.serve("c1")
    assert scene.arrive("c2") == []
    scene.note(scene.acd.wrapup_over("extension:Ana", scene.now))
    assert scene.rung == [("c2", "Ana")]


def test_the_member_is_free_for_the_next_call_while_the_caller_stays_for_the_survey():
    scene = Scene(plan("Ana"))
    scene.arrive("c1")
    scene.answer("c1", "Ana")
    scene.arrive("c2")
    scene.note(scene.acd.conversation_over("c1", scene.now))
    assert scene.rung == [("c2", "Ana")]
    assert scene.leave("c1") == []


@pytest.mark.parametrize("need", Need)
def test_whatever_is_missing_keeps_a_member_from_being_available(need):
    scene = Scene(plan("Ana"))
    scene.unready("Ana", need)
    assert scene.arrive("c1") == []
    assert scene.acd.reasons("extension:Ana", scene.now) == (NEED_WORDS[need],)
    scene.ready("Ana", need)
    assert scene.rung == [("c1", "Ana")]


def test_a_person_needs_to_be_logged_in_and_a_telephone_does_not():
    person, telephone = Scene(plan("Ana", kind="user"), ready=False), Scene(plan("Ana"), ready=False)
    person.ready("Ana")
    telephone.ready("Ana")
    assert person.state("Ana").reason == "não está logado"
    assert telephone.state("Ana").state == "available"


def test_all_reasons_are_told_together():
    scene = Scene(plan("Ana", kind="user"), ready=False)
    scene.unready("Ana", Need.MICROPHONE)
    scene.pause("Ana", "Almoço")
    assert scene.acd.reasons("user:Ana", scene.now) == (
        "não está logado", "não registrado", "microfone não liberado", "pausado: Almoço",
    )  # fmt: skip


def test_a_login_is_for_one_queue():
    scene = Scene(plan("Ana", id=1, kind="user"), plan("Ana", id=2, kind="user"))
    scene.logout("Ana", queue=1)
    assert (scene.acd.logins(1), scene.acd.logins(2)) == ((), ("user:Ana",))
    assert scene.arrive("c1", queue=1) == []
    scene.arrive("c2", queue=2)
    assert scene.rung == [("c2", "Ana")]


def test_a_call_waits_for_the_login():
    scene = Scene(plan("Ana", kind="user"), ready=False)
    scene.ready("Ana")
    scene.arrive("c1")
    assert scene.did == []
    scene.login("Ana")
    assert scene.rung == [("c1", "Ana")]


def test_logging_out_in_a_call_ends_no_call():
    scene = Scene(plan("Ana", kind="user"))
    scene.arrive("c1")
    scene.answer("c1", "Ana")
    assert scene.logout("Ana") == []
    assert scene.state("Ana").state == "on_call"
    scene.leave("c1")
    assert scene.state("Ana").state == "offline"


def test_a_telephone_that_is_lost_in_a_call_ends_no_call():
    scene = Scene(plan("Ana"))
    scene.arrive("c1")
    scene.answer("c1", "Ana")
    assert scene.unready("Ana") == []
    assert scene.state("Ana").state == "on_call"
    scene.leave("c1")
    assert (scene.state("Ana").state, scene.state("Ana").reason) == ("offline", "não registrado")


@pytest.mark.parametrize("wrapup", [0, 20])
def test_a_pause_asked_for_in_a_call_begins_after_it(wrapup):
    scene = Scene(plan("Ana", kind="user", wrapup_seconds=wrapup))
    scene.arrive("c1")
    scene.answer("c1", "Ana")
    scene.pause("Ana", "Almoço")
    assert (scene.state("Ana").state, scene.state("Ana").planned) == ("on_call", "Almoço")
    scene.after(15)
    scene.leave("c1")
    scene.after(wrapup)
    assert (scene.state("Ana").state, scene.state("Ana").reason) == ("paused", "Almoço")
    assert (scene.state("Ana").since, scene.state("Ana").planned) == (1015 + wrapup, "")
    assert "available" not in told(scene, "Ana")[-3:]


def test_a_pause_asked_for_while_it_rings_leaves_the_ring_alone():
    scene = Scene(plan("Ana", kind="user"))
    scene.arrive("c1")
    assert scene.pause("Ana") == []
    scene.answer("c1", "Ana")
    assert scene.connected == [("c1", "Ana")]


def test_a_scheduled_pause_can_be_called_off():
    scene = Scene(plan("Ana", kind="user"))
    scene.arrive("c1")
    scene.answer("c1", "Ana")
    scene.pause("Ana")
    scene.resume("Ana")
    assert scene.state("Ana").planned == ""
    scene.leave("c1")
    assert scene.state("Ana").state == "available"


def test_a_pause_over_its_limit_is_exceeded_and_nobody_becomes_available():
    scene = Scene(plan("Ana", kind="user"))
    scene.pause("Ana", "Café", limit=60)
    scene.arrive("c1")
    scene.after(59)
    assert scene.state("Ana").state == "paused"
    assert scene.after(1) == []
    assert (scene.state("Ana").state, scene.state("Ana").reason) == ("pause_exceeded", "Café")
    scene.resume("Ana")
    assert scene.rung == [("c1", "Ana")]


def test_the_limit_of_a_scheduled_pause_counts_from_its_beginning():
    scene = Scene(plan("Ana", kind="user", wrapup_seconds=30))
    scene.arrive("c1")
    scene.answer("c1", "Ana")
    scene.pause("Ana", "Café", limit=60)
    scene.after(100)
    scene.leave("c1")
    scene.after(30 + 59)
    assert scene.state("Ana").state == "paused"
    scene.after(1)
    assert scene.state("Ana").state == "pause_exceeded"


def test_a_limit_of_a_pause_that_is_over_does_not_reach_the_next():
    scene = Scene(plan("Ana", kind="user"))
    scene.pause("Ana", "Café", limit=60)
    scene.after(30)
    scene.resume("Ana")
    scene.pause("Ana", "Almoço")
    scene.after(3600)
    assert scene.state("Ana").state == "paused"


def test_two_unanswered_rings_in_a_row_pause_a_person_and_the_supervisor_is_told():
    scene = Scene(plan("Ana", kind="user", ring_seconds=10, retry_seconds=5, max_wait_seconds=0))
    scene.arrive("c1")
    assert not [c for c in scene.after(10) if isinstance(c, MemberPaused)]
    scene.after(5)
    paused = [c for c in scene.after(10) if isinstance(c, MemberPaused)]
    assert paused == [MemberPaused("user:Ana", "Não atendeu", "Ana não atendeu 2 chamadas seguidas")]
    assert (scene.state("Ana").state, scene.state("Ana").reason) == ("paused", "Não atendeu")
    assert scene.after(60) == []
    scene.resume("Ana")
    assert scene.rung == [("c1", "Ana")]


def test_an_answer_between_two_unanswered_rings_pauses_nobody():
    scene = Scene(plan("Ana", kind="user"))
    for n in range(6):
        scene.arrive(f"missed {n}")
        scene.miss(f"missed {n}", "Ana")
        scene.leave(f"missed {n}")
        scene.serve(f"served {n}")
    assert scene.state("Ana").state == "available"


def test_refusals_and_callers_who_hang_up_are_no_unanswered_rings():
    scene = Scene(plan("Ana", kind="user"))
    for n in range(6):
        scene.arrive(f"c{n}")
        if n % 2:
            scene.refuse(f"c{n}", "Ana")
        scene.leave(f"c{n}")
    assert scene.state("Ana").state == "available"


def test_a_telephone_has_nobody_to_end_its_pause_and_is_not_paused_for_silence():
    scene = Scene(plan("Ana", ring_seconds=10, retry_seconds=5, max_wait_seconds=0))
    scene.arrive("c1")
    for _ in range(3 * RONA_LIMIT):
        scene.after(15)
    assert scene.state("Ana").state == "reserved"


def test_a_call_outside_the_queues_makes_a_member_busy_and_ends_its_idle_time():
    scene = Scene(plan("Ana Bia", strategy="longest_idle"))
    scene.unready("Ana", Need.FREE)
    assert scene.state("Ana").state == "on_call"
    scene.after(20)
    scene.ready("Ana", Need.FREE)
    scene.arrive("c1")
    assert scene.rung == [("c1", "Bia")]
