"""What a trunk is on a node: auth, AOR, endpoint, and an identify or a registration. Pure.

Its name ends in a digest of all it says. A change is thus a new set beside the old one, which is then deleted: Asterisk
adds up an identify's addresses when one is pushed again, and ignores a registration that is.

It begins with a rank. Asterisk knows a caller by the first identify, by name, that has the address, and many companies
may have the same carrier: so that no one's lines keep the others' calls out, the plainest trunk comes first.
"""

from dataclasses import dataclass, field, replace
from urllib.parse import quote

from flow.engine.carriers import Address
from flow.engine.pbx.objects import Fields, PbxObject, digest, registration_auth
from flow.routing.trunk_lines import SIP_PORT, Registration, bracketed
from flow.routing.trunk_options import TrunkOptions

CONTEXT = "flow-carrier"
RETRY_SECONDS = 30
PLAIN, PARTICULAR, CHALLENGING = "t", "u", "v"
EXPIRATION_SECONDS = 120
"""As chan_sip did: carriers that see the customer through a NAT count on it."""
_OUTWARD = (
    "from_user", "from_domain", "qualify_seconds", "qualify_timeout", "transport", "port", "outbound_proxy",
    "user_eq_phone",
)  # fmt: skip
"""Options that do not matter to a call that comes in."""


@dataclass(frozen=True, slots=True)
class TrunkAccount:
    """One trunk as its row says; `addresses`: of `host`. `prefix`: `<company>-<random>`."""

    prefix: str
    host: str
    port: int
    addresses: tuple[Address, ...]
    options: TrunkOptions
    username: str = ""
    password: str = field(default="", repr=False)
    registration: Registration | None = field(default=None, repr=False)
    registrar: tuple[Address, ...] = ()
    proxy: Address | None = None


def trunk(account: TrunkAccount, key: bytes) -> tuple[str, tuple[PbxObject, ...]]:
    """The endpoint's name, and the trunk's objects in the order of KINDS."""
    draft = _objects(account, account.prefix)
    name = f"{_rank(account)}{account.prefix}-{_short(draft, key)}"
    return name, _objects(account, name)


def _rank(account: TrunkAccount) -> str:
    if _challenged(account):
        return CHALLENGING
    usual, own = TrunkOptions(), account.options
    plain = replace(
        usual,
        trusts_address=own.trusts_address,
        **{name: getattr(own, name) for name in _OUTWARD},
    )
    return PLAIN if own == plain else PARTICULAR


def _challenged(account: TrunkAccount) -> bool:
    return bool(account.username) and not account.options.trusts_address


def _short(objects: tuple[PbxObject, ...], key: bytes) -> str:
    parts = tuple((item.kind, digest(item, key)) for item in objects)
    return digest(PbxObject("trunk", "", parts), key)[:8]


def _objects(account: TrunkAccount, name: str) -> tuple[PbxObject, ...]:
    objects = [PbxObject("aor", name, _aor(account)), PbxObject("endpoint", name, _endpoint(account, name))]
    if account.username:
        auth: Fields = (("auth_type", "userpass"), ("username", account.username), ("password", account.password))
        objects.insert(0, PbxObject("auth", name, auth))
    proxy = (account.proxy,) if account.proxy is not None else ()
    addresses = sorted({address.ip for address in (*account.addresses, *account.registrar, *proxy)})
    identify: Fields = (("endpoint", name), ("match", ",".join(addresses)), ("srv_lookups", "no"))
    objects.append(PbxObject("identify", name, identify))
    if account.registration is not None:
        own: Fields = (
            ("auth_type", "userpass"),
            ("username", account.registration.user),
            ("password", account.registration.password),
        )
        objects.insert(0, PbxObject("auth", registration_auth(name), own))
        objects.append(PbxObject("registration", name, _registration(account, account.registration, name)))
    return tuple(objects)


def server_uri(registration: Registration, options: TrunkOptions) -> str:
    return _uri("", registration.host, registration.port) + _over(registration.transport or options.transport)


def client_uri(registration: Registration) -> str:
    return _uri(_in_uri(registration.user), registration.host, registration.port)


