"""Reads a company's trunks: for routing as plans, for the node as objects, for people as registrations to watch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from flow.access import secrets
from flow.catalog.trunk import Trunk
from flow.db import platform_session
from flow.engine.carriers import Address
from flow.engine.pbx.objects import PbxObject
from flow.engine.pbx.trunk_objects import TrunkAccount, client_uri, server_uri, trunk
from flow.engine.trunks import Line
from flow.routing.snapshot import TrunkPlan
from flow.routing.trunk_lines import SIP_PORT, Registration, bracketed, parse_host, parse_registration, translate
from flow.routing.trunk_options import TrunkOptions

_TABLE = sa.inspect(Trunk).local_table
ROWS = sa.select(_TABLE)
Look = Callable[[str], tuple[Address, ...] | None]
_UNRESOLVED = "O nome {} não foi encontrado no DNS. Confira o Endereço/Host."
_RESOLVING = "Procurando o endereço de {}."


@dataclass(frozen=True)
class ReadTrunks:
    """`standing`: of trunks without a registration to watch: (trunk id, state, reason). `hosts`: asked of DNS, and
    what each was then."""

    plans: tuple[TrunkPlan, ...] = ()
    objects: tuple[PbxObject, ...] = field(default=(), repr=False)
    lines: tuple[Line, ...] = ()
    standing: tuple[tuple[int, str, str], ...] = ()
    hosts: Mapping[str, tuple[Address, ...] | None] = field(default_factory=dict)


@dataclass
class _Reading:
    plans: list[TrunkPlan] = field(default_factory=list)
    objects: list[PbxObject] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    standing: list[tuple[int, str, str]] = field(default_factory=list)
    hosts: dict[str, tuple[Address, ...] | None] = field(default_factory=dict)


def read_trunks(rows: list[Mapping[str, Any]], look: Look, key: bytes) -> ReadTrunks:
    """`rows` of the table, `look`: host (and port) → addresses, `key`: of the objects' digests."""
    reading = _Reading()
    for row in rows:
        _read(row, look, key, reading)
    return ReadTrunks(
        tuple(reading.plans),
        tuple(reading.objects),
        tuple(reading.lines),
        tuple(reading.standing),
        reading.hosts,
    )


def read_row(company_id: int, trunk_id: int) -> Mapping[str, Any] | None:
    """One trunk as it is stored now. Runs in a thread."""
    wanted = ROWS.where(_TABLE.c.company_id == company_id, _TABLE.c.id == trunk_id)
    with platform_session() as db:
        row = db.connection().execute(wanted).mappings().first()
        return dict(row) if row is not None else None


def _read(row: Mapping[str, Any], look: Look, key: bytes, into: _Reading) -> None:
    if not row["active"]:
        into.standing.append((row["id"], "off", "O tronco está desativado."))
        return
    places = places_of(row)
    options, registration = places.options, places.registration
    host, port = parse_host(places.host)
    asked = [place for place in (places.host, places.registrar, places.proxy) if place]
    found = {where: look(where) for where in asked}
    into.hosts.update(found)
    for where, addresses in found.items():
        if not addresses:
            state, words = ("resolving", _RESOLVING) if addresses is None else ("unresolved", _UNRESOLVED)
            into.standing.append((row["id"], state, words.format(where)))
            return
    account = TrunkAccount(
        f"{row['company_id']}-{row['sip_key']}",
        host,
        port or SIP_PORT,
        found[places.host] or (),
        options,
        row["username"] if row["use_auth"] else "",
        secrets.decrypt(row["secret_enc"]) if row["use_auth"] and row["secret_enc"] else "",
        registration,
        (found[places.registrar] or ()) if registration else (),
        (found[places.proxy] or (None,))[0] if places.proxy else None,
    )
    name, objects = trunk(account, key)
    into.objects.extend(objects)
    known = frozenset(address.ip for where in asked for address in found[where] or ())
    into.plans.append(TrunkPlan(row["id"], row["name"], row["code"], name, True, row["max_calls"], known))
    if registration is None:
        into.standing.append((row["id"], "by_address", f"Reconhecido pelo endereço: {', '.join(sorted(known))}."))
    else:
        far = server_uri(registration, options)
        into.lines.append(Line(row["company_id"], row["id"], client_uri(registration), far))


@dataclass(frozen=True, slots=True)
class Places:
    """Where a trunk leads, each as `host` or `host:port`; `registrar` and `proxy` "" where there is none."""

    host: str
    registrar: str
    proxy: str
    options: TrunkOptions
    registration: Registration | None = field(repr=False)


def places_of(row: Mapping[str, Any]) -> Places:
    options = translate(row["extra"]).options
    host, port = parse_host(row["host"])
    registration = _registration(row)
    return Places(
        _place(host, port or options.port),
        _place(registration.host, registration.port) if registration else "",
        _place(*parse_host(options.outbound_proxy)) if options.outbound_proxy else "",
        options,
        registration,
    )


def _registration(row: Mapping[str, Any]) -> Registration | None:
    if not row["use_auth"] or not row["registration_enc"]:
        return None
    return parse_registration(secrets.decrypt(row["registration_enc"]))


def _place(host: str, port: int | None) -> str:
    return f"{bracketed(host)}:{port}" if port and port != SIP_PORT else bracketed(host)
