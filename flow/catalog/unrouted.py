"""DIDs that a carrier delivered and no Rota de Entrada owns."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.tenant import TenantRow
from flow.clock import now


class UnroutedDid(TenantRow, table=True):
    """`number`: national digits where it has them, else as it came. `company_id`: the trunk's, empty if unknown."""

    __tablename__ = "unrouted_did"
    __table_args__ = (sa.UniqueConstraint("company_id", "trunk_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    company_id: int | None = Field(default=None, foreign_key="company.id", index=True)  # type: ignore[assignment]
    number: str
    trunk_id: int | None = None
    count: int = 1
    last_at: datetime = Field(default_factory=now)
