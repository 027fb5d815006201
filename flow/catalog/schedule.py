"""Condição de Horário: sends calls one way inside its periods, another outside; also limits when people sign in."""

from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.entity import Choice, Entity, Ui
from flow.catalog.tenant import Searchable, TenantRow
from flow.clock import now

_WEEKDAYS = tuple(Choice(str(i), name) for i, name in enumerate(("Seg", "Ter", "Qua", "Qui", "Sex", "Sáb", "Dom")))
_MONTH_DAYS = tuple(Choice(str(day), str(day)) for day in range(1, 32))
_MONTHS = tuple(
    Choice(str(i), name)
    for i, name in enumerate(("Jan", "Fev", "Mar", "Abr", "Mai", "Jun", "Jul", "Ago", "Set", "Out", "Nov", "Dez"), 1)
)
PERIOD = (
    Ui("Dias da semana", "multi", name="weekdays", options=_WEEKDAYS),
    Ui("Dias do mês", "multi", name="month_days", options=_MONTH_DAYS),
    Ui("Mês", "multi", name="months", options=_MONTHS),
    Ui("Hora de início", "time", name="start", required=True, default="08:00"),
    Ui("Hora de término", "time", name="end", required=True, default="18:00"),
    Ui("Dia todo", "bool", name="all_day"),
)


HOLIDAY = (
    Ui("Data", "date", name="date", required=True),
    Ui("Feriado", "text", name="name", required=True, max_length=60),
)
_TODAY = "Exceções"


class Schedule(TenantRow, Searchable, table=True):
    __table_args__ = (sa.UniqueConstraint("company_id", "name"), sa.Index("ix_schedule_search", "company_id", "search"))
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    name: Annotated[
        str, Ui("Condição de horário", required=True, in_list=True, searchable=True, max_length=60, help="O nome dela.")
    ]
    inside: Annotated[
        str,
        Ui(
            "Destino dentro do período",
            "destination",
            required=True,
            default="hangup",
            in_list=True,
            sortable=False,
            help="Para onde vai quem liga com a empresa aberta, por exemplo a URA principal.",
        ),
    ] = "hangup"
    outside: Annotated[
        str,
        Ui(
            "Destino fora do período",
            "destination",
            required=True,
            default="hangup",
            in_list=True,
            sortable=False,
            help="Para onde vai quem liga com a empresa fechada, por exemplo um anúncio.",
        ),
    ] = "hangup"
    periods: Annotated[
        list[dict[str, Any]],
        Ui(
            "Períodos",
            "rows",
            required=True,
            wide=True,
            rows=PERIOD,
            add_label="Adicionar Período",
            widget="week",
            help=(
                "Vale quando a hora cai em qualquer um dos períodos, no fuso horário da empresa. Em branco significa "
                "qualquer dia. Um término antes do início passa para o dia seguinte: "
                "sex 22:00–06:00 acaba no sábado às 06:00."
            ),
        ),
    ] = Field(default_factory=list, sa_type=sa.JSON)
    holidays: Annotated[
        list[dict[str, str]],
        Ui(
            "Feriados",
            "rows",
            section=_TODAY,
            wide=True,
            rows=HOLIDAY,
            add_label="Adicionar Feriado",
            widget="holidays",
            help="Nestes dias fica fechado, da meia-noite à meia-noite, quaisquer que sejam os períodos.",
        ),
    ] = Field(default_factory=list, sa_type=sa.JSON)
    forced: Annotated[
        str,
        Ui(
            "Forçar",
            "choice",
            section=_TODAY,
            placeholder="Não: seguir períodos e feriados",
            options=(Choice("open", "Aberto"), Choice("closed", "Fechado")),
            help="Passa por cima de tudo, por exemplo numa reunião de toda a equipe.",
        ),
    ] = ""
    forced_until: Annotated[
        str,
        Ui(
            "Forçar até",
            "moment",
            section=_TODAY,
            help="(Opcional) No relógio da empresa. Em branco, vale até alguém desfazer.",
        ),
    ] = ""
    version: int = 1
    created_at: datetime = Field(default_factory=now)


ENTITY = Entity(
    key="schedule",
    slug="condicao-de-horario",
    model=Schedule,
    title="Condição de Horário",
    singular="Condição de Horário",
    menu_group="Telefonia",
    purpose="Decide pelo dia e pela hora para onde a chamada vai; também serve de Horário de Trabalho dos usuários.",
    teach=(
        "Uma condição de horário reúne períodos, por exemplo seg a sex das 08:00 às 18:00.",
        "Crie uma, escolha os dois destinos e aponte uma rota de entrada para ela.",
    ),
    icon="clock",
    title_field="name",
    default_sort="name",
    field_order=("name", "inside", "outside", "periods", "holidays", "forced", "forced_until"),
    telephony=True,
)
