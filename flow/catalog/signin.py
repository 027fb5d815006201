"""What sign-in leaves behind: sessions, failed attempts, API tokens."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from flow.catalog.tenant import TenantRow
from flow.clock import now


class UserSession(SQLModel, table=True):
    """One signed-in browser. The cookie holds the token; here stands only its digest."""

    __tablename__ = "user_session"
    id: int | None = Field(default=None, primary_key=True)
    token_digest: str = Field(unique=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    company_id: int | None = Field(default=None, foreign_key="company.id")  # picked by a super user
    created_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now)
    expires_at: datetime
    address: str = ""
    browser: str = ""


class SignInFailure(SQLModel, table=True):
    """Consecutive failures of one login, from one address, or of one signed-in person asked for their password."""

    __tablename__ = "sign_in_failure"
    key: str = Field(primary_key=True)  # "login:maria", "address:10.0.0.7" or "password:12"
    failures: int = 0
    locked_until: datetime | None = None
    last_at: datetime = Field(default_factory=now)


class ApiToken(TenantRow, table=True):
    """A bearer of its user's permissions in one company; `platform`: of a super user, and may create companies too."""

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    name: str
    platform: bool = False
    token_digest: str = Field(unique=True)
    created_at: datetime = Field(default_factory=now)
    used_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
