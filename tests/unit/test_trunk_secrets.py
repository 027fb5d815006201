"""A trunk's two passwords: Senha, and the one within the line Registro, which is shown as dots."""

import pytest

from flow.access.secrets import decrypt
from flow.catalog.registry import by_key
from flow.catalog.trunk import Trunk
from flow.db import company_session
from flow.routing.trunk_lines import parse_registration
from flow.services import records

DOTS = "loja:••••@203.0.113.7/5125550000"


@pytest.fixture
def trunk(tenant) -> int:
    return with_passwords(tenant, "antiga1", "antiga1")


def with_passwords(tenant, password: str, registered: str) -> int:
    values = {"name": "Operadora", "code": "1", "host": "203.0.113.7", "use_auth": "on", "username": "loja"}
    line = f"loja:{registered}@203.0.113.7/5125550000"
    return tenant.save("trunk", {**values, "password": password, "registration": line}).id


def passwords(tenant, record_id: int) -> tuple[str, str]:
    """Senha and Registro's."""
    with company_session(tenant.id) as db:
        row = db.get(Trunk, record_id)
        return decrypt(row.secret_enc), parse_registration(decrypt(row.registration_enc)).password


def newest(tenant, record_id: int) -> dict[str, tuple[str, str]]:
    with records.opened(tenant.owner, by_key("trunk")) as db:
        changes = records.history(db, tenant.owner, by_key("trunk"), record_id)
    return {c.field_label: (c.before, c.after) for c in changes if c.at == changes[0].at}


def test_who_mends_the_senha_mends_the_registro_that_had_the_same(tenant, trunk):
    tenant.save("trunk", {"password": "nova22", "registration": DOTS}, trunk)
    assert passwords(tenant, trunk) == ("nova22", "nova22")
    assert newest(tenant, trunk) == {"Senha": ("••••••", "••••••"), "Registro": ("••••••", "••••••")}


def test_a_registro_with_a_password_of_its_own_keeps_it(tenant):
    trunk = with_passwords(tenant, "antiga1", "do:registro")
    tenant.save("trunk", {"password": "nova22", "registration": DOTS}, trunk)
    assert passwords(tenant, trunk) == ("nova22", "do:registro")
    assert newest(tenant, trunk) == {"Senha": ("••••••", "••••••")}


def test_a_new_password_written_into_the_registro_is_told_in_the_history_and_not_shown(tenant, trunk):
    tenant.save("trunk", {"password": "", "registration": DOTS.replace("••••", "so@esta")}, trunk)
    assert passwords(tenant, trunk) == ("antiga1", "so@esta")
    assert newest(tenant, trunk) == {"Registro": ("••••••", "••••••")}


def test_a_save_that_touches_no_password_tells_of_none(tenant, trunk):
    tenant.save("trunk", {"name": "Outra", "password": "", "registration": DOTS}, trunk)
    assert newest(tenant, trunk) == {"Nome": ("Operadora", "Outra")}
