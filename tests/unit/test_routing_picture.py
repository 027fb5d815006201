"""The drawing of a flow: everything around one destination, each box in a place of its own."""

import pytest

from flow.routing.destination import HANGUP, Destination
from flow.routing.outline import outline
from flow.routing.picture import draw
from flow.routing.schedule import SchedulePlan
from flow.routing.snapshot import CompanySnapshot, InboundPlan, IvrPlan, QueuePlan, Station

SALES, MENU, HOURS = Destination("queue", 1), Destination("ivr", 2), Destination("schedule", 3)


def company(**more):
    plans = {
        "inbound": [InboundPlan(9, "Central", "5125554444", HOURS), InboundPlan(8, "Outra", "5125554445", HANGUP)],
        "schedules": [SchedulePlan(3, "Comercial", inside=MENU, outside=HANGUP)],
        "ivrs": [IvrPlan(2, "Atendimento", keys={"1": SALES, "2": SALES, "9": MENU}, exceeded_to=SALES)],
        "queues": [QueuePlan(1, "Vendas", "500", overflow=Destination("extension", 7))],
        **more,
    }
    return CompanySnapshot.of(1, 1, [Station(7, "2001", "Ana", ())], **plans)


def titles(picture):
    return {box.title: box.column for box in picture.boxes}


def test_a_route_is_followed_to_the_last_extension():
    picture = draw(company(), Destination("inbound_route", 9))
    assert titles(picture) == {
        "Central · (51) 2555-4444": 0,
        "Comercial": 1,
        "Atendimento": 2,
        "Desligar": 2,
        "Vendas": 3,
        "2001 (Ana)": 4,
    }
    assert [box.title for box in picture.boxes if box.here] == ["Central · (51) 2555-4444"]


def test_what_leads_to_a_menu_is_drawn_with_it_and_strangers_are_not():
    assert "Central · (51) 2555-4444" in titles(draw(company(), MENU))
    assert "Outra · (51) 2555-4445" not in titles(draw(company(), MENU))


def test_several_reasons_to_go_one_way_are_one_line():
    ways = {(way.start, way.end): way.label for way in draw(company(), MENU).ways}
    assert ways["ivr:2", "queue:1"] == "tecla 1, tecla 2, excedidas"
    assert ways["ivr:2", "ivr:2"] == "tecla 9"


def test_no_two_boxes_lie_in_one_place():
    keys = {str(number): Destination("extension", number) for number in range(10)}
    picture = draw(company(ivrs=[IvrPlan(2, "Atendimento", keys=keys, exceeded_to=HANGUP)]), MENU)
    places = [(box.column, box.row) for box in picture.boxes]
    assert len(set(places)) == len(places) == 14


@pytest.mark.parametrize("here", [MENU, HOURS])
def test_a_configuration_that_runs_in_circles_is_drawn_all_the_same(here):
    circle = company(inbound=[], ivrs=[IvrPlan(2, "A", exceeded_to=HOURS)])
    assert set(titles(draw(circle, here))) == {"A", "Comercial", "Desligar"}


def test_what_was_deleted_is_named_as_such():
    picture = draw(company(ivrs=[]), HOURS)
    assert "(já não existe)" in titles(picture)


def told(company, here):
    """The outline as a person reads it: indented by its depth, an arrow before what is drawn elsewhere."""
    picture = draw(company, here)
    names = {box.key: box.title for box in picture.boxes}
    return [
        "  " * line.depth + (f"({line.label}) " if line.label else "") + ("↑" if line.again else "") + names[line.box]
        for line in outline(picture)
    ]


def test_from_top_to_bottom_everything_hangs_from_what_leads_to_it():
    assert told(company(), MENU) == [
        "Central · (51) 2555-4444",
        "  Comercial",
        "    (aberto) Atendimento",
        "      (tecla 1, tecla 2, excedidas) Vendas",
        "        (esperou demais) 2001 (Ana)",
        "      (tecla 9) ↑Atendimento",
    ]


def test_numbers_that_lead_to_the_same_place_stand_above_it_together():
    routes = [InboundPlan(number, f"R{number}", f"512555444{number}", SALES) for number in range(3)]
    assert told(company(inbound=routes, schedules=[], ivrs=[]), SALES) == [
        "R0 · (51) 2555-4440",
        "R1 · (51) 2555-4441",
        "R2 · (51) 2555-4442",
        "  Vendas",
        "    (esperou demais) 2001 (Ana)",
    ]
    lines = outline(draw(company(inbound=routes, schedules=[], ivrs=[]), SALES))
    assert [line.above for line in lines] == [-1, -1, -1, 0, 3]


def test_what_several_ways_lead_to_is_drawn_once_and_named_again():
    routes = [InboundPlan(9, "Central", "5125554444", HOURS), InboundPlan(8, "Direto", "5125554445", MENU)]
    ivrs = [IvrPlan(2, "Atendimento", exceeded_to=SALES)]
    assert told(company(inbound=routes, ivrs=ivrs), MENU) == [
        "Central · (51) 2555-4444",
        "  Comercial",
        "    (aberto) Atendimento",
        "      (excedidas) Vendas",
        "        (esperou demais) 2001 (Ana)",
        "Direto · (51) 2555-4445",
        "  ↑Atendimento",
    ]


def test_where_nothing_follows_a_box_stands_as_often_as_it_is_led_to():
    keys = {"1": Destination("extension", 7), "2": SALES}
    ivrs = [IvrPlan(2, "Atendimento", keys=keys, exceeded_to=Destination("extension", 7))]
    assert told(company(inbound=[], schedules=[], ivrs=ivrs), MENU) == [
        "Atendimento",
        "  (tecla 1, excedidas) 2001 (Ana)",
        "  (tecla 2) Vendas",
        "    (esperou demais) 2001 (Ana)",
    ]


def test_the_outline_holds_every_way_of_the_drawing_even_in_a_circle():
    circle = company(inbound=[], ivrs=[IvrPlan(2, "A", exceeded_to=HOURS)])
    assert told(circle, HOURS) == ["Comercial", "  (aberto) A", "    (excedidas) ↑Comercial", "  (fechado) Desligar"]
    for here in (MENU, HOURS, SALES):
        picture = draw(company(), here)
        lines = outline(picture)
        hung = {(lines[line.above].box, line.box) for line in lines if line.above >= 0}
        assert hung == {(way.start, way.end) for way in picture.ways}


def test_a_queue_without_a_limit_of_waiting_is_left_by_nobody_who_waited_too_long():
    patient = QueuePlan(1, "Vendas", "500", overflow=Destination("extension", 7), max_wait_seconds=0)
    assert "2001 (Ana)" not in titles(draw(company(queues=[patient]), SALES))
