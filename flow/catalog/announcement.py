"""Anúncio: recordings that play one after the other, and where the call goes then."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.entity import Entity, Ui
from flow.catalog.tenant import Searchable, TenantRow
from flow.clock import now


class Announcement(TenantRow, Searchable, table=True):
    """`audios`: ids of Áudio, in the order in which they play."""

    __table_args__ = (
        sa.UniqueConstraint("company_id", "name"),
        sa.Index("ix_announcement_search", "company_id", "search"),
    )
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    name: Annotated[
        str,
        Ui(
            "Anúncio",
            required=True,
            in_list=True,
            searchable=True,
            max_length=60,
            help="O nome do anúncio, por exemplo Fora do expediente.",
        ),
    ]
    audios: Annotated[
        list[int],
        Ui(
            "Áudios",
            "ordered",
            ref="audio",
            required=True,
            in_list=True,
            sortable=False,
            wide=True,
            add_label="Adicionar áudio",
            help="Tocam nesta ordem, ao menos um. Um mesmo áudio pode ser usado em vários anúncios.",
        ),
    ] = Field(default_factory=list, sa_type=sa.JSON)
    destination: Annotated[
        str,
        Ui(
            "Destino após o anúncio",
            "destination",
            required=True,
            default="hangup",
            in_list=True,
            sortable=False,
            wide=True,
            help="Para onde a chamada vai quando os áudios acabam.",
        ),
    ]
    version: int = 1
    created_at: datetime = Field(default_factory=now)


ENTITY = Entity(
    key="announcement",
    slug="anuncio",
    model=Announcement,
    title="Anúncio",
    singular="Anúncio",
    menu_group="Telefonia",
    purpose="Mensagens que quem liga ouve antes de seguir, como um aviso de feriado.",
    teach=(
        "Um anúncio toca um ou mais áudios em ordem e depois leva a chamada adiante.",
        "Crie um para o horário fechado, por exemplo, e escolha-o na condição de horário.",
    ),
    icon="megaphone",
    title_field="name",
    default_sort="name",
    field_order=("name", "audios", "destination"),
    telephony=True,
)
