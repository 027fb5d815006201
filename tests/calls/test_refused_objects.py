"""What one company has written must never keep another's changes from the node."""

import asyncio

from flow.engine.delivery import Delivery
from flow.engine.pbx.ari import Ari
from flow.engine.pbx.commands import Pbx
from flow.engine.pbx.objects import telephone
from flow.engine.pbx.trunk_objects import TrunkAccount, trunk
from flow.routing.trunk_options import TrunkOptions
from tests.calls.carrier import Registrar
from tests.calls.phone import SIP_PORT
from tests.calls.test_trunks import stands
from tests.calls.test_trunks import trunk as make_trunk

_KEY = b"k" * 32
_IMPOSSIBLE = TrunkOptions(timers_min=1900)
"""Longer than the renewal itself: Asterisk takes no such endpoint. The form refuses the line."""


def test_a_trunk_that_the_node_refuses_leaves_nothing_there_and_stops_nobody(site, carrier):
    account = TrunkAccount("990-abc", carrier.address, 5060, (), _IMPOSSIBLE)
    bad, objects = trunk(account, _KEY)
    good = telephone("f990-good", "girassol", browser=False, caller_id="1")

    async def deliver() -> tuple[set[str], list[dict[str, str] | None]]:
        ari = Ari(site.settings.ari_base, site.settings.ari_user, site.settings.ari_secret)
        await ari.open()
        pbx = Pbx(ari)
        delivery = Delivery(pbx, lambda _: None, lambda _: True)
        try:
            refused = await delivery.put((*objects, *good))
            wanted = [("endpoint", "f990-good"), ("aor", bad), ("identify", bad), ("endpoint", bad)]
            found = [await pbx.read_object(kind, name) for kind, name in wanted]
            await delivery.delete([item.key for item in good])
            return refused, found
        finally:
            await ari.close()

    refused, (there, *left) = asyncio.run(deliver())
    assert refused == {bad}
    assert there is not None and there["aors"] == "f990-good"
    assert left == [None, None, None]


def test_a_user_that_is_written_like_an_address_registers(site, company, carrier):
    user = "loja@operadora.com.br"
    registrar = Registrar(carrier.address, user, "girassol", port=SIP_PORT)
    try:
        line = f"{user}:girassol@{carrier.address}:{SIP_PORT}"
        trunk_id = make_trunk(company, carrier, username=user, password="girassol", registration=line)
        company.in_service()
        stands(site, company, trunk_id, "registered")
        assert "<sip:loja%40operadora.com.br@" in registrar.seen[-1].contact
    finally:
        registrar.close()
