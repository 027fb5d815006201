"""Tronco: the line to a carrier, by registration or by address."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.entity import Action, Entity, Ui
from flow.catalog.extension import new_sip_key
from flow.catalog.tenant import Searchable, TenantRow
from flow.clock import now


class Trunk(TenantRow, Searchable, table=True):
    __table_args__ = (
        sa.UniqueConstraint("company_id", "name"),
        sa.UniqueConstraint("company_id", "code"),
        sa.Index("ix_trunk_search", "company_id", "search"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    name: Annotated[
        str,
        Ui(
            "Nome",
            required=True,
            in_list=True,
            searchable=True,
            max_length=60,
            help="Como o tronco aparece nas telas, por exemplo o nome da operadora.",
        ),
    ]
    code: Annotated[
        str,
        Ui(
            "Tronco",
            required=True,
            in_list=True,
            searchable=True,
            max_length=40,
            help="A linha do tronco, como a operadora a chama; muitas vezes o número principal, como 5125550000.",
        ),
    ]
    host: Annotated[
        str,
        Ui(
            "Endereço/Host",
            required=True,
            in_list=True,
            searchable=True,
            max_length=120,
            placeholder="sip.operadora.com.br",
            help="O IP ou o nome da operadora; com a porta depois de dois-pontos, se não for 5060.",
        ),
    ]
    use_auth: Annotated[
        bool,
        Ui(
            "Utilizar Autenticação",
            "bool",
            in_list=True,
            help="Ligue para um tronco com usuário e registro. Desligado, a operadora é reconhecida pelo endereço.",
        ),
    ] = False
    username: Annotated[
        str,
        Ui(
            "Usuário",
            required=True,
            show_when="use_auth",
            max_length=80,
            help="O usuário que a operadora deu para o tronco.",
        ),
    ] = ""
    extra: Annotated[
        str,
        Ui(
            "Configurações Adicionais",
            "longtext",
            wide=True,
            explained=True,
            max_length=2000,
            placeholder="insecure=port,invite",
            help="Linhas no estilo chan_sip, como a operadora as manda. Cada uma é traduzida e explicada abaixo.",
        ),
    ] = ""
    max_calls: Annotated[
        int,
        Ui(
            "Chamadas simultâneas",
            "int",
            section="Opcionais",
            default=30,
            numeric=True,
            help="O máximo de chamadas ao mesmo tempo neste tronco, de 1 a 1000. A que passar ouve ocupado.",
        ),
    ] = 30
    active: Annotated[
        bool,
        Ui(
            "Ativo",
            "bool",
            section="Opcionais",
            default=True,
            in_list=True,
            help="Desativar encerra o registro e recusa as chamadas do tronco, sem perder o cadastro.",
        ),
    ] = True
    sip_key: str = Field(default_factory=new_sip_key, unique=True)
    secret_enc: str = ""
    registration_enc: str = ""  # the whole line, for it holds the password
    version: int = 1
    created_at: datetime = Field(default_factory=now)


ENTITY = Entity(
    key="trunk",
    slug="tronco",
    model=Trunk,
    title="Tronco",
    singular="Tronco",
    menu_group="Telefonia",
    purpose="As linhas que ligam a empresa às operadoras.",
    teach=(
        "Um tronco traz as chamadas da operadora; uma Rota de Entrada diz aonde cada número leva.",
        "Com registro, preencha Usuário, Senha e Registro; por IP, basta o endereço da operadora.",
    ),
    icon="trunk",
    title_field="name",
    default_sort="name",
    field_order=(
        "name",
        "code",
        "host",
        "use_auth",
        "username",
        "password",
        "registration",
        "extra",
        "max_calls",
        "active",
    ),
    virtual={
        "password": Ui(
            "Senha",
            "password",
            required=True,
            once=True,
            foreign=True,
            show_when="use_auth",
            max_length=120,
            help="A senha que a operadora deu. Ao editar, deixe em branco para manter a atual.",
        ),
        "registration": Ui(
            "Registro",
            required=True,
            show_when="use_auth",
            wide=True,
            explained=True,
            max_length=300,
            placeholder="usuário:senha@host/tronco",
            help="No padrão usuário:senha@host/tronco. A senha guardada aparece como ••••: mude só o que precisar.",
        ),
    },
    actions=(Action("test-trunk", "Testar tronco", "trunk.edit"),),
    telephony=True,
)
