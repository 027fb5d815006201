"""The ways of calls through the record that is open, drawn beside its form."""

from dataclasses import asdict
from typing import Any

import reflex as rx

from flow.access.actor import Actor
from flow.access.policy import entity_permission
from flow.catalog.entity import Entity
from flow.catalog.registry import by_key, known
from flow.db import run_in_thread
from flow.errors import FlowError
from flow.routing.outline import outline
from flow.routing.picture import INBOUND, Box
from flow.services import foresight, records
from flow.web.guard import actor as current_actor
from state.asking import entity_of, last_part

DRAWN = frozenset({INBOUND, "ivr", "queue", "schedule", "announcement"})  # entities whose forms have a drawing


class DrawingState(rx.State):
    picture: dict[str, Any] = {}  # "of": the version of the record that it was drawn for

    @rx.event(background=True)
    @entity_permission("view")
    async def draw(self, baseline: str) -> None:
        """As it is saved. In the background: no other event of the page waits for it."""
        actor = current_actor()
        async with self:
            entity, record_id = entity_of(self), last_part(self)
        try:
            drawn = await run_in_thread(_drawing, actor, entity, record_id)
        except FlowError:
            return  # the page itself says what is wrong
        async with self:
            self.picture = {**drawn, "of": str(baseline)[:100]}


def _drawing(actor: Actor, entity: Entity, record_id: str) -> dict[str, Any]:
    """The picture as the island takes it: laid out from left to right, and from top to bottom."""
    if entity.key not in DRAWN:
        return {}
    with records.opened(actor, entity) as db:
        record = records.load(db, actor, entity, record_id)
        picture = foresight.picture(db, actor, entity, record.id or 0)
    return {
        "boxes": [_box(box) for box in picture.boxes],
        "lines": [{"from": way.start, "to": way.end, "label": way.label} for way in picture.ways],
        "outline": [asdict(line) for line in outline(picture)],
    }


def _box(box: Box) -> dict[str, Any]:
    return {
        "id": box.key,
        "kind": box.kind,
        "word": box.word,
        "title": box.title,
        "path": _page_of(box),
        "column": box.column,
        "row": box.row,
        "here": box.here,
    }


def _page_of(box: Box) -> str:
    kind, _, record_id = box.key.partition(":")
    return f"/{by_key(kind).slug}/{record_id}" if known(kind) else ""
