"""Equipe: people who work together, and who supervises them."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.entity import Entity, Ui
from flow.catalog.tenant import Searchable, TenantRow
from flow.clock import now


class Team(TenantRow, Searchable, table=True):
    __table_args__ = (sa.UniqueConstraint("company_id", "name"), sa.Index("ix_team_search", "company_id", "search"))
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    name: Annotated[
        str, Ui("Equipe", required=True, in_list=True, searchable=True, max_length=60, help="O nome da equipe.")
    ]
    description: Annotated[
        str, Ui("Descrição", "longtext", in_list=True, searchable=True, max_length=500, wide=True)
    ] = ""
    greeting: Annotated[
        str,
        Ui(
            "Mensagem de Início de Atendimento Humano",
            "longtext",
            max_length=1000,
            wide=True,
            help="Enviada uma vez, quando uma pessoa assume a conversa. Pode usar {nome}, {protocolo} e {equipe}.",
        ),
    ] = ""
    version: int = 1
    created_at: datetime = Field(default_factory=now)


class TeamSupervisor(TenantRow, table=True):
    __tablename__ = "team_supervisor"
    team_id: int = Field(foreign_key="team.id", primary_key=True, ondelete="CASCADE")
    user_id: int = Field(foreign_key="user.id", primary_key=True, index=True)
    company_id: int = Field(foreign_key="company.id", index=True)


ENTITY = Entity(
    key="team",
    slug="equipe",
    model=Team,
    title="Equipe",
    singular="Equipe",
    menu_group="Configurações",
    purpose="Equipes reúnem usuários; quem supervisiona vê e acompanha a sua.",
    teach=(
        "Uma equipe diz quem trabalha junto e quem acompanha o trabalho.",
        "Crie uma para cada setor, por exemplo Suporte ou Vendas, e escolha os supervisores.",
    ),
    icon="users",
    title_field="name",
    default_sort="name",
    field_order=("name", "description", "greeting", "supervisors"),
    virtual={
        "supervisors": Ui(
            "Supervisor",
            "refs",
            ref="user",
            wide=True,
            help="Usuários que atuarão como supervisores da equipe.",
        )
    },
)
