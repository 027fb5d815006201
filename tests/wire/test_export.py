"""Chamadas and Avaliações as files, and the handlers of their pages: for whom, what of, and how it reads."""

import csv
import io
from datetime import UTC, datetime

import httpx
import pytest

from flow.services import spreadsheet
from tests.unit.call_rows import MadeCall, write
from tests.wire.test_events import handler, hear, state_changes

FILES = ("chamadas", "avaliacoes")


def fetch(web, name: str, person=None, **more) -> httpx.Response:
    headers = {"Cookie": person.cookie} if person else {}
    return httpx.get(f"{web.base}/export/{name}", headers=headers | more.pop("headers", {}), timeout=20, **more)


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.startswith(spreadsheet.BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), delimiter=";"))


def a_graded_call(home, **caller) -> str:
    made = MadeCall(home.id, datetime(2026, 3, 11, 2, 30, tzinfo=UTC)).opened("51998765432", **caller)
    made.queued(5, 1, "Suporte").tried(6, "Ana", answered_at=10, ended_at=70, result="answered", grade=4)
    return made.answered(10, callee_number="1002", callee_name="Bia").closed(70)


@pytest.fixture
def boss(person_of, tenant):
    return person_of(tenant, "chefe")


@pytest.mark.parametrize("name", FILES)
def test_a_stranger_gets_no_file(web, name):
    assert fetch(web, f"{name}.csv").status_code == 401


@pytest.mark.parametrize("name", FILES)
def test_who_may_see_no_calls_gets_no_file(web, person_of, tenant, name):
    tenant.save("profile", {"name": "Sem chamadas", "permissions": ["team.view"]})
    assert fetch(web, f"{name}.csv", person_of(tenant, "sem", profile="Sem chamadas")).status_code == 403


@pytest.mark.parametrize("name", FILES)
def test_a_request_from_another_page_is_refused(web, boss, name):
    assert fetch(web, f"{name}.csv", boss, headers={"Origin": "https://outro.example"}).status_code == 403


def test_the_file_of_calls_reads_as_the_page_does_in_the_companys_time(web, tenant, boss):
    a_graded_call(tenant)
    (row,) = rows_of(fetch(web, "chamadas.csv", boss))
    assert row == {
        "Início": "10/03/2026 23:30:00",
        "Sentido": "Recebida",
        "De": "(51) 99876-5432",
        "Discado": "(51) 2555-4444",
        "Para": "1002 · Bia",
        "Fila": "Suporte",
        "Resultado": "Atendida",
        "Espera (s)": "5",
        "Conversa (s)": "60",
        "Fim": "10/03/2026 23:31:10",
        "Encerrada por": "quem ligou",
    }


def test_the_file_holds_what_the_filters_of_the_page_leave(web, tenant, boss):
    a_graded_call(tenant)
    MadeCall(tenant.id).opened("51911112222").closed(9, "abandoned")
    asked = {"numero": "(51) 91111-2222", "resultado": "abandoned"}
    assert [row["De"] for row in rows_of(fetch(web, "chamadas.csv", boss, params=asked))] == ["(51) 91111-2222"]
    assert rows_of(fetch(web, "chamadas.csv", boss, params={"sentido": "internal"})) == []


@pytest.mark.parametrize("name", FILES)
def test_a_file_holds_no_other_companys_rows(web, new_tenant, boss, name):
    a_graded_call(new_tenant())
    assert rows_of(fetch(web, f"{name}.csv", boss)) == []


def test_an_agents_file_holds_their_own_calls(web, person_of, tenant):
    agent = person_of(tenant, "agente", profile="Agente", function="Agente")
    a_graded_call(tenant)
    MadeCall(tenant.id).opened("51911112222").answered(2, callee_user_id=agent.user_id).closed(9)
    assert [row["De"] for row in rows_of(fetch(web, "chamadas.csv", agent))] == ["(51) 91111-2222"]
    assert rows_of(fetch(web, "avaliacoes.csv", agent)) == []


def test_what_a_caller_calls_themselves_is_no_formula(web, tenant, boss):
    MadeCall(tenant.id, direction="internal").opened("=HYPERLINK(1)").closed(9)
    assert rows_of(fetch(web, "chamadas.csv", boss))[0]["De"] == "'=HYPERLINK(1)"


def test_more_calls_than_one_portion_holds_are_all_in_the_file(web, tenant, boss):
    write(*(MadeCall(tenant.id).opened().ended(1) for _ in range(501)))
    assert len(rows_of(fetch(web, "chamadas.csv", boss))) == 501


def test_the_file_of_grades_tells_caller_queue_agent_and_grade(web, tenant, boss):
    a_graded_call(tenant)
    (row,) = rows_of(fetch(web, "avaliacoes.csv", boss))
    assert row == {
        "Data": "10/03/2026 23:30:06",
        "De": "(51) 99876-5432",
        "Fila": "Suporte",
        "Agente": "Ana",
        "Nota": "4",
    }


@pytest.mark.parametrize(("ending", "path"), [("calls_state.load", "/chamadas"), ("grades_state.load", "/avaliacoes")])
def test_the_pages_show_the_own_companys_calls_and_no_others(web, tenant, new_tenant, boss, ending, path):
    other = new_tenant()
    mine, foreign = a_graded_call(tenant), a_graded_call(other)
    shown = str(state_changes(hear(web, boss.cookie, handler(ending), path, {}, quiet=1.5)))
    assert mine in shown
    assert foreign not in shown


def test_another_companys_call_does_not_exist_for_who_knows_its_address(web, new_tenant, boss):
    foreign = a_graded_call(new_tenant(), caller_name="Segredo")
    path = f"/chamadas/{foreign}"
    assert "Segredo" not in str(state_changes(hear(web, boss.cookie, handler("call_state.open"), path, {}, quiet=1.5)))


def test_the_guide_is_put_away_for_its_person_alone_and_comes_back(web, person_of, tenant, boss):
    other = person_of(tenant, "colega")

    def away(person) -> object:
        changed = state_changes(hear(web, person.cookie, handler("home_state.load"), "/", {}, quiet=1.5))
        return next((value for name, value in changed.items() if ".put_away" in name), False)

    hear(web, boss.cookie, handler("home_state.put_steps_away"), "/", {"away": True}, quiet=1.0)
    assert (away(boss), away(other)) == (True, False)
    hear(web, boss.cookie, handler("home_state.put_steps_away"), "/", {"away": False}, quiet=1.0)
    assert away(boss) is False
