"""From a DID to whoever answers: the path, its words, and that it always comes to an end."""

import itertools
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.catalog.call import CallResult
from flow.routing.cycles import cycle_words, cycles
from flow.routing.destination import HANGUP, Destination
from flow.routing.journey import (
    MOST_HOPS,
    HangUp,
    Menu,
    PlayThen,
    RingStation,
    Wait,
    did_index,
    hop,
    inbound,
    named,
)
from flow.routing.schedule import Period, SchedulePlan
from flow.routing.simulation import Agents, keys_of, simulate
from flow.routing.snapshot import (
    AnnouncementPlan,
    AudioPlan,
    CompanySnapshot,
    InboundPlan,
    IvrPlan,
    MemberPlan,
    QueuePlan,
    Station,
)

AUDIO = AudioPlan(1, "Aviso", "0" * 64, 4000)
WEEK = Period(weekdays=frozenset(range(5)), start=time(8), end=time(18))
MEMBERS = (MemberPlan("extension:1", 1, "1000 (Ana)"), MemberPlan("extension:2", 2, "1001 (Beto)"))
SURVEY = IvrPlan(9, "Satisfação", menu=AUDIO, survey=True)
OPEN_DAY, CLOSED_NIGHT = datetime(2026, 11, 20, 10), datetime(2026, 11, 21, 22, 10)


def to(kind, row):
    return Destination(kind, row)


def company(**changes):
    """DID → Comercial → (URA → Suporte or 1000) or the announcement Fechado."""
    plans = {
        "announcements": [AnnouncementPlan(3, "Fechado", (AUDIO,))],
        "schedules": [SchedulePlan(1, "Comercial", (WEEK,), to("ivr", 2), to("announcement", 3))],
        "ivrs": [
            IvrPlan(
                2, "Atendimento", "menu", None, AUDIO, keys={"1": to("queue", 4), "2": to("extension", 1)},
                exceeded_to=to("announcement", 3),
            )
        ],
        "queues": [
            QueuePlan(4, "Suporte", "600", members=MEMBERS, overflow=to("announcement", 3), empty_to=to("extension", 1))
        ],
        "inbound": [InboundPlan(7, "Principal", "5125554444", to("schedule", 1))],
    }  # fmt: skip
    stations = [Station(1, "1000", "Ana", ()), Station(2, "1001", "Beto", (), active=False)]
    return CompanySnapshot.of(1, 12, stations, **plans | changes)


def texts(told):
    return [line.text for line in told]


# hop


def test_inside_the_period_the_call_goes_to_the_destination_inside():
    at = hop(company(), to("schedule", 1), OPEN_DAY)
    assert isinstance(at, Menu) and at.ivr.name == "Atendimento"
    assert texts(at.told) == [
        'Sex 10:00 está dentro do período seg a sex 08:00–18:00 de "Comercial" → URA "Atendimento".'
    ]


def test_outside_the_periods_it_goes_to_the_destination_outside():
    at = hop(company(), to("schedule", 1), CLOSED_NIGHT)
    assert isinstance(at, PlayThen) and at.announcement.id == 3
    assert texts(at.told) == [
        'Sáb 22:10 está fora de todos os períodos de "Comercial" (seg a sex 08:00–18:00) → Anúncio "Fechado".'
    ]


def test_an_aware_moment_is_read_on_the_companys_clock():
    moment = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)  # 18:30 in São Paulo, 17:30 in Manaus
    assert isinstance(hop(company(), to("schedule", 1), moment), PlayThen)
    assert isinstance(hop(company(time_zone="America/Manaus"), to("schedule", 1), moment), Menu)


def test_an_extension_in_service_rings_and_one_out_of_service_does_not():
    assert isinstance(hop(company(), to("extension", 1), OPEN_DAY), RingStation)
    at = hop(company(), to("extension", 2), OPEN_DAY)
    assert isinstance(at, HangUp) and at.result is CallResult.NOT_REGISTERED
    assert texts(at.told) == ["O ramal 1001 (Beto) está desativado."]


def test_a_queue_is_waited_in():
    at = hop(company(), to("queue", 4), OPEN_DAY)
    assert isinstance(at, Wait) and at.queue.name == "Suporte"


def test_hanging_up_is_a_destination_and_no_alarm():
    at = hop(company(), HANGUP, OPEN_DAY, why='Anúncio "Fechado": toca "Aviso"', kind="announcement")
    assert isinstance(at, HangUp) and at.result is CallResult.SERVED and not at.alarm
    assert texts(at.told) == ['Anúncio "Fechado": toca "Aviso" → desligar.']


