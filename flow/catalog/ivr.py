"""URA: asks the caller for a key, or for digits, and sends the call on. One of them can be the survey after a call."""

from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.entity import Choice, Entity, Ui
from flow.catalog.tenant import Searchable, TenantRow
from flow.clock import now

KEYS = tuple("0123456789*#")
KEY_ROW = (
    Ui("Tecla", "choice", name="key", required=True, options=tuple(Choice(key, key) for key in KEYS)),
    Ui("Destino", "destination", name="destination", required=True),
)
_SOUNDS = "Áudios"
_ANSWER = "Resposta de quem liga"


def _sound(label: str, help_text: str, *, required: bool = False) -> Ui:
    return Ui(label, "ref", ref="audio", section=_SOUNDS, required=required, help=help_text)


class Ivr(TenantRow, Searchable, table=True):
    """`keys`: one {"key", "destination"} for each key that leads somewhere."""

    __table_args__ = (sa.UniqueConstraint("company_id", "name"), sa.Index("ix_ivr_search", "company_id", "search"))
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    name: Annotated[
        str,
        Ui(
            "URA",
            required=True,
            in_list=True,
            searchable=True,
            max_length=60,
            help="O nome da URA, por exemplo Atendimento.",
        ),
    ]
    kind: Annotated[
        str,
        Ui(
            "Tipo de URA",
            "choice",
            required=True,
            default="menu",
            in_list=True,
            options=(
                Choice("menu", "Menu"),
                Choice("collect", "Coleta de dígitos"),
                Choice("direct", "Discagem direta"),
            ),
            help="Menu: uma tecla leva a um destino. Coleta de dígitos: quem liga digita um ramal ou fila e #. "
            "Discagem direta: o menu e também qualquer número interno; nunca uma chamada para fora.",
        ),
    ]
    greeting_id: Annotated[
        int | None,
        _sound("Áudio de Saudação", "(Opcional) Toca uma vez, na chegada. Por exemplo: bem-vindo à Padaria Pão."),
    ] = Field(default=None, foreign_key="audio.id")
    menu_id: Annotated[
        int | None,
        _sound("Áudio de Menu", "Toca a cada tentativa. Por exemplo: para vendas, tecle 1.", required=True),
    ] = Field(default=None, foreign_key="audio.id")
    exceeded_id: Annotated[
        int | None, _sound("Áudio de Tentativas Excedidas", "(Opcional) Toca antes do destino de tentativas excedidas.")
    ] = Field(default=None, foreign_key="audio.id")
    invalid_id: Annotated[
        int | None, _sound("Áudio de Opção Inválida", "(Opcional) Toca quando a tecla não leva a lugar nenhum.")
    ] = Field(default=None, foreign_key="audio.id")
    timeout_id: Annotated[
        int | None, _sound("Áudio de Timeout", "(Opcional) Toca quando ninguém tecla nada dentro do tempo limite.")
    ] = Field(default=None, foreign_key="audio.id")
    survey: Annotated[
        bool,
        Ui(
            "Pesquisa de satisfação",
            "bool",
            section=_SOUNDS,
            in_list=True,
            help="Faz desta URA a pesquisa, e não um menu: depois que o agente desliga, quem ligou ouve o Áudio de "
            "Menu e dá uma nota de 1 a 5, guardada com a chamada. Escolha esta URA em Pesquisa de satisfação, na Fila.",
        ),
    ] = False
    keys: Annotated[
        list[dict[str, Any]],
        Ui(
            "Opções do menu",
            "rows",
            section=_ANSWER,
            wide=True,
            rows=KEY_ROW,
            widget="keys",
            add_label="Adicionar tecla",
            help="Marque as teclas que valem e escolha para onde cada uma leva. Uma pode voltar a esta mesma URA.",
        ),
    ] = Field(default_factory=list, sa_type=sa.JSON)
    attempts: Annotated[
        int,
        Ui(
            "Tentativas",
            "int",
            section=_ANSWER,
            required=True,
            default=3,
            bounds=(1, 10),
            numeric=True,
            help="Quantas vezes o menu toca ao todo, somando opções inválidas e silêncio.",
        ),
    ] = 3
    timeout_seconds: Annotated[
        int,
        Ui(
            "Tempo limite (s)",
            "int",
            section=_ANSWER,
            required=True,
            default=5,
            bounds=(1, 60),
            numeric=True,
            help="Quanto se espera por uma tecla depois que o menu acaba.",
        ),
    ] = 5
    exceeded: Annotated[
        str,
        Ui(
            "Destino de tentativas excedidas",
            "destination",
            section=_ANSWER,
            required=True,
            wide=True,
            help="Para onde vai quem não escolheu nada, por exemplo a fila da recepção.",
        ),
    ]
    version: int = 1
    created_at: datetime = Field(default_factory=now)


ENTITY = Entity(
    key="ivr",
    slug="ura",
    model=Ivr,
    title="URA",
    singular="URA",
    menu_group="Telefonia",
    purpose="O menu de voz: quem liga escolhe por tecla para onde quer ir.",
    teach=(
        "Uma URA atende, toca um menu e leva a chamada conforme a tecla.",
        "Tenha os áudios e os destinos prontos, crie a primeira e aponte uma rota de entrada para ela.",
    ),
    icon="keypad",
    title_field="name",
    default_sort="name",
    field_order=(
        "name",
        "kind",
        "greeting_id",
        "menu_id",
        "exceeded_id",
        "invalid_id",
        "timeout_id",
        "survey",
        "keys",
        "attempts",
        "timeout_seconds",
        "exceeded",
    ),
    telephony=True,
)
