"""Ramal: one number that rings a softphone and a browser together."""

import secrets
from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.entity import Action, Entity, Ui
from flow.catalog.tenant import Searchable, TenantRow
from flow.clock import now

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else


def new_sip_key() -> str:
    """Random part of the endpoint names, so that no one can guess an endpoint from a number."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def new_sip_password() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


class Extension(TenantRow, Searchable, table=True):
    __table_args__ = (
        sa.UniqueConstraint("company_id", "number"),
        sa.Index("ix_extension_number", "company_id", sa.text("length(number)"), "number"),  # 99 before 100
        sa.Index("ix_extension_label", "company_id", "label"),
        sa.Index("ix_extension_search", "company_id", "search"),
    )
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    number: Annotated[
        str,
        Ui(
            "Ramal",
            required=True,
            in_list=True,
            searchable=True,
            max_length=20,
            numeric=True,
            help="O número do ramal, de 2 a 6 dígitos.",
        ),
    ]
    label: Annotated[
        str,
        Ui(
            "Identificação",
            required=True,
            in_list=True,
            searchable=True,
            max_length=60,
            help="Por exemplo, o nome do usuário. Aparece no telefone de quem recebe a chamada.",
        ),
    ]
    webphone: Annotated[
        bool,
        Ui(
            "WebPhone",
            "bool",
            default=True,
            in_list=True,
            help="Liga o telefone do navegador. Navegador e softphone tocam juntos, cada um com o seu registro.",
        ),
    ] = True
    ring_seconds: Annotated[
        int,
        Ui(
            "Tempo de toque (s)",
            "int",
            section="Opcionais",
            required=True,
            default=25,
            bounds=(5, 120),
            numeric=True,
            help="Quanto tempo o ramal toca antes de a chamada ser dada como não atendida, de 5 a 120.",
        ),
    ] = 25
    active: Annotated[
        bool,
        Ui(
            "Ativo",
            "bool",
            section="Opcionais",
            default=True,
            in_list=True,
            help="Desativar tira o ramal do ar sem perder o cadastro.",
        ),
    ] = True
    sip_key: str = Field(default_factory=new_sip_key, unique=True)
    secret_enc: str
    browser_secret_enc: str
    version: int = 1
    created_at: datetime = Field(default_factory=now)

    @property
    def softphone_endpoint(self) -> str:
        return f"f{self.company_id}-{self.sip_key}"

    @property
    def browser_endpoint(self) -> str:
        return f"{self.softphone_endpoint}-w"


ENTITY = Entity(
    key="extension",
    slug="ramal",
    model=Extension,
    title="Ramal",
    singular="Ramal",
    menu_group="Telefonia",
    purpose="Os telefones da empresa: um número toca no softphone e no navegador ao mesmo tempo.",
    teach=(
        "Um ramal é o número interno de uma pessoa ou de um lugar.",
        "Crie o primeiro, registre um softphone com os dados mostrados ou ligue o ramal a um usuário.",
    ),
    icon="phone",
    title_field="number",
    default_sort="number",
    field_order=("number", "password", "label", "webphone", "ring_seconds", "active"),
    virtual={
        "password": Ui(
            "Senha",
            "password",
            required=True,
            once=True,
            max_length=64,
            help="A senha do softphone: no mínimo 8 caracteres. Ao editar, deixe em branco para manter a atual.",
        )
    },
    actions=(Action("generate-password", "Gerar senha", "extension.edit"),),
    telephony=True,
)
