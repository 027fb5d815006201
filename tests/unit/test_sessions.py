"""Sign-in: growing delay, the same answer for the unknown and the wrong, and sessions that end when told."""

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, func, select, update

from flow.access import sessions
from flow.catalog.signin import SignInFailure, UserSession
from flow.clock import local, now
from flow.db import platform_session
from flow.errors import LockedOut, OutsideWorkHours, SignInRefused, ValidationFailed
from flow.services import account


def enter(tenant, login="marina", password="girassol7", address="10.0.0.9"):
    return sessions.sign_in(f"{login}-{tenant.id}", password, address=address, browser="Firefox")


def actor_of(token):
    return sessions.current(f"{sessions.COOKIE}={token}")


def test_login_is_case_insensitive_and_the_session_knows_its_person(tenant):
    user = tenant.user("marina")
    token = sessions.sign_in(f" MARINA-{tenant.id} ", "girassol7", address="10.0.0.9", browser="x")
    actor = actor_of(token)
    assert (actor.user_id, actor.company_id, actor.is_super) == (user, tenant.id, False)


def test_only_a_digest_of_the_token_is_kept(tenant):
    tenant.user("marina")
    token = enter(tenant)
    with platform_session() as db:
        assert token not in {row.token_digest for row in db.exec(select(UserSession)).all()}


def test_wrong_password_and_unknown_login_answer_alike(tenant):
    tenant.user("marina")
    texts = set()
    for login, password in (("marina", "errada99"), ("ninguem", "girassol7")):
        with pytest.raises(SignInRefused) as caught:
            enter(tenant, login, password, address=f"10.1.0.{len(texts)}")
        texts.add(caught.value.text)
    assert len(texts) == 1


def test_after_five_failures_even_the_right_password_waits(tenant):
    tenant.user("marina")
    for _ in range(5):
        with pytest.raises(SignInRefused):
            enter(tenant, password="errada99", address="10.2.0.1")
    with pytest.raises(LockedOut) as caught:
        enter(tenant, address="10.2.0.1")
    assert 1 <= caught.value.seconds <= 16
    with platform_session(writes=True) as db:
        db.exec(update(SignInFailure).values(locked_until=now() - timedelta(seconds=1)))
        db.commit()
    assert enter(tenant, address="10.2.0.1")


@given(st.integers(0, 10_000), st.integers(0, 50))
def test_the_delay_never_shrinks_and_never_exceeds_a_quarter_of_an_hour(failures, free):
    assert 0 <= sessions.delay(failures, free) <= sessions.delay(failures + 1, free) <= 900


def test_a_change_of_profile_acts_on_the_living_session(tenant):
    user = tenant.user("marina")
    token = enter(tenant)
    assert not actor_of(token).can("extension.view")
    tenant.save("user", {"profile_id": tenant.profile("Administrador"), "function": "Administrador"}, user)
    assert actor_of(token).can("extension.view")


def test_an_idle_or_old_session_is_over(tenant):
    tenant.user("marina")
    for column, past in (("seen_at", sessions.IDLE), ("expires_at", timedelta(0))):
        token = enter(tenant)
        with platform_session(writes=True) as db:
            moment = now() - past - timedelta(seconds=1)
            db.exec(
                update(UserSession)
                .where(col(UserSession.token_digest) == sessions.digest(token))
                .values({column: moment})
            )
            db.commit()
        assert actor_of(token) is None


@pytest.mark.parametrize("cookie", ["", "x=y", f"{sessions.COOKIE}=", f"{sessions.COOKIE}=forged", "\0;;=;", "a=b; c"])
def test_a_made_up_cookie_is_nobody(cookie):
    assert sessions.current(cookie) is None


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(tenant):
    tenant.user("marina")
    here, there = enter(tenant), enter(tenant)
    account.change_password(actor_of(here), current="girassol7", new="margarida8", repeated="margarida8")
    assert actor_of(here)
    assert actor_of(there) is None
    assert enter(tenant, password="margarida8")


