"""URA: each rule of the menu, of dialling by its own, and of the survey."""

import pytest

from flow.routing.destination import HANGUP, Destination
from flow.routing.ivr import (
    DIGIT_SECONDS,
    CancelTimer,
    Directory,
    Goto,
    Graded,
    IvrMachine,
    Key,
    PromptEnded,
    StartTimer,
    StopPrompt,
    SurveyMachine,
    Tell,
    TimedOut,
    machine_of,
)
from tests.unit.ivr_scene import (
    ELSEWHERE,
    EXCEEDED,
    GREETING,
    INVALID,
    MENU,
    SALES,
    SNAPSHOT,
    SUPPORT,
    TIMEOUT,
    plan,
    played,
    ring_through,
    started,
    typed,
)


def test_the_greeting_is_heard_once_and_the_menu_in_each_round():
    machine, acts = started(IvrMachine(plan(invalid=None, timeout=None)))
    acts += ring_through(machine)
    acts += machine.on(TimedOut(machine.timer)) + ring_through(machine)
    acts += machine.on(Key("9")) + ring_through(machine)
    assert played(acts) == [GREETING, MENU, MENU, MENU]


def test_the_wait_for_a_key_begins_when_the_menu_ends():
    machine, acts = started(IvrMachine(plan(greeting=None, timeout_seconds=7)))
    assert not [act for act in acts if isinstance(act, StartTimer)]
    assert machine.on(PromptEnded(machine.prompt)) == [StartTimer(machine.timer, 7)]


@pytest.mark.parametrize("prompts_heard", [0, 1])
def test_a_key_during_any_prompt_stops_it_and_counts(prompts_heard):
    machine, _ = started(IvrMachine(plan()))
    for _ in range(prompts_heard):
        machine.on(PromptEnded(machine.prompt))
    playing = machine.prompt
    stop, goto = machine.on(Key("2"))
    assert stop == StopPrompt(playing)
    assert isinstance(goto, Goto) and goto.destination == SUPPORT and machine.over


@pytest.mark.parametrize("mistake", ["9", None])
def test_a_key_during_the_audio_of_a_mistake_counts_in_the_next_attempt(mistake):
    machine, _ = started(IvrMachine(plan()))
    ring_through(machine)
    acts = machine.on(Key(mistake) if mistake else TimedOut(machine.timer))
    assert played(acts) == [INVALID if mistake else TIMEOUT]
    goto = machine.on(Key("1"))[-1]
    assert goto.destination == SALES and "tentativa 2 de 3" in goto.why


def test_the_end_of_an_older_prompt_is_ignored():
    machine, _ = started(IvrMachine(plan()))
    greeting = machine.prompt
    machine.on(Key("9"))  # the audio of the mistake plays
    now = machine.prompt
    assert machine.on(PromptEnded(greeting)) == [] and machine.prompt == now


def test_an_older_timer_is_ignored():
    machine, _ = started(IvrMachine(plan()))
    ring_through(machine)
    old = machine.timer
    machine.on(Key("9"))
    ring_through(machine)
    assert machine.on(TimedOut(old)) == [] and machine.silent == 0


def test_a_key_cancels_the_wait():
    machine, _ = started(IvrMachine(plan()))
    ring_through(machine)
    timer = machine.timer
    assert machine.on(Key("1"))[0] == CancelTimer(timer)


def test_an_invalid_key_is_answered_with_its_audio_then_the_menu():
    machine, _ = started(IvrMachine(plan()))
    ring_through(machine)
    acts = machine.on(Key("9")) + ring_through(machine)
    assert played(acts) == [INVALID, MENU]
    told = next(act for act in acts if isinstance(act, Tell))
    assert told.text == 'URA "Atendimento": tecla 9 não é uma opção, tentativa 1 de 3.'


def test_silence_is_answered_with_its_audio_then_the_menu():
    machine, _ = started(IvrMachine(plan()))
    ring_through(machine)
    acts = machine.on(TimedOut(machine.timer)) + ring_through(machine)
    assert played(acts) == [TIMEOUT, MENU]
    assert acts[0].text == 'URA "Atendimento": nenhuma tecla em 5 s, tentativa 1 de 3.'


