"""After a save: learn when the telephones obey."""

from dataclasses import dataclass

from flow.db import platform_session, run_in_thread
from flow.errors import FlowError
from flow.live.engine_client import engine_client
from flow.services import records

PATIENCE = 5.0  # seconds; beyond that the page says so and the engine goes on trying


@dataclass(frozen=True)
class Aftermath:
    company_id: int
    revision: int
    audit_id: int


async def follow(change: Aftermath) -> tuple[str, str]:
    """Status and tone for the form, e.g. ("em serviço em 0,3 s", "success")."""
    try:
        answer = await engine_client.in_service(change.company_id, change.revision, wait=PATIENCE)
    except FlowError:
        return "salvo; entra em serviço quando a telefonia voltar", "warning"
    if not answer["in_service"]:
        return f"salvo, mas falhou: {answer.get('reason') or 'o nó não confirmou a mudança'}", "danger"
    await run_in_thread(_note, change.audit_id, round(answer["ms"]))
    return f"em serviço em {duration(answer['ms'])}", "success"


def duration(milliseconds: float) -> str:
    """ "34 ms" or "1,2 s"."""
    return f"{milliseconds:.0f} ms" if milliseconds < 100 else f"{milliseconds / 1000:.1f} s".replace(".", ",")


def _note(audit_id: int, milliseconds: int) -> None:
    with platform_session(writes=True) as db:
        records.in_service(db, audit_id, milliseconds)
