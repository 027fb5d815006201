"""Áudio and Música Espera by hand: a right file, a wrong one, the microphone, and the order of a playlist."""

import math
import re
import subprocess
from array import array
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from flow.sound.wav import RATE, header
from tests.browser.pages import PHONE, Pages, open_screen, row_of, sign_in
from tests.browser.people import Company

RECORD = re.compile(r"/[\w-]+/\d+$")


def tune(path: Path, seconds: float = 1.0, pitch: int = 440) -> Path:
    samples = array("h", (round(9000 * math.sin(2 * math.pi * pitch * n / RATE)) for n in range(int(seconds * RATE))))
    path.write_bytes(header(len(samples) * 2) + samples.tobytes())
    return path


def as_mp3(path: Path, wav: Path) -> Path:
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", wav, "-ar", "44100", "-ac", "2", path], check=True)
    return path


@pytest.fixture
def page(pages: Pages, tenant: Company) -> Page:
    person = tenant.person("Ana", profile="Administrador")
    return pages.enter(person.login, person.password)


def new(page: Page, screen: str, name: str) -> None:
    open_screen(page, screen)
    page.get_by_role("link", name="Adicionar").first.click()
    page.get_by_role("textbox", name=screen).fill(name)


def send(page: Page, *files: Path) -> None:
    page.locator("input[type=file]").set_input_files(files)


def save(page: Page) -> None:
    page.get_by_role("button", name="Salvar").click()
    expect(page).to_have_url(RECORD)
    expect(page.get_by_text("não salvo")).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="salvo").first).to_be_visible()


def plays(page: Page, label: str) -> None:
    page.get_by_role("button", name=f"Ouvir: {label}").click()
    expect(page.get_by_role("button", name=f"Parar: {label}")).to_be_visible()
    expect(page.get_by_label(f"Posição em {label}")).not_to_have_value("0")


def order_of(page: Page) -> list[str]:
    return page.get_by_role("list", name="Arquivos em ordem").locator(".sound-name").all_inner_texts()


def test_a_right_file_is_taken_heard_and_saved(page: Page, tmp_path: Path) -> None:
    new(page, "Áudio", "Saudação")
    send(page, tune(tmp_path / "saudação.wav", 2))
    expect(page.get_by_text("Duração 0:02")).to_be_visible()
    expect(page.get_by_text("Sem distorção")).to_be_visible()
    plays(page, "o áudio")
    save(page)
    page.reload()
    expect(page.get_by_text("saudação.wav")).to_be_visible()
    page.get_by_role("link", name="Voltar").click()
    expect(row_of(page, "Saudação")).to_contain_text("saudação.wav (0:02)")


def test_nothing_is_saved_without_a_sound_and_the_field_says_what_to_do(page: Page, tmp_path: Path) -> None:
    new(page, "Áudio", "Mudo")
    page.get_by_role("button", name="Salvar").click()
    missing = page.get_by_text("Envie um arquivo de som ou grave pelo microfone; é obrigatório.")
    expect(missing).to_be_visible()
    send(page, tune(tmp_path / "aviso.wav"))
    expect(missing).to_have_count(0)
    expect(page.get_by_text("Nada foi salvo")).to_have_count(0)


def test_an_mp3_is_refused_with_what_it_is_converted_and_saved(page: Page, tmp_path: Path) -> None:
    new(page, "Áudio", "Jingle")
    send(page, as_mp3(tmp_path / "jingle.mp3", tune(tmp_path / "source.wav", 2)))
    expect(page.get_by_text("é 44.100 Hz, estéreo, MP3.")).to_be_visible()
    page.get_by_role("button", name="Converter para 8 kHz mono").click()
    before, after = (
        page.get_by_role("region", name="Como veio"),
        page.get_by_role("region", name="Como o telefone toca"),
    )
    for side in (before, after):
        expect(side.get_by_text("Duração 0:02")).to_be_visible(timeout=20_000)
        expect(side.get_by_text(re.compile(r"Volume −\d+,\d LUFS"))).to_be_visible()
        assert side.locator(".wave rect").count() == 160
    plays(page, "como veio")
    plays(page, "como o telefone toca")
    save(page)
    expect(page.get_by_text("jingle.mp3")).to_be_visible()


def test_what_is_no_sound_is_refused_and_can_be_put_away(page: Page, tmp_path: Path) -> None:
    new(page, "Áudio", "Planilha")
    (tmp_path / "planilha.wav").write_text("isto não é som")
    send(page, tmp_path / "planilha.wav")
    expect(page.get_by_role("alert").filter(has_text="Não encontramos som neste arquivo")).to_be_visible()
    page.get_by_role("button", name="Descartar").click()
    expect(page.get_by_text("Não encontramos som")).to_have_count(0)


def test_a_voice_is_recorded_from_the_microphone(pages: Pages, tenant: Company, chromium: Browser) -> None:
    person = tenant.person("Ana", profile="Administrador")
    window = chromium.new_context(base_url=pages.url, permissions=["microphone"], locale="pt-BR")
    page = window.new_page()
    page.goto("/entrar")
    sign_in(page, person.login, person.password)
    new(page, "Áudio", "Gravado")
    page.get_by_role("button", name="Gravar pelo microfone").click()
    stop = page.get_by_role("button", name="Parar gravação")
    expect(stop).to_contain_text("0:02", timeout=10_000)
    stop.click()
    after = page.get_by_role("region", name="Como o telefone toca")
    expect(after.get_by_text(re.compile("Duração 0:0[1-4]"))).to_be_visible(timeout=20_000)
    save(page)
    window.close()


