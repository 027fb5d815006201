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


# Public utility and emergency services (Anatel, Res. 749/2022): always reachable, so no company may take them.
RESERVED: dict[str, str] = {
    "100": "Direitos Humanos",
    "112": "emergência (celulares)",
    "128": "emergência (Mercosul)",
    "180": "Central da Mulher",
    "181": "Disque-Denúncia",
    "185": "Salvamar",
    "188": "Valorização da Vida",
    "190": "Polícia Militar",
    "191": "Polícia Rodoviária Federal",
    "192": "SAMU",
    "193": "Bombeiros",
    "194": "Polícia Federal",
    "197": "Polícia Civil",
    "198": "Polícia Rodoviária Estadual",
    "199": "Defesa Civil",
    "911": "emergência (internacional)",
}
