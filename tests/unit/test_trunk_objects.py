"""What a trunk becomes on a node: each option of its lines counts, and names are reached without DNS in Asterisk."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import pytest

from flow.access import secrets
from flow.engine.arrivals import number_in, trunk_of
from flow.engine.carriers import Address
from flow.engine.pbx.objects import PbxObject, company_of, is_trunk
from flow.engine.pbx.trunk_objects import TrunkAccount, trunk
from flow.engine.trunk_reader import ReadTrunks, read_trunks
from flow.routing.snapshot import CompanySnapshot, TrunkPlan
from flow.routing.trunk_lines import parse_registration
from flow.routing.trunk_options import TrunkOptions

KEY = b"k" * 32
CARRIER = Address("203.0.113.7", 5060)
ACCOUNT = TrunkAccount(
    "1-abc", "sip.operadora.com.br", 5060, (CARRIER,), TrunkOptions(), "loja", "s3nha",
    parse_registration("loja:s3nha@sip.operadora.com.br/5125550000"), (CARRIER,),
)  # fmt: skip
OTHER = {
    "codecs": ("g722",), "dtmf_mode": "info", "from_user": "outro", "from_domain": "outro.com.br", "qualify_seconds": 0,
    "qualify_timeout": 1.5, "trusts_address": True, "nat": False, "timers": False, "timers_expires": 600,
    "timers_min": 120, "transport": "tcp", "inband_progress": True, "user_eq_phone": True, "rtp_timeout": 7,
    "rtp_keepalive": 9,
}  # fmt: skip
READ_ELSEWHERE = {"port", "outbound_proxy"}  # they decide which addresses are looked up, as the tests below show


def by_kind(account: TrunkAccount) -> dict[str, dict[str, str]]:
    _, objects = trunk(account, KEY)
    return {item.kind: dict(item.fields) for item in objects}


def test_every_option_has_another_value_here():
    assert {field.name for field in fields(TrunkOptions)} == OTHER.keys() | READ_ELSEWHERE


@pytest.mark.parametrize("option", OTHER)
def test_each_option_changes_what_the_node_gets(option):
    changed = replace(ACCOUNT, options=replace(TrunkOptions(), **{option: OTHER[option]}))
    assert by_kind(changed) != by_kind(ACCOUNT)
    assert trunk(changed, KEY)[0] != trunk(ACCOUNT, KEY)[0]


def test_the_registration_goes_by_the_transport_that_its_line_names_and_calls_by_the_trunks():
    line = parse_registration("tcp://loja:s3nha@sip.operadora.com.br/5125550000")
    made = by_kind(replace(ACCOUNT, registration=line))
    assert made["registration"]["transport"] == "transport-tcp"
    assert made["registration"]["server_uri"] == "sip:sip.operadora.com.br;transport=tcp"
    assert made["registration"]["outbound_proxy"] == "sip:203.0.113.7:5060;transport=tcp;lr;hide"
    assert made["endpoint"]["transport"] == "transport-udp"
    assert made["aor"]["contact"] == "sip:sip.operadora.com.br"


def test_what_comes_through_the_proxy_is_known_by_its_address():
    made = by_kind(replace(ACCOUNT, proxy=Address("198.51.100.9", 5070)))
    assert made["identify"]["match"] == "198.51.100.9,203.0.113.7"
    assert made["endpoint"]["outbound_proxy"] == "sip:198.51.100.9:5070;lr;hide"


def test_only_insecure_invite_lets_a_carrier_with_a_user_in_without_a_password():
    assert "auth" in by_kind(ACCOUNT)["endpoint"]
    assert "auth" not in by_kind(replace(ACCOUNT, options=TrunkOptions(trusts_address=True)))["endpoint"]


def test_users_that_are_written_like_addresses_stand_in_uris_as_one_word():
    line = parse_registration("loja@operadora.com.br:s3nha@sip.operadora.com.br")
    made = by_kind(replace(ACCOUNT, username="loja@operadora.com.br", registration=line))
    assert made["registration"]["client_uri"] == "sip:loja%40operadora.com.br@sip.operadora.com.br"
    assert made["registration"]["contact_user"] == "loja%40operadora.com.br"
    assert made["endpoint"]["from_user"] == "loja%40operadora.com.br"
    assert made["auth"]["username"] == "loja@operadora.com.br"


def test_a_carrier_may_not_transfer_the_companys_people():
    assert by_kind(ACCOUNT)["endpoint"]["allow_transfer"] == "no"


def test_of_the_trunks_of_one_address_the_plainest_comes_first_and_one_that_asks_for_a_password_last():
    """Asterisk takes the first by name: whoever wants something particular keeps nobody else's calls out."""
    trusting = TrunkOptions(trusts_address=True)
    plain = replace(ACCOUNT, prefix="9-zzz", options=trusting)
    outward = replace(ACCOUNT, prefix="9-zzz", options=replace(trusting, from_user="loja", transport="tcp"))
    particular = replace(ACCOUNT, prefix="5-mmm", options=replace(trusting, codecs=("g722",)))
    asking = replace(ACCOUNT, prefix="1-aaa", options=TrunkOptions())
    names = [trunk(account, KEY)[0] for account in (plain, outward, particular, asking)]
    assert [name[0] for name in names] == ["t", "t", "u", "v"]
    assert all(is_trunk(name) and company_of(name) == int(name[1]) for name in names)


