"""Whether this installation is well, for machines that watch it."""

from sqlmodel import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from flow.access.policy import public
from flow.db import engine, run_in_thread
from flow.errors import FlowError
from flow.live.engine_client import engine_client


def _database_answers() -> bool:
    try:
        with engine().connect() as connection:
            connection.execute(text("SELECT revision FROM company LIMIT 1"))
        return True
    except Exception:  # noqa: BLE001 - any failure at all means that the database does not serve
        return False


@public
async def healthz(_request: Request) -> Response:
    """200 when database, engine and every node serve, else 503; the body says which does not."""
    database = await run_in_thread(_database_answers)
    try:
        status = await engine_client.status()
        nodes = [{k: n[k] for k in ("id", "state", "in_sync", "since")} for n in status["nodes"]]
        running = True
    except FlowError:
        nodes, running = [], False
    well = database and running and bool(nodes) and all(n["state"] == "connected" and n["in_sync"] for n in nodes)
    body = {"ok": well, "database": database, "engine": running, "nodes": nodes}
    return JSONResponse(body, status_code=200 if well else 503, headers={"Cache-Control": "no-store"})


routes = [Route("/healthz", healthz)]
