"""Back in after a lost password, for whoever holds the server itself."""

from sqlmodel import Session, col, delete, select

from flow.access import passwords, sessions
from flow.catalog.audit import AuditEntry
from flow.catalog.signin import SignInFailure
from flow.catalog.user import User
from flow.db import platform_session
from flow.errors import NotFound
from flow.services.first_user import random_password


def reset_password(login: str) -> str:
    """A new random password; the person's sessions end and a lock-out is lifted. Raises NotFound."""
    key = login.strip().casefold()
    password = random_password()
    with platform_session(writes=True) as db:
        user = db.exec(select(User).where(User.login_key == key)).first()
        if user is None or user.id is None:
            raise NotFound(f"Não há usuário com o login {login}.")
        user.password_hash = passwords.hash_password(password)
        user.version += 1
        db.add(user)
        sessions.end_all(db, user.id)
        db.exec(delete(SignInFailure).where(col(SignInFailure.key) == f"login:{key}"))
        _record(db, user)
        db.commit()
    return password


def _record(db: Session, user: User) -> None:
    changes = [{"field": "password", "label": "Senha", "before": "", "after": "••••••"}]
    db.add(
        AuditEntry(
            company_id=user.company_id,
            entity="user",
            record_id=user.id or 0,
            title=user.name,
            action="edit",
            user_name="Linha de comando do servidor",
            version=user.version,
            changes=changes,
        )
    )
