"""One node and one engine for all of tests/calls; a company and its telephones for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flow import migrate
from flow.services.first_user import ensure_first_user
from tests.calls.phone import Phone
from tests.calls.site import Account, Company, Site, new_site


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
