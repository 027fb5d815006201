"""Sign-in and the server's side of a session. The browser holds a random token in an HttpOnly cookie, nothing else."""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie

from sqlmodel import Session, col, delete, select

from flow.access import passwords, permissions
from flow.access.actor import Actor
from flow.catalog.company import Company
from flow.catalog.profile import Profile
from flow.catalog.schedule import Schedule
from flow.catalog.signin import ApiToken, SignInFailure, UserSession
from flow.catalog.team import TeamSupervisor
from flow.catalog.user import User
from flow.clock import local, now
from flow.db import platform_session
from flow.errors import Busy, DiskFull, LockedOut, OutsideWorkHours, SignInRefused
from flow.routing.schedule import hours_of, judge, next_open

COOKIE = "fluxo_session"
LIFETIME = timedelta(days=7)
IDLE = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)  # a write per click would be too dear
_FREE_TRIES = {"login": 4, "address": 19, "password": 4}  # an office shares one address
_FORGIVEN_EVERY = timedelta(minutes=3)  # one of an address's failures: slips of many people must not add up for days
_ANY_HOUR = frozenset({"Administrador", "Gestor", "Supervisor"})
_FIRST_DELAY, _LONGEST_DELAY = 15, 900


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def delay(failures: int, free: int) -> int:
    """Seconds to wait after this many failures in a row: none at first, then doubling up to a quarter of an hour."""
    if failures <= free:
        return 0
    return int(min(_FIRST_DELAY * 2 ** min(failures - free - 1, 16), _LONGEST_DELAY))


def sign_in(login: str, password: str, *, address: str, browser: str) -> str:
    """Return the new session's token. Raises LockedOut, OutsideWorkHours, or SignInRefused, which counts."""
    key = login.strip().casefold()[:120]
    with platform_session(writes=True) as db:
        demand_unlocked(db, f"login:{key}", f"address:{address}")
        user = db.exec(select(User).where(User.login_key == key)).first()
        if user is None:
            passwords.spend_time()
        # The password first: who is deactivated must not be refused faster than who mistyped.
        if user is None or not passwords.verify(password[:1024], user.password_hash) or not user.active:
            count_failure(db, f"login:{key}", f"address:{address}")
            db.commit()
            raise SignInRefused()
        _demand_work_hours(db, user)
        forgive(db, f"login:{key}")
        token = secrets.token_urlsafe(32)
        moment = now()
        db.exec(delete(UserSession).where(col(UserSession.expires_at) < moment))
        db.add(
            UserSession(
                token_digest=digest(token),
                user_id=_id(user),
                company_id=user.company_id,
                created_at=moment,
                seen_at=moment,
                expires_at=moment + LIFETIME,
                address=address[:64],
                browser=browser[:200],
            )
        )
        db.commit()
        return token


def _demand_work_hours(db: Session, user: User) -> None:
    """Horário de Trabalho: outside it only supervisors and above come in. Raises OutsideWorkHours."""
    schedule = db.get(Schedule, user.schedule_id) if user.schedule_id else None
    company = db.get(Company, user.company_id) if user.company_id else None
    if schedule is None or company is None or user.is_super or user.function in _ANY_HOUR:
        return
    hours, here = hours_of(schedule.model_dump()), local(now(), company.time_zone).replace(tzinfo=None)
    if judge(hours, here).is_open:
        return
    opens = next_open(hours, here)
    raise OutsideWorkHours(opens.strftime("%d/%m às %H:%M") if opens else "")


def _id(user: User) -> int:
    assert user.id is not None
    return user.id


def demand_unlocked(db: Session, *keys: str) -> None:
    """`keys`: see SignInFailure. Raises LockedOut while one of them has to wait."""
    rows = db.exec(select(SignInFailure).where(col(SignInFailure.key).in_(keys))).all()
    wait = max(((row.locked_until - now()).total_seconds() for row in rows if row.locked_until), default=0.0)
    if wait > 0:
        raise LockedOut(int(wait) + 1)


