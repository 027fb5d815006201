"""The one number space of a company: whatever can be dialled holds its number here."""

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.tenant import TenantRow


class NumberClaim(TenantRow, table=True):
    __tablename__ = "number_claim"
    __table_args__ = (sa.UniqueConstraint("company_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    number: str
    kind: str  # key of the entity that holds it
    ref_id: int
