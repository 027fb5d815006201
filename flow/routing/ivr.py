"""URA: one caller's walk through a menu, without clock or sound. Events in, acts out; the engine plays and counts time.

A prompt and a timer bear a tag; an event of an older one is late and changes nothing. The time limit begins when the
last prompt of a round ends. A key during the greeting, the menu, or the audio of a mistake stops it and counts.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from flow.routing.destination import HANGUP, Destination
from flow.routing.snapshot import AudioPlan, CompanySnapshot, IvrPlan

KEYS = "0123456789*#"
DIGIT_SECONDS = 3  # between two keys of one number, while a longer one is still possible
LONGEST = 20  # digits; what is typed beyond is decided at once


@dataclass(frozen=True, slots=True)
class Key:
    digit: str


@dataclass(frozen=True, slots=True)
class PromptEnded:
    """Also when a prompt could not be played: silence, but never a caller who is stuck."""

    tag: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    tag: str


@dataclass(frozen=True, slots=True)
class Play:
    tag: str
    audio: AudioPlan


@dataclass(frozen=True, slots=True)
class StopPrompt:
    tag: str


@dataclass(frozen=True, slots=True)
class StartTimer:
    tag: str
    seconds: int


@dataclass(frozen=True, slots=True)
class CancelTimer:
    tag: str


@dataclass(frozen=True, slots=True)
class Tell:
    """A line of the call's path."""

    text: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graded:
    """The caller's answer to a survey, 1 to 5. A Goto follows."""

    grade: int


@dataclass(frozen=True, slots=True)
class Goto:
    """The end of the machine. `why` lacks its full stop, so that the name of where it leads can follow.
    `by_caller`: a key decided, so a cycle through here is the caller's own will."""

    destination: Destination
    why: str
    by_caller: bool
    detail: dict[str, Any] = field(default_factory=dict)


Event = Key | PromptEnded | TimedOut
Act = Play | StopPrompt | StartTimer | CancelTimer | Tell | Graded | Goto


class Directory:
    """The internal numbers that a caller from outside may type: extensions in service and queues, never a way out."""

    def __init__(self, snapshot: CompanySnapshot) -> None:
        self._snapshot = snapshot

    def find(self, number: str) -> Destination | None:
        station = self._snapshot.by_number.get(number)
        if station is not None and station.active:
            return Destination("extension", station.id)
        queue = self._snapshot.queue_by_number.get(number)
        return Destination("queue", queue.id) if queue is not None else None

    def goes_on(self, typed: str) -> bool:
        """Whether a longer number begins with what was typed."""
        for numbers in (self._snapshot.by_number, self._snapshot.queue_by_number):
            if any(len(n) > len(typed) and n.startswith(typed) and self.find(n) for n in numbers):
                return True
        return False