def test_a_call_that_comes_by_the_name_a_trunk_had_before_a_change_is_still_the_trunks():
    """A save is read at once, and on the node only when everything before it is."""
    before, _ = trunk(ACCOUNT, KEY)
    after, _ = trunk(replace(ACCOUNT, options=TrunkOptions(trusts_address=True)), KEY)
    other, _ = trunk(replace(ACCOUNT, prefix="1-abd"), KEY)
    assert len({before, after, other}) == 3
    plans = [TrunkPlan(5, "Operadora", "1", after), TrunkPlan(6, "Outra", "2", other)]
    company = CompanySnapshot.of(1, 1, (), trunks=plans)
    assert trunk_of(company, before) == trunk_of(company, after) == plans[0]
    assert trunk_of(CompanySnapshot.of(1, 1, (), trunks=plans[1:]), before) is None


# Rows of the table


def row(**more: object) -> Mapping[str, Any]:
    values = {
        "id": 5, "company_id": 1, "sip_key": "abc", "name": "Operadora", "code": "linha",
        "host": "sip.operadora.com.br",
        "use_auth": False, "username": "", "secret_enc": "", "registration_enc": "", "extra": "", "active": True,
        "max_calls": 30,
    }  # fmt: skip
    return {**values, **more}


def read(found: Mapping[str, tuple[Address, ...]], **more: object) -> ReadTrunks:
    return read_trunks([row(**more)], found.get, KEY)


def objects_of(reading: ReadTrunks) -> dict[str, PbxObject]:
    return {item.kind: item for item in reading.objects}


def test_a_trunk_whose_name_is_being_looked_up_waits_outside_the_node():
    reading = read({})
    assert reading.objects == () and reading.plans == ()
    assert reading.standing == ((5, "resolving", "Procurando o endereço de sip.operadora.com.br."),)
    assert reading.hosts == {"sip.operadora.com.br": None}


def test_a_name_that_is_nowhere_is_told_by_name():
    (standing,) = read({"sip.operadora.com.br": ()}).standing
    assert standing[:2] == (5, "unresolved") and "sip.operadora.com.br" in standing[2]


def test_a_registrar_that_is_nowhere_is_told_even_if_the_host_is_found():
    line = secrets.encrypt("loja:s@registro.operadora.com.br/5125550000")
    found = {"sip.operadora.com.br": (CARRIER,), "registro.operadora.com.br": ()}
    (standing,) = read(found, use_auth=True, username="loja", registration_enc=line).standing
    assert standing[1] == "unresolved" and "registro.operadora.com.br" in standing[2]


def test_every_address_of_a_name_is_recognised():
    addresses = (CARRIER, Address("203.0.113.8", 5060))
    reading = read({"sip.operadora.com.br": addresses})
    assert dict(objects_of(reading)["identify"].fields)["match"] == "203.0.113.7,203.0.113.8"
    assert reading.plans[0].addresses == {"203.0.113.7", "203.0.113.8"}
    assert reading.standing[0][1] == "by_address"


def test_the_port_of_the_lines_is_looked_up_with_the_name_and_reaches_the_contact():
    reading = read({"sip.operadora.com.br:5080": (Address("203.0.113.7", 5080),)}, extra="port=5080")
    assert dict(objects_of(reading)["aor"].fields)["contact"] == "sip:sip.operadora.com.br:5080"


def test_the_outbound_proxy_of_the_lines_is_looked_up_and_used():
    proxy = {"proxy.operadora.com.br": (Address("198.51.100.9", 5060),)}
    reading = read({"sip.operadora.com.br": (CARRIER,), **proxy}, extra="outboundproxy=proxy.operadora.com.br")
    assert dict(objects_of(reading)["endpoint"].fields)["outbound_proxy"] == "sip:198.51.100.9:5060;lr;hide"


def test_a_deactivated_trunk_is_on_no_node():
    reading = read({"sip.operadora.com.br": (CARRIER,)}, active=False)
    assert reading.objects == () and reading.standing[0][1] == "off"


@pytest.mark.parametrize(
    ("header", "number"),
    [
        ('"Loja; a melhor" <sip:5132290001@203.0.113.1>;tag=1', "5132290001"),
        ("sip:+555132290001@203.0.113.1;user=phone", "+555132290001"),
        ("<tel:+555132290001;phone-context=x>", "+555132290001"),
        ("<sip:loja@203.0.113.1>", ""),
        ("", ""),
    ],
)
def test_the_number_that_stands_in_to(header, number):
    assert number_in(header) == number
