"""Who is told of a running call: on open pages, over the socket that feeds them."""

import json
from collections.abc import Iterator

import pytest
from websockets.sync.client import ClientConnection

from tests.calls.pages import Pages, administrator_of, signed_in
from tests.calls.sip import called, caller
from tests.calls.site import Company, Site, wait_for


@pytest.fixture
def pages(site: Site, company: Company) -> Iterator[Pages]:
    shown = Pages(site, company)
    yield shown
    shown.stop()


def told(page: ClientConnection) -> list[dict]:
    """Everything that has come, until it has been quiet for a second."""
    events = []
    while True:
        try:
            events.append(json.loads(page.recv(1)))
        except TimeoutError:
            return events


def calls_in(events: list[dict]) -> set[str]:
    running = {call["id"] for event in events for call in event.get("calls", ())}
    return running | {event["call_id"] for event in events if event["type"].startswith("call.")}


@pytest.mark.timeout(420)  # the pages are built if nobody has built them before
def test_a_running_call_is_told_to_who_takes_part_or_watches_over_them_and_to_nobody_else(
    site, company, phones, agent, pages
):
    ana, bia, caio = phones("1000", "1001", "1002")
    agent(bia)
    agent(caio, "caio")
    pages.show({})
    cookies = {
        "takes part": signed_in(f"bia-{company.id}"),
        "does not": signed_in(f"caio-{company.id}"),
        "is elsewhere": administrator_of(site.company()),
    }
    before = {who: pages.open(cookie) for who, cookie in cookies.items()}
    answering = bia.plays(called().answers().waits_for_a_sign().puts_down())
    talking = ana.plays(caller("1001").is_answered().is_hung_up_on())
    wait_for(lambda: [call["state"] for call in site.ask(f"/calls?company_id={company.id}")] == ["talking"], 5)
    pages.show({"talking": 1})
    after = {who: pages.open(cookie) for who, cookie in cookies.items()}
    answering.sign()
    talking.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id).id
    for open_pages in (before, after):
        heard = {who: calls_in(told(page)) for who, page in open_pages.items()}
        assert heard == {"takes part": {call}, "does not": set(), "is elsewhere": set()}
        for page in open_pages.values():
            page.close()
