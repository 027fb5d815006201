"""One telephone per browser, however many tabs; and what happens when its tab, connection or session goes away."""

import os
import signal

from playwright.sync_api import expect

from tests.browser.telephone import Telephone


def test_only_one_of_two_tabs_rings_and_both_can_answer(company, telephone):
    maria, joao = telephone(company.person("Maria", "2001")), telephone(company.person("Joao", "2002"))
    other = joao.tab("/conta")
    other.is_registered()
    maria.dial("2002")
    joao.rings()
    other.rings()
    sounding = [one.region.get_attribute("data-sounding") for one in (joao, other)]
    assert sorted(sounding) == ["false", "true"]
    other.press("Atender")
    for one in (maria, joao, other):
        one.talks()
    other.hears()
    other.press("Desligar")
    for one in (maria, joao, other):
        one.is_free()


def test_another_tab_takes_over_when_the_first_closes(company, telephone):
    maria, joao = telephone(company.person("Maria", "2001")), telephone(company.person("Joao", "2002"))
    other = joao.tab()
    other.is_registered()
    expect(other.region).to_have_attribute("data-leads", "false")
    joao.page.close()
    expect(other.region).to_have_attribute("data-leads", "true")
    other.is_registered()
    maria.call(other)
    other.hears()


def test_a_second_browser_takes_the_line_and_it_can_be_taken_back(company, telephone):
    maria, person = telephone(company.person("Maria", "2001")), company.person("Joao", "2002")
    office, home = telephone(person), telephone(person)
    expect(office.region).to_have_attribute("data-line", "elsewhere")
    maria.call(home)
    home.hears()
    home.press("Desligar")
    maria.is_free()
    office.open()
    office.press("Usar aqui")
    office.is_registered()
    expect(home.region).to_have_attribute("data-line", "elsewhere")
    maria.call(office)


def test_a_call_outlives_the_web_process(company, telephone, installation):
    maria, joao = telephone(company.person("Maria", "2001")), telephone(company.person("Joao", "2002"))
    maria.call(joao)
    os.kill(installation.process_of("granian"), signal.SIGKILL)
    for one in (maria, joao):
        one.is_reconnecting()
        one.hears(packets=60)
    for one in (maria, joao):
        one.is_registered()
        one.talks()
        one.hears()
    joao.press("Desligar")  # over the new connection, to a telephone that has one too
    maria.is_free()


def test_a_call_outlives_the_engine_and_the_pages_say_so(company, telephone, installation):
    maria, joao = telephone(company.person("Maria", "2001")), telephone(company.person("Joao", "2002"))
    maria.call(joao)
    maria.press("Espera")
    joao.stands("A outra pessoa pôs em espera")
    light = (
        joao.page.get_by_role("status")
        .filter(has_text="elefonia")
        .or_(joao.page.get_by_role("status").filter(has_text="Motor"))
    )
    expect(light).to_have_text("Telefonia no ar")
    maria.page.wait_for_timeout(1000)  # the engine writes a call's facts a moment after it tells them
    os.kill(installation.process_of("engine"), signal.SIGKILL)
    expect(light).to_have_text("Motor reiniciando; as chamadas em curso continuam")
    expect(light).to_have_text("Telefonia no ar", timeout=20_000)
    joao.stands("A outra pessoa pôs em espera")
    maria.press("Espera")
    joao.stands("Em chamada")
    joao.hears()
    joao.press("Desligar")
    maria.is_free()


def test_signing_out_ends_the_telephone_in_every_tab(company, telephone):
    maria, joao = telephone(company.person("Maria", "2001")), telephone(company.person("Joao", "2002"))
    other = joao.tab()
    other.is_registered()
    joao.window.request.post("/auth/logout")
    for one in (joao, other):
        expect(one.region).to_have_count(0, timeout=60_000)
    maria.dial("2002")
    maria.says("não está conectado")


def test_a_person_without_webphone_has_no_telephone(company, installation, chromium):
    ana = company.person("Ana")
    telephone = Telephone.of(ana, chromium, installation.url)
    with telephone.page.expect_response("**/phone/account") as account:
        telephone.page.reload()
    assert account.value.status == 204
    expect(telephone.region).to_have_count(0)
    telephone.window.close()
