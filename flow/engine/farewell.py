"""What is said to a caller whom nobody talks to, and what is written down about it."""

from flow.catalog.call import CallResult

ANNOUNCEMENT_SECONDS = 15.0
"""Longer than any announcement: the limit for one whose end is never told."""

FAREWELL: dict[CallResult, tuple[str, int]] = {
    CallResult.UNKNOWN_NUMBER: ("numero-inexistente", 1),
    CallResult.NOT_REGISTERED: ("ramal-nao-registrado", 20),
    CallResult.BUSY: ("ocupado", 17),
    CallResult.NO_ANSWER: ("nao-atende", 19),
    CallResult.REJECTED: ("ocupado", 21),
    CallResult.FAILED: ("servico-indisponivel", 38),
}
"""The prompt that the caller hears, as early media, and the Q.850 cause with which the caller's phone is then told."""

UNANSWERED: dict[CallResult, str] = {
    CallResult.BUSY: "O telefone chamado respondeu ocupado.",
    CallResult.REJECTED: "A chamada foi recusada por quem foi chamado.",
    CallResult.NO_ANSWER: "Ninguém atendeu no tempo de toque.",
    CallResult.NOT_REGISTERED: "Nenhum telefone do ramal pôde ser alcançado.",
    CallResult.FAILED: "Nenhum telefone do ramal pôde ser chamado.",
}
