"""What a company is on a node: for every telephone one auth, one AOR and one endpoint; for a trunk some more. Pure.

All carry the endpoint's name, so whoever knows the endpoints of a node knows what is there to delete.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flow.engine.pbx.commands import CALLS_APP
from flow.routing.snapshot import Station

Fields = tuple[tuple[str, str], ...]
KINDS = ("auth", "aor", "endpoint", "identify", "registration")
"""The order to push in. Every new AOR scans the endpoints that exist, so AORs come before the first endpoint."""
TELEPHONE_KINDS = KINDS[:3]
_TELEPHONE = re.compile(r"f(\d+)-[a-z0-9]+(-w)?")
_TRUNK = re.compile(r"[tuv](\d+)-[a-z0-9]+-[0-9a-f]{8}")

CONTEXT = "flow"
SOFTPHONE_CONTACTS = 3

# Asterisk merges a PUT into what is there: every attribute that ever changes stands here, even at its default.
# No set_var: an endpoint that has one refuses every later PUT (its copy exports the variable as an option).
_ENDPOINT: Fields = (
    ("context", CONTEXT),
    ("language", "pt_BR"),
    ("allow_subscribe", "no"),
    ("trust_id_inbound", "no"),  # who it is, is known from the endpoint, never from a header
    ("trust_id_outbound", "no"),
    ("send_pai", "yes"),  # whom a telephone is connected with, also after a transfer
    ("direct_media", "no"),
    ("rtp_symmetric", "yes"),
    ("force_rport", "yes"),
    ("rewrite_contact", "yes"),
    ("timers", "no"),
    ("allow_overlap", "no"),
    ("notify_early_inuse_ringing", "no"),
    ("max_video_streams", "0"),
    ("t38_udptl", "no"),
)
_SOFTPHONE: Fields = (
    *_ENDPOINT,
    ("allow", "!all,ulaw,alaw,g722"),
    ("dtmf_mode", "auto"),
    ("rtp_timeout", "0"),  # a muted softphone may stay silent
)
_BROWSER: Fields = (
    *_ENDPOINT,
    ("webrtc", "yes"),
    ("transport", "transport-ws"),
    ("allow", "!all,ulaw,alaw,opus"),  # passed through to a softphone; opus only between browsers
    ("codec_prefs_incoming_offer", "prefer:configured,operation:intersect,keep:all,transcode:allow"),
    ("dtmf_mode", "rfc4733"),
    ("rtp_keepalive", "15"),
    ("rtp_timeout", "60"),  # a tab that vanished
)
_SOFTPHONE_AOR: Fields = (
    ("max_contacts", str(SOFTPHONE_CONTACTS)),
    ("remove_existing", "yes"),
    ("minimum_expiration", "60"),
    ("default_expiration", "300"),
    ("maximum_expiration", "600"),
    ("qualify_frequency", "0"),
)
_BROWSER_AOR: Fields = (
    ("max_contacts", "1"),
    ("remove_existing", "yes"),
    ("minimum_expiration", "30"),
    ("default_expiration", "120"),
    ("maximum_expiration", "600"),
    ("qualify_frequency", "0"),
)


@dataclass(frozen=True, slots=True)
class PbxObject:
    kind: str
    name: str
    fields: Fields

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}"


def telephone(name: str, password: str, *, browser: bool, caller_id: str) -> tuple[PbxObject, PbxObject, PbxObject]:
    """The objects of one telephone, in the order of KINDS."""
    auth: Fields = (("auth_type", "userpass"), ("username", name), ("password", password))
    links: Fields = (("auth", name), ("aors", name), ("callerid", caller_id))
    return (
        PbxObject("auth", name, auth),
        PbxObject("aor", name, _BROWSER_AOR if browser else _SOFTPHONE_AOR),
        PbxObject("endpoint", name, (_BROWSER if browser else _SOFTPHONE) + links),
    )


def company_of(name: str) -> int | None:
    """The company whose telephone or trunk bears this endpoint name; None for a name that is neither's."""
    match = _TELEPHONE.fullmatch(name) or _TRUNK.fullmatch(name)
    return int(match[1]) if match else None


def is_trunk(name: str) -> bool:
    return _TRUNK.fullmatch(name) is not None


def same_trunk(name: str, other: str) -> bool:
    """Whether two endpoints are one trunk's, before and after its configuration changed."""
    return name[1:].rpartition("-")[0] == other[1:].rpartition("-")[0]


def keys_of(name: str) -> list[str]:
    """Everything that may be on a node under this endpoint's name."""
    if not is_trunk(name):
        return [f"{kind}/{name}" for kind in TELEPHONE_KINDS]
    return [*(f"{kind}/{name}" for kind in KINDS), f"auth/{registration_auth(name)}"]


def registration_auth(name: str) -> str:
    """A trunk's Registro has a user and a password of its own."""
    return f"{name}-r"


def endpoint_of_object(name: str) -> str:
    """The endpoint that an object of this name belongs to."""
    return name.removesuffix("-r")


def caller_id(label: str, number: str) -> str:
    """`"Label" <number>` with nothing in the label that could end it early."""
    safe = "".join(c for c in label if c.isprintable() and c not in '"\\<>;,&|${}@/').strip()
    return f'"{safe}" <{number}>'


def shown_as(station: Station) -> str:
    """What telephones show of an extension."""
    return caller_id(station.label, station.number)


def digest(item: PbxObject, key: bytes) -> str:
    """Keyed: the digest is kept in a file, and a password must not be guessed from it."""
    text = "\x1f".join((item.key, *(f"{name}\x1e{value}" for name, value in item.fields)))
    return hashlib.blake2b(text.encode(), digest_size=12, key=key[:64]).hexdigest()


def manifest_hash(digests: Mapping[str, str]) -> str:
    """One word for everything a company has on a node."""
    total = "\n".join(sorted(f"{key}={checksum}" for key, checksum in digests.items()))
    return hashlib.blake2b(total.encode(), digest_size=16).hexdigest()


def sentinel_name(company_id: int) -> str:
    return f"{CALLS_APP}-sentinel-{company_id}"


def sentinel(company_id: int, manifest: str) -> PbxObject:
    """Written last: who finds it with this hash knows that everything before it arrived. No endpoint uses it."""
    fields: Fields = (("auth_type", "userpass"), ("username", manifest), ("password", "-"))
    return PbxObject("auth", sentinel_name(company_id), fields)


def in_push_order(objects: Iterable[PbxObject]) -> list[list[PbxObject]]:
    """One stage for each kind; a stage may run in parallel, the stages may not."""
    stages: dict[str, list[PbxObject]] = {kind: [] for kind in KINDS}
    for item in objects:
        stages[item.kind].append(item)
    return [stages[kind] for kind in KINDS]
