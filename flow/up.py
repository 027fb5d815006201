"""The supervisor behind `make up`: everything an installation needs, in order, kept running, stopped cleanly."""

import fcntl
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from flow import child
from flow.errors import FlowError
from flow.node import Asterisk, NoAsterisk, NodeFailed, provide
from flow.node.absence import note_absence
from flow.ports import foreign_addresses, taken_ports
from flow.progress import Steps
from flow.pulse import Pulse
from flow.settings import Settings

TOP = Path(__file__).resolve().parents[1]
WATCH_SECONDS = 0.2
TIDY_SECONDS = 60.0
FIRST_PAUSE, LONGEST_PAUSE, STEADY_AFTER = 0.125, 30.0, 60.0
READY_SECONDS = 60.0


class CannotStart(Exception):
    """`str()` is a Portuguese text that says how to mend it."""


class Supervised(Protocol):
    """What the supervisor knows of a child."""

    @property
    def pid(self) -> int | None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


@dataclass
class Program:
    """One of our own processes."""

    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: child.Child | None = None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    def start(self) -> None:
        if self.process:
            child.end_group(self.process)
        self.process = child.spawn(self.command, self.log, self.environment, TOP)

    def stop(self) -> None:
        if self.process:
            child.end(self.process)


@dataclass
class Watched:
    """A child with the memory of its crashes: each one in a row doubles the pause before the next start."""

    name: str
    program: Supervised
    pulse: Pulse | None = None
    pause: float = FIRST_PAUSE
    started: float = 0.0
    due: float = 0.0

    def start(self) -> None:
        self.started, self.due = time.monotonic(), 0.0
        self.program.start()
        if self.pulse:
            self.pulse.begin_anew()

    def look(self, now: float, say: Callable[[str], None]) -> None:
        if (pid := self.program.pid) and self.pulse and self.pulse.gone:
            say(f"{self.name} não responde mais; será encerrado")
            self.pulse.begin_anew()
            os.kill(pid, signal.SIGKILL)  # a request to end would not be heard either
        elif pid:
            if now - self.started > STEADY_AFTER:
                self.pause = FIRST_PAUSE
        elif not self.due:
            say(f"{self.name} parou; reinicia em {self.pause:.1f} s".replace(".", ","))
            self.due, self.pause = now + self.pause, min(self.pause * 2, LONGEST_PAUSE)
        elif now >= self.due:
            self.start()


def up(settings: Settings, steps: Steps | None = None) -> None:
    """Until Ctrl-C or SIGTERM. Raises CannotStart."""
    steps = steps or Steps()
    _stop_on_signals()
    try:
        with ExitStack() as stack:
            stack.enter_context(_alone(settings.data_dir))
            _check_ports(settings)
            account = _database(settings, steps)
            web = _web(settings, steps)
            running = _start_all(settings, steps, web, stack)
            _greet(settings, steps, account)
            _watch(running, steps, (settings.data_dir / "log", settings.data_dir / "asterisk" / "log"))
    except KeyboardInterrupt:
        steps.note("Fluxo parado.")
    except (OSError, SQLAlchemyError) as fault:
        raise CannotStart(f"O Fluxo não pôde iniciar: {fault}\nRode `flow doctor` para saber mais.") from fault


def _start_all(settings: Settings, steps: Steps, web: Program, stack: ExitStack) -> list[Watched]:
    """Asterisk first, so that the engine finds it; stopped the other way round."""
    running: list[Watched] = []

    def keep(name: str, program: Supervised, pulse: Pulse | None = None) -> None:
        watched = Watched(name, program, pulse)
        stack.callback(_stop, watched)
        watched.start()
        running.append(watched)

    node = _node(settings, steps)
    if node:
        pulse = Pulse(node.is_well)
        keep("O Asterisk", node, pulse)
        _boot(node, steps)
        pulse.start()
    keep("O motor de chamadas", _program(settings, "engine", [sys.executable, "-m", "flow.cli", "engine"]))
    keep("O servidor web", web)
    with steps("Iniciando as páginas"):
        _wait_for_web(settings, web)
    return running


def _stop(watched: Watched) -> None:
    # A second Ctrl-C must not leave half of the children behind; each stop is bounded in time.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched.program.stop()


