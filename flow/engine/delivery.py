"""Brings objects to the node and takes them away: in the order that Asterisk needs, and so many at a time."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

import structlog

from flow.engine.pbx.ari import AriError
from flow.engine.pbx.commands import Pbx
from flow.engine.pbx.objects import KINDS, PbxObject, endpoint_of_object, in_push_order, keys_of, registration_auth

log = structlog.get_logger(__name__)

PARALLEL = 8
"""More would only fill Asterisk's queues: a PUT returns before its observers ran."""
SIGN_OUT_SECONDS = 5.0
_REFUSED = 400
_REGISTRATION = "registration/"


class Delivery:
    """`on_signed_out` hears whose registrations went with an AOR; `wanted`: whether a key is some company's now."""

    def __init__(self, pbx: Pbx, on_signed_out: Callable[[str], None], wanted: Callable[[str], bool]) -> None:
        self._pbx = pbx
        self._on_signed_out = on_signed_out
        self._wanted = wanted
        self._leaving: set[asyncio.Task[None]] = set()

    async def put(self, items: Iterable[PbxObject]) -> set[str]:
        """The endpoints of which the node refuses something. Nothing of them stays there, for half a trunk would take
        the calls of others; and everything else is delivered: no company waits for what another has written."""
        refused: set[str] = set()
        for stage in in_push_order(items):
            await throttled((self._put(item, refused) for item in stage), PARALLEL)
        await self.delete([key for name in refused for key in keys_of(name)])
        return refused

    async def _put(self, item: PbxObject, refused: set[str]) -> None:
        try:
            await self._pbx.put_object(item.kind, item.name, item.fields)
        except AriError as error:
            if error.status != _REFUSED:
                raise
            log.warning("the node refuses an object", object=item.key)
            refused.add(endpoint_of_object(item.name))

    async def delete(self, keys: Iterable[str]) -> None:
        keys = self._without_passwords(list(keys))
        for kind in reversed(KINDS):
            names = [key.partition("/")[2] for key in keys if key.startswith(f"{kind}/")]
            await throttled((self._pbx.delete_object(kind, name) for name in names), PARALLEL)
            if kind == "aor":
                for name in names:
                    self._on_signed_out(name)

    def _without_passwords(self, keys: list[str]) -> list[str]:
        """A registration that is deleted signs out afterwards, and the carrier asks for its password once more."""
        signing_out = (key.partition("/")[2] for key in keys if key.startswith(_REGISTRATION))
        passwords = {f"auth/{registration_auth(name)}" for name in signing_out}
        if passwords:
            task = asyncio.create_task(self._delete_later(passwords))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
        return [key for key in keys if key not in passwords]

    async def _delete_later(self, keys: Iterable[str]) -> None:
        await asyncio.sleep(SIGN_OUT_SECONDS)
        with contextlib.suppress(AriError):
            for key in keys:
                if not self._wanted(key):
                    await self._pbx.delete_object("auth", key.partition("/")[2])


def without(endpoints: Collection[str], digests: Mapping[str, str]) -> dict[str, str]:
    """What is left when nothing of these endpoints is there."""
    return {key: word for key, word in digests.items() if endpoint_of_object(key.partition("/")[2]) not in endpoints}


async def throttled(work: Iterable[Awaitable[None]], parallel: int) -> None:
    """All of it, `parallel` at a time. The first failure stops what has not begun."""
    queue = iter(work)

    async def worker() -> None:
        for item in queue:
            await item

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(parallel):
                group.create_task(worker())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
