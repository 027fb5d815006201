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
from flow.errors import NotFound, ValidationFailed

PREFIX = "fluxo_"


@dataclass(frozen=True)
class TokenRow:
    id: int
    name: str
    owner: str
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None


def list_tokens(db: Session, actor: Actor) -> list[TokenRow]:
    """The company's living tokens, the newest first."""
    actor.demand("token.view")
    rows = db.exec(
        select(ApiToken, User)
        .join(User, col(User.id) == ApiToken.user_id)
        .where(col(ApiToken.revoked_at).is_(None))
        .order_by(col(ApiToken.id).desc())
    ).all()
    return [TokenRow(t.id or 0, t.name, u.name, t.created_at, t.used_at, t.expires_at) for t, u in rows]


def create_token(db: Session, actor: Actor, *, name: str, days: int | None) -> str:
    """Return the token, which is not kept and cannot be shown again. `days` None: it does not expire."""
    actor.demand("token.create")
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
            company_id=actor.company, user_id=actor.user_id, name=name, token_digest=digest(token), expires_at=expires
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