@pytest.mark.parametrize(
    ("current", "new", "repeated", "field"),
    [
        ("errada", "margarida8", "margarida8", "current"),
        ("girassol7", "123456", "123456", "new"),
        ("girassol7", "margarida8", "x", "repeated"),
    ],
)
def test_a_bad_change_of_password_names_the_field(tenant, current, new, repeated, field):
    tenant.user("marina")
    with pytest.raises(ValidationFailed) as caught:
        account.change_password(actor_of(enter(tenant)), current=current, new=new, repeated=repeated)
    assert list(caught.value.errors) == [field]


def test_leaving_everywhere_leaves_everywhere(tenant):
    tenant.user("marina")
    here, there = enter(tenant), enter(tenant)
    account.end_every_session(actor_of(here))
    assert actor_of(here) is None
    assert actor_of(there) is None


def schedule_of(tenant, *, open_now: bool) -> str:
    """A schedule that is open all day, or only on a month-day that today is not."""
    other_day = "1" if now().day > 15 else "28"
    period = {"all_day": True, "start": "00:00", "end": "00:00", "month_days": [] if open_now else [other_day]}
    return str(tenant.save("schedule", {"name": f"Horário {open_now}", "periods": [period]}).id)


def test_an_agent_comes_in_only_within_the_hours_of_work(tenant):
    user = tenant.user("marina", schedule_id=schedule_of(tenant, open_now=False))
    with pytest.raises(OutsideWorkHours) as caught:
        enter(tenant)
    assert "fora do seu horário" in caught.value.text
    assert "a partir de" in caught.value.text
    tenant.save("user", {"schedule_id": schedule_of(tenant, open_now=True)}, user)
    assert enter(tenant)


def test_holidays_and_what_is_forced_hold_for_the_hours_of_work_too(tenant):
    always = schedule_of(tenant, open_now=True)
    tenant.user("marina", schedule_id=always)
    today = local(now(), "America/Sao_Paulo").date().isoformat()
    tenant.save("schedule", {"holidays": [{"date": today, "name": "Feriado da cidade"}]}, always)
    with pytest.raises(OutsideWorkHours):
        enter(tenant)
    tenant.save("schedule", {"forced": "open"}, always)
    assert enter(tenant)


@pytest.mark.parametrize("function", ["Supervisor", "Gestor", "Administrador"])
def test_supervisors_and_above_come_in_at_any_hour(tenant, function):
    tenant.user("chefia", function=function, profile="Administrador", schedule_id=schedule_of(tenant, open_now=False))
    assert enter(tenant, "chefia")


def test_a_wrong_password_learns_nothing_of_the_hours(tenant):
    tenant.user("marina", schedule_id=schedule_of(tenant, open_now=False))
    with pytest.raises(SignInRefused):
        enter(tenant, password="errada99")


def test_a_stolen_session_cannot_guess_the_password_on_and_on(tenant):
    """The right one waits too, whatever session asks; signing in is not locked by it."""
    tenant.user("marina")
    here, there = actor_of(enter(tenant)), actor_of(enter(tenant))
    for _ in range(5):
        with pytest.raises(ValidationFailed):
            account.change_password(here, current="errada99", new="margarida8", repeated="margarida8")
    for actor in (here, there):
        with pytest.raises(LockedOut) as caught:
            account.change_password(actor, current="girassol7", new="margarida8", repeated="margarida8")
        assert 1 <= caught.value.seconds <= 16
    assert enter(tenant)
    with platform_session(writes=True) as db:
        db.exec(update(SignInFailure).values(locked_until=now() - timedelta(seconds=1)))
        db.commit()
    account.change_password(here, current="girassol7", new="margarida8", repeated="margarida8")
    with platform_session() as db:
        assert db.get(SignInFailure, f"password:{here.user_id}") is None


def test_noting_when_somebody_was_last_here_never_waits_for_a_writer(tenant):
    tenant.user("marina")
    token = enter(tenant)
    with platform_session(writes=True) as db:
        db.exec(update(UserSession).values(seen_at=now() - timedelta(minutes=5)))
        db.commit()
    with platform_session(writes=True) as db:
        db.exec(select(UserSession)).all()  # the place of the one writer is taken
        started = time.monotonic()
        assert actor_of(token)
        assert time.monotonic() - started < 1
    assert actor_of(token)
    with platform_session() as db:
        assert db.exec(select(func.max(UserSession.seen_at))).one() > now() - timedelta(minutes=1)
