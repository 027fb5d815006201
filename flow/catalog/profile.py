"""Perfil: which menus and records a user sees, and what they may do with them."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.entity import Entity, Ui
from flow.catalog.tenant import Searchable, TenantRow
from flow.clock import now


class Profile(TenantRow, Searchable, table=True):
    __table_args__ = (sa.UniqueConstraint("company_id", "name"), sa.Index("ix_profile_search", "company_id", "search"))
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    name: Annotated[
        str, Ui("Perfil", required=True, in_list=True, searchable=True, max_length=60, help="O nome do perfil.")
    ]
    description: Annotated[
        str, Ui("Descrição", "longtext", in_list=True, searchable=True, max_length=500, wide=True)
    ] = ""
    menus: Annotated[
        list[str],
        Ui(
            "Módulos/Menus",
            "multi",
            wide=True,
            help="O que aparece no menu para quem tem este perfil. Esconder um menu não tira a permissão.",
        ),
    ] = Field(default_factory=list, sa_type=sa.JSON)
    permissions: Annotated[
        list[str],
        Ui(
            "Permissões/Configuração",
            "matrix",
            wide=True,
            help="O que a pessoa pode fazer. A Função do usuário ainda limita o que for marcado aqui.",
        ),
    ] = Field(default_factory=list, sa_type=sa.JSON)
    version: int = 1
    created_at: datetime = Field(default_factory=now)


ENTITY = Entity(
    key="profile",
    slug="perfil",
    model=Profile,
    title="Perfil",
    singular="Perfil",
    menu_group="Configurações",
    purpose="Um perfil diz quais menus a pessoa vê e o que ela pode fazer.",
    teach=(
        "Toda empresa nova recebe os perfis Administrador, Supervisor e Agente.",
        "Crie outros quando um grupo de pessoas precisar ver ou fazer algo diferente.",
    ),
    icon="shield",
    title_field="name",
    default_sort="name",
    field_order=("name", "description", "menus", "permissions"),
)
