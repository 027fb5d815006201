"""Filas: what a person does at the queues, for themselves or for somebody else. What the queues do comes live."""

from typing import Any

import reflex as rx

from flow.access.actor import Actor
from flow.access.policy import permission, signed_in
from flow.db import run_in_thread
from flow.errors import FlowError
from flow.live.engine_client import engine_client
from flow.services import attendance
from flow.web.guard import actor as current_actor
from state.asking import whole


class QueuesState(rx.State):
    loaded: bool = False
    known: int = 0
    failure: str = ""

    @rx.event
    @permission("queue.view")
    async def load(self) -> None:
        self.failure = ""
        try:
            self.known = await run_in_thread(attendance.how_many_queues, current_actor())
        except FlowError as error:
            self.failure = error.text
        self.loaded = True

    # Somebody else, by who may

    @rx.event
    @permission("agent.logout")
    async def enlist(self, user_id: str, queue_id: str) -> None:
        """Into one queue."""
        actor, person = await _other(user_id)
        await _seat(actor, person, [whole(queue_id, 0)], True)

    @rx.event
    @permission("agent.logout")
    async def dismiss(self, user_id: str, queue_id: str) -> None:
        """Out of one queue, or of all with an empty `queue_id`."""
        actor, person = await _other(user_id)
        queues = [whole(queue_id, 0)] if queue_id else await _seats(actor, person, logged_in=True)
        await _seat(actor, person, queues, False)

    @rx.event
    @permission("agent.pause")
    async def pause(self, user_id: str, reason: str) -> None:
        actor, person = await _other(user_id)
        await _pause(actor, person, attendance.reason_of(reason))

    @rx.event
    @permission("agent.pause")
    async def resume(self, user_id: str) -> None:
        actor, person = await _other(user_id)
        await _pause(actor, person, "")

    # Oneself: whose key it is comes from the session, whatever the browser says

    @rx.event
    @signed_in
    async def attend(self, queue_id: str) -> None:
        """Into one of the own queues, or all of them with an empty `queue_id`."""
        actor = current_actor()
        queues = [whole(queue_id, 0)] if queue_id else await _seats(actor, actor.user_id, logged_in=False)
        await _seat(actor, actor.user_id, queues, True)

    @rx.event
    @signed_in
    async def leave(self, queue_id: str) -> None:
        actor = current_actor()
        queues = [whole(queue_id, 0)] if queue_id else await _seats(actor, actor.user_id, logged_in=True)
        await _seat(actor, actor.user_id, queues, False)

    @rx.event
    @signed_in
    async def rest(self, reason: str) -> None:
        actor = current_actor()
        await _pause(actor, actor.user_id, attendance.reason_of(reason))

    @rx.event
    @signed_in
    async def work(self) -> None:
        actor = current_actor()
        await _pause(actor, actor.user_id, "")


async def _other(user_id: Any) -> tuple[Actor, int]:
    """Who asks, and a person in their reach."""
    actor, person = current_actor(), whole(user_id, 0)
    await run_in_thread(attendance.person_in_reach, actor, person)
    return actor, person


async def _seats(actor: Actor, user_id: int, *, logged_in: bool) -> list[int]:
    """The queues of which the person is a member, and is (not) logged in to."""
    key = attendance.key_of(user_id)
    cards = await engine_client.queues(actor.company)
    return [c["id"] for c in cards for m in c["members"] if m["key"] == key and m["logged_in"] is logged_in]


async def _seat(actor: Actor, user_id: int, queues: list[int], logged_in: bool) -> None:
    action = "queue-login" if logged_in else "queue-logout"
    for queue_id in queues:
        await engine_client.seat(actor.company, attendance.key_of(user_id), queue_id, logged_in)
        await run_in_thread(attendance.note, actor, user_id, action, queue_id=queue_id)


async def _pause(actor: Actor, user_id: int, reason: str) -> None:
    await engine_client.pause(actor.company, attendance.key_of(user_id), reason)
    action = "pause" if reason else "resume"
    await run_in_thread(attendance.note, actor, user_id, action, reason=reason)