@pytest.mark.parametrize("kind", ["extension", "queue", "ivr", "schedule", "announcement"])
def test_a_target_that_is_gone_ends_the_call_with_the_reason_and_an_alarm(kind):
    at = hop(company(), to(kind, 99), OPEN_DAY)
    assert isinstance(at, HangUp) and at.result is CallResult.FAILED and at.alarm
    assert "excluído" in at.why and at.told[-1].kind == "alarm"
    assert "já não existe" in named(company(), to(kind, 99))


@pytest.mark.parametrize("destination", [to("conference", 1), Destination("external", number="5125554444")])
def test_what_cannot_carry_a_call_yet_ends_it_with_the_reason(destination):
    at = hop(company(), destination, OPEN_DAY)
    assert isinstance(at, HangUp) and at.alarm and "ainda não recebe" in at.why


def test_an_announcement_without_audio_is_passed_at_once():
    empty = AnnouncementPlan(3, "Fechado", (), to("queue", 4))
    at = hop(company(announcements=[empty]), to("announcement", 3), OPEN_DAY)
    assert isinstance(at, Wait) and texts(at.told) == ['Anúncio "Fechado" não tem áudio → Fila "Suporte".']


def test_a_circle_is_cut_after_fifty_hops_with_an_alarm():
    circle = [SchedulePlan(i, f"H{i}", (), HANGUP, to("schedule", 3 - i)) for i in (1, 2)]
    at = hop(company(schedules=circle), to("schedule", 1), OPEN_DAY)
    assert isinstance(at, HangUp) and at.alarm and at.hops == MOST_HOPS == len(at.told) - 1
    assert "dava voltas" in at.why


def test_a_circle_of_announcements_is_cut_across_hops():
    plans = [AnnouncementPlan(i, f"A{i}", (AUDIO,), to("announcement", 3 - i)) for i in (1, 2)]
    snapshot, played = company(announcements=plans), 0
    at = hop(snapshot, to("announcement", 1), OPEN_DAY)
    while isinstance(at, PlayThen):
        played += 1
        at = hop(snapshot, at.announcement.after, OPEN_DAY, hops=at.hops)
    assert isinstance(at, HangUp) and at.alarm and played == MOST_HOPS


# inbound


def test_a_did_leads_to_its_route_and_the_first_hop():
    arrival = inbound(did_index([company()]), "+555125554444", datetime(2026, 11, 20, 13, tzinfo=UTC))
    assert arrival.did == "5125554444" and arrival.route.name == "Principal" and isinstance(arrival.hop, Menu)
    assert texts(arrival.hop.told)[0] == (
        'DID (51) 2555-4444 (recebido como +555125554444) → rota "Principal" → Condição de Horário "Comercial".'
    )


def test_the_did_decides_between_companies_on_one_carrier():
    other = CompanySnapshot.of(2, 1, [], inbound=[InboundPlan(1, "Outra", "5125550000", HANGUP)])
    index = did_index([company(), other])
    moment = datetime(2026, 11, 20, 13, tzinfo=UTC)
    assert inbound(index, "5125550000", moment).snapshot is other
    assert inbound(index, "05125554444", moment).snapshot.company_id == 1


@pytest.mark.parametrize(("called", "did"), [("5130001000", "5130001000"), ("anonymous", ""), ("s' or 1=1", "")])
def test_a_did_without_a_route_ends_and_names_itself_for_the_list(called, did):
    arrival = inbound(did_index([company()]), called, datetime(2026, 11, 20, 13, tzinfo=UTC))
    assert arrival.did == did and arrival.route is None and arrival.snapshot is None
    assert isinstance(arrival.hop, HangUp) and arrival.hop.result is CallResult.UNKNOWN_NUMBER and arrival.hop.told


# cycles


def test_what_only_a_key_closes_is_no_cycle():
    back = IvrPlan(2, "Atendimento", keys={"9": to("ivr", 2), "*": to("schedule", 1)})
    assert cycles(company(ivrs=[back])) == []


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"schedules": [SchedulePlan(1, "H", (), to("schedule", 1))]}, ["schedule"]),
        ({"announcements": [AnnouncementPlan(3, "A", (AUDIO,), to("schedule", 1))]}, ["schedule", "announcement"]),
        ({"ivrs": [IvrPlan(2, "U", exceeded_to=to("ivr", 2))]}, ["ivr"]),
        ({"queues": [QueuePlan(4, "F", "600", overflow=to("queue", 4))]}, ["queue"]),
        ({"queues": [QueuePlan(4, "F", "600", empty_rule="nobody_logged_in", empty_to=to("queue", 4))]}, ["queue"]),
    ],
)
def test_each_way_without_a_key_can_close_a_cycle(changes, kinds):
    snapshot = company(**changes)
    found = cycles(snapshot)
    assert any(sorted(stop.kind for stop in cycle[1:]) == sorted(kinds) for cycle in found)
    assert all(cycle[0] == cycle[-1] for cycle in found)
    assert cycle_words(snapshot, found[0]).startswith("A chamada daria voltas sem fim: ")


