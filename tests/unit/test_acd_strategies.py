"""Whom a call rings under each of the six strategies, and what is said of those who were not."""

from collections import Counter
from itertools import pairwise

import pytest

from flow.acd.agent import Need
from flow.acd.strategies import STRATEGIES
from flow.routing.reasons import span
from tests.unit.acd_scene import Scene, plan

SEQUENTIAL = sorted(set(STRATEGIES) - {"ring_all"})


def test_ring_all_rings_every_free_member():
    scene = Scene(plan(strategy="ring_all"))
    scene.unready("Bia")
    scene.arrive("c1")
    assert scene.rung == [("c1", "Ana Caio")]
    assert scene.losers() == {"Bia": "não registrado"}


def test_ring_all_lets_who_becomes_free_ring_along():
    scene = Scene(plan(strategy="ring_all"))
    scene.unready("Bia")
    scene.arrive("c1")
    scene.ready("Bia")
    assert scene.rung == [("c1", "Bia")]


def test_longest_idle_counts_from_becoming_available():
    scene = Scene(plan(strategy="longest_idle"), ready=False)
    for name in ("Caio", "Ana", "Bia"):
        scene.ready(name)
        scene.after(10)
    scene.pause("Caio")
    scene.resume("Caio")
    scene.after(5)
    scene.arrive("c1")
    assert scene.rung == [("c1", "Ana")]
    assert scene.offers()[0].why == ("Chamar mais ocioso: Ana está disponível há 25 s, ninguém livre há mais tempo.")
    assert scene.losers() == dict.fromkeys(("Bia", "Caio"), "livre, mas disponível há menos tempo")


def test_longest_idle_counts_again_from_the_end_of_after_call_time():
    scene = Scene(plan("Ana Bia", strategy="longest_idle", wrapup_seconds=60))
    assert scene.serve("c1", talk=30) == "Ana"
    scene.unready("Bia")
    scene.after(30)
    scene.ready("Bia")
    scene.after(31)
    scene.arrive("c2")
    assert scene.rung == [("c2", "Bia")], "Bia is idle for 31 s, Ana since the end of her after-call time for 1 s"


def test_longest_idle_is_per_company():
    one, two = plan("Ana Bia", id=1, strategy="longest_idle"), plan("Ana Bia", id=2, strategy="longest_idle")
    scene = Scene(one, two)
    scene.after(5)
    assert scene.serve("c1", queue=1) == "Ana"
    scene.arrive("c2", queue=2)
    assert scene.rung == [("c2", "Bia")], "Ana's call in queue 1 counts in queue 2"


def test_a_ring_that_came_to_nothing_does_not_end_the_idle_time():
    scene = Scene(plan("Ana Bia", strategy="longest_idle"), ready=False)
    scene.ready("Ana")
    scene.after(10)
    scene.ready("Bia")
    scene.arrive("c1")
    scene.leave("c1")
    scene.arrive("c2")
    assert scene.rung == [("c2", "Ana")]


def test_fewest_calls_rings_who_answered_least_in_the_last_hour():
    scene = Scene(plan(strategy="fewest_calls"))
    assert [scene.serve(f"c{n}") for n in range(4)] == ["Ana", "Bia", "Caio", "Ana"]
    scene.arrive("c5")
    assert scene.rung == [("c5", "Bia")]
    assert scene.offers()[0].why.endswith("Bia tem 1 chamada na última hora, nenhum membro livre tem menos.")
    assert scene.losers() == {
        "Ana": "livre, com 2 chamadas na última hora",
        "Caio": "livre, com 1 chamada na última hora",
    }


def test_fewest_calls_forgets_after_60_minutes():
    scene = Scene(plan("Ana Bia", strategy="fewest_calls"))
    assert scene.serve("c1", talk=0) == "Ana"
    scene.now += 3599
    scene.arrive("c2")
    assert scene.rung == [("c2", "Bia")]
    scene.leave("c2")
    scene.now += 1
    scene.arrive("c3")
    assert scene.rung == [("c3", "Ana")]


def test_a_newcomer_starts_at_the_current_minimum_of_calls():
    scene = Scene(plan("Ana Bia", kind="user", strategy="fewest_calls"))
    assert [scene.serve(f"c{n}") for n in range(5)] == ["Ana", "Bia", "Ana", "Bia", "Ana"]
    scene.change(members=plan("Ana Bia Caio", kind="user").members)
    scene.ready("Caio")
    scene.login("Caio")
    assert [scene.serve(f"d{n}") for n in range(3)] == ["Bia", "Caio", "Ana"], "Caio is at 2 as Bia is, not at 0"


def test_logging_out_and_in_brings_no_calls_below_the_minimum_and_none_away():
    scene = Scene(plan("Ana Bia", kind="user", strategy="fewest_calls"))
    assert [scene.serve(f"c{n}") for n in range(3)] == ["Ana", "Bia", "Ana"]
    scene.logout("Ana")
    scene.login("Ana")
    assert scene.serve("c4") == "Bia"


def test_random_is_uniform_among_the_free_members():
    scene = Scene(plan("Ana Bia Caio Duda", strategy="random"))
    drawn = Counter(scene.serve(f"c{n}", talk=0) for n in range(2000))
    assert all(430 < drawn[name] < 570 for name in ("Ana", "Bia", "Caio", "Duda")), drawn


def test_random_tries_only_those_that_this_call_has_not_tried():
    for seed in range(20):
        scene = Scene(plan(strategy="random", ring_seconds=10, retry_seconds=5), seed=seed)
        scene.arrive("c1")
        rung = scene.rung + [pair for _ in range(2) for pair in (scene.after(15), scene.rung)[1]]
        assert sorted(rung) == [("c1", "Ana"), ("c1", "Bia"), ("c1", "Caio")]


