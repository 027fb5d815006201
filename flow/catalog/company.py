"""Empresa: a tenant. Everything else belongs to exactly one of these."""

from datetime import datetime
from typing import Annotated

from sqlmodel import Field

from flow.catalog.cnpj import shown as cnpj_shown
from flow.catalog.entity import Choice, Entity, Ui
from flow.catalog.tenant import Searchable
from flow.clock import now

# The 67 area codes of Anatel.
DDDS: tuple[str, ...] = tuple(
    (
        "11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38 41 42 43 44 45 46 47 48 49 "
        "51 53 54 55 61 62 63 64 65 66 67 68 69 71 73 74 75 77 79 81 82 83 84 85 86 87 88 89 91 92 "
        "93 94 95 96 97 98 99"
    ).split()
)
# Every zone of Brazil; the label says where it holds.
TIME_ZONES = (
    Choice("America/Sao_Paulo", "Brasília, Sul, Sudeste, Goiás (UTC−3)"),
    Choice("America/Bahia", "Bahia (UTC−3)"),
    Choice("America/Recife", "Pernambuco (UTC−3)"),
    Choice("America/Fortaleza", "Ceará, Maranhão, Paraíba, Piauí, Rio Grande do Norte (UTC−3)"),
    Choice("America/Maceio", "Alagoas, Sergipe (UTC−3)"),
    Choice("America/Belem", "Pará (leste), Amapá (UTC−3)"),
    Choice("America/Santarem", "Pará (oeste) (UTC−3)"),
    Choice("America/Araguaina", "Tocantins (UTC−3)"),
    Choice("America/Manaus", "Amazonas (UTC−4)"),
    Choice("America/Cuiaba", "Mato Grosso (UTC−4)"),
    Choice("America/Campo_Grande", "Mato Grosso do Sul (UTC−4)"),
    Choice("America/Porto_Velho", "Rondônia (UTC−4)"),
    Choice("America/Boa_Vista", "Roraima (UTC−4)"),
    Choice("America/Rio_Branco", "Acre (UTC−5)"),
    Choice("America/Noronha", "Fernando de Noronha (UTC−2)"),
)


class Company(Searchable, table=True):
    id: int | None = Field(default=None, primary_key=True)
    legal_name: Annotated[
        str,
        Ui("Razão Social", required=True, in_list=True, searchable=True, max_length=120, help="O nome da empresa."),
    ]
    cnpj: Annotated[
        str,
        Ui(
            "CNPJ",
            required=True,
            in_list=True,
            searchable=True,
            max_length=18,
            placeholder="12.ABC.345/01DE-35",
            shown=cnpj_shown,
            help="Numérico ou alfanumérico, com ou sem pontuação.",
        ),
    ] = Field(unique=True)
    contact: Annotated[
        str,
        Ui(
            "Contato",
            required=True,
            in_list=True,
            searchable=True,
            max_length=120,
            help="Nome e/ou telefone de um contato principal da empresa.",
        ),
    ]
    cnl: Annotated[
        str,
        Ui("CNL", max_length=10, help="Preencha se a empresa operar em uma zona conurbada (opcional)."),
    ] = ""
    ddd: Annotated[
        str,
        Ui(
            "DDD",
            "choice",
            required=True,
            in_list=True,
            options=tuple(Choice(d, d) for d in DDDS),
            help="Código DDD da região onde a empresa está localizada.",
        ),
    ]
    ddi: Annotated[
        str,
        Ui(
            "DDI",
            required=True,
            default="55",
            max_length=3,
            numeric=True,
            help="Código DDI do país da empresa.",
        ),
    ] = "55"
    time_zone: Annotated[
        str,
        Ui(
            "Fuso horário",
            "choice",
            section="Extras",
            required=True,
            default="America/Sao_Paulo",
            options=TIME_ZONES,
            help="Vale para horários, relatórios e a lista de chamadas.",
        ),
    ] = "America/Sao_Paulo"
    next_extension: Annotated[
        str,
        Ui(
            "Próximo ramal livre",
            section="Extras",
            default="1000",
            max_length=6,
            numeric=True,
            help="A partir deste número o cadastro de ramal sugere o primeiro que estiver livre.",
        ),
    ] = "1000"
    node_id: int = Field(default=1, foreign_key="node.id")
    revision: int = 1
    version: int = 1
    created_at: datetime = Field(default_factory=now)


ENTITY = Entity(
    key="company",
    slug="empresa",
    model=Company,
    title="Empresa",
    singular="Empresa",
    menu_group="Configurações",
    purpose="Cada empresa tem seus próprios usuários, ramais e chamadas; nenhuma vê as outras.",
    teach=(
        "Uma empresa reúne tudo o que uma organização usa na telefonia.",
        "Cadastre a primeira com o CNPJ e o DDD dela; os três perfis de acesso já vêm prontos.",
    ),
    icon="building",
    title_field="legal_name",
    default_sort="legal_name",
    field_order=("legal_name", "cnpj", "contact", "cnl", "ddd", "ddi", "time_zone", "next_extension"),
    super_only=True,
)