def _watch(running: list[Watched], steps: Steps, logs: Sequence[Path]) -> None:
    tidied = time.monotonic()
    while True:
        time.sleep(WATCH_SECONDS)
        for watched in running:
            watched.look(time.monotonic(), steps.note)
        if time.monotonic() - tidied > TIDY_SECONDS:
            tidied = time.monotonic()
            _tidy(logs)


def _tidy(folders: Sequence[Path]) -> None:
    """Strangers who knock at the SIP port write several hundred bytes each time."""
    for log in (file for folder in folders for file in folder.glob("*.log")):
        if not log.name.endswith(".1.log"):
            child.shorten(log)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """One supervisor per data directory. The lock goes with the process, however it ends."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data_dir / "up.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CannotStart(f"Esta instalação já está em execução (processo {file.read().strip()}).") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _check_ports(settings: Settings) -> None:
    if foreign := foreign_addresses(settings):
        raise CannotStart("\n".join(foreign))
    taken = taken_ports(settings)
    if taken:
        raise CannotStart("\n".join(port.explanation for port in taken))


def _database(settings: Settings, steps: Steps) -> tuple[str, str] | None:
    """Login and password of the first super user, if it was made just now."""
    from flow.migrate import pending, upgrade  # the database is imported only by who opens it
    from flow.services.first_user import ensure_first_user

    if pending():
        with steps("Preparando o banco de dados"):
            upgrade()
    try:
        created = ensure_first_user(settings.admin_login, settings.admin_password)
    except FlowError as fault:
        raise CannotStart(f"O primeiro usuário não pôde ser criado: {fault.text}") from fault
    if not created:
        return None
    # The key comes with the database: were it made at its first use, a lost one could not be told from a new one.
    assert settings.secret_keys
    return created.login, "a de FLOW_ADMIN_PASSWORD" if settings.admin_password else created.password


def _web(settings: Settings, steps: Steps) -> Program:
    from flow.web.frontend import BuildFailed, ensure_built, web_command

    try:
        with steps("Preparando as páginas") as say:
            ensure_built(say)
    except BuildFailed as fault:
        raise CannotStart(str(fault)) from fault
    command, environment = web_command(settings)
    return _program(settings, "web", command, environment)


def _program(settings: Settings, name: str, command: Sequence[str], extra: Mapping[str, str] | None = None) -> Program:
    """Children work in the clone's directory, so a relative data directory must be told to them as it is meant."""
    environment = {"FLOW_DATA_DIR": str(settings.data_dir), "FLOW_CACHE_DIR": str(settings.cache_dir), **(extra or {})}
    return Program(command, settings.data_dir / "log" / f"{name}.log", environment)


def _node(settings: Settings, steps: Steps) -> Asterisk | None:
    """None when the Asterisk is elsewhere or nowhere; the rest of the product runs all the same."""
    note_absence(settings, "")
    if settings.ari_url:
        return None
    try:
        with steps("Preparando o Asterisk") as say:
            return provide(settings, say)
    except NoAsterisk as fault:
        note_absence(settings, str(fault))
        steps.note(f"[yellow]{fault}[/yellow]")
        return None


def _boot(node: Asterisk, steps: Steps) -> None:
    """One that fails is told and tried again like any crashed child; pages and records do not need it."""
    try:
        with steps(f"Iniciando o Asterisk {node.source.version}"):
            node.wait_until_booted()
    except NodeFailed as fault:
        steps.note(f"[yellow]{fault}[/yellow]")


def _wait_for_web(settings: Settings, web: Program) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if web.pid is None:
            raise CannotStart(f"O servidor web parou ao iniciar; veja {web.log}.")
        if _answers(f"{settings.web_base}/healthz"):
            return
        time.sleep(0.1)
    raise CannotStart(f"O servidor web não respondeu em {READY_SECONDS:.0f} s; veja {web.log}.")


def _answers(url: str) -> bool:
    """Any answer of HTTP will do: 503 means that the web is up and something behind it is not."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _greet(settings: Settings, steps: Steps, account: tuple[str, str] | None) -> None:
    steps.note("")
    steps.note(f"Fluxo está pronto em [bold]{settings.shown_url}[/bold]")
    if account:
        steps.note(f"Primeiro acesso: login [bold]{account[0]}[/bold], senha [bold]{account[1]}[/bold]")
        if not settings.admin_password:
            steps.note("Anote a senha agora: ela não será mostrada de novo. Troque-a em Minha conta.")
    steps.note("Ctrl-C encerra tudo.")


def _stop_on_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
