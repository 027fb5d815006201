"""API tokens: made on a page, shown once, revocable, never more powerful than their owner."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from flow.access.actor import Actor
from flow.access.sessions import digest
from flow.catalog.signin import ApiToken
from flow.catalog.user import User
from flow.clock import now
from flow.db import platform_session
from flow.errors import Forbidden, NotFound, ValidationFailed

PREFIX = "fluxo_"


@dataclass(frozen=True)
class TokenRow:
    id: int
    name: str
    owner: str
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None
    platform: bool


def list_tokens(db: Session, actor: Actor) -> list[TokenRow]:
    """The company's living tokens, the newest first."""
    actor.demand("token.view")
    rows = db.exec(select(ApiToken).where(col(ApiToken.revoked_at).is_(None)).order_by(col(ApiToken.id).desc())).all()
    owners = _names({row.user_id for row in rows})
    return [
        TokenRow(t.id or 0, t.name, owners[t.user_id], t.created_at, t.used_at, t.expires_at, t.platform) for t in rows
    ]


def _names(user_ids: set[int]) -> dict[int, str]:
    """A super user's token belongs to the company, its owner does not: names are read beyond it."""
    with platform_session() as db:
        return dict(db.exec(select(User.id, User.name).where(col(User.id).in_(user_ids))).all())  # type: ignore[arg-type]


def create_token(db: Session, actor: Actor, *, name: str, days: int | None, platform: bool = False) -> str:
    """Return the token, which is not kept and cannot be shown again. `days` None: it does not expire.

    `platform`: it also creates companies; only a super user makes such a one.
    """
    actor.demand("token.create")
    if platform and not actor.is_super:
        raise Forbidden("Só um super usuário cria um token que vale para a plataforma.")
    name = name.strip()
    if not 1 <= len(name) <= 60:
        raise ValidationFailed(
            {"name": "Dê um nome de até 60 caracteres que diga para que serve, por exemplo Integração CRM."}
        )
    if days is not None and not 1 <= days <= 3650:
        raise ValidationFailed({"days": "Use de 1 a 3650 dias."})
    token = PREFIX + secrets.token_urlsafe(32)
    expires = now() + timedelta(days=days) if days else None
    db.add(
        ApiToken(
            company_id=actor.company,
            user_id=actor.user_id,
            name=name,
            token_digest=digest(token),
            expires_at=expires,
            platform=platform,
        )
    )
    db.commit()
    return token


def revoke_token(db: Session, actor: Actor, token_id: int) -> None:
    actor.demand("token.delete")
    row = db.exec(select(ApiToken).where(ApiToken.id == token_id, col(ApiToken.revoked_at).is_(None))).first()
    if row is None:
        raise NotFound()
    row.revoked_at = now()
    db.add(row)
    db.commit()
