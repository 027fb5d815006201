"""Where a call may be sent. In the database and on the wire it is text: "<kind>:<id>", or "hangup" alone."""

import re
from dataclasses import dataclass

# What each kind is called on the pages, in the order in which the picker offers them.
WORDS: dict[str, str] = {
    "extension": "Ramal",
    "queue": "Fila",
    "ivr": "URA",
    "schedule": "Condição de Horário",
    "announcement": "Anúncio",
    "conference": "Conferência",
    "external": "Número externo",
    "hangup": "Desligar",
}
OFFERED = ("extension", "queue", "ivr", "schedule", "announcement", "hangup")  # the kinds that can carry a call today

_ROW = re.compile(r"(extension|queue|ivr|schedule|announcement|conference):([1-9][0-9]{0,17})", re.ASCII)
_EXTERNAL = re.compile(r"external:([0-9]{1,20})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Destination:
    """`id`: the row of the kind's table, 0 for "hangup" and "external"; `number`: only "external" has one."""

    kind: str
    id: int = 0
    number: str = ""

    def __str__(self) -> str:
        if self.kind == "external":
            return f"external:{self.number}"
        return f"{self.kind}:{self.id}" if self.id else self.kind


HANGUP = Destination("hangup")


def parse(text: str) -> Destination:
    """The destination that `text` names. ValueError for anything else, whoever wrote it."""
    if text == "hangup":
        return HANGUP
    if row := _ROW.fullmatch(text):
        return Destination(row[1], int(row[2]))
    if number := _EXTERNAL.fullmatch(text):
        return Destination("external", number=number[1])
    raise ValueError(f"not a destination: {text[:40]!r}")
