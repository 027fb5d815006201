"""Every entity of the product, and the menu that leads to them."""

from dataclasses import dataclass

from flow.catalog import (
    announcement,
    audio,
    audit,
    call,
    company,
    extension,
    inbound_route,
    ivr,
    link,
    node,
    number,
    presence,
    profile,
    queue,
    schedule,
    signin,
    team,
    trunk,
    unrouted,
    user,
)
from flow.catalog.entity import Entity

TABLES = (audit, call, link, node, number, presence, signin, unrouted)  # without a screen of their own
ENTITIES: tuple[Entity, ...] = (
    company.ENTITY,
    user.ENTITY,
    team.ENTITY,
    profile.ENTITY,
    extension.ENTITY,
    trunk.ENTITY,
    inbound_route.ENTITY,
    queue.ENTITY,
    audio.AUDIO,
    audio.MUSIC,
    announcement.ENTITY,
    schedule.ENTITY,
    ivr.ENTITY,
)
_BY_SLUG = {entity.slug: entity for entity in ENTITIES}
_BY_KEY = {entity.key: entity for entity in ENTITIES}


def by_slug(slug: str) -> Entity:
    return _BY_SLUG[slug]


def by_key(key: str) -> Entity:
    return _BY_KEY[key]


def known(key: str) -> bool:
    return key in _BY_KEY


@dataclass(frozen=True)
class MenuEntry:
    """`permission`: what a person needs to see it; `menu`: its id in a profile's Módulos/Menus."""

    menu: str
    label: str
    path: str
    permission: str
    icon: str


@dataclass(frozen=True)
class MenuGroup:
    title: str
    entries: tuple[MenuEntry, ...]


def _entries(group: str) -> tuple[MenuEntry, ...]:
    return tuple(
        MenuEntry(e.key, e.menu_label, f"/{e.slug}", e.permission("view"), e.icon)
        for e in ENTITIES
        if e.menu_group == group
    )


MENU: tuple[MenuGroup, ...] = (
    MenuGroup("Configurações", _entries("Configurações")),
    MenuGroup("Telefonia", _entries("Telefonia")),
    MenuGroup(
        "Acompanhamento",
        (
            MenuEntry("queues", "Filas", "/filas", "queue.view", "queue"),
            MenuEntry("call", "Chamadas", "/chamadas", "call.view", "list"),
            MenuEntry("simulation", "Simular", "/simular", "inbound_route.view", "route"),
            MenuEntry("grade", "Avaliações", "/avaliacoes", "call.view", "star"),
            MenuEntry("node", "Nós", "/nos", "node.view", "server"),
        ),
    ),
)
