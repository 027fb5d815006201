"""Which row points to which: what "Onde é usado" and a refusal to delete read. Rewritten by each save of the owner."""

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.tenant import TenantRow


class Link(TenantRow, table=True):
    """`owner_key` and `target_key` are keys of entities; `place` is the owner's field that points."""

    __table_args__ = (
        sa.Index("ix_link_target", "company_id", "target_key", "target_id"),
        sa.Index("ix_link_owner", "company_id", "owner_key", "owner_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id")
    owner_key: str
    owner_id: int
    place: str
    target_key: str
    target_id: int
