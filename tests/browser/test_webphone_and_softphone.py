"""A browser and a softphone in one call: what only the far end can tell."""

import pytest

from flow.settings import settings
from tests.calls.phone import Phone
from tests.calls.sip import called
from tests.calls.site import Exchange, account_of, wait_for
from tests.calls.sound import Ear


@pytest.fixture
def softphone(installation, tmp_path):
    """A softphone of this installation, with an account of one of its extensions."""
    ports = {"port": installation.port, "sip_port": installation.sip_port}
    exchange = Exchange(settings.model_copy(update=ports))
    made = []

    def make(extension_id: int) -> Phone:
        made.append(Phone(exchange, account_of(extension_id), tmp_path))
        return made[-1]

    yield make
    for phone in made:
        phone.close()


def test_keys_pressed_in_the_browser_arrive_at_the_far_end(company, telephone, softphone):
    door = softphone(company.extension("2009", "Portaria"))
    maria = telephone(company.person("Maria", "2001"))
    door.registers()
    with Ear(door.address) as ear:
        answering = door.plays(called().rings().answers().is_hung_up_on(), rtp_port=ear.port)
        maria.dial("2009")
        maria.talks()
        ear.hears(20, seconds=5)
        maria.press("Teclado")
        for name in ("4", "4", "2", "asterisco", "cerquilha"):
            maria.press(name)
        wait_for(lambda: ear.keys == "442*#", 10, lambda: f"heard {ear.keys!r}")
        maria.press("Desligar")
        answering.succeeds()
