"""From pressing Salvar to serving calls: the save, the word to the engine, the push, and a telephone that gets in."""

import asyncio
import time
from dataclasses import dataclass, field

from bench.exchange import running_engine, running_node
from bench.figures import Figure, median, percentile
from bench.phones import Line
from bench.telephone import Telephone
from bench.tenants import company_with_extensions
from flow.access.actor import Actor
from flow.catalog.extension import Extension
from flow.catalog.registry import by_key
from flow.db import platform_session
from flow.live.engine_client import engine_client
from flow.services import records
from flow.settings import settings

RUNS = 3
CHANGES, NEW = 25, 10
PASSWORD = "girassol77x"
SIZES = (100, 1_000)


@dataclass
class Times:
    """Milliseconds since the save began, of each save in one run."""

    saved: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)
    created: list[float] = field(default_factory=list)
    registered: list[float] = field(default_factory=list)


def run() -> list[Figure]:
    return asyncio.run(_run())


async def _run() -> list[Figure]:
    figures = []
    with running_node(), running_engine() as engine:
        there = 0
        for size in SIZES:
            actor = company_with_extensions(size, f"{size:08d}")
            there += size
            engine.wait_until_in_sync(3 * there)
            await _steady(actor)
            figures += _told(size, [await _one_run(actor, number) for number in range(RUNS)])
            there += RUNS * NEW
    await engine_client.close()
    return figures


async def _steady(actor: Actor) -> None:
    """After a big push the node still works on it for a moment."""
    for _ in range(5):
        await asyncio.sleep(1)
        await _change(actor, 0)


async def _one_run(actor: Actor, run_number: int) -> Times:
    times = Times()
    for index in range(CHANGES):
        saved, served = await _change(actor, index)
        times.saved.append(saved)
        times.changed.append(served)
        await asyncio.sleep(0.02)
    for index in range(NEW):
        served, registered = await _create(actor, str(100_000 + run_number * NEW + index))
        times.created.append(served)
        times.registered.append(registered)
    return times


async def _change(actor: Actor, index: int) -> tuple[float, float]:
    """A new Identificação for one extension."""
    entity, start = by_key("extension"), time.perf_counter()
    with records.opened(actor, entity, writes=True) as db:
        row = records.list_rows(db, actor, entity, page=1 + index // 25).rows[index % 25]
        before = records.load(db, actor, entity, row["id"])
        start = time.perf_counter()
        label = f"Pessoa {time.time_ns() % 1_000_000}"
        saved = records.save(db, actor, entity, before.id, {**before.values, "label": label}, before.version)
    written = _since(start)
    await _in_service(saved)
    return written, _since(start)


async def _create(actor: Actor, number: str) -> tuple[float, float]:
    entity, start = by_key("extension"), time.perf_counter()
    values = {"number": number, "label": f"Pessoa {number}", "password": PASSWORD}
    with records.opened(actor, entity, writes=True) as db:
        saved = records.save(db, actor, entity, None, values, None)
    await _in_service(saved)
    served = _since(start)
    with platform_session() as db:
        row = db.get(Extension, saved.id)
        assert row is not None
        telephone = Telephone(Line(number, row.softphone_endpoint, PASSWORD), settings.sip_port)
    status = await asyncio.to_thread(telephone.register)
    telephone.close()
    assert status == 200, f"in service, and its telephone was answered {status}"
    return served, _since(start)


async def _in_service(saved: records.Saved) -> None:
    await engine_client.changed(saved.company_id, saved.revision)
    answer = await engine_client.in_service(saved.company_id, saved.revision, wait=30)
    assert answer["in_service"], answer


def _told(size: int, runs: list[Times]) -> list[Figure]:
    where = f"company of {size:,}"
    rows = {
        "change saved": [times.saved for times in runs],
        "change in service": [times.changed for times in runs],
        "new extension in service": [times.created for times in runs],
        "new extension, its telephone signed in": [times.registered for times in runs],
    }
    return [
        median(f"{where}: {name}, p{round(share * 100)}", [percentile(values, share) for values in lists], "ms")
        for name, lists in rows.items()
        for share in (0.5, 0.95)
    ]


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000
