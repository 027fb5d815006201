"""Extension to extension without us: a dialplan that says Dial()."""

from collections.abc import Iterable, Sequence

from bench.peers import NativeFlow
from bench.phones import Line
from flow.engine.pbx.objects import PbxObject, telephone


def dial(lines: Sequence[Line], called: Sequence[Line]) -> NativeFlow:
    dialplan = "".join(f"exten => {line.number},1,Dial(PJSIP/{line.user},25)\n same => n,Hangup()\n" for line in called)
    return NativeFlow("Dial", dialplan, tuple(telephones(lines)), ("app_dial.so",))


def telephones(lines: Iterable[Line]) -> Iterable[PbxObject]:
    for line in lines:
        yield from telephone(line.user, line.password, browser=False, caller_id=f'"Pessoa" <{line.number}>')


def bench_lines(actor_company: int) -> list[Line]:
    """Every extension of the company."""
    import sqlalchemy as sa

    from flow.access import secrets
    from flow.catalog.extension import Extension
    from flow.db import platform_session

    with platform_session() as db:
        rows = db.scalars(sa.select(Extension).where(Extension.company_id == actor_company)).all()  # type: ignore[arg-type]
        return [Line(row.number, row.softphone_endpoint, secrets.decrypt(row.secret_enc)) for row in rows]
