"""A URA with every audio, a company around it, and a caller."""

from flow.routing.destination import Destination
from flow.routing.ivr import Key, Play, PromptEnded
from flow.routing.snapshot import AudioPlan, CompanySnapshot, IvrPlan, QueuePlan, Station

GREETING, MENU, EXCEEDED, INVALID, TIMEOUT = (
    AudioPlan(i, name, f"{i:064}", 1000)
    for i, name in enumerate(("Saudação", "Menu", "Esgotado", "Inválida", "Silêncio"), 1)
)
SALES, SUPPORT, ELSEWHERE = Destination("queue", 1), Destination("queue", 2), Destination("announcement", 9)
SNAPSHOT = CompanySnapshot.of(
    1,
    1,
    [Station(7, "1000", "Ana", ()), Station(8, "1001", "Beto", (), active=False), Station(9, "21", "Caio", ())],
    queues=[QueuePlan(3, "Suporte", "600"), QueuePlan(4, "Vip", "6001")],
)


def plan(**changes):
    audios = {"greeting": GREETING, "menu": MENU, "exceeded": EXCEEDED, "invalid": INVALID, "timeout": TIMEOUT}
    return IvrPlan(
        **{"id": 5, "name": "Atendimento", "keys": {"1": SALES, "2": SUPPORT}, "exceeded_to": ELSEWHERE, **audios}
        | changes
    )


def started(machine):
    return machine, machine.start()


def ring_through(machine):
    """Everything that is to be heard now is heard to its end. Returns the acts."""
    acts = []
    while machine.prompt:
        acts += machine.on(PromptEnded(machine.prompt))
    return acts


def played(acts):
    return [act.audio for act in acts if isinstance(act, Play)]


def typed(machine, text):
    return [act for digit in text for act in machine.on(Key(digit))]
