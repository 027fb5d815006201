"""Áudio: a sound that callers hear, e.g. a greeting. Música Espera: an ordered playlist to wait with.

Sounds are files named after their content: an `AudioFile` never changes, a new recording is another file.
"""

import re
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.entity import Entity, Ui
from flow.catalog.tenant import Searchable, TenantRow
from flow.clock import now

HASH = re.compile(r"[0-9a-f]{64}")
MAX_FILES = 50
"""Of one Música Espera."""

_RULE = "WAV de telefone: 8000 Hz, mono, PCM de 16 bits. Qualquer outro arquivo de som pode ser convertido aqui mesmo."


class AudioFile(TenantRow, table=True):
    """One uploaded sound. `unused_since`: when the sweep first found nothing that refers to it."""

    __tablename__ = "audio_file"
    __table_args__ = (sa.UniqueConstraint("company_id", "hash"),)
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    hash: str
    ms: int
    size: int
    original_name: str
    created_at: datetime = Field(default_factory=now)
    unused_since: datetime | None = None

    @property
    def title(self) -> str:
        return f"{self.original_name} ({duration(self.ms)})"


class Audio(TenantRow, Searchable, table=True):
    """`versions`: every file it ever was, the oldest first: {"hash", "at" (ISO)}."""

    __table_args__ = (sa.UniqueConstraint("company_id", "name"), sa.Index("ix_audio_search", "company_id", "search"))
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    name: Annotated[
        str, Ui("Áudio", required=True, in_list=True, searchable=True, max_length=60, help="O nome do áudio.")
    ]
    description: Annotated[
        str,
        Ui(
            "Descrição",
            "longtext",
            in_list=True,
            searchable=True,
            max_length=500,
            wide=True,
            help="O que ele diz, ou onde é usado.",
        ),
    ] = ""
    current: Annotated[
        str, Ui("Arquivo", "audio", required=True, in_list=True, sortable=False, wide=True, help=_RULE)
    ] = ""
    ms: int = 0
    versions: list[dict[str, str]] = Field(default_factory=list, sa_type=sa.JSON)
    version: int = 1
    created_at: datetime = Field(default_factory=now)


class Music(TenantRow, Searchable, table=True):
    __table_args__ = (sa.UniqueConstraint("company_id", "name"), sa.Index("ix_music_search", "company_id", "search"))
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    name: Annotated[
        str,
        Ui("Música Espera", required=True, in_list=True, searchable=True, max_length=60, help="O nome da música."),
    ]
    description: Annotated[
        str, Ui("Descrição", "longtext", in_list=True, searchable=True, max_length=500, wide=True)
    ] = ""
    files: Annotated[
        list[dict[str, Any]],
        Ui(
            "Arquivos",
            "audios",
            in_list=True,
            sortable=False,
            wide=True,
            help=f"Tocam nesta ordem e recomeçam; sem arquivos, toca a música padrão. {_RULE}",
        ),
    ] = Field(default_factory=list, sa_type=sa.JSON)
    version: int = 1
    created_at: datetime = Field(default_factory=now)

    @property
    def moh_class(self) -> str:
        return moh_class(self.company_id, self.id or 0, self.version)


def moh_class(company_id: int, music_id: int, version: int) -> str:
    """Its name on the node. With the version in it, a change reaches new listeners and spares the present ones."""
    return f"m{company_id}-{music_id}-{version}"


def duration(ms: int) -> str:
    """`12345` → "0:12"."""
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"


AUDIO = Entity(
    key="audio",
    slug="audio",
    model=Audio,
    title="Áudio",
    singular="Áudio",
    menu_group="Telefonia",
    purpose="Os sons que quem liga ouve: saudações, menus e avisos.",
    teach=(
        "Um áudio é uma gravação que a central toca, por exemplo a saudação da URA.",
        "Envie um arquivo ou grave pelo microfone: o que não for som de telefone é convertido aqui.",
    ),
    icon="sound",
    title_field="name",
    default_sort="name",
    field_order=("name", "description", "current"),
    telephony=True,
)

MUSIC = Entity(
    key="music",
    slug="musica-espera",
    model=Music,
    title="Música Espera",
    singular="Música Espera",
    menu_group="Telefonia",
    purpose="O que se ouve enquanto se espera: uma lista de músicas e mensagens, em ordem.",
    teach=(
        "Uma música de espera toca os seus arquivos em ordem e recomeça.",
        "Crie uma, envie os arquivos e escolha-a nas filas.",
    ),
    icon="music",
    title_field="name",
    default_sort="name",
    field_order=("name", "description", "files"),
    telephony=True,
)