def test_a_new_file_replaces_the_former_one_only_once_saved(page: Page, tmp_path: Path) -> None:
    new(page, "Áudio", "Menu")
    send(page, tune(tmp_path / "antigo.wav"))
    expect(page.get_by_text("Duração 0:01")).to_be_visible()
    save(page)
    send(page, tune(tmp_path / "novo.wav", 3))
    expect(page.get_by_text("Duração 0:03")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="não salvo")).to_be_visible()
    save(page)
    page.get_by_role("tab", name="Histórico").click()
    expect(page.get_by_text("novo.wav (0:03)")).to_be_visible()


def test_one_can_go_back_to_a_former_version(page: Page, tmp_path: Path) -> None:
    new(page, "Áudio", "Menu")
    for number, name in enumerate(("antigo.wav", "novo.wav"), 1):
        send(page, tune(tmp_path / name, number))
        expect(page.get_by_text(f"Duração 0:0{number}")).to_be_visible()
        save(page)
    page.reload()
    page.get_by_text("Versões anteriores (1)").click()
    page.get_by_role("button", name="Ouvir antigo.wav").click()
    plays(page, "antigo.wav")
    page.get_by_role("button", name="Voltar a antigo.wav").click()
    save(page)
    page.get_by_role("link", name="Voltar", exact=True).click()
    expect(row_of(page, "Menu")).to_contain_text("antigo.wav (0:01)")


def test_a_playlist_is_sent_at_creation_put_in_order_and_changed_later(page: Page, tmp_path: Path) -> None:
    new(page, "Música Espera", "Calma")
    names = ("um.wav", "dois.wav", "três.wav")
    for n, name in enumerate(names):
        send(page, tune(tmp_path / name, 1 + n))
        expect(page.get_by_role("button", name=f"Ouvir {name}")).to_be_visible()
    page.get_by_role("button", name="Subir três.wav").click()
    page.get_by_role("button", name="Descer um.wav").click()
    save(page)
    assert order_of(page) == ["três.wav", "um.wav", "dois.wav"]
    page.reload()
    expect(page.get_by_text("3 arquivos, 0:06 até recomeçar.")).to_be_visible()
    expect(page.get_by_text("não salvo")).to_have_count(0)
    assert order_of(page) == ["três.wav", "um.wav", "dois.wav"]
    page.get_by_role("button", name="Remover um.wav").click()
    save(page)
    page.reload()
    expect(page.get_by_text("2 arquivos, 0:05 até recomeçar.")).to_be_visible()
    assert order_of(page) == ["três.wav", "dois.wav"]


def test_several_files_at_once_each_tell_their_own_end(page: Page, tmp_path: Path) -> None:
    new(page, "Música Espera", "Mistura")
    mp3 = as_mp3(tmp_path / "b.mp3", tune(tmp_path / "source.wav"))
    send(page, tune(tmp_path / "a.wav"), mp3)
    expect(page.get_by_role("button", name="Ouvir a.wav")).to_be_visible()
    page.get_by_role("button", name="Converter para 8 kHz mono").click()
    expect(page.get_by_role("button", name="Ouvir b.mp3")).to_be_visible(timeout=20_000)
    save(page)
    assert order_of(page) == ["a.wav", "b.mp3"]


def test_who_may_only_look_hears_and_has_no_buttons_to_send(
    pages: Pages, tenant: Company, page: Page, tmp_path: Path
) -> None:
    new(page, "Áudio", "Saudação")
    send(page, tune(tmp_path / "saudação.wav", 2))
    expect(page.get_by_text("Duração 0:02")).to_be_visible()
    save(page)
    address = page.url
    person = tenant.person("Sofia", profile="Supervisor")
    other = pages.enter(person.login, person.password)
    other.goto(address)
    plays(other, "o áudio")
    expect(other.get_by_role("button", name="Trocar arquivo")).to_have_count(0)


def test_a_telephones_screen_holds_the_comparison(pages: Pages, tenant: Company, tmp_path: Path) -> None:
    person = tenant.person("Ana", profile="Administrador")
    page = pages.enter(person.login, person.password, size=PHONE)
    page.goto("/audio/novo")
    send(page, as_mp3(tmp_path / "jingle.mp3", tune(tmp_path / "source.wav")))
    page.get_by_role("button", name="Converter para 8 kHz mono").click()
    expect(page.get_by_role("region", name="Como o telefone toca")).to_be_visible(timeout=20_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_form_waits_for_the_file_that_is_on_its_way(page: Page, tmp_path: Path) -> None:
    new(page, "Áudio", "Apressado")
    held = []
    page.route("**/media/files?*", lambda route: held.append(route))
    send(page, tune(tmp_path / "devagar.wav"))
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_text("Espere o arquivo chegar e salve em seguida.")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_text("Duração 0:01")).to_be_visible()
    save(page)