def test_invalid_and_silent_attempts_are_counted_together():
    machine, _ = started(IvrMachine(plan(attempts=2)))
    machine.on(Key("9"))
    ring_through(machine)
    acts = machine.on(TimedOut(machine.timer))
    assert played(acts) == [EXCEEDED]
    (goto,) = ring_through(machine)
    assert goto.destination == ELSEWHERE and not goto.by_caller
    assert goto.why == 'URA "Atendimento": tentativas esgotadas (1 inválida e 1 sem tecla)'


def test_when_the_attempts_are_used_up_keys_no_longer_count():
    machine, _ = started(IvrMachine(plan(attempts=1)))
    machine.on(Key("9"))
    assert machine.prompt and machine.on(Key("1")) == []
    assert ring_through(machine)[-1].destination == ELSEWHERE


def test_without_any_audio_the_rounds_still_run_to_their_end():
    machine, acts = started(IvrMachine(plan(greeting=None, menu=None, exceeded=None, invalid=None, timeout=None)))
    for _ in range(3):
        acts += machine.on(TimedOut(machine.timer))
    assert not played(acts) and machine.over and acts[-1].destination == ELSEWHERE


def test_an_option_that_begins_another_waits_only_while_that_is_possible():
    keys = {"1": SALES, "12": SUPPORT, "3": ELSEWHERE}
    machine, _ = started(IvrMachine(plan(keys=keys)))
    assert machine.on(Key("1"))[-1] == StartTimer(machine.timer, DIGIT_SECONDS)
    assert machine.on(TimedOut(machine.timer))[-1].destination == SALES
    machine, _ = started(IvrMachine(plan(keys=keys)))
    assert typed(machine, "12")[-1].destination == SUPPORT
    machine, _ = started(IvrMachine(plan(keys=keys)))
    assert machine.on(Key("3"))[-1].destination == ELSEWHERE


def test_hash_ends_the_ambiguity_at_once():
    machine, _ = started(IvrMachine(plan(keys={"1": SALES, "12": SUPPORT})))
    assert typed(machine, "1#")[-1].destination == SALES


def test_hash_and_star_are_keys_like_the_others():
    machine, _ = started(IvrMachine(plan(keys={"#": SALES, "*": SUPPORT})))
    assert machine.on(Key("#"))[-1].destination == SALES
    machine, _ = started(IvrMachine(plan(keys={"#": SALES, "*": SUPPORT})))
    assert machine.on(Key("*"))[-1].destination == SUPPORT


@pytest.mark.parametrize("digit", ["A", "", "12", "٣", "\n"])
def test_what_is_no_key_of_a_telephone_changes_nothing(digit):
    machine, _ = started(IvrMachine(plan()))
    playing = machine.prompt
    assert machine.on(Key(digit)) == [] and machine.prompt == playing


def test_a_menu_never_takes_internal_numbers():
    machine, _ = started(machine_of(plan(keys={}), SNAPSHOT))
    assert isinstance(machine.on(Key("2"))[1], Tell) and machine.invalid == 1


# Direct dialling


@pytest.mark.parametrize(("number", "to"), [("1000", Destination("extension", 7)), ("6001", Destination("queue", 4))])
def test_direct_dialling_reaches_extensions_and_queues(number, to):
    machine, _ = started(machine_of(plan(kind="direct", keys={}), SNAPSHOT))
    assert typed(machine, number)[-1].destination == to


def test_direct_dialling_keeps_the_menu_and_waits_where_both_are_possible():
    machine, _ = started(machine_of(plan(kind="direct"), SNAPSHOT))
    assert machine.on(Key("2"))[-1] == StartTimer(machine.timer, DIGIT_SECONDS)  # 21 is an extension
    assert machine.on(TimedOut(machine.timer))[-1].destination == SUPPORT


def test_a_queue_whose_number_begins_another_is_reached_after_the_pause():
    machine, _ = started(machine_of(plan(kind="direct", keys={}), SNAPSHOT))
    typed(machine, "600")
    assert machine.on(TimedOut(machine.timer))[-1].destination == Destination("queue", 3)


