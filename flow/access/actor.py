"""Who is asking: a person in a browser, or the bearer of a token."""

from dataclasses import dataclass, field

from flow.errors import Forbidden, NoCompany


@dataclass(frozen=True)
class Actor:
    """`company_id` is where they work now; empty for a super user who has picked no company."""

    user_id: int
    login: str
    name: str
    company_id: int | None
    home_company_id: int | None
    is_super: bool
    function: str
    permissions: frozenset[str]
    menus: frozenset[str] = frozenset()
    team_ids: frozenset[int] = field(default_factory=frozenset)  # own team and supervised ones
    extension_id: int | None = None
    session_id: int | None = None

    def can(self, permission: str) -> bool:
        return self.is_super or permission in self.permissions

    def demand(self, permission: str) -> None:
        if not self.can(permission):
            raise Forbidden(permission=permission)

    @property
    def company(self) -> int:
        """The company to work in. Raises NoCompany when none is picked."""
        if self.company_id is None:
            raise NoCompany()
        return self.company_id

    @property
    def reach(self) -> str:
        """How far they see within the company: `company`, `teams` or `own`."""
        if self.is_super or self.function in ("Administrador", "Gestor", "Auditor"):
            return "company"
        return "teams" if self.function == "Supervisor" else "own"
