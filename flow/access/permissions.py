"""The permission matrix as data: effective = Perfil ∩ ceiling of Função.

A permission is `resource.verb`. Nobody has one that is not listed here; nobody grants one they lack.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flow.catalog.registry import ENTITIES
from flow.catalog.user import FUNCTIONS

VERBS = {"view": "Ver", "create": "Criar", "edit": "Editar", "delete": "Excluir"}


@dataclass(frozen=True)
class Resource:
    key: str
    label: str
    verbs: tuple[str, ...]


RESOURCES: tuple[Resource, ...] = (
    *(Resource(e.key, e.title, ("view", "edit") if e.super_only else tuple(VERBS)) for e in ENTITIES),
    Resource("call", "Chamadas", ("view",)),
    Resource("token", "Tokens de API", ("view", "create", "delete")),
)
# Ouvir, Sussurrar, Intervir and Baixar gravação come with what they permit: a tick that changes nothing is not offered.
LIVE_ACTIONS = {"agent.pause": "Pausar agente", "agent.logout": "Deslogar agente"}
ALL: frozenset[str] = frozenset(f"{r.key}.{verb}" for r in RESOURCES for verb in r.verbs) | frozenset(LIVE_ACTIONS)
# What only the owner of the platform may do; no profile can hold these.
PLATFORM: frozenset[str] = frozenset({"company.create", "company.delete", "node.view", "user.grant-super"})
PLATFORM_TOKEN: frozenset[str] = frozenset({"company.create"})
"""What of that a program may do, with a token made for it."""

_VIEWS = frozenset(p for p in ALL if p.endswith(".view"))
_LIVE = frozenset(LIVE_ACTIONS)
_TELEPHONY = tuple(e.key for e in ENTITIES if e.telephony)


def _of(*resources: str) -> frozenset[str]:
    return frozenset(p for p in ALL if p.partition(".")[0] in resources)


CEILING: dict[str, frozenset[str]] = {
    "Administrador": ALL,
    "Gestor": _VIEWS | _LIVE | _of("team", "schedule", *_TELEPHONY) | {"user.create", "user.edit"},
    "Supervisor": (_VIEWS - {"token.view", "profile.view"}) | _LIVE | {"team.edit", "extension.edit"},
    "Agente": frozenset({"call.view"}),
    "Auditor": _VIEWS - {"token.view"},
}
assert set(CEILING) == set(FUNCTIONS)
AUDITOR_FLAG: frozenset[str] = frozenset({"call.view"})

READY_PROFILES: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("Administrador", "Configura tudo na empresa.", ALL),
    ("Supervisor", "Acompanha equipes, usuários e chamadas.", CEILING["Supervisor"]),
    ("Agente", "Atende e faz chamadas; vê as próprias.", CEILING["Agente"]),
)


def effective(profile: Iterable[str], function: str, *, auditor: bool = False) -> frozenset[str]:
    allowed = frozenset(profile) & CEILING.get(function, frozenset())
    return allowed | AUDITOR_FLAG if auditor else allowed


def label(permission: str) -> str:
    """How the permission reads on the screen, e.g. "Ramal: Editar"."""
    if permission in LIVE_ACTIONS:
        return LIVE_ACTIONS[permission]
    resource, _, verb = permission.partition(".")
    title = next((r.label for r in RESOURCES if r.key == resource), resource)
    return f"{title}: {VERBS.get(verb, verb)}"


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    because: str


def explain(
    permission: str, *, profile_name: str, profile: Iterable[str], function: str, auditor: bool, is_super: bool
) -> Verdict:
    """The answer of "Testar permissão", in the order in which the rules decide."""
    if is_super:
        return Verdict(True, "É super usuário: pode tudo na empresa escolhida.")
    if permission in PLATFORM:
        return Verdict(False, "Só um super usuário pode fazer isto.")
    if auditor and permission in AUDITOR_FLAG:
        return Verdict(True, "A opção Auditor concede este acesso, somente leitura.")
    if permission not in frozenset(profile):
        return Verdict(False, f"O perfil {profile_name or '(nenhum)'} não tem esta permissão. Marque-a em Perfil.")
    if permission not in CEILING.get(function, frozenset()):
        return Verdict(False, f"O perfil {profile_name} permite, mas a função {function} não alcança esta ação.")
    return Verdict(True, f"O perfil {profile_name} permite e a função {function} alcança esta ação.")
