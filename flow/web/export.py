"""Lists as files for spreadsheets: streamed in portions, so that a year of calls costs no more memory than a page."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from flow.access.actor import Actor
from flow.access.policy import permission
from flow.clock import local
from flow.db import company_session
from flow.errors import FlowError, Forbidden, SignedOut
from flow.services import call_log, grades, spreadsheet
from flow.services.call_picture import ENDED_BY
from flow.web.browser_request import actor_of, same_origin

Lines = Callable[[Actor, Mapping[str, str]], Iterator[str]]
_CALLS = (
    *("Início", "Sentido", "De", "Discado", "Para", "Fila", "Resultado"),
    *("Espera (s)", "Conversa (s)", "Fim", "Encerrada por"),
)
_GRADES = ("Data", "De", "Fila", "Agente", "Nota")


def _download(name: str, lines: Lines) -> Callable[[Request], object]:
    @permission("call.view")
    async def endpoint(request: Request) -> Response:
        """The list as the page with the same query shows it, all of it."""
        try:
            if not same_origin(request):
                raise Forbidden("Este pedido veio de outra página e foi recusado.")
            actor = await actor_of(request)
            if actor is None:
                raise SignedOut()
            actor.demand("call.view")
            actor.company  # noqa: B018 - raises NoCompany, before anything is sent
        except FlowError as error:
            return JSONResponse({"error": error.id, "message": error.text}, status_code=error.status)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
        content = lines(actor, dict(request.query_params))
        return StreamingResponse(content, media_type="text/csv; charset=utf-8", headers=headers)

    return endpoint


def _calls(actor: Actor, query: Mapping[str, str]) -> Iterator[str]:
    yield spreadsheet.BYTE_ORDER_MARK + spreadsheet.lines([_CALLS])
    with company_session(actor.company) as db:
        zone = call_log.zone_of(db, actor)
        for rows in call_log.every_call(db, actor, call_log.filter_of(query)):
            yield spreadsheet.lines(_call(row, zone) for row in rows)


def _call(row: call_log.CallRow, zone: str) -> tuple[object, ...]:
    return (
        _moment(row.started_at, zone),
        call_log.DIRECTION_LABELS.get(row.direction, row.direction),
        row.caller,
        row.dialled,
        row.callee,
        row.queue,
        row.result_label,
        row.wait_seconds,
        row.talk_seconds,
        _moment(row.ended_at, zone) if row.ended_at else "",
        ENDED_BY.get(row.ended_by, ""),
    )


def _grades(actor: Actor, query: Mapping[str, str]) -> Iterator[str]:
    yield spreadsheet.BYTE_ORDER_MARK + spreadsheet.lines([_GRADES])
    with company_session(actor.company) as db:
        zone = call_log.zone_of(db, actor)
        for rows in grades.every_grade(db, actor, grades.filter_of(query)):
            yield spreadsheet.lines((_moment(r.at, zone), r.caller, r.queue, r.agent, r.grade) for r in rows)


def _moment(at: datetime, zone: str) -> str:
    return local(at, zone).strftime("%d/%m/%Y %H:%M:%S")


routes = [
    Route("/export/chamadas.csv", _download("chamadas.csv", _calls)),
    Route("/export/avaliacoes.csv", _download("avaliacoes.csv", _grades)),
]
