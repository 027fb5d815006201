"""One node and one engine for all of tests/calls; a company, its telephones, queues and agents for each test."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from flow import migrate
from flow.catalog.queue import Queue
from flow.catalog.registry import by_key
from flow.db import platform_session
from flow.services import records
from flow.services.first_user import ensure_first_user
from tests.calls.phone import Phone
from tests.calls.site import Account, Company, Site, new_site
from tests.calls.waiting_line import Line


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    migrate.upgrade()
    ensure_first_user("dona-da-plataforma", "girassol7")
    site = new_site()
    site.start_engine()
    try:
        site.wait_until_in_sync()
        yield site
    finally:
        if site.engine and site.engine.poll() is None:
            site.stop_engine()
        site.node.stop()


@pytest.fixture
def company(site: Site) -> Company:
    return site.company()


@pytest.fixture
def phones(site: Site, company: Company, tmp_path: Path) -> Iterator[Callable[..., list[Phone]]]:
    """Extensions with these numbers, in service, each with a registered softphone."""
    made: list[Phone] = []

    def make(*numbers: str, register: bool = True, of: Company | None = None, **more: object) -> list[Phone]:
        owner = of or company
        new = [Phone(site, owner.extension(number, **more), tmp_path) for number in numbers]
        owner.in_service()
        for phone in new:
            if register:
                phone.registers()
        made.extend(new)
        return new

    yield make
    for phone in made:
        phone.close()


@pytest.fixture
def carrier(site: Site, tmp_path: Path) -> Iterator[Phone]:
    """A carrier at an address of its own."""
    line = Phone(site, Account(0, "", "operadora", "-"), tmp_path)
    yield line
    line.close()


@pytest.fixture
def queue(site: Site, company: Company) -> Callable[..., Line]:
    """Makes a queue of these telephones (or of other members), quicker than the form allows."""

    def make(
        *phones: Phone,
        ring_seconds: int = 2,
        retry_seconds: int = 1,
        number: str = "500",
        members: Sequence[str] = (),
        **more: object,
    ) -> Line:
        board = [f"extension:{phone.account.extension_id}" for phone in phones] or list(members)
        name = f"Fila {number}"
        values = {"name": name, "number": number, "strategy": "linear", "members": board, "overflow": "hangup"}
        record = company.make("queue", **{**values, "empty_destination": "hangup", **more})
        with platform_session(writes=True) as db:
            quick = sa.update(Queue).where(Queue.id == record)
            db.exec(quick.values(ring_seconds=ring_seconds, retry_seconds=retry_seconds))
            db.commit()
        company.edit("queue", record, priority=str(more.get("priority", "0")))
        company.in_service()
        return Line(site, company, record, number, name)

    return make


@pytest.fixture
def agent(company: Company) -> Callable[..., int]:
    """A person whose Webphone is this telephone's extension; the id."""

    def make(phone: Phone, login: str = "bia") -> int:
        with records.opened(company.owner, by_key("profile")) as db:
            profiles = records.list_rows(db, company.owner, by_key("profile")).rows
        profile = next(row["id"] for row in profiles if row["name"] == "Agente")
        values = {"name": f"{login.title()} Souza", "login": f"{login}-{company.id}", "password": "girassol7"}
        return company.make(
            "user", **values, email=f"{login}@exemplo.com.br", profile_id=profile, function="Agente",
            extension_id=str(phone.account.extension_id),
        )  # fmt: skip

    return make