def test_a_wrong_number_is_one_mistake_and_not_one_for_each_digit():
    machine, _ = started(machine_of(plan(kind="direct"), SNAPSHOT))
    typed(machine, "4555")
    acts = machine.on(TimedOut(machine.timer))
    assert machine.invalid == 1 and "número 4555 não é uma opção" in acts[0].text


def test_an_extension_out_of_service_cannot_be_dialled():
    machine, _ = started(machine_of(plan(kind="direct"), SNAPSHOT))
    typed(machine, "1001")
    machine.on(TimedOut(machine.timer))
    assert machine.invalid == 1


@pytest.mark.parametrize("number", ["05125554444", "190", "0021"])
@pytest.mark.parametrize("kind", ["direct", "collect"])
def test_a_caller_never_dials_out(kind, number):
    machine, _ = started(machine_of(plan(kind=kind), SNAPSHOT))
    typed(machine, number)
    machine.on(TimedOut(machine.timer))
    assert machine.invalid == 1 and not machine.over


# Digits collected


def test_collected_digits_end_with_hash():
    machine, _ = started(machine_of(plan(kind="collect", keys={}), SNAPSHOT))
    assert not any(isinstance(act, Goto) for act in typed(machine, "1000"))
    assert machine.on(Key("#"))[-1].destination == Destination("extension", 7)


def test_collected_digits_end_with_the_time_limit():
    machine, _ = started(machine_of(plan(kind="collect", keys={}, timeout_seconds=9), SNAPSHOT))
    assert typed(machine, "600")[-1] == StartTimer(machine.timer, 9)
    assert machine.on(TimedOut(machine.timer))[-1].destination == Destination("queue", 3)


def test_collected_digits_that_are_nobodys_number_are_a_mistake():
    machine, _ = started(machine_of(plan(kind="collect"), SNAPSHOT))
    acts = typed(machine, "777#")
    assert machine.invalid == 1 and played(acts) == [INVALID]


def test_hash_alone_is_a_mistake_when_nothing_was_collected():
    machine, _ = started(machine_of(plan(kind="collect"), SNAPSHOT))
    machine.on(Key("#"))
    assert machine.invalid == 1


def test_endless_digits_are_decided_at_the_longest():
    machine, _ = started(machine_of(plan(kind="collect"), SNAPSHOT))
    typed(machine, "7" * 20)
    assert machine.invalid == 1


# Survey


@pytest.mark.parametrize("grade", [1, 2, 3, 4, 5])
def test_a_survey_takes_one_key_from_one_to_five_and_ends(grade):
    machine, _ = started(SurveyMachine(plan(keys={})))
    graded, goto = machine.on(Key(str(grade)))[-2:]
    assert graded == Graded(grade) and goto.destination == HANGUP
    assert goto.why == f'Pesquisa "Atendimento": tecla {grade}, tentativa 1 de 3'


def test_after_the_grade_a_key_with_a_destination_leads_there():
    machine, _ = started(SurveyMachine(plan(keys={"5": ELSEWHERE})))
    assert machine.on(Key("5"))[-1].destination == ELSEWHERE


@pytest.mark.parametrize("digit", "06789*#")
def test_other_keys_are_no_grade(digit):
    machine, _ = started(SurveyMachine(plan()))
    assert not any(isinstance(act, Graded) for act in machine.on(Key(digit))) and machine.invalid == 1


def test_a_survey_that_nobody_answers_ends_without_a_grade():
    machine, acts = started(SurveyMachine(plan()))
    while not machine.over:
        acts += machine.on(PromptEnded(machine.prompt) if machine.prompt else TimedOut(machine.timer))
    assert not any(isinstance(act, Graded) for act in acts) and acts[-1].destination == ELSEWHERE


def test_the_directory_knows_the_numbers_in_service():
    directory = Directory(SNAPSHOT)
    assert directory.find("1000") == Destination("extension", 7) and directory.find("1001") is None
    assert directory.goes_on("60") and directory.goes_on("600") and not directory.goes_on("6001")
