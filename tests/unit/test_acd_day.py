"""What a restarted engine reads back of a queue's day is what the engine before it had counted."""

from random import Random

from flow.acd.agent import Need
from flow.acd.day import Fate, Noted, Visit, visits
from flow.acd.distributor import Acd
from tests.unit.acd_scene import Scene, plan

ANA = "extension:Ana"


def came(at: float, queue: int = 1) -> Noted:
    return Noted(at, queue)


def test_a_caller_who_is_answered_has_waited_until_then():
    facts = [came(10), Noted(15, 1, Fate.ANSWERED, ANA, 75), Noted(80, 1, Fate.ABANDONED)]
    assert list(visits(facts)) == [Visit(1, Fate.ANSWERED, 15, 5, ANA, 60)]


def test_who_ends_the_call_without_an_answer_has_given_up():
    assert list(visits([came(10), Noted(13, 1, Fate.ABANDONED)])) == [Visit(1, Fate.ABANDONED, 13, 3)]


def test_who_came_back_into_the_queue_after_a_restart_has_waited_from_the_first_time_on():
    facts = [came(10), came(30), Noted(40, 1, Fate.ANSWERED, ANA)]
    assert list(visits(facts)) == [Visit(1, Fate.ANSWERED, 40, 30, ANA)]


def test_a_call_that_overflows_is_a_visit_to_each_queue():
    facts = [came(10), Noted(40, 1, Fate.OVERFLOWED), came(41, 2), Noted(50, 2, Fate.ANSWERED, ANA, 60)]
    assert list(visits(facts)) == [Visit(1, Fate.OVERFLOWED, 40, 30), Visit(2, Fate.ANSWERED, 50, 9, ANA, 10)]


def test_who_still_waits_has_no_visit_yet():
    assert list(visits([came(10)])) == []


def test_who_ends_the_call_in_a_menu_after_the_queue_has_not_given_up_in_it():
    facts = [came(10), Noted(40, 1, Fate.OVERFLOWED), Noted(60, 1, Fate.ABANDONED)]
    assert [visit.fate for visit in visits(facts)] == [Fate.OVERFLOWED]


class Book:
    """A scene, and what is written down of it."""

    def __init__(self) -> None:
        self.scene = Scene(plan("Ana", service_seconds=20, max_wait_seconds=60, wrapup_seconds=7))
        self.facts: dict[str, list[Noted]] = {}

    def serve(self, call: str, wait: float, *, then: str) -> None:
        scene = self.scene
        scene.unready("Ana", Need.FREE)
        scene.arrive(call)
        facts = self.facts[call] = [came(scene.now)]
        scene.after(wait)
        if then == "talk":
            scene.ready("Ana", Need.FREE)
            scene.answer(call, "Ana")
            answered = scene.now
            scene.after(30)
            facts.append(Noted(answered, 1, Fate.ANSWERED, ANA, scene.now))
        if then == "overflow":
            facts.append(Noted(scene.now, 1, Fate.OVERFLOWED))
        scene.leave(call)
        facts.append(Noted(scene.now, 1, Fate.ABANDONED))
        scene.after(10)

    def read_back(self, since: float) -> Acd:
        found = sorted((v for facts in self.facts.values() for v in visits(facts)), key=lambda visit: visit.at)
        fresh = Acd(Random(1))
        fresh.plan_changed(self.scene.plans[1], self.scene.now)
        fresh.remember(found, since)
        fresh.member_ready(ANA, self.scene.now)
        return fresh


def a_day() -> Book:
    book = Book()
    book.serve("in-time", 20, then="talk")
    book.serve("late", 21, then="talk")
    book.serve("short", 4, then="hang up")
    book.serve("abandoned", 30, then="hang up")
    book.serve("overflowed", 60, then="overflow")
    return book


def test_every_figure_of_the_day_is_what_it_was():
    book = a_day()
    book.scene.ready("Ana", Need.FREE)
    before = book.scene.acd.figures(1, book.scene.now)
    assert (before.answered, before.answered_in_time, before.abandoned, before.short_abandoned, before.overflowed) == (
        2,
        1,
        1,
        1,
        1,
    )
    assert book.read_back(0).figures(1, book.scene.now) == before


def test_what_was_over_before_midnight_counts_only_for_what_is_to_be_expected():
    book = a_day()
    figures = book.read_back(book.scene.now + 1).figures(1, book.scene.now)
    assert (figures.offered, figures.short_abandoned, figures.service_level) == (0, 0, None)
    assert figures.expected.seconds == 37


def test_who_answered_much_in_the_last_hour_is_not_called_first_after_a_restart():
    acd = Acd(Random(1))
    acd.plan_changed(plan("Ana Bia", strategy="fewest_calls"), 5000)
    acd.remember([Visit(1, Fate.ANSWERED, 4000, 3, ANA, 60)], 0)
    for key in (ANA, "extension:Bia"):
        acd.member_ready(key, 5000)
    (offer, *_) = [c for c in acd.call_arrived(1, "c", 5001) if hasattr(c, "keys")]
    assert offer.keys == ("extension:Bia",)


def test_after_call_time_goes_on_after_a_restart_until_it_would_have_ended():
    scene = Scene(plan("Ana"))
    scene.note(scene.acd.rested(ANA, scene.now - 4, 10, scene.now))
    assert (scene.state("Ana").state, scene.state("Ana").since) == ("wrapup", scene.now - 4)
    scene.after(5.9)
    assert scene.state("Ana").state == "wrapup"
    scene.after(0.2)
    assert scene.state("Ana").state == "available"


def test_who_is_idle_longest_after_a_restart_is_who_was_before_it():
    scene = Scene(plan("Ana Bia Caio", strategy="longest_idle"))
    for name, over in (("Ana", 30), ("Bia", 90), ("Caio", 60)):
        scene.note(scene.acd.rested(f"extension:{name}", scene.now - over, 10, scene.now))
    (offer, *_) = [c for c in scene.acd.call_arrived(1, "c", scene.now) if hasattr(c, "keys")]
    assert offer.keys == ("extension:Bia",)
    assert "disponível há 1 min 20 s" in offer.why


def test_a_conversation_that_goes_on_is_not_ended_by_what_was_before_it():
    scene = Scene(plan("Ana"))
    scene.note(scene.acd.talk_adopted(1, "c1", ANA, scene.now - 100, scene.now))
    scene.note(scene.acd.rested(ANA, scene.now - 101, 200, scene.now))
    assert scene.state("Ana").state == "on_call"


def test_a_conversation_taken_over_has_the_state_of_its_member_since_the_answer():
    scene = Scene(plan("Ana"))
    scene.note(scene.acd.talk_adopted(1, "c1", ANA, scene.now - 100, scene.now))
    assert (scene.state("Ana").state, scene.state("Ana").since) == ("on_call", scene.now - 100)
