"""A company with people who have telephones, made by the same action functions that the pages call."""

from dataclasses import dataclass
from itertools import count

from flow.access import permissions
from flow.access.actor import Actor
from flow.catalog import cnpj
from flow.catalog.registry import by_key
from flow.services import records
from tests.unit.conftest import kept_sound

PASSWORD = "girassol77"
_serial = count(1)


@dataclass(frozen=True)
class Person:
    name: str
    login: str
    number: str  # empty: a person without Webphone
    password: str = PASSWORD


@dataclass(frozen=True)
class Company:
    id: int
    owner: Actor

    @classmethod
    def new(cls) -> "Company":
        serial = next(_serial)
        base = f"{serial + 500:08d}0001"
        values = {
            "legal_name": f"Empresa {serial}",
            "cnpj": base + cnpj.check_digits(base),
            "contact": "Zé",
            "ddd": "51",
        }
        company_id = _save(_owner(None), "company", values)
        return cls(company_id, _owner(company_id))

    def person(self, name: str, number: str = "", *, profile: str = "Agente", **extension: object) -> Person:
        """A person, and with `number` the Ramal that rings in their browser."""
        login = f"{name.lower()}-{self.id}"
        values: dict[str, object] = {
            "name": name,
            "login": login,
            "password": PASSWORD,
            "email": f"{login}@exemplo.com.br",
            "profile_id": self._profile(profile),
            "function": profile,
        }
        if number:
            values["extension_id"] = str(self.extension(number, name, **extension))
        _save(self.owner, "user", values)
        return Person(name, login, number)

    def extension(self, number: str, label: str, **more: object) -> int:
        values = {"number": number, "password": PASSWORD, "label": label, "webphone": "on", "active": "on", **more}
        return _save(self.owner, "extension", values)

    def audio(self, name: str) -> int:
        return self.save("audio", {"name": name, "current": kept_sound(self.id)})

    def save(self, key: str, values: dict[str, object]) -> int:
        return _save(self.owner, key, values)

    def _profile(self, name: str) -> str:
        entity = by_key("profile")
        with records.opened(self.owner, entity) as db:
            rows = records.list_rows(db, self.owner, entity).rows
        return next(row["id"] for row in rows if row["name"] == name)


def _owner(company_id: int | None) -> Actor:
    return Actor(
        user_id=1,  # the first user of the installation
        login="dona",
        name="Dona da Plataforma",
        company_id=company_id,
        home_company_id=None,
        is_super=True,
        function="Administrador",
        permissions=permissions.ALL | permissions.PLATFORM,
    )


def _save(actor: Actor, key: str, values: dict[str, object]) -> int:
    entity = by_key(key)
    with records.opened(actor, entity, writes=True) as db:
        return records.save(db, actor, entity, None, values, None).id
