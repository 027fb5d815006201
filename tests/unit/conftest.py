"""A migrated database in a temporary directory, and people of every kind to act in it."""

import hashlib
import math
import tempfile
from array import array
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings as property_settings

from flow import migrate
from flow.access import permissions
from flow.access.actor import Actor
from flow.catalog import cnpj
from flow.catalog.registry import by_key
from flow.services import media, records
from flow.services.first_user import ensure_first_user
from flow.sound.wav import RATE, Sound, header

property_settings.register_profile("rules", deadline=None)  # a busy machine breaks no rule
property_settings.load_profile("rules")

_serial = count(1)


@pytest.fixture(scope="session", autouse=True)
def database():
    migrate.upgrade()
    ensure_first_user("dona-da-plataforma", "girassol7")


SUPER = Actor(
    user_id=1,  # the first user
    login="dona",
    name="Dona da Plataforma",
    company_id=None,
    home_company_id=None,
    is_super=True,
    function="Administrador",
    permissions=permissions.ALL | permissions.PLATFORM,
)


def fresh_cnpj() -> str:
    base = f"{next(_serial):08d}0001"
    return base + cnpj.check_digits(base)


@dataclass(frozen=True)
class Tenant:
    """A company with its ready profiles, seen by its super user."""

    id: int
    owner: Actor

    def save(self, key: str, values: dict[str, object], record_id: object = None, version: int | None = None):
        return save(self.owner, key, values, record_id, version)

    def extension(self, number: str, **more: object) -> int:
        values = {"number": number, "password": "girassol77x", "label": f"Ramal {number}", **more}
        return self.save("extension", values).id

    def audio(self, name: str, seconds: float = 1.0) -> int:
        return self.save("audio", {"name": name, "current": self.sound(seconds)}).id

    def user(self, login: str, *, profile: str = "Agente", function: str = "Agente", **more: object) -> int:
        values = {
            "name": login.title(),
            "login": f"{login}-{self.id}",
            "password": "girassol7",
            "email": f"{login}@exemplo.com.br",
            "profile_id": self.profile(profile),
            "function": function,
            **more,
        }
        return self.save("user", values).id

    def sound(self, seconds: float = 1.0, name: str = "saudacao.wav") -> str:
        """The hash of an uploaded file, each with a tune of its own."""
        return kept_sound(self.id, seconds, name)

    def profile(self, name: str) -> str:
        with records.opened(self.owner, by_key("profile")) as db:
            rows = records.list_rows(db, self.owner, by_key("profile")).rows
        return next(row["id"] for row in rows if row["name"] == name)

    def as_person(self, user_id: int, function: str, granted: frozenset[str] | None = None, **more: object) -> Actor:
        ceiling = permissions.CEILING[function]
        return Actor(
            user_id=user_id,
            login="x",
            name="Pessoa",
            company_id=self.id,
            home_company_id=self.id,
            is_super=False,
            function=function,
            permissions=ceiling if granted is None else granted & ceiling,
            **more,  # type: ignore[arg-type]
        )


def kept_sound(company_id: int, seconds: float = 1.0, name: str = "saudacao.wav") -> str:
    pitch = 200 + next(_serial) % 1500
    samples = array("h", (round(9000 * math.sin(2 * math.pi * pitch * n / RATE)) for n in range(int(seconds * RATE))))
    data = header(len(samples) * 2) + samples.tobytes()
    with tempfile.NamedTemporaryFile(delete=False) as draft:
        draft.write(data)
    sound = Sound(hashlib.sha256(data).hexdigest(), int(seconds * 1000), len(data))
    return media.keep(company_id, Path(draft.name), sound, name).hash


def save(actor: Actor, key: str, values: dict[str, object], record_id: object = None, version: int | None = None):
    entity = by_key(key)
    with records.opened(actor, entity, writes=True) as db:
        return records.save(db, actor, entity, record_id, values, version)


@pytest.fixture
def new_tenant() -> Callable[[], Tenant]:
    def make() -> Tenant:
        values = {"legal_name": "Empresa Teste", "cnpj": fresh_cnpj(), "contact": "Zé", "ddd": "51"}
        company_id = save(SUPER, "company", values).id
        return Tenant(company_id, replace(SUPER, company_id=company_id))

    return make


@pytest.fixture
def tenant(new_tenant) -> Tenant:
    return new_tenant()
