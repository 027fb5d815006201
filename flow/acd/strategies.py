"""The six strategies of a queue. Each has its own order of the free members, so that a decision takes the first."""

from collections.abc import Sequence
from random import Random
from typing import Protocol

from flow.acd.agent import Agent
from flow.routing.reasons import span

_CALLED = 1.0  # tickets below wait in the bag, tickets from here on were drawn already


class Candidate(Protocol):
    """A member at its place in one queue. `answered`: in the last 60 minutes, in this queue."""

    agent: Agent
    index: int
    answered: int
    ticket: float
    present: bool


Ranked = tuple[float, int, Candidate]
"""What a strategy sorts by, the order on the board for ties, and the member."""


class Strategy:
    """What all have in common; on its own it is Linear."""

    name = "linear"
    words = "Linear"
    rings_together = False
    shuffled = False  # set when all ranks have changed at once

    def __init__(self, random: Random) -> None:
        self._random = random

    def rank(self, seat: Candidate) -> float:
        return seat.index

    def passed(self, seat: Candidate) -> str:
        """Why a free member is not the one who is called."""
        return "livre, mas vem depois na ordem da fila"

    def seat(self, seat: Candidate, board: Sequence[Candidate]) -> None:
        """Somebody joined the board or logged in."""

    def pick(self, free: Sequence[Ranked], board: Sequence[Candidate], now: float) -> tuple[list[Candidate], str]:
        """Whom to call of `free` (in the order of `rank`, never empty), and why."""
        first = free[0][2]
        return [first], f"{self.words}: {self._why(first, now)}"

    def _why(self, seat: Candidate, now: float) -> str:
        return f"{seat.agent.name} é o primeiro livre na ordem da fila"


class RingAll(Strategy):
    name = "ring_all"
    words = "Chamar todos"
    rings_together = True

    def pick(self, free: Sequence[Ranked], board: Sequence[Candidate], now: float) -> tuple[list[Candidate], str]:
        seats = [entry[2] for entry in free]
        who = "toca no único membro livre" if len(seats) == 1 else f"toca nos {len(seats)} membros livres"
        return seats, f"{self.words}: {who}"


class LongestIdle(Strategy):
    name = "longest_idle"
    words = "Chamar mais ocioso"

    def rank(self, seat: Candidate) -> float:
        return seat.agent.idle_since

    def passed(self, seat: Candidate) -> str:
        return "livre, mas disponível há menos tempo"

    def _why(self, seat: Candidate, now: float) -> str:
        return f"{seat.agent.name} está disponível há {span(now - seat.agent.idle_since)}, ninguém livre há mais tempo"


class FewestCalls(Strategy):
    name = "fewest_calls"
    words = "Chamar com menos chamadas"

    def rank(self, seat: Candidate) -> float:
        return seat.answered

    def passed(self, seat: Candidate) -> str:
        return f"livre, com {calls(seat.answered)} na última hora"

    def _why(self, seat: Candidate, now: float) -> str:
        return f"{seat.agent.name} tem {calls(seat.answered)} na última hora, nenhum membro livre tem menos"


class Chance(Strategy):
    """Uniform among those that it is given: the free ones that this call has not tried."""

    name = "random"
    words = "Chamar aleatório"

    def passed(self, seat: Candidate) -> str:
        return "livre, mas o sorteio escolheu outro"

    def pick(self, free: Sequence[Ranked], board: Sequence[Candidate], now: float) -> tuple[list[Candidate], str]:
        seat = self._random.choice(free)[2]
        return [seat], f"{self.words}: {seat.agent.name} foi o sorteio entre {len(free)} livres"


class ShuffleBag(Strategy):
    """Across calls: everybody once in a random order, then a new order that does not begin with who was called last.

    When all who are left in the bag are busy, the call does not wait for them: it goes to the one of the others who was
    called longest ago, and those in the bag keep their turn. Absent members hold up no new order.
    """

    name = "random_memory"
    words = "Chamar aleatório com memória"

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self._drawn = _CALLED

    def rank(self, seat: Candidate) -> float:
        return seat.ticket

    def passed(self, seat: Candidate) -> str:
        if seat.ticket >= _CALLED:
            return "livre, mas já chamado nesta volta do sorteio"
        return "livre, mas vem depois nesta volta do sorteio"

    def seat(self, seat: Candidate, board: Sequence[Candidate]) -> None:
        seat.ticket = self._random.random()

    def pick(self, free: Sequence[Ranked], board: Sequence[Candidate], now: float) -> tuple[list[Candidate], str]:
        seat = free[0][2]
        why = "é o próximo desta volta do sorteio"
        if seat.ticket >= _CALLED:
            if any(other.present and other.ticket < _CALLED for other in board):
                why = "foi chamado há mais tempo; quem falta nesta volta está ocupado"
            else:
                seat = self._new_round([entry[2] for entry in free], board)
                why = "é o primeiro de uma nova volta do sorteio"
        self._drawn += 1
        seat.ticket = self._drawn
        return [seat], f"{self.words}: {seat.agent.name} {why}"

    def _new_round(self, free: list[Candidate], board: Sequence[Candidate]) -> Candidate:
        last = max(board, key=self.rank)
        for seat in board:
            seat.ticket = self._random.random()
        self.shuffled = True
        return min([seat for seat in free if seat is not last] or free, key=self.rank)


STRATEGIES = {kind.name: kind for kind in (RingAll, LongestIdle, FewestCalls, Chance, ShuffleBag, Strategy)}


def strategy_named(name: str, random: Random) -> Strategy:
    """KeyError for a word that is none of the six."""
    return STRATEGIES[name](random)


def calls(number: int) -> str:
    return "1 chamada" if number == 1 else f"{number} chamadas"