def test_the_destination_for_an_empty_queue_counts_only_where_it_is_used():
    assert cycles(company(queues=[QueuePlan(4, "F", "600", empty_rule="wait", empty_to=to("queue", 4))])) == []


# simulate


def test_the_simulator_tells_the_way_to_the_agent():
    told = simulate(company(), "5125554444", "51999990000", OPEN_DAY, keys_of("1"))
    assert texts(told) == [
        "(51) 99999-0000 liga para (51) 2555-4444, sex 20/11/2026 10:00.",
        'DID (51) 2555-4444 → rota "Principal" → Condição de Horário "Comercial".',
        'Sex 10:00 está dentro do período seg a sex 08:00–18:00 de "Comercial" → URA "Atendimento".',
        'URA "Atendimento": tecla 1, tentativa 1 de 3 → Fila "Suporte".',
        'Fila "Suporte" (2 membros): há alguém livre, que atende.',
    ]


def test_the_simulator_tells_the_announcement_out_of_hours():
    told = simulate(company(), "5125554444", "", CLOSED_NIGHT)
    assert texts(told)[-2:] == [
        'Sáb 22:10 está fora de todos os períodos de "Comercial" (seg a sex 08:00–18:00) → Anúncio "Fechado".',
        'Anúncio "Fechado": toca "Aviso" → desligar.',
    ]


def test_without_keys_the_attempts_run_out():
    told = simulate(company(), "5125554444", "", OPEN_DAY, keys_of("9 -"))
    assert [line.kind for line in told][3:6] == ["ivr", "ivr", "ivr"]
    assert texts(told)[-2] == (
        'URA "Atendimento": tentativas esgotadas (1 inválida e 2 sem tecla) → Anúncio "Fechado".'
    )


@pytest.mark.parametrize(
    ("agents", "rule", "reached"),
    [
        (Agents.BUSY, "wait", 'Fila "Suporte": esperou o máximo de 5 min → Anúncio "Fechado".'),
        (Agents.BUSY, "nobody_available", 'Fila "Suporte": esperou o máximo de 5 min → Anúncio "Fechado".'),
        (Agents.NOBODY, "wait", 'Fila "Suporte": esperou o máximo de 5 min → Anúncio "Fechado".'),
        (Agents.NOBODY, "nobody_logged_in", 'Fila "Suporte": ninguém está logado na fila → ramal 1000 (Ana).'),
        (
            Agents.NOBODY,
            "nobody_available",
            'Fila "Suporte": ninguém da fila está disponível: todos offline ou em pausa → ramal 1000 (Ana).',
        ),
    ],
)
def test_a_queue_that_cannot_answer_passes_the_call_on_by_its_rules(agents, rule, reached):
    queue = QueuePlan(
        4, "Suporte", "600", members=MEMBERS, overflow=to("announcement", 3),
        empty_rule=rule, empty_to=to("extension", 1),
    )  # fmt: skip
    told = simulate(company(queues=[queue]), "600", "", OPEN_DAY, agents=agents)
    assert reached in texts(told)


def test_time_passes_in_the_simulator():
    wait = QueuePlan(4, "Suporte", "600", members=MEMBERS, max_wait_seconds=600, overflow=to("schedule", 1))
    told = simulate(company(queues=[wait]), "600", "", datetime(2026, 11, 20, 17, 55), agents=Agents.BUSY)
    assert any("Sex 18:05 está fora" in text for text in texts(told))


def test_after_the_agent_the_simulator_asks_for_the_grade():
    queue = QueuePlan(4, "Suporte", "600", members=MEMBERS, survey=SURVEY)
    told = simulate(company(queues=[queue]), "600", "", OPEN_DAY, keys_of("4"))
    assert texts(told)[-3:] == [
        'Quando o agente desligar, quem ligou ouve a pesquisa "Satisfação".',
        "Quem ligou deu nota 4.",
        'Pesquisa "Satisfação": tecla 4, tentativa 1 de 3 → desligar.',
    ]


def test_an_internal_number_is_simulated_too():
    assert texts(simulate(company(), "1000", "", OPEN_DAY, agents=Agents.BUSY))[1:] == [
        "Número interno 1000 → ramal 1000 (Ana).",
        "O ramal 1000 (Ana) está em outra chamada: ocupado.",
    ]


def test_an_unknown_number_is_told():
    assert texts(simulate(company(), "5130001000", "", OPEN_DAY))[-1] == "DID (51) 3000-1000 não tem rota de entrada."


def test_keys_are_written_apart_and_silence_as_a_hyphen():
    assert keys_of("1, 2000# -  *") == ("1", "2000#", "", "*")
    with pytest.raises(ValueError, match="não são teclas"):
        keys_of("1 abc")


