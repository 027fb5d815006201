"""An Asterisk that we did not start, at another address and with another user: all that it knows of us are the files
that `flow node-files` wrote for it."""

from array import array
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from flow.catalog.call import CallResult
from flow.node import Asterisk
from flow.node.elsewhere import DoesNotServe, look, write_node
from flow.node.render import Places
from flow.settings import Settings
from tests.calls.phone import SIP_PORT
from tests.calls.sip import called, caller, customer
from tests.calls.site import Site, free_ports, wait_for
from tests.calls.sound import Ear, hears
from tests.calls.test_engine_alone import engine, node_state
from tests.calls.test_sounds import first_difference, heard_by, hears_from_the_start, music_of, samples_of
from tests.unit.conftest import kept_sound

THERE, HERE = "127.77.0.2", "127.77.0.1"
_dids = count(5132280000)


@pytest.fixture(scope="module")
def site(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same companies, carried by that other Asterisk."""
    first = free_ports(2)
    told = {
        "FLOW_ARI_URL": f"http://{THERE}:{first}/ari",
        "FLOW_ARI_USER": "outro",
        "FLOW_ARI_PASSWORD": "um segredo; com # e sinais",
        "FLOW_ENGINE_HOST": HERE,
        "FLOW_SIP_PORT": str(first + 1),
    }
    environment = {**site.environment, **told}
    settings = _settings(environment)
    source, folder = site.node.source, tmp_path_factory.mktemp("elsewhere")
    write_node(settings, folder, print, shared=Path(source.shared), modules=source.modules)
    node = Asterisk(settings, source, Places.elsewhere(folder))
    other = Site(settings, node, environment=environment)
    site.stop_engine()
    node.start()
    node.wait_until_booted()
    other.start_engine()
    try:
        other.wait_until_in_sync()
        yield other
    finally:
        other.stop_engine()
        node.stop()
        site.start_engine()
        site.wait_until_in_sync()


def _settings(environment: dict[str, str]) -> Settings:
    return Settings(**{name.removeprefix("FLOW_").lower(): value for name, value in environment.items()})  # type: ignore[arg-type]


def hears_somewhere(ear: Ear, meant: "array[int]") -> None:
    """Within six seconds: music begins anew for each who waits, and how much of it is gone by now is not known."""

    def there() -> bool:
        heard = heard_by(ear)
        return any(
            first_difference(heard[at : at + len(meant)], meant) is None for at in range(len(heard) - len(meant) + 1)
        )

    wait_for(there, 6, lambda: f"not in {len(ear.heard)} samples")


def test_its_files_are_complete(site):
    complaints = [line for line in (site.node.places.log / "messages.log").read_text().splitlines() if "ERROR" in line]
    assert complaints == []
    assert look(site.settings).version == site.node.source.version


def test_two_telephones_hear_each_other(site, company, phones):
    ana, bia = phones("1000", "1001")
    with Ear(ana.address) as first, Ear(bia.address) as second:
        answering = bia.plays(called().answers().waits_for_a_sign().puts_down(), rtp_port=second.port)
        run = ana.plays(caller("1001").is_answered().is_hung_up_on(), rtp_port=first.port)
        answering.sees("ACK sip:")
        hears(first, second, answering)
        hears(second, first, run)
        answering.sign()
        answering.succeeds()
        run.succeeds()
    assert site.ended_call(company.id).result == CallResult.ANSWERED


def test_a_customer_hears_the_companys_announcement_and_then_its_music(site, company, phones, carrier, queue):
    """Both are fetched from the engine: there is no disk in common."""
    (agent,) = phones("1001")
    agent.registers(0)
    spoken, tune = kept_sound(company.id, 0.8), kept_sound(company.id, 2)
    line = queue(agent, music_id=music_of(company, tune).split("-")[1])
    audio = company.make("audio", name="Bem-vindo", current=spoken)
    notice = company.make("announcement", name="Início", audios=[str(audio)], destination=f"queue:{line.id}")
    did = str(next(_dids))
    company.make("trunk", name="Operadora", code="linha", host=f"{carrier.address}:{SIP_PORT}", extra="insecure=invite")
    company.make("inbound_route", name="Rota", description="x", did=did, destination=f"announcement:{notice}")
    company.in_service()
    with Ear(carrier.address) as ear:
        run = carrier.plays(customer(did).is_answered().waits_for_a_sign().hangs_up(), rtp_port=ear.port)
        hears_from_the_start(ear, samples_of(company, spoken), 0.7)
        line.waiting(1)
        del ear.heard[:]
        hears_somewhere(ear, samples_of(company, tune)[:2000])
        run.sign()
        run.succeeds()


def test_when_it_is_killed_and_comes_back_calls_are_possible_again(site, company, phones):
    ana, bia = phones("1000", "1001")
    site.restart_node()
    site.wait_until_in_sync()
    for phone in (ana, bia):
        phone.registers()
    answering = bia.plays(called().answers().is_hung_up_on())
    ana.plays(caller("1001").is_answered().hangs_up()).succeeds()
    answering.succeeds()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"FLOW_ARI_PASSWORD": "errada"}, "recusou o usuário «outro» ou a senha"),
        ({"FLOW_ARI_URL": "http://127.77.0.3:9/ari"}, "127.77.0.3:9 não responde"),
        ({"FLOW_ARI_URL": "{root}/x/ari"}, "não é o ARI de um Asterisk (HTTP 404)"),
    ],
    ids=["a wrong password", "a wrong address", "a wrong path"],
)
def test_what_keeps_us_from_it_is_said_with_its_remedy(site, tmp_path, changed, said):
    root = site.settings.ari_base.removesuffix("/ari")
    wrong = {**site.environment, **{name: value.format(root=root) for name, value in changed.items()}}
    with pytest.raises(DoesNotServe) as refusal:
        look(_settings(wrong))
    assert said in str(refusal.value)
    told = {name: value for name, value in wrong.items() if name.startswith("FLOW_ARI")}
    with engine(tmp_path, **told) as (environment, _):
        wait_for(lambda: said in node_state(environment).get("detail", ""), 20, lambda: f"{node_state(environment)}")
