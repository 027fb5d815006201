"""What makes a table a tenant's, and what makes its rows quick to find."""

import unicodedata

from sqlmodel import SQLModel


class TenantRow(SQLModel):
    """Base of every table whose rows belong to a company; `flow.db` narrows queries on them."""

    company_id: int


class Searchable(SQLModel):
    """`search`: the searchable fields, folded, the title first: found by LIKE, sorted by index, in any database."""

    search: str = ""


def fold(text: object) -> str:
    """Lower case without accents, so that a search for `sao` finds `São`."""
    decomposed = unicodedata.normalize("NFKD", "" if text is None else str(text))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
