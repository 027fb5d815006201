"""Rota de Entrada: where a call to one of the company's public numbers goes."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.entity import Entity, Ui
from flow.catalog.tenant import Searchable, TenantRow
from flow.clock import now


class InboundRoute(TenantRow, Searchable, table=True):
    """`did`: national digits, e.g. 5125554444 or 08001234567; of one company on the whole platform."""

    __tablename__ = "inbound_route"
    __table_args__ = (
        sa.UniqueConstraint("company_id", "name"),
        sa.UniqueConstraint("did"),
        sa.Index("ix_inbound_route_search", "company_id", "search"),
    )
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    name: Annotated[
        str,
        Ui(
            "Rota de entrada",
            required=True,
            in_list=True,
            searchable=True,
            max_length=60,
            help="O nome da rota, por exemplo Central de atendimento.",
        ),
    ]
    did: Annotated[
        str,
        Ui(
            "DID",
            "phone",
            required=True,
            in_list=True,
            searchable=True,
            max_length=30,
            numeric=True,
            placeholder="(51) 2555-4444",
            help="O número que o cliente disca, com DDD. Pode ser escrito como a operadora o entrega: o Fluxo entende "
            "5125554444, 05125554444 e +55 51 2555-4444 como o mesmo número.",
        ),
    ]
    description: Annotated[
        str,
        Ui(
            "Descrição",
            "longtext",
            required=True,
            searchable=True,
            max_length=500,
            wide=True,
            help="Para que serve esta rota, por exemplo: número divulgado no site.",
        ),
    ]
    destination: Annotated[
        str,
        Ui(
            "Tipo de destino",
            "destination",
            required=True,
            in_list=True,
            sortable=False,
            wide=True,
            help="Para onde vai quem liga para este número: escolha o tipo e, nele, o registro.",
        ),
    ]
    version: int = 1
    created_at: datetime = Field(default_factory=now)


ENTITY = Entity(
    key="inbound_route",
    slug="rota-de-entrada",
    model=InboundRoute,
    title="Rota de Entrada",
    singular="Rota de Entrada",
    menu_group="Telefonia",
    purpose="Diz para onde vai cada número público (DID) que a operadora entrega à empresa.",
    teach=(
        "Sem rota de entrada, quem liga de fora para o seu número não chega a ninguém.",
        "Crie uma para cada DID e escolha o destino: um ramal, uma URA, uma fila ou um horário.",
    ),
    icon="enter",
    title_field="name",
    default_sort="name",
    field_order=("name", "description", "did", "destination"),
    telephony=True,
)