class IvrMachine:
    """`start()` once, then `on(event)` until `over`. `directory` serves the kinds that take internal numbers."""

    def __init__(self, plan: IvrPlan, directory: Directory | None = None) -> None:
        self.plan = plan
        self.prompt = ""  # tag of what is being played
        self.timer = ""  # tag of what is being waited for
        self.typed = ""
        self.over = False
        self.invalid = self.silent = 0
        self._directory = directory if plan.kind in ("direct", "collect") else None
        self._to_play: deque[AudioPlan] = deque()
        self._exit: Goto | None = None  # set once the attempts are used up: keys no longer count
        self._serial = 0

    @property
    def attempts(self) -> int:
        return max(self.plan.attempts, 1)

    @property
    def attempt(self) -> int:
        """The one that is running, from 1."""
        return min(self.invalid + self.silent + 1, self.attempts)

    def start(self) -> list[Act]:
        return self._round(self.plan.greeting)

    def on(self, event: Event) -> list[Act]:
        if self.over:
            return []
        if isinstance(event, Key):
            return self._key(event.digit) if event.digit in KEYS and len(event.digit) == 1 and not self._exit else []
        if isinstance(event, PromptEnded):
            return self._play_next() if event.tag == self.prompt else []
        if event.tag != self.timer:
            return []
        self.timer = ""
        return self._decide() if self.typed else self._fail_silent()

    # Rounds

    def _round(self, before: AudioPlan | None) -> list[Act]:
        self.typed = ""
        self._to_play = deque(audio for audio in (before, self.plan.menu) if audio is not None)
        return self._play_next()

    def _play_next(self) -> list[Act]:
        if self._to_play:
            self.prompt = self._tag()
            return [Play(self.prompt, self._to_play.popleft())]
        self.prompt = ""
        return self._leave(self._exit) if self._exit else self._wait(max(self.plan.timeout_seconds, 1))

    def _wait(self, seconds: int) -> list[Act]:
        self.timer = self._tag()
        return [StartTimer(self.timer, seconds)]

    def _tag(self) -> str:
        self._serial += 1
        return str(self._serial)

    # Keys

    def _key(self, digit: str) -> list[Act]:
        acts = self._hush()
        if digit == "#" and self.typed and not self._goes_on(self.typed + "#", exact=True):
            return acts + self._decide()
        self.typed += digit
        if self._expects_more():
            return acts + self._wait(self._pause())
        return acts + self._decide()

    def _hush(self) -> list[Act]:
        acts: list[Act] = []
        if self.prompt:
            acts.append(StopPrompt(self.prompt))
        if self.timer:
            acts.append(CancelTimer(self.timer))
        self.prompt = self.timer = ""
        self._to_play.clear()
        return acts

    def _pause(self) -> int:
        limit = max(self.plan.timeout_seconds, 1)
        return limit if self.plan.kind == "collect" else min(limit, DIGIT_SECONDS)

    def _expects_more(self) -> bool:
        if len(self.typed) >= LONGEST:
            return False
        if self.plan.kind == "collect":
            return self.typed != "#"
        if self._goes_on(self.typed):
            return True
        # The rest of a wrong number must not be taken for further attempts: it is waited for and discarded as one.
        return self._directory is not None and self._find(self.typed) is None and self.typed.isdigit()

    def _goes_on(self, typed: str, *, exact: bool = False) -> bool:
        """Whether an option or a number is longer than what was typed and begins so; `exact`: or is just that."""
        if any(key.startswith(typed) and (exact or len(key) > len(typed)) for key in self.plan.keys):
            return True
        return self._directory is not None and self._directory.goes_on(typed)

    def _find(self, typed: str) -> Destination | None:
        found = self.plan.keys.get(typed)
        return self._directory.find(typed) if found is None and self._directory is not None else found

    # Outcomes

    def _decide(self) -> list[Act]:
        found = self._find(self.typed)
        if found is None:
            return self._fail_invalid()
        return self._leave(self._goto(found, f"{_typed(self.typed)}, {self._which()}", by_caller=True, key=self.typed))

    def _fail_invalid(self) -> list[Act]:
        told = self._tell(f"{_typed(self.typed)} não é uma opção, {self._which()}", key=self.typed, result="invalid")
        self.invalid += 1
        return [told, *self._again(self.plan.invalid)]

    def _fail_silent(self) -> list[Act]:
        told = self._tell(f"nenhuma tecla em {max(self.plan.timeout_seconds, 1)} s, {self._which()}", result="timeout")
        self.silent += 1
        return [told, *self._again(self.plan.timeout)]

    def _again(self, audio: AudioPlan | None) -> list[Act]:
        if self.invalid + self.silent < self.attempts:
            return self._round(audio)
        self.typed = ""
        why = f"tentativas esgotadas ({_counted(self.invalid, 'inválida')} e {self.silent} sem tecla)"
        self._exit = self._goto(self.plan.exceeded_to, why, by_caller=False, invalid=self.invalid, timeout=self.silent)
        self._to_play = deque([self.plan.exceeded] if self.plan.exceeded else [])
        return self._play_next()

    def _leave(self, goto: Goto) -> list[Act]:
        self.over = True
        return [goto]

    # Words

    def _which(self) -> str:
        return f"tentativa {self.attempt} de {self.attempts}"

    def _tell(self, text: str, **detail: Any) -> Tell:
        return Tell(f"{self._name()}: {text}.", {"ivr": self.plan.id, "attempt": self.attempt, **detail})

    def _goto(self, to: Destination, why: str, *, by_caller: bool, **detail: Any) -> Goto:
        where = {"ivr": self.plan.id, "attempt": self.attempt, **detail}
        return Goto(to, f"{self._name()}: {why}", by_caller, where)

    def _name(self) -> str:
        return f'URA "{self.plan.name}"'


class SurveyMachine(IvrMachine):
    """Pesquisa de satisfação: one key, 1 to 5. A key that has a destination leads there afterwards; else it ends."""

    def _expects_more(self) -> bool:
        return False

    def _find(self, typed: str) -> Destination | None:
        return self.plan.keys.get(typed, HANGUP) if typed in ("1", "2", "3", "4", "5") else None

    def _leave(self, goto: Goto) -> list[Act]:
        acts = super()._leave(goto)
        return [Graded(int(self.typed)), *acts] if goto.by_caller else acts

    def _name(self) -> str:
        return f'Pesquisa "{self.plan.name}"'


def machine_of(plan: IvrPlan, snapshot: CompanySnapshot) -> IvrMachine:
    """The machine that a URA calls for: a survey asks for a grade wherever it is reached from."""
    return SurveyMachine(plan) if plan.survey else IvrMachine(plan, Directory(snapshot))


def _typed(typed: str) -> str:
    return f"tecla {typed}" if len(typed) == 1 else f"número {typed}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
