"""Search of everything (Ctrl+K): pages, numbers, people, calls; each only as far as the person may see."""

from dataclasses import dataclass

from flow.access.actor import Actor
from flow.catalog.registry import ENTITIES, MENU
from flow.catalog.tenant import fold
from flow.db import company_session
from flow.errors import Forbidden, NoCompany
from flow.services import call_log, records

_PER_KIND = 5


@dataclass(frozen=True)
class Hit:
    kind: str
    title: str
    detail: str
    path: str


def find(actor: Actor, text: str) -> list[Hit]:
    """The best few of each kind; all pages when `text` is empty."""
    wanted = fold(text.strip())
    hits = [
        Hit("Página", entry.label, group.title, entry.path)
        for group in MENU
        for entry in group.entries
        if actor.can(entry.permission) and wanted in fold(f"{entry.label} {group.title}")
    ]
    if not wanted:
        return hits
    return hits + sorted(_rows(actor, text), key=lambda hit: _distance(hit, wanted)) + _calls(actor, text)


def _distance(hit: Hit, wanted: str) -> int:
    """What is called so stands before what merely mentions it, e.g. in an address."""
    title = fold(hit.title)
    return 0 if title.startswith(wanted) else 1 if wanted in title else 2 if wanted in fold(hit.detail) else 3


def _rows(actor: Actor, text: str) -> list[Hit]:
    hits: list[Hit] = []
    for entity in ENTITIES:
        try:
            with records.opened(actor, entity) as db:
                found = records.list_rows(db, actor, entity, search=text, size=_PER_KIND).rows
        except (Forbidden, NoCompany):
            continue
        second = next((s.name for s in entity.columns if s.name != entity.title_field), entity.title_field)
        hits += [
            Hit(entity.singular, row[entity.title_field], row[second], f"/{entity.slug}/{row['id']}") for row in found
        ]
    return hits


def _calls(actor: Actor, text: str) -> list[Hit]:
    if not actor.can("call.view") or actor.company_id is None or not any(c.isdigit() for c in text):
        return []
    with company_session(actor.company_id) as db:
        rows = call_log.list_calls(db, actor, call_log.CallFilter(number=text), size=_PER_KIND).rows
    return [Hit("Chamada", f"{row.caller} → {row.callee}", row.result_label, f"/chamadas/{row.id}") for row in rows]
