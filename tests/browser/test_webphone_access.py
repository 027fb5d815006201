"""The phone for everybody: no fault for axe in any of its states, and never in the way of the page."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import AXE

COVERED = """() => {
    const pill = document.querySelector(".phone-pill").getBoundingClientRect();
    return [...document.querySelectorAll("main button, main a, main input, main select")]
        .filter((one) => {
            const box = one.getBoundingClientRect();
            const beside = box.right <= pill.left || box.left >= pill.right;
            const apart = beside || box.bottom <= pill.top || box.top >= pill.bottom;
            return box.width && !apart;
        })
        .map((one) => one.innerText || one.name);
}"""


def faults(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run('.phone', {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in result["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_in_any_state(company, telephone, scheme):
    maria, joao = telephone(company.person("Maria", "2001")), telephone(company.person("Joao", "2002"))
    maria.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    maria.open()
    assert faults(maria.page) == []
    joao.dial("2001")
    maria.rings()
    assert faults(maria.page) == []
    maria.press("Atender")
    maria.talks()
    maria.hears()
    maria.press("Teclado")
    maria.region.get_by_text("Ajustes de áudio").click()
    maria.region.get_by_text("Qualidade").click()
    assert faults(maria.page) == []
    maria.press("Transferir")
    assert faults(maria.page) == []


def test_a_call_is_announced_to_those_who_listen(company, telephone):
    maria, joao = telephone(company.person("Maria", "2001")), telephone(company.person("Joao", "2002"))
    joao.dial("2001")
    expect(maria.region.get_by_role("status")).to_have_text("Chamada de Joao (2002)")
    maria.press("Recusar")
    joao.is_free()
    expect(joao.region.get_by_role("status")).to_have_text("A chamada foi recusada.")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pill_is_never_over_a_button_that_stays(company, telephone, width):
    """At the end of the page nothing lies under it; on the way there, whatever does can be scrolled clear."""
    rows = [company.extension(str(3000 + i), f"Sala {i}") for i in range(12)]
    maria = telephone(company.person("Maria", "2001", profile="Administrador"))
    maria.page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/ramal", f"/ramal/{rows[0]}", "/conta"):
        maria.page.goto(path)
        expect(maria.region).to_be_visible()
        maria.page.wait_for_timeout(500)
        maria.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        maria.page.evaluate("document.querySelector('main').scrollTo?.(0, 1e6)")
        assert maria.page.evaluate(COVERED) == [], path
