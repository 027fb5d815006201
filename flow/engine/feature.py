"""Carries out a feature code, and says in words what it did."""

from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from flow.catalog.call import CallResult
from flow.engine.ending import Over, Side
from flow.engine.farewell import ANNOUNCEMENT_SECONDS
from flow.engine.people import People
from flow.engine.stage import Stage
from flow.errors import FlowError
from flow.routing.features import QueueToggle, toggle_queues

if TYPE_CHECKING:
    from flow.engine.call import CallSession

log = structlog.get_logger(__name__)


async def queues(session: "CallSession") -> None:
    """The caller's person enters the queues, or leaves them. Always raises Over."""
    office, record = session.office, session.record
    desk = office.desk(record.company_id)
    toggle = toggle_queues(session.snapshot, record.caller, desk.logins())
    try:
        for queue_id in toggle.queues:
            await People(office).log(record.company_id, queue_id, toggle.key, toggle.enters)
    except (SQLAlchemyError, FlowError) as error:
        log.warning("a login cannot be kept", call=session.id, error=type(error).__name__)
        record.step("feature", "O banco de dados não aceita a mudança agora; a pessoa fica nas filas como estava.")
        await session.end_with(CallResult.FAILED)
    record.step("feature", toggle.why, queues=list(toggle.queues))
    await _say(session, _prompt(toggle))


def _prompt(toggle: QueueToggle) -> str:
    if not toggle.queues:
        return "fila-nenhuma"
    return "fila-entrou" if toggle.enters else "fila-saiu"


async def _say(session: "CallSession", prompt: str) -> None:
    """Whether it is heard to its end or not, the code has done its work. Always raises Over."""
    session.record.state = "announcing"
    stage = Stage(session)
    await stage.open()
    tag = await stage.say(prompt)
    with session.inbox.within(ANNOUNCEMENT_SECONDS) as deadline:
        while True:
            try:
                event = await session.caller_event()
            except Over as over:
                raise Over(CallResult.SERVED, over.by, over.cause) from None
            if stage.ended(event) == tag or event.get("of") is deadline:
                raise Over(CallResult.SERVED, Side.SYSTEM)
