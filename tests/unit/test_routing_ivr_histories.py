"""URA: what holds for every menu and every caller."""

from hypothesis import given
from hypothesis import strategies as st

from flow.routing.destination import HANGUP, Destination
from flow.routing.ivr import (
    KEYS,
    CancelTimer,
    Goto,
    Key,
    Play,
    PromptEnded,
    StartTimer,
    StopPrompt,
    Tell,
    TimedOut,
    machine_of,
)
from tests.unit.ivr_scene import ELSEWHERE, MENU, SALES, SNAPSHOT, SUPPORT, plan

AUDIOS = st.sampled_from([None, MENU])
DESTINATIONS = st.sampled_from([SALES, SUPPORT, ELSEWHERE])
PLANS = st.builds(
    plan,
    kind=st.sampled_from(["menu", "collect", "direct"]),
    greeting=AUDIOS,
    menu=AUDIOS,
    exceeded=AUDIOS,
    invalid=AUDIOS,
    timeout=AUDIOS,
    keys=st.dictionaries(st.text(KEYS, min_size=1, max_size=2), DESTINATIONS, max_size=6),
    attempts=st.integers(-1, 6),
    timeout_seconds=st.integers(-1, 20),
    survey=st.booleans(),
)
DEEDS = st.lists(st.sampled_from([*KEYS, "ended", "timed out", "stale prompt", "stale timer"]), max_size=40)


def done(machine, deed, tags):
    """The acts that one deed of the caller or the world leads to."""
    if deed in KEYS:
        return machine.on(Key(deed))
    if deed == "ended":
        return machine.on(PromptEnded(machine.prompt)) if machine.prompt else []
    if deed == "timed out":
        return machine.on(TimedOut(machine.timer)) if machine.timer else []
    stale = next((tag for tag in tags if tag not in (machine.prompt, machine.timer)), "0")
    acts = machine.on(PromptEnded(stale) if deed == "stale prompt" else TimedOut(stale))
    assert acts == []
    return acts


def run(machine, deeds):
    acts, tags = machine.start(), []
    for deed in deeds:
        tags += [act.tag for act in acts if isinstance(act, Play | StartTimer)]
        acts += done(machine, deed, tags)
    return acts


@given(PLANS, DEEDS)
def test_every_state_before_the_end_waits_for_exactly_one_prompt_or_timer(plan, deeds):
    machine = machine_of(plan, SNAPSHOT)
    machine.start()
    for deed in deeds:
        assert machine.over or bool(machine.prompt) != bool(machine.timer)
        done(machine, deed, [])


@given(PLANS, DEEDS)
def test_from_every_state_silence_alone_leads_to_the_end(plan, deeds):
    machine = machine_of(plan, SNAPSHOT)
    run(machine, deeds)
    for _ in range(3 * machine.attempts + 3):  # two prompts and a wait for each attempt, and the exceeded audio
        if not machine.over:
            machine.on(PromptEnded(machine.prompt) if machine.prompt else TimedOut(machine.timer))
    assert machine.over


@given(PLANS, DEEDS)
def test_there_are_never_more_rounds_than_attempts(plan, deeds):
    machine = machine_of(plan, SNAPSHOT)
    acts = run(machine, deeds)
    mistakes = [act for act in acts if isinstance(act, Tell)]
    assert len(mistakes) == machine.invalid + machine.silent <= machine.attempts


@given(PLANS, DEEDS)
def test_the_end_is_one_goto_to_a_destination_of_the_plan_and_nothing_after(plan, deeds):
    machine = machine_of(plan, SNAPSHOT)
    acts = run(machine, deeds)
    ends = [act for act in acts if isinstance(act, Goto)]
    assert len(ends) == int(machine.over)
    if ends:
        internal = {
            Destination("extension", 7),
            Destination("extension", 9),
            *(Destination("queue", i) for i in (3, 4)),
        }
        outside = {plan.exceeded_to, HANGUP, *plan.keys.values()}
        assert acts[-1] is ends[0]
        assert ends[0].destination in (outside if plan.kind == "menu" else outside | internal)


@given(PLANS, DEEDS)
def test_a_tag_is_never_used_twice_and_only_what_runs_is_stopped(plan, deeds):
    acts = run(machine_of(plan, SNAPSHOT), deeds)
    tags = [act.tag for act in acts if isinstance(act, Play | StartTimer)]
    stopped = [act.tag for act in acts if isinstance(act, StopPrompt | CancelTimer)]
    assert len(tags) == len(set(tags)) and len(stopped) == len(set(stopped)) and set(stopped) <= set(tags)
