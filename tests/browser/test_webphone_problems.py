"""What the phone says when the browser cannot talk: what happened, and what to do about it."""

from playwright.sync_api import expect

from tests.browser.telephone import Telephone


def test_no_microphone(company, installation, launch):
    maria = Telephone.of(company.person("Maria", "2001"), launch(), installation.url, permissions=("microphone",))
    maria.is_registered()
    maria.dial("2001")
    maria.says("Nenhum microfone encontrado. Conecte um microfone")
    maria.is_free()


def test_microphone_blocked(company, installation, launch):
    browser = launch("--use-fake-device-for-media-stream", "--deny-permission-prompts")
    maria = Telephone.of(company.person("Maria", "2001"), browser, installation.url)
    maria.is_registered()
    maria.dial("2001")
    maria.says("O microfone está bloqueado. Clique no cadeado")
    maria.is_free()


def test_a_page_that_is_not_secure(company, installation, launch):
    browser = launch("--host-resolver-rules=MAP fluxo.test 127.0.0.1")
    maria = Telephone.of(company.person("Maria", "2001"), browser, f"http://fluxo.test:{installation.port}")
    expect(maria.region).to_have_attribute("data-line", "blocked", timeout=15_000)
    maria.says("https://")