def test_keys_left_over_are_typed_at_the_next_question():
    first = IvrPlan(2, "Um", menu=AUDIO, keys={"1": to("ivr", 5)})
    second = IvrPlan(5, "Dois", menu=AUDIO, keys={"3": to("queue", 4)})
    for keys in ("13", "1 3"):
        told = simulate(company(ivrs=[first, second]), "5125554444", "", OPEN_DAY, keys_of(keys))
        assert told[-1].kind == "queue"


# For every configuration

ANY = st.builds(
    Destination, st.sampled_from(["extension", "queue", "ivr", "schedule", "announcement"]), st.integers(1, 3)
) | st.just(HANGUP)
IDS = (1, 2, 3)


@st.composite
def companies(draw):
    period = st.sampled_from([(), (WEEK,), (Period(all_day=True),)])
    keys = st.dictionaries(st.sampled_from("0123456789*#"), ANY, max_size=3)
    audios = st.sampled_from([(), (AUDIO,)])
    return CompanySnapshot.of(
        1,
        1,
        [Station(i, f"100{i}", "", ()) for i in (1, 2)],
        schedules=[SchedulePlan(i, f"H{i}", draw(period), draw(ANY), draw(ANY)) for i in IDS],
        announcements=[AnnouncementPlan(i, f"A{i}", draw(audios), draw(ANY)) for i in IDS],
        ivrs=[
            IvrPlan(
                i, f"U{i}", draw(st.sampled_from(["menu", "collect", "direct"])), menu=AUDIO, keys=draw(keys),
                exceeded_to=draw(ANY), survey=draw(st.booleans()),
            )
            for i in IDS
        ],
        queues=[
            QueuePlan(
                i, f"F{i}", f"60{i}", members=draw(st.sampled_from([(), MEMBERS])), overflow=draw(ANY),
                empty_rule=draw(st.sampled_from(["wait", "nobody_logged_in"])), empty_to=draw(ANY),
            )
            for i in IDS
        ],
        inbound=[InboundPlan(1, "R", "5125554444", draw(ANY))],
    )  # fmt: skip


KEYS_TYPED = st.lists(st.text("0123456789*#", max_size=4), max_size=6)
ASSUMED = st.sampled_from(list(Agents))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1))


@given(companies(), KEYS_TYPED, ASSUMED, MOMENTS)
def test_every_simulated_call_comes_to_an_end(snapshot, keys, agents, moment):
    told = simulate(snapshot, "5125554444", "", moment, keys, agents)
    questions = len(keys) * 4 + 1
    assert 2 <= len(told) <= questions * (MOST_HOPS + 1) * 4
    assert all(line.text.endswith(".") for line in told)


@given(companies(), KEYS_TYPED, ASSUMED, MOMENTS)
def test_without_cycles_no_call_is_ever_cut(snapshot, keys, agents, moment):
    told = simulate(snapshot, "5125554444", "", moment, keys, agents)
    if not cycles(snapshot):
        assert not any("dava voltas" in line.text for line in told)


@given(companies())
def test_a_found_cycle_is_a_way_that_exists(snapshot):
    for cycle in cycles(snapshot):
        assert cycle[0] == cycle[-1] and len(set(cycle)) == len(cycle) - 1
        for here, there in itertools.pairwise(cycle):
            assert there in ends_of(snapshot, here)


def ends_of(snapshot, destination):
    match destination.kind:
        case "schedule":
            plan = snapshot.schedules[destination.id]
            return {plan.inside, plan.outside}
        case "announcement":
            return {snapshot.announcements[destination.id].after}
        case "ivr":
            return {snapshot.ivrs[destination.id].exceeded_to}
    queue = snapshot.queues[destination.id]
    return {queue.overflow, queue.empty_to}


def test_a_closed_day_and_what_is_forced_are_told():
    christmas = SchedulePlan(1, "Comercial", (WEEK,), to("ivr", 2), HANGUP, {date(2026, 12, 25): "Natal"})
    at = hop(company(schedules=[christmas]), to("schedule", 1), datetime(2026, 12, 25, 10))
    assert texts(at.told) == ['25/12 é dia fechado em "Comercial" (feriado: Natal) → desligar.']
    forced = SchedulePlan(
        1, "Comercial", (WEEK,), to("queue", 4), HANGUP, {date(2026, 12, 25): "Natal"},
        "open", datetime(2026, 12, 25, 12),
    )  # fmt: skip
    at = hop(company(schedules=[forced]), to("schedule", 1), datetime(2026, 12, 25, 10))
    assert texts(at.told) == ['"Comercial" está forçado aberto até 25/12 12:00 → Fila "Suporte".']
