"""The owner of a new installation."""

import secrets
from dataclasses import dataclass

from sqlmodel import select

import flow.catalog.registry  # noqa: F401 - declares every table: a row of one names others
from flow.access import passwords
from flow.catalog.tenant import fold
from flow.catalog.user import User
from flow.db import platform_session
from flow.errors import ValidationFailed

_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Created:
    login: str
    password: str


def random_password() -> str:
    """Easy to read aloud: no letters that look like digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def ensure_first_user(login: str, password: str) -> Created | None:
    """Make the first super user; None when there is one already. An empty password is replaced by a random one.

    Raises ValidationFailed when the given login or password is too weak.
    """
    login = login or "administrador"
    password = password or random_password()
    if len(login) < 5 or (why := passwords.weakness(password, login)):
        raise ValidationFailed(
            {}, "FLOW_ADMIN_LOGIN precisa de 5 caracteres ou mais." if len(login) < 5 else f"FLOW_ADMIN_PASSWORD: {why}"
        )
    with platform_session(writes=True) as db:
        if db.exec(select(User.id).where(User.is_super)).first() is not None:
            return None
        owner = User(
            company_id=None,
            name="Administrador da plataforma",
            login=login,
            login_key=login.casefold(),
            password_hash=passwords.hash_password(password),
            email="",
            function="Administrador",
            is_super=True,
            search=fold(f"Administrador da plataforma {login}"),
        )
        db.add(owner)
        db.commit()
    return Created(login, password)
