"""The figures of a queue, each with the way it is computed."""

from flow.acd.agent import Need
from tests.unit.acd_scene import Scene, plan


def test_service_level_is_answered_in_time_of_all_offered_with_its_formula():
    scene = Scene(plan("Ana", service_seconds=20))
    for n, wait in enumerate((0, 20, 21, 40)):
        scene.unready("Ana", Need.FREE)
        scene.arrive(f"c{n}")
        scene.after(wait)
        scene.ready("Ana", Need.FREE)
        scene.answer(f"c{n}", "Ana")
        scene.leave(f"c{n}")
    figures = scene.acd.figures(1, scene.now)
    assert (figures.offered, figures.answered, figures.answered_in_time, figures.service_level) == (4, 4, 2, 0.5)
    assert figures.formula == "2 atendidas em até 20 s ÷ 4 oferecidas (à parte, desistências antes de 5 s: 0)"


def test_abandons_under_5_seconds_stand_apart():
    scene = Scene(plan("", service_seconds=20))
    for call, wait in (("a", 4.9), ("b", 5), ("c", 60)):
        scene.arrive(call)
        scene.after(wait)
        scene.leave(call)
    figures = scene.acd.figures(1, scene.now)
    assert (figures.short_abandoned, figures.abandoned, figures.offered) == (1, 2, 2)
    assert figures.formula.endswith("(à parte, desistências antes de 5 s: 1)")


def test_overflowed_calls_count_as_offered():
    scene = Scene(plan("", max_wait_seconds=30))
    scene.arrive("c1")
    scene.after(30)
    figures = scene.acd.figures(1, scene.now)
    assert (figures.overflowed, figures.offered, figures.service_level) == (1, 1, 0.0)


def test_before_the_first_call_there_is_no_service_level():
    assert Scene(plan()).acd.figures(1, 1000).service_level is None


def test_waiting_and_longest_wait_are_of_this_moment():
    scene = Scene(plan(""))
    scene.arrive("c1")
    scene.after(30)
    scene.arrive("c2")
    scene.after(10)
    figures = scene.acd.figures(1, scene.now)
    assert (figures.waiting, figures.longest_wait) == (2, 40)


def test_the_expected_wait_is_position_times_handling_by_members_at_work():
    scene = Scene(plan("Ana Bia", strategy="linear", wrapup_seconds=20))
    scene.serve("c1", talk=100)
    expected = scene.acd.figures(1, scene.now).expected
    assert expected.seconds == 60
    assert expected.how == "posição 1 × atendimento médio de 120 s ÷ 2 atendendo (nas últimas chamadas: 1)"
    scene.pause("Bia")
    assert scene.acd.figures(1, scene.now).expected.seconds == 120


def test_an_expected_wait_that_cannot_be_known_says_why():
    scene = Scene(plan("Ana"))
    assert scene.acd.figures(1, 1000).expected.how == "a fila ainda não atendeu chamadas"
    scene.unready("Ana")
    scene.arrive("c1")
    assert scene.acd.expected_wait("c1").seconds is None
    assert scene.acd.expected_wait("c1").how == "ninguém está atendendo a fila"


def test_a_new_period_counts_from_nought_and_keeps_what_calls_take():
    scene = Scene(plan("Ana"))
    scene.serve("c1", talk=50)
    scene.acd.new_period(1)
    figures = scene.acd.figures(1, scene.now)
    assert figures.offered == 0 and figures.expected.seconds == 50
