"""How each trunk stands with its carrier: registered, refused and why, or without an answer; and since when.

ARI knows nothing of outbound registrations. Their state comes from Asterisk's metrics, the reason from its log, which
the engine of the same machine can read; on another machine the state stands alone.
"""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flow.clock import now
from flow.engine.pbx.ari import AriError

RESTLESS_SECONDS = 1.0
"""Between two looks while some trunk is not registered; `CALM_SECONDS` when all are."""
CALM_SECONDS = 5.0
_METRIC = re.compile(
    r"^asterisk_pjsip_outbound_registration_status\{"
    r'[^}]*username="(?P<client>[^"]*)",domain="(?P<server>[^"]*)"[^}]*\} (?P<state>\d)$',
    re.MULTILINE,
)
_LINE = re.compile(
    r"res_pjsip_outbound_registration\.c: (?P<text>.*'(?P<server>sips?:[^']*)'.*'(?P<client>sips?:[^']*)'.*)"
)
_STATUS = re.compile(r"(?<!\d)([3-6]\d\d)(?!\d)")
_MOST_OF_THE_LOG = 64_000


@dataclass(frozen=True, slots=True)
class Line:
    """One registration that is wanted. `client` and `server`: its URIs, by which Asterisk speaks of it."""

    company_id: int
    trunk_id: int
    client: str
    server: str


@dataclass(frozen=True, slots=True)
class TrunkState:
    """`state`: registering, registered, refused, unanswered, unresolved, off or by_address."""

    state: str
    reason: str
    since: datetime

    def shown(self) -> dict[str, str]:
        return {"state": self.state, "reason": self.reason, "since": self.since.isoformat()}


class TrunkStates:
    """`states` by trunk id. `on_change` hears company, trunk and the new state."""

    def __init__(
        self,
        metrics: Callable[[], Awaitable[str]],
        log_file: Path,
        on_change: Callable[[int, int, TrunkState], None],
    ) -> None:
        self._metrics = metrics
        self._log = _Tail(log_file)
        self._on_change = on_change
        self._lines: dict[int, Line] = {}
        self._owners: dict[int, int] = {}
        self._reasons: dict[tuple[str, str], str] = {}
        self._wake = asyncio.Event()
        self.states: dict[int, TrunkState] = {}

    def wanted(self, company_id: int, lines: Iterable[Line], others: Iterable[tuple[int, str, str]]) -> None:
        """The company's registrations now, and trunks without one: (trunk id, state, reason)."""
        watched = {line.trunk_id: line for line in lines}
        standing = {trunk_id: (state, reason) for trunk_id, state, reason in others}
        for trunk_id in [t for t, owner in self._owners.items() if owner == company_id]:
            if trunk_id not in watched:
                self._lines.pop(trunk_id, None)
            if trunk_id not in watched and trunk_id not in standing:
                self.states.pop(trunk_id, None)
                del self._owners[trunk_id]
        for trunk_id, line in watched.items():
            if self._lines.get(trunk_id) != line:
                self._lines[trunk_id] = line
                self._reasons.pop((line.client, line.server), None)
                self._set(company_id, trunk_id, "registering", "Registrando na operadora.")
        for trunk_id, (state, reason) in standing.items():
            self._set(company_id, trunk_id, state, reason)
        self._wake.set()

    def refused(self, company_id: int, trunk_id: int) -> None:
        """The node does not take what the trunk says."""
        self._lines.pop(trunk_id, None)
        self._set(company_id, trunk_id, "refused", _NOT_TAKEN)

    async def run(self) -> None:
        while True:
            self._wake.clear()
            if self._lines:
                with contextlib.suppress(AriError):
                    self._judge(await self._metrics())
            restless = any(self.states[trunk].state != "registered" for trunk in self._lines)
            pause = RESTLESS_SECONDS if restless else CALM_SECONDS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause if self._lines else None):
                    await self._wake.wait()

    def _judge(self, metrics: str) -> None:
        for text in self._log.new_lines():
            if found := _LINE.search(text):
                self._reasons[found["client"], found["server"]] = reason_of(found["text"])
        found_states = {(m["client"], m["server"]): m["state"] for m in _METRIC.finditer(metrics)}
        for line in list(self._lines.values()):
            key = (line.client, line.server)
            reason = self._reasons.get(key, "")
            match found_states.get(key):
                case "1":
                    self._reasons.pop(key, None)
                    self._set(line.company_id, line.trunk_id, "registered", "Registrado na operadora.")
                case _ if reason:
                    self._set(line.company_id, line.trunk_id, "unanswered" if reason == _SILENCE else "refused", reason)
                case "2":
                    self._set(line.company_id, line.trunk_id, "refused", "A operadora não aceitou o registro.")

    def of_company(self, company_id: int) -> dict[int, TrunkState]:
        return {trunk: state for trunk, state in self.states.items() if self._owners.get(trunk) == company_id}

    def _set(self, company_id: int, trunk_id: int, state: str, reason: str) -> None:
        self._owners[trunk_id] = company_id
        before = self.states.get(trunk_id)
        if before is not None and (before.state, before.reason) == (state, reason):
            return
        since = before.since if before is not None and before.state == state else now()
        self.states[trunk_id] = new = TrunkState(state, reason, since)
        self._on_change(company_id, trunk_id, new)


_NOT_TAKEN = "O Asterisk não aceitou a configuração deste tronco. Confira Usuário, Registro e Configurações Adicionais."
_SILENCE = "A operadora não respondeu. Confira o Endereço/Host, a porta e o firewall."
_ANSWERS = {
    "401": "A operadora não aceitou o usuário ou a senha (401).",
    "403": "A operadora recusou o registro (403). Confira usuário, senha e se o seu IP está liberado.",
    "404": "A operadora não conhece este usuário (404).",
    "407": "A operadora não aceitou o usuário ou a senha (407).",
    "408": _SILENCE,
    "423": "A operadora pede outro tempo de registro (423).",
    "480": "A operadora diz que a linha não está disponível (480).",
    "503": "A operadora está fora do ar ou sobrecarregada (503).",
}


def reason_of(text: str) -> str:
    """The sentence for people in what Asterisk logs of a failed attempt."""
    if text.startswith("No response"):
        return _SILENCE
    status = _STATUS.search(text)
    if status is None:
        return "O registro falhou; veja o registro do Asterisk."
    return _ANSWERS.get(status[1], f"A operadora respondeu {status[1]} ao registro.")


class _Tail:
    """Lines added to a file since the last look; a file that was cut or renewed is read from its start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = -1

    def new_lines(self) -> list[str]:
        try:
            size = self._path.stat().st_size
            if self._at < 0:
                self._at = max(size - _MOST_OF_THE_LOG, 0)
            if size < self._at:
                self._at = 0
            with self._path.open("rb") as file:
                file.seek(self._at)
                text = file.read()
        except OSError:
            return []
        whole = text[: text.rfind(b"\n") + 1]
        self._at += len(whole)
        return whole.decode(errors="replace").splitlines()
