"""Fila: callers wait, members are tried by a strategy."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.entity import Choice, Entity, Ui
from flow.catalog.tenant import Searchable, TenantRow
from flow.clock import now

STRATEGIES = (
    Choice("ring_all", "Chamar todos"),
    Choice("longest_idle", "Chamar mais ocioso"),
    Choice("fewest_calls", "Chamar com menos chamadas"),
    Choice("random", "Chamar aleatório"),
    Choice("random_memory", "Chamar aleatório com memória"),
    Choice("linear", "Linear"),
)
MEMBER_KINDS = {"extension": "extension", "agent": "user"}  # Tipo de membro → key of its entity
_TRY = "Tentativas de atendimento"
_WAIT = "Espera"


def _seconds(label: str, default: int, bounds: tuple[int, int], section: str, help_text: str) -> Ui:
    return Ui(
        label, "int", section=section, required=True, default=default, bounds=bounds, numeric=True, help=help_text
    )


class Queue(TenantRow, Searchable, table=True):
    """`members`: ids of extensions, or of users when `member_kind` is "agent", in the board's order."""

    __table_args__ = (
        sa.UniqueConstraint("company_id", "name"),
        sa.UniqueConstraint("company_id", "number"),
        sa.Index("ix_queue_search", "company_id", "search"),
    )
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    name: Annotated[
        str,
        Ui("Nome", required=True, in_list=True, searchable=True, max_length=60, help="Por exemplo, Suporte."),
    ]
    number: Annotated[
        str,
        Ui(
            "Fila",
            required=True,
            in_list=True,
            searchable=True,
            max_length=20,
            numeric=True,
            help="O número da fila, de 2 a 6 dígitos: quem o disca de um ramal também entra nela.",
        ),
    ]
    strategy: Annotated[
        str,
        Ui(
            "Estratégia",
            "choice",
            required=True,
            default="longest_idle",
            in_list=True,
            options=STRATEGIES,
            help="Quem toca primeiro. Mais ocioso: quem está livre há mais tempo. Menos chamadas: na última hora. "
            "Com memória: ninguém de novo antes de todos. Linear: sempre de cima para baixo.",
        ),
    ]
    member_kind: Annotated[
        str,
        Ui(
            "Tipo de membro",
            "choice",
            required=True,
            default="extension",
            in_list=True,
            options=(Choice("extension", "Ramal"), Choice("agent", "Agente")),
            help="Ramal: o telefone toca sempre. Agente: a pessoa, onde estiver, depois de entrar na fila.",
        ),
    ]
    members: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    ring_seconds: Annotated[
        int, _seconds("Tempo de toque (s)", 20, (5, 120), _TRY, "Quanto cada membro toca antes de se tentar outro.")
    ] = 20
    retry_seconds: Annotated[
        int, _seconds("Intervalo entre tentativas (s)", 5, (0, 120), _TRY, "A pausa depois que ninguém atendeu.")
    ] = 5
    wrapup_seconds: Annotated[
        int,
        _seconds(
            "Tempo após a chamada (s)", 0, (0, 3600), _TRY, "Quanto o membro descansa antes da próxima chamada da fila."
        ),
    ] = 0
    priority: Annotated[
        int,
        _seconds(
            "Prioridade",
            0,
            (0, 100),
            _TRY,
            "Entre filas que disputam o mesmo membro, a maior vai primeiro. Dentro da fila vale a ordem de chegada.",
        ),
    ] = 0
    service_seconds: Annotated[
        int,
        _seconds(
            "Nível de serviço (s)",
            20,
            (1, 3600),
            _TRY,
            "Conta como no prazo a chamada atendida até este tempo de espera.",
        ),
    ] = 20
    music_id: Annotated[
        int | None,
        Ui("Música Espera", "ref", ref="music", section=_WAIT, help="(Opcional) Sem escolha, toca a música padrão."),
    ] = Field(default=None, foreign_key="music.id")
    position_every_seconds: Annotated[
        int,
        _seconds(
            "Anunciar posição a cada (s)",
            0,
            (0, 600),
            _WAIT,
            "Diz ao cliente o lugar dele na fila. 0 não anuncia; o mínimo é 15.",
        ),
    ] = 0
    say_wait: Annotated[
        bool,
        Ui(
            "Anunciar espera estimada",
            "bool",
            section=_WAIT,
            help="Junto com a posição, diz quantos minutos a espera deve durar.",
        ),
    ] = False
    max_wait_seconds: Annotated[
        int,
        _seconds("Espera máxima (s)", 300, (0, 7200), _WAIT, "Depois dela a chamada sai da fila. 0 espera sem limite."),
    ] = 300
    overflow: Annotated[
        str,
        Ui(
            "Destino após a espera máxima",
            "destination",
            section=_WAIT,
            required=True,
            default="hangup",
            wide=True,
            help="Para onde vai quem esperou demais, por exemplo outra fila ou um anúncio.",
        ),
    ]
    empty_rule: Annotated[
        str,
        Ui(
            "Fila vazia",
            "choice",
            section=_WAIT,
            required=True,
            default="wait",
            options=(
                Choice("wait", "Esperar mesmo assim"),
                Choice("nobody_logged_in", "Sair se ninguém estiver na fila"),
                Choice("nobody_available", "Sair se ninguém puder atender (todos fora ou em pausa)"),
            ),
            help="O que fazer quando não há quem atenda.",
        ),
    ]
    empty_destination: Annotated[
        str,
        Ui(
            "Destino com a fila vazia",
            "destination",
            section=_WAIT,
            required=True,
            default="hangup",
            wide=True,
            help="Vale quando Fila vazia manda sair.",
        ),
    ]
    survey_id: Annotated[
        int | None,
        Ui(
            "Pesquisa de satisfação",
            "ref",
            ref="ivr",
            section=_WAIT,
            help="(Opcional) Uma URA com Pesquisa de satisfação marcada: quem ligou dá uma nota depois do atendimento.",
        ),
    ] = Field(default=None, foreign_key="ivr.id")
    version: int = 1
    created_at: datetime = Field(default_factory=now)


ENTITY = Entity(
    key="queue",
    slug="fila",
    model=Queue,
    title="Fila",
    singular="Fila",
    menu_group="Telefonia",
    purpose="Distribui as chamadas de um setor entre ramais ou agentes, enquanto quem liga espera com música.",
    teach=(
        "Uma fila segura quem liga e chama os membros na ordem da estratégia.",
        "Crie uma para cada setor, por exemplo Suporte, e arraste para ela quem atende.",
    ),
    icon="queue",
    title_field="name",
    default_sort="name",
    field_order=(
        "name",
        "number",
        "strategy",
        "member_kind",
        "members",
        "ring_seconds",
        "retry_seconds",
        "wrapup_seconds",
        "priority",
        "service_seconds",
        "max_wait_seconds",
        "overflow",
        "empty_rule",
        "empty_destination",
        "music_id",
        "position_every_seconds",
        "say_wait",
        "survey_id",
    ),
    virtual={
        "members": Ui(
            "Membros da fila",
            "board",
            kinds=("extension", "user"),
            wide=True,
            help="Arraste para Ramal/agente em fila quem atende, ou use os botões. A ordem ali é a da estratégia "
            "Linear e decide empates.",
        )
    },
    telephony=True,
)