def count_failure(db: Session, *keys: str) -> None:
    """The caller commits, or it did not happen."""
    moment = now()
    for key in keys:
        kind = key.partition(":")[0]
        row = db.get(SignInFailure, key) or SignInFailure(key=key)
        if row.last_at < moment - timedelta(hours=24):
            row.failures = 0
        elif kind == "address":
            row.failures -= min(row.failures, max(0, (moment - row.last_at) // _FORGIVEN_EVERY))
        row.failures += 1
        row.last_at = moment
        wait = delay(row.failures, _FREE_TRIES[kind])
        row.locked_until = moment + timedelta(seconds=wait) if wait else None
        db.add(row)


def forgive(db: Session, key: str) -> None:
    db.exec(delete(SignInFailure).where(col(SignInFailure.key) == key))


def token_of(cookie_header: str) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(cookie_header or "")
    except CookieError:
        return ""
    return jar[COOKIE].value if COOKIE in jar else ""


def current(cookie_header: str) -> Actor | None:
    """The signed-in person, with the permissions they have at this moment; None when the session is over."""
    token = token_of(cookie_header)
    if not token:
        return None
    with platform_session() as db:
        found = db.exec(
            select(UserSession, User, Profile)
            .join(User, col(User.id) == UserSession.user_id)
            .join(Profile, col(Profile.id) == User.profile_id, isouter=True)  # at once: this runs before every event
            .where(UserSession.token_digest == digest(token))
        ).first()
        moment = now()
        if found is None:
            return None
        session, user, _profile = found  # the profile waits in the session's own memory
        if session.expires_at < moment or session.seen_at < moment - IDLE or not user.active or user.deleted_at:
            return None
        actor = _actor(db, user, session.company_id, session.id)
    if session.seen_at < moment - _SEEN_EVERY:
        _stamp(UserSession, session.id, "seen_at", moment)
    return actor


def _stamp(table: type[UserSession] | type[ApiToken], row_id: int | None, column: str, moment: datetime) -> None:
    """A database that takes no writes now must not keep people from reading, nor let them wait: the next will do."""
    with suppress(Busy, DiskFull), platform_session(writes=True, wait=False) as db:
        row = db.get(table, row_id, with_for_update={"skip_locked": True})
        if row is not None:
            setattr(row, column, moment)
            db.commit()


def _actor(db: Session, user: User, picked: int | None, session_id: int | None) -> Actor:
    company_id = picked if user.is_super else user.company_id
    if company_id is not None and user.is_super and db.get(Company, company_id) is None:
        company_id = None
    profile = db.get(Profile, user.profile_id) if user.profile_id else None
    supervised = db.exec(select(TeamSupervisor.team_id).where(TeamSupervisor.user_id == user.id)).all()
    granted = permissions.effective(profile.permissions if profile else (), user.function, auditor=user.auditor)
    return Actor(
        user_id=_id(user),
        login=user.login,
        name=user.name,
        company_id=company_id,
        home_company_id=user.company_id,
        is_super=user.is_super,
        function=user.function,
        permissions=permissions.ALL | permissions.PLATFORM if user.is_super else granted,
        menus=frozenset(profile.menus) if profile else frozenset(),
        team_ids=frozenset({*supervised, *([user.team_id] if user.team_id else [])}),
        # A browser phone belongs to its company: a super user visiting another one does not ring there.
        extension_id=user.extension_id if company_id == user.company_id else None,
        session_id=session_id,
    )


def bearer(token: str) -> Actor | None:
    """The owner of an API token, confined to the token's company: even a super user is its administrator, no more.

    A token that a super user made for the platform creates companies besides, as long as its owner is one.
    """
    moment = now()
    with platform_session() as db:
        found = db.exec(
            select(ApiToken, User)
            .join(User, col(User.id) == ApiToken.user_id)
            .where(ApiToken.token_digest == digest(token))
        ).first()
        if found is None:
            return None
        row, user = found
        over = row.revoked_at is not None or (row.expires_at is not None and row.expires_at < moment)
        if over or not user.active or user.deleted_at:
            return None
        actor = _actor(db, user, row.company_id, None)
    if actor.company_id != row.company_id:
        return None  # whose owner was a super user then, and works elsewhere now
    if row.used_at is None or row.used_at < moment - _SEEN_EVERY:
        _stamp(ApiToken, row.id, "used_at", moment)
    if not actor.is_super:
        return actor
    granted = permissions.ALL | permissions.PLATFORM_TOKEN if row.platform else permissions.ALL
    return replace(actor, is_super=False, permissions=granted)


def sign_out(cookie_header: str) -> None:
    with platform_session(writes=True) as db:
        db.exec(delete(UserSession).where(col(UserSession.token_digest) == digest(token_of(cookie_header))))
        db.commit()


def end_all(db: Session, user_id: int, *, keep: int | None = None) -> None:
    """End every session of a person, but `keep`. The caller commits."""
    db.exec(delete(UserSession).where(col(UserSession.user_id) == user_id, col(UserSession.id) != (keep or 0)))


def pick_company(actor: Actor, company_id: int | None) -> None:
    """A super user goes to work in another company."""
    actor.demand("company.create")
    with platform_session(writes=True) as db:
        row = db.get(UserSession, actor.session_id)
        if row is not None and (company_id is None or db.get(Company, company_id) is not None):
            row.company_id = company_id
            db.commit()
