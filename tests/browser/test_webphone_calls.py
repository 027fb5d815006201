"""Two and three people with browser phones: everything a call can do, with real audio through a real Asterisk."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def maria(company, telephone):
    return telephone(company.person("Maria", "2001"))


@pytest.fixture
def joao(company, telephone):
    return telephone(company.person("Joao", "2002", ring_seconds="6"))


@pytest.fixture
def rita(company, telephone):
    return telephone(company.person("Rita", "2003"))


def test_two_browsers_hear_each_other(maria, joao):
    maria.dial("2002")
    joao.rings()
    joao.shows(maria.person)
    maria.shows(joao.person)
    joao.press("Atender")
    for one in (maria, joao):
        one.talks()
        one.hears(packets=100)
    joao.press("Desligar")
    maria.is_free()
    joao.is_free()
    maria.says("Chamada encerrada. A outra pessoa desligou. Duração: 00:0")


def test_a_panel_that_a_call_opened_leaves_a_while_after_it(maria, joao):
    maria.call(joao)
    joao.leaves_the_pointer_elsewhere()
    maria.press("Desligar")
    joao.is_free()
    expect(joao.region.locator(".phone-notice")).to_contain_text("Chamada encerrada. A outra pessoa desligou.")
    joao.has_its_panel_open(False)
    joao.open()
    expect(joao.region.locator(".phone-notice")).to_have_count(0)
    maria.has_its_panel_open()  # she opened it herself


def test_a_panel_in_use_stays(maria, joao):
    maria.call(joao)
    joao.leaves_the_pointer_elsewhere()
    maria.press("Desligar")
    joao.is_free()
    joao.region.get_by_label("Número").focus()
    joao.page.wait_for_timeout(8_000)
    joao.has_its_panel_open()
    joao.page.keyboard.press("Escape")
    joao.has_its_panel_open(False)


def test_a_refused_call_says_so(maria, joao):
    maria.dial("2002")
    joao.rings()
    joao.press("Recusar")
    maria.is_free()
    maria.says("A chamada foi recusada.")
    joao.is_free()


def test_who_talks_is_busy_for_a_third(maria, joao, rita):
    maria.call(joao)
    rita.dial("2002")
    rita.is_free()
    rita.says("Ocupado.")
    maria.hears()
    joao.hears()


def test_nobody_answers_within_the_ring_time(maria, joao):
    maria.dial("2002")
    joao.rings()
    joao.is_free()
    expect(joao.region.get_by_role("region", name="Chamadas perdidas")).to_contain_text("Maria")
    maria.is_free(seconds=15)
    maria.says("Ninguém atendeu.")


def test_a_caller_who_gives_up_is_a_missed_call(maria, joao):
    maria.dial("2002")
    joao.rings()
    maria.press("Desligar")
    joao.is_free()
    missed = joao.region.get_by_role("region", name="Chamadas perdidas")
    expect(missed).to_contain_text("Maria (2001)")
    missed.get_by_role("button", name="Maria (2001)").click()
    maria.rings()


def test_a_number_without_a_telephone(company, telephone):
    company.extension("2999", "Ninguém")  # in service before Maria is: revisions go in order
    maria = telephone(company.person("Maria", "2001"))
    maria.dial("2999")
    maria.is_free()
    maria.says("não está conectado")


def test_what_is_not_a_number_is_not_dialled(maria):
    maria.dial("maria")
    maria.says("Digite só números")


def test_hold_and_mute(maria, joao):
    maria.call(joao)
    joao.hears()
    maria.press("Espera")
    maria.is_held()
    joao.stands("A outra pessoa pôs em espera")
    maria.press("Espera")
    maria.is_held(False)
    joao.stands("Em chamada")
    joao.hears()
    maria.hears()
    mute = maria.region.get_by_role("button", name="Mudo", exact=True)
    mute.click()
    expect(mute).to_have_attribute("aria-pressed", "true")
    mute.click()
    expect(mute).to_have_attribute("aria-pressed", "false")


def test_another_microphone_and_loudspeaker_in_mid_call(maria, joao):
    maria.call(joao)
    maria.region.get_by_text("Ajustes de áudio").click()
    maria.region.get_by_label("Volume").fill("0.4")
    for label in ("Microfone", "Alto-falante"):
        choice = maria.region.get_by_label(label)
        expect(choice.locator("option").nth(1)).to_be_attached()
        choice.select_option(index=1)
    maria.hears()
    joao.hears()
    asked = []
    maria.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    maria.page.reload()  # the call goes with the page, so the browser asks first; the choice stays
    assert asked == ["beforeunload"]
    joao.is_free()
    maria.is_registered()
    maria.open()
    expect(maria.region.get_by_label("Volume")).to_have_value("0.4")


def test_keys_are_sent_in_the_audio(maria, joao):
    maria.page.evaluate(
        """() => {
            window.tones = [];
            const insert = RTCDTMFSender.prototype.insertDTMF;
            RTCDTMFSender.prototype.insertDTMF = function (...given) {
                this.ontonechange = ({ tone }) => tone && window.tones.push(tone);
                return insert.apply(this, given);
            };
        }"""
    )
    maria.call(joao)
    maria.press("Teclado")
    for key in ("4", "2", "cerquilha"):
        maria.press(key)
        maria.page.wait_for_timeout(400)
    assert maria.page.evaluate("window.tones") == ["4", "2", "#"]


def test_blind_transfer(maria, joao, rita):
    maria.call(joao)
    maria.send_to("2003", "Transferir já")
    rita.rings()
    rita.press("Atender")
    rita.talks()
    maria.is_free()
    maria.says("Chamada transferida.")
    joao.hears()
    rita.hears()
    joao.shows(rita.person)
    rita.shows(joao.person)
    rita.press("Desligar")
    joao.is_free()


def test_a_blind_transfer_to_nowhere_comes_back(maria, joao):
    maria.call(joao)
    maria.send_to("7777", "Transferir já")
    maria.says("A transferência para 7777 não deu certo")
    maria.talks()
    maria.hears()
    joao.hears()
    joao.shows(maria.person)


def test_attended_transfer(maria, joao, rita):
    joao.call(maria)
    maria.send_to("2003", "Consultar antes")
    rita.rings()
    joao.stands("A outra pessoa pôs em espera")
    rita.press("Atender")
    rita.talks()
    maria.talks()
    rita.hears()
    maria.press("Concluir transferência")
    maria.is_free()
    maria.says("Chamada transferida.")
    joao.hears()
    rita.hears()
    joao.shows(rita.person)
    joao.stands("Em chamada")
    rita.shows(joao.person)
    joao.press("Desligar")
    rita.is_free()


def test_a_colleague_who_refuses_gives_the_call_back(maria, joao, rita):
    maria.call(joao)
    maria.send_to("2003", "Consultar antes")
    rita.rings()
    rita.press("Recusar")
    expect(maria.region).to_have_attribute("data-calls", "1", timeout=15_000)  # after the exchange's spoken words
    maria.is_held(False)
    maria.hears()
    joao.hears()


def test_the_call_survives_moving_between_pages(maria, joao):
    maria.call(joao)
    maria.hears()
    menu = maria.page.get_by_role("navigation", name="Menu principal")
    menu.get_by_role("link", name="Chamadas").click()
    expect(maria.page).to_have_url(re.compile("/chamadas"))
    maria.talks()
    maria.hears()
    maria.page.go_back()
    maria.hears()
    joao.hears()


def test_answering_and_hanging_up_by_keyboard(maria, joao):
    maria.dial("2002")
    joao.rings()
    joao.page.keyboard.press("Alt+Shift+A")
    joao.talks()
    joao.page.keyboard.press("Alt+Shift+M")
    expect(joao.region.get_by_role("button", name="Mudo", exact=True)).to_have_attribute("aria-pressed", "true")
    joao.page.keyboard.press("Alt+Shift+D")
    maria.is_free()