def test_random_memory_repeats_nobody_until_all_were_called():
    scene = Scene(plan("Ana Bia Caio Duda", strategy="random_memory"))
    rounds = [tuple(scene.serve(f"c{r}-{n}", talk=0) for n in range(4)) for r in range(60)]
    assert all(len(set(names)) == 4 for names in rounds)
    assert len(set(rounds)) > 12, "the order is drawn anew each time"
    assert all(before[-1] != after[0] for before, after in pairwise(rounds)), "nor across rounds"


def test_random_memory_counts_a_call_that_was_not_answered():
    scene = Scene(plan("Ana Bia", strategy="random_memory"))
    scene.arrive("c1")
    first = scene.rung[0][1]
    scene.leave("c1")
    scene.arrive("c2")
    assert scene.rung[0][1] != first


def test_random_memory_does_not_wait_for_busy_members_who_keep_their_turn():
    scene = Scene(plan("Ana Bia", strategy="random_memory"))
    scene.arrive("c1")
    first = scene.rung[0][1]
    other = "Bia" if first == "Ana" else "Ana"
    scene.leave("c1")
    scene.unready(other, Need.FREE)
    scene.arrive("c2")
    assert scene.rung == [("c2", first)]
    assert scene.offers()[0].why.endswith(f"{first} foi chamado há mais tempo; quem falta nesta volta está ocupado.")
    scene.leave("c2")
    scene.ready(other, Need.FREE)
    scene.arrive("c3")
    assert scene.rung == [("c3", other)]
    assert scene.losers() == {first: "livre, mas já chamado nesta volta do sorteio"}


def test_an_absent_member_does_not_hold_up_a_new_round_of_the_draw():
    scene = Scene(plan("Ana Bia Caio", strategy="random_memory"))
    scene.unready("Caio")
    for n in range(20):
        assert {scene.serve(f"a{n}", talk=0), scene.serve(f"b{n}", talk=0)} == {"Ana", "Bia"}


def test_linear_begins_at_the_top_of_the_board_for_each_call():
    scene = Scene(plan("Caio Ana Bia", strategy="linear", ring_seconds=10, retry_seconds=5))
    assert [scene.serve(f"c{n}") for n in range(3)] == ["Caio"] * 3
    scene.arrive("c4")
    scene.after(15)
    assert scene.rung == [("c4", "Ana")]
    assert scene.losers() == {"Caio": "já tentado nesta rodada", "Bia": "livre, mas vem depois na ordem da fila"}
    scene.arrive("c5")
    assert scene.rung == [("c5", "Caio")]


@pytest.mark.parametrize("strategy", SEQUENTIAL)
def test_who_did_not_answer_is_not_tried_again_until_all_others_were(strategy):
    scene = Scene(plan("Ana Bia Caio Duda", strategy=strategy, ring_seconds=10, retry_seconds=5, max_wait_seconds=0))
    scene.arrive("c1")
    rung = [scene.rung[0][1]]
    for _ in range(7):
        scene.after(15)
        rung.append(scene.rung[0][1])
    assert sorted(rung[:4]) == sorted(rung[4:]) == ["Ana", "Bia", "Caio", "Duda"]


@pytest.mark.parametrize("strategy", SEQUENTIAL)
def test_when_all_who_are_free_were_tried_a_new_round_begins(strategy):
    scene = Scene(plan("Ana Bia", strategy=strategy, ring_seconds=10, retry_seconds=5))
    scene.unready("Bia", Need.FREE)
    scene.arrive("c1")
    scene.after(15)
    assert scene.rung == [("c1", "Ana")]
    assert scene.offers()[0].round == 2


@pytest.mark.parametrize("strategy", ["longest_idle", "fewest_calls", "linear", "ring_all"])
def test_ties_are_broken_by_the_order_on_the_board(strategy):
    scene = Scene(plan("Duda Ana Caio", strategy=strategy))
    scene.arrive("c1")
    assert scene.rung[0][1].split()[0] == "Duda"


@pytest.mark.parametrize("to", sorted(STRATEGIES))
@pytest.mark.parametrize("was", sorted(STRATEGIES))
def test_a_strategy_can_be_changed_with_calls_waiting(was, to):
    scene = Scene(plan(strategy=was))
    for name in ("Ana", "Bia", "Caio"):
        scene.unready(name, Need.FREE)
    scene.arrive("c1")
    scene.arrive("c2")
    scene.change(strategy=to)
    scene.ready("Caio", Need.FREE)
    assert scene.rung == [("c1", "Caio")]
    assert scene.offers()[0].why.startswith(STRATEGIES[to].words)


def test_every_loser_is_told_with_its_reason():
    scene = Scene(plan("Ana Bia Caio Duda Edu Fabi Gil", kind="user", strategy="linear", wrapup_seconds=30))
    for name in ("Bia", "Caio"):
        scene.unready("Ana", Need.FREE)
        scene.arrive(f"call {name}")
        scene.answer(f"call {name}", name)
    scene.leave("call Bia")
    scene.pause("Duda", "Almoço")
    scene.unready("Edu")
    scene.logout("Gil")
    scene.arrive("c1")
    assert scene.rung == [("c1", "Fabi")]
    assert scene.losers() == {
        "Ana": "em ligação fora das filas",
        "Bia": "em pós-atendimento até 00:17:10",
        "Caio": "em ligação",
        "Duda": "pausado: Almoço",
        "Edu": "não registrado",
        "Gil": "não está logado",
    }


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (200, "3 min 20 s"), (3600, "1 h"), (3900, "1 h 5 min")],
)
def test_a_span_is_told_as_people_say_it(seconds, words):
    assert span(seconds) == words
