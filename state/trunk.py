"""Tronco beyond its form: what each line means while it is typed, and Testar tronco, hop by hop."""

from typing import Any

import reflex as rx

from flow.access.actor import Actor
from flow.access.policy import entity_permission, signed_in
from flow.catalog.entity import Entity
from flow.db import run_in_thread
from flow.errors import FlowError, NotFound
from flow.live.engine_client import engine_client
from flow.services import records, trunks
from flow.web.guard import actor as current_actor
from state.asking import entity_of, last_part

_KEY = "trunk"
_LONGEST = 5000


class TrunkState(rx.State):
    """`explained`: by field {"stamp", "rows"}; `test`: {"running", "problem", "hops"}, empty before the first."""

    explained: dict[str, dict[str, Any]] = {}
    test: dict[str, Any] = {}

    @rx.event
    @signed_in
    async def explain(self, field: str, text: str, stamp: str) -> None:
        """`stamp` comes back with the answer, which is otherwise the same for everybody: nothing is looked up."""
        if field not in trunks.EXPLAINED:
            raise NotFound()
        answer = {"stamp": str(stamp)[:40], "rows": trunks.explain(field, str(text)[:_LONGEST])}
        self.explained = {**self.explained, field: answer}

    @rx.event(background=True)
    @entity_permission("edit")
    async def run_test(self) -> None:
        actor = current_actor()
        async with self:
            entity, record_id = entity_of(self), last_part(self)
            self.test = {"running": True, "problem": "", "hops": []}
        problem = ""
        try:
            trunk_id = await run_in_thread(_own, actor, entity, record_id)
            async for hop in engine_client.test_trunk(actor.company, trunk_id):
                async with self:
                    self.test = {**self.test, "hops": [*self.test["hops"], hop]}
        except FlowError as error:
            problem = error.text
        async with self:
            self.test = {**self.test, "running": False, "problem": problem}


def _own(actor: Actor, entity: Entity, record_id: str) -> int:
    """The id, if it is a trunk of this person's company. Raises NotFound."""
    if entity.key != _KEY:
        raise NotFound()
    with records.opened(actor, entity) as db:
        found = records.load(db, actor, entity, record_id).id
    assert found is not None
    return found