def _aor(account: TrunkAccount) -> Fields:
    return (
        ("contact", _uri("", account.host, account.port) + _over(account.options.transport)),
        ("qualify_frequency", str(account.options.qualify_seconds)),
        ("qualify_timeout", f"{account.options.qualify_timeout:g}"),
        *_way(account.host, account.addresses, account, account.options.transport),
    )


def _endpoint(account: TrunkAccount, name: str) -> Fields:
    options = account.options
    return (
        ("context", CONTEXT),
        ("language", "pt_BR"),
        ("transport", f"transport-{options.transport}"),
        ("identify_by", "ip"),  # never by a name in From, which anybody may write
        ("aors", name),
        *((("auth", name),) if _challenged(account) else ()),
        *((("outbound_auth", name),) if account.username else ()),
        ("from_user", quote(options.from_user or account.username, safe="")),
        ("from_domain", options.from_domain or ("" if account.host == _first_ip(account) else account.host)),
        ("allow", "!all," + ",".join(options.codecs)),
        ("dtmf_mode", options.dtmf_mode),
        ("trust_id_inbound", "yes"),  # the carrier says who calls
        ("trust_id_outbound", "yes"),
        ("send_pai", "yes"),
        ("send_rpid", "no"),
        ("send_connected_line", "no"),  # who calls the company is not told its people's names and extensions
        ("direct_media", "no"),
        ("rtp_symmetric", "yes" if options.nat else "no"),
        ("force_rport", "yes" if options.nat else "no"),
        ("rewrite_contact", "yes" if options.nat else "no"),
        ("timers", "yes" if options.timers else "no"),
        ("timers_sess_expires", str(options.timers_expires)),
        ("timers_min_se", str(options.timers_min)),
        ("inband_progress", "yes" if options.inband_progress else "no"),
        ("user_eq_phone", "yes" if options.user_eq_phone else "no"),
        ("allow_subscribe", "no"),
        ("allow_transfer", "no"),  # a carrier that transferred would have the company's people call whom it likes
        ("allow_overlap", "no"),
        ("max_video_streams", "0"),
        ("t38_udptl", "no"),
        ("rtp_timeout", str(options.rtp_timeout)),
        ("rtp_keepalive", str(options.rtp_keepalive)),
        *_way(account.host, account.addresses, account, account.options.transport),
    )


def _registration(account: TrunkAccount, line: Registration, name: str) -> Fields:
    transport = line.transport or account.options.transport
    return (
        ("server_uri", server_uri(line, account.options)),
        ("client_uri", client_uri(line)),
        ("contact_user", line.contact or _in_uri(line.user)),
        ("outbound_auth", registration_auth(name)),
        ("transport", f"transport-{transport}"),
        ("line", "yes"),  # the carrier's INVITE brings back a word of ours, whatever address it comes from
        ("endpoint", name),
        ("expiration", str(EXPIRATION_SECONDS)),
        ("retry_interval", str(RETRY_SECONDS)),
        ("forbidden_retry_interval", str(RETRY_SECONDS * 2)),
        ("fatal_retry_interval", str(RETRY_SECONDS * 2)),
        ("max_retries", "1000000"),
        ("auth_rejection_permanent", "no"),
        ("max_random_initial_delay", "0"),
        *_way(line.host, account.registrar, account, transport),
    )


def _way(host: str, addresses: tuple[Address, ...], account: TrunkAccount, transport: str) -> Fields:
    """Where requests really go: Asterisk must not ask DNS, and the name still stands in the request."""
    if account.proxy is not None:
        return (("outbound_proxy", f"sip:{account.proxy}{_over(transport)};lr;hide"),)
    if not addresses or host == addresses[0].ip:
        return ()
    return (("outbound_proxy", f"sip:{addresses[0]}{_over(transport)};lr;hide"),)


def _first_ip(account: TrunkAccount) -> str:
    return account.addresses[0].ip if account.addresses else ""


def _uri(user: str, host: str, port: int) -> str:
    place = bracketed(host) + (f":{port}" if port != SIP_PORT else "")
    return f"sip:{user}@{place}" if user else f"sip:{place}"


def _in_uri(user: str) -> str:
    """Some carriers' users are written like addresses; the place comes after the last @ only."""
    return user.replace("@", "%40")


def _over(transport: str) -> str:
    """pjproject sends by UDP what does not say otherwise, whatever transport the object names."""
    return "" if transport == "udp" else f";transport={transport}"
