"""Usuários: people who sign in."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.entity import Action, Choice, Entity, Ui
from flow.catalog.tenant import Searchable, TenantRow
from flow.clock import now

FUNCTIONS = ("Administrador", "Gestor", "Supervisor", "Agente", "Auditor")
_PERMISSIONS = "Permissões do usuário"


class User(TenantRow, Searchable, table=True):
    """`company_id` is empty for the platform owner alone; `login_key` once deleted, so that the login is free again."""

    __table_args__ = (sa.Index("ix_user_search", "company_id", "search"),)
    id: int | None = Field(default=None, primary_key=True)
    company_id: int | None = Field(default=None, foreign_key="company.id", index=True)  # type: ignore[assignment]
    name: Annotated[
        str, Ui("Nome", required=True, in_list=True, searchable=True, max_length=100, help="Nome completo.")
    ]
    login: Annotated[
        str,
        Ui("Login", required=True, in_list=True, searchable=True, max_length=60, help="No mínimo 5 caracteres."),
    ]
    login_key: str | None = Field(default=None, unique=True)
    password_hash: str
    email: Annotated[str, Ui("E-mail", "email", required=True, in_list=True, searchable=True, max_length=120)]
    profile_id: Annotated[
        int | None,
        Ui(
            "Perfil",
            "ref",
            ref="profile",
            required=True,
            in_list=True,
            help="Define o nível de acesso e visibilidade dentro da plataforma.",
        ),
    ] = Field(default=None, foreign_key="profile.id", index=True)
    function: Annotated[
        str,
        Ui(
            "Função",
            "choice",
            required=True,
            in_list=True,
            options=tuple(Choice(f, f) for f in FUNCTIONS),
            help="Limita as ações que a pessoa poderá realizar, qualquer que seja o perfil.",
        ),
    ]
    schedule_id: Annotated[
        int | None,
        Ui(
            "Horário de Trabalho",
            "ref",
            ref="schedule",
            help="(Opcional) Fora dele a pessoa não entra; supervisores, gestores e administradores entram sempre.",
        ),
    ] = Field(default=None, foreign_key="schedule.id", index=True)
    team_id: Annotated[
        int | None, Ui("Equipe", "ref", ref="team", in_list=True, help="(Opcional) A equipe à qual a pessoa pertence.")
    ] = Field(default=None, foreign_key="team.id", index=True)
    extension_id: Annotated[
        int | None,
        Ui("Webphone", "ref", ref="extension", help="O ramal que toca no navegador desta pessoa."),
    ] = Field(default=None, foreign_key="extension.id", index=True)
    callcenter: Annotated[
        bool, Ui("Usuário do CallCenter", "bool", section=_PERMISSIONS, help="Habilita as funções de callcenter.")
    ] = False
    chat: Annotated[
        bool, Ui("Habilitar Chat", "bool", section=_PERMISSIONS, help="Permite utilizar chats, como WhatsApp.")
    ] = False
    chat_auto_connect: Annotated[
        bool, Ui("Conectar Automático (Chat)", "bool", section=_PERMISSIONS, help="Entra no chat ao fazer login.")
    ] = False
    email_service: Annotated[
        bool,
        Ui("Habilitar Atendimento por E-mail", "bool", section=_PERMISSIONS, help="Autoriza atender por e-mail."),
    ] = False
    internal_chat: Annotated[
        bool, Ui("Chat Interno", "bool", section=_PERMISSIONS, help="Permite o chat interno da plataforma.")
    ] = False
    auditor: Annotated[
        bool, Ui("Auditor", "bool", section=_PERMISSIONS, help="Concede acesso aos relatórios, somente leitura.")
    ] = False
    is_super: Annotated[
        bool,
        Ui(
            "Super Usuário",
            "bool",
            section=_PERMISSIONS,
            super_only=True,
            help="Visualiza todas as empresas cadastradas na plataforma.",
        ),
    ] = False
    active: Annotated[
        bool,
        Ui(
            "Ativo",
            "bool",
            section="Extras",
            in_list=True,
            default=True,
            help="Desativar encerra na hora as sessões, o telefone e os tokens da pessoa.",
        ),
    ] = True
    guide_hidden: bool = False  # "Próximos passos" of the start page
    deleted_at: datetime | None = None
    version: int = 1
    created_at: datetime = Field(default_factory=now)


ENTITY = Entity(
    key="user",
    slug="usuarios",
    model=User,
    title="Usuários",
    singular="Usuário",
    menu_group="Configurações",
    purpose="As pessoas que entram no Fluxo, o que veem e o que podem fazer.",
    teach=(
        "Cada pessoa entra com o próprio login; o perfil e a função dizem o que ela alcança.",
        "Cadastre a primeira pessoa e ligue o Webphone a um ramal para ela falar pelo navegador.",
    ),
    icon="user",
    title_field="name",
    default_sort="name",
    field_order=(
        "name",
        "login",
        "password",
        "email",
        "profile_id",
        "function",
        "schedule_id",
        "team_id",
        "extension_id",
        "callcenter",
        "chat",
        "chat_auto_connect",
        "email_service",
        "internal_chat",
        "auditor",
        "is_super",
        "active",
    ),
    virtual={
        "password": Ui(
            "Senha",
            "password",
            required=True,
            once=True,
            max_length=128,
            help="No mínimo 6 caracteres. Ao editar, deixe em branco para manter a atual.",
        )
    },
    actions=(Action("test-permission", "Testar permissão", "user.view"),),
)
