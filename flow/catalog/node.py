"""An Asterisk that carries calls. What it is doing now is asked of its engine; here stands only that it exists."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from flow.clock import now


class Node(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    created_at: datetime = Field(default_factory=now)
