"""Where a carrier's name leads, asked of a name server that speaks DNS on this machine."""

import asyncio
import socketserver
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

import dns.asyncresolver
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from flow.engine import carriers
from flow.engine.carriers import Address, NameBook, resolve


class NameServer(socketserver.ThreadingUDPServer):
    """`records`: (name, type) → the records' texts. A name in `mute` gets no answer at all."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Question)
        self.records: dict[tuple[str, str], list[str]] = {}
        self.mute: set[str] = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Question(socketserver.BaseRequestHandler):
    server: NameServer

    def handle(self) -> None:
        data, socket = self.request
        query = dns.message.from_wire(data)
        asked = query.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(asked.rdtype)
        if any(name.endswith(mute) for mute in self.server.mute):
            return
        answer = dns.message.make_response(query)
        texts = self.server.records.get((name, kind), [])
        if texts:
            answer.answer.append(dns.rrset.from_text_list(asked.name, 1, "IN", kind, texts))
        elif not any(known == name for known, _ in self.server.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        socket.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def names(monkeypatch):
    """The only name server that this process asks, by either way of asking."""
    with NameServer() as server:
        for module in (dns.resolver, dns.asyncresolver):
            resolver = module.Resolver(configure=False)
            resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
            monkeypatch.setattr(module, "default_resolver", resolver)
        dns.resolver.override_system_resolver(dns.resolver.default_resolver)
        yield server
        dns.resolver.restore_system_resolver()
        server.shutdown()


def test_a_name_without_services_leads_to_its_address_and_the_port_of_sip(names):
    names.records["sip.operadora.com.br", "A"] = ["127.0.0.9", "127.0.0.8"]
    assert asyncio.run(resolve("sip.operadora.com.br")) == (Address("127.0.0.8", 5060), Address("127.0.0.9", 5060))


def test_services_are_tried_by_priority_and_then_by_weight_and_all_their_addresses_are_the_carriers(names):
    names.records |= {
        ("_sip._udp.operadora.com.br", "SRV"): [
            "20 0 5080 reserva.operadora.com.br.",
            "10 1 5070 leve.operadora.com.br.",
            "10 9 5070 pesado.operadora.com.br.",
        ],
        ("reserva.operadora.com.br", "A"): ["127.0.0.4"],
        ("leve.operadora.com.br", "A"): ["127.0.0.3"],
        ("pesado.operadora.com.br", "A"): ["127.0.0.2"],
        ("operadora.com.br", "A"): ["127.0.0.99"],  # the company's own site, not its telephony
    }
    found = asyncio.run(resolve("operadora.com.br"))
    assert found == (Address("127.0.0.2", 5070), Address("127.0.0.3", 5070), Address("127.0.0.4", 5080))


def test_a_service_whose_target_is_nowhere_is_passed_over(names):
    names.records |= {
        ("_sip._udp.operadora.com.br", "SRV"): ["10 0 5060 sumiu.operadora.com.br.", "20 0 5060 b.operadora.com.br."],
        ("b.operadora.com.br", "A"): ["127.0.0.4"],
    }
    assert asyncio.run(resolve("operadora.com.br")) == (Address("127.0.0.4", 5060),)


def test_a_port_in_the_field_says_that_services_are_not_asked_for(names):
    names.records |= {
        ("_sip._udp.operadora.com.br", "SRV"): ["10 0 5070 outro.operadora.com.br."],
        ("outro.operadora.com.br", "A"): ["127.0.0.4"],
        ("operadora.com.br", "A"): ["127.0.0.5"],
    }
    assert asyncio.run(resolve("operadora.com.br:5062")) == (Address("127.0.0.5", 5062),)


@pytest.mark.parametrize("services", [[], ["0 0 0 ."]], ids=["no records", "no such service"])
def test_what_is_nowhere_has_no_address(names, services):
    names.records["_sip._udp.operadora.invalid", "SRV"] = services
    assert asyncio.run(resolve("operadora.invalid")) == ()


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(carriers, "REFRESH_SECONDS", 0.05)
    monkeypatch.setattr(carriers, "RETRY_SECONDS", 0.05)


def follow(play: Callable[[NameBook, list[str]], Awaitable[None]]) -> None:
    """`play` with a running book and the list of the names that it told as changed."""

    async def run() -> None:
        told: list[str] = []
        book = NameBook(told.append)
        running = asyncio.create_task(book.run())
        await play(book, told)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(run())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(4):  # less than a lookup may take
        while not condition():  # noqa: ASYNC110 - the book has no event for whoever looks
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("quick")
def test_a_carrier_that_moves_is_told_once_and_one_whose_name_goes_silent_keeps_its_address(names):
    names.records["sip.operadora.com.br", "A"] = ["127.0.0.2"]

    async def play(book: NameBook, told: list[str]) -> None:
        assert book.look("sip.operadora.com.br") is None  # asked for with this
        await until(lambda: book.look("sip.operadora.com.br") == (Address("127.0.0.2", 5060),))
        await asyncio.sleep(0.3)
        assert told == ["sip.operadora.com.br"]
        names.records["sip.operadora.com.br", "A"] = ["127.0.0.3"]
        await until(lambda: book.look("sip.operadora.com.br") == (Address("127.0.0.3", 5060),))
        assert len(told) == 2
        del names.records["sip.operadora.com.br", "A"]
        await asyncio.sleep(0.3)
        assert book.look("sip.operadora.com.br") == (Address("127.0.0.3", 5060),)
        assert len(told) == 2

    follow(play)


def test_a_name_that_nobody_answers_keeps_no_other_waiting(names):
    names.records["rapida.com.br", "A"] = ["127.0.0.2"]
    names.mute.add("muda.com.br")

    async def play(book: NameBook, told: list[str]) -> None:
        for name in ("a.muda.com.br", "b.muda.com.br", "rapida.com.br"):
            book.look(name)
        await until(lambda: told == ["rapida.com.br"])
        assert book.look("a.muda.com.br") is None

    follow(play)
