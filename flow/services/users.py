"""Usuários: login, password, what they may be granted, and how they leave."""

from typing import Any

from sqlmodel import Session, col, select, update

from flow.access import passwords, permissions, sessions
from flow.access.actor import Actor
from flow.catalog.extension import Extension
from flow.catalog.profile import Profile
from flow.catalog.signin import ApiToken
from flow.catalog.user import User
from flow.clock import now
from flow.db import platform_session
from flow.errors import Forbidden, ValidationFailed
from flow.services.rules import Draft, Rules
from flow.services.staff import LAST, beyond, manages, others_manage, outranks

MIN_LOGIN = 5


class UserRules(Rules):
    def may_touch(self, db: Session, actor: Actor, row: User) -> None:
        """Whoever could change a more powerful person's password would have that person's power."""
        if actor.is_super:
            return
        if row.is_super:
            raise Forbidden("Só um super usuário pode alterar outro super usuário.")
        if outranks(db, row, actor):
            raise Forbidden(f"{row.name} tem permissões que você não tem. Peça a um administrador da empresa.")

    def check(self, draft: Draft) -> None:
        _check_login(draft)
        _check_password(draft)
        _check_grant(draft)
        _check_webphone(draft)
        if not draft.creating and not draft.errors:
            _check_last_administrator(draft)

    def apply(self, draft: Draft) -> None:
        row = draft.row
        row.login_key = row.login.casefold()
        if draft.values.get("password"):
            row.password_hash = passwords.hash_password(draft.values["password"])

    def after_flush(self, draft: Draft) -> None:
        if draft.creating:
            return
        if not draft.row.active:
            _cut_off(draft.db, draft.row.id)
        elif draft.values.get("password"):
            sessions.end_all(draft.db, draft.row.id, keep=draft.actor.session_id)

    def remove(self, db: Session, actor: Actor, row: Any) -> None:
        """A soft delete: histories keep the name, the login becomes free."""
        if row.id == actor.user_id:
            raise Forbidden("Você não pode excluir a si mesmo. Peça a outro administrador.")
        _demand_others(db, row)
        row.deleted_at = now()
        row.active = False
        row.login_key = None
        row.extension_id = row.schedule_id = row.team_id = row.profile_id = None  # nothing is in use by who is gone
        db.add(row)
        _cut_off(db, row.id)


def _cut_off(db: Session, user_id: int | None) -> None:
    """End everything that lets a person in: sessions (and with them sockets and the browser phone) and tokens."""
    sessions.end_all(db, user_id or 0)
    db.exec(
        update(ApiToken)
        .where(col(ApiToken.user_id) == user_id, col(ApiToken.revoked_at).is_(None))
        .values(revoked_at=now())
    )


def _check_login(draft: Draft) -> None:
    login = draft.future("login") or ""
    if len(login) < MIN_LOGIN:
        draft.errors["login"] = f"Use no mínimo {MIN_LOGIN} caracteres."
    elif any(c.isspace() for c in login):
        draft.errors["login"] = "O login não pode ter espaços."
    elif login_taken(login, draft.row.id):
        draft.errors["login"] = (
            f"O login {login} já está em uso na plataforma. Escolha outro, por exemplo com o nome da empresa."
        )


def login_taken(login: str, by_other_than: int | None) -> bool:
    """Logins are unique on the whole platform, so this look leaves the company."""
    with platform_session() as db:
        return (
            db.exec(select(User.id).where(User.login_key == login.casefold(), col(User.id) != by_other_than)).first()
            is not None
        )


def _check_password(draft: Draft) -> None:
    password = draft.values.get("password")
    if password and (why := passwords.weakness(password, draft.future("login") or "")):
        draft.errors["password"] = why


def _check_grant(draft: Draft) -> None:
    """Nobody makes a person more powerful than themselves."""
    actor = draft.actor
    if actor.is_super or not draft.errors.keys().isdisjoint(("profile_id", "function", "auditor")):
        return
    if not any(draft.changes(name) for name in ("profile_id", "function", "auditor")):
        return
    profile = draft.db.get(Profile, draft.future("profile_id"))
    if profile is not None and draft.changes("profile_id") and (more := beyond(profile, actor)):
        label = permissions.label(sorted(more)[0])
        draft.errors["profile_id"] = f"Este perfil tem permissões que você não tem ({label}). Escolha outro."
        return
    granted = (profile.permissions if profile else (), draft.future("function"))
    by_role = permissions.effective(*granted) - actor.permissions
    by_flag = permissions.effective(*granted, auditor=draft.future("auditor")) - actor.permissions
    if by_role:
        label = permissions.label(sorted(by_role)[0])
        draft.errors["profile_id"] = f"Este perfil com esta função daria mais do que você pode conceder ({label})."
    elif by_flag:
        label = permissions.label(sorted(by_flag)[0])
        draft.errors["auditor"] = f"Esta opção daria mais do que você pode conceder ({label})."


def _check_webphone(draft: Draft) -> None:
    extension_id = draft.values.get("extension_id")
    if not extension_id:
        return
    extension = draft.db.get(Extension, extension_id)
    if extension is not None and not extension.webphone:
        draft.errors["extension_id"] = (
            f"O ramal {extension.number} está com WebPhone desligado. Ligue-o em Telefonia › Ramal."
        )
    other = draft.db.exec(
        select(User).where(
            User.extension_id == extension_id, col(User.id) != draft.row.id, col(User.deleted_at).is_(None)
        )
    ).first()
    if other is not None:
        draft.errors["extension_id"] = f"Este ramal já é o Webphone de {other.name}. Escolha outro."


def _check_last_administrator(draft: Draft) -> None:
    if not any(draft.changes(name) for name in ("profile_id", "function", "active")):
        return
    future = draft.db.get(Profile, draft.future("profile_id"))
    if manages(draft.future("function"), future.permissions if future else [], draft.future("active")):
        return
    if _manages_now(draft.db, draft.row) and not others_manage(draft.db, draft.row.company_id, draft.row.id):
        draft.errors["function"] = LAST


def _manages_now(db: Session, row: Any) -> bool:
    profile = db.get(Profile, row.profile_id) if row.profile_id else None
    return manages(row.function, profile.permissions if profile else [], row.active)


def _demand_others(db: Session, row: User) -> None:
    if row.company_id is not None and _manages_now(db, row) and not others_manage(db, row.company_id, row.id):
        raise ValidationFailed({}, LAST)


def test_permission(db: Session, user_id: int, permission: str) -> permissions.Verdict:
    """Whether this person may do it now, and which rule decided."""
    user = db.get(User, user_id)
    if user is None or not user.active or user.deleted_at:
        return permissions.Verdict(False, "O usuário está desativado: não entra e não faz nada.")
    profile = db.get(Profile, user.profile_id) if user.profile_id else None
    return permissions.explain(
        permission,
        profile_name=profile.name if profile else "",
        profile=profile.permissions if profile else (),
        function=user.function,
        auditor=user.auditor,
        is_super=user.is_super,
    )
