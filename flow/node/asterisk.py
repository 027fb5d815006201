"""One Asterisk process of this installation: its files, its life, its command line."""

import base64
import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flow.child import Child, end, shorten, spawn
from flow.node.prompts import compose_music, speak_prompts
from flow.node.render import Places, write_files
from flow.node.source import NoAsterisk, Source, find_source
from flow.settings import Settings

Say = Callable[[str], None]
SHARED = ("documentation", "rest-api", "static-http")
BOOT_SECONDS = 60.0
_NOT_FOR_ASTERISK = ("FLOW_SECRET_KEY", "FLOW_DATABASE_URL", "FLOW_ARI_PASSWORD")  # its files say what it needs


class NodeFailed(Exception):
    """`str()` is a Portuguese text with what Asterisk itself said."""


def provide(settings: Settings, say: Say = print) -> "Asterisk":
    """An Asterisk ready to start: found or fetched, its files written, its prompts spoken. Raises NoAsterisk."""
    if settings.ari_url:
        raise NoAsterisk(f"O Asterisk de {settings.ari_url} já existe e não é iniciado aqui.")
    source = find_source(settings.cache_dir, say)
    places = Places.of(settings)
    places.make()
    link_shared_data(source, places)
    speak_prompts(settings.cache_dir, source, places.data / "sounds" / "pt_BR" / "fluxo", say)
    write_files(settings, source, places)
    return Asterisk(settings, source, places)


@dataclass
class Asterisk:
    """Start, stop and ask it. After `start`, `wait_until_booted` tells when ARI answers."""

    settings: Settings
    source: Source
    places: Places
    process: Child | None = field(default=None, repr=False)

    @property
    def pid(self) -> int | None:
        """Of Asterisk itself, or of the Docker client that stands for it."""
        return self.process.pid if self.process and self.process.poll() is None else None

    def start(self) -> None:
        """Whatever an earlier, killed supervisor left running with the same files is stopped first."""
        self._stop_leftover()
        for name in ("messages.log", "security.log"):
            shorten(self.places.log / name)
        environment = {**self.source.environment, "LC_ALL": "C.UTF-8"}
        console = self.places.log / "console.log"
        self.process = spawn(self._command_line(), console, environment, without=_NOT_FOR_ASTERISK)

    def wait_until_booted(self, seconds: float = BOOT_SECONDS) -> None:
        """Until ARI serves: it answers 503 while modules still load. Raises NodeFailed."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.pid is None:
                raise NodeFailed(f"O Asterisk parou ao iniciar: {self.last_words()}")
            if self.answers():
                return
            time.sleep(0.05)
        raise NodeFailed(f"O Asterisk não respondeu em {seconds:.0f} s: {self.last_words()}")

    def answers(self) -> bool:
        request = urllib.request.Request(f"{self.settings.ari_base}/asterisk/info?only=status")
        login = f"{self.settings.ari_user}:{self.settings.ari_secret}".encode()
        request.add_header("Authorization", "Basic " + base64.b64encode(login).decode())
        try:
            with urllib.request.urlopen(request, timeout=5) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def is_well(self) -> bool:
        """Whether it serves commands and telephones: each has been seen to hang without the other."""
        return self.answers() and self._answers_telephones()

    def _answers_telephones(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as telephone:
            telephone.settimeout(5)
            try:
                telephone.connect(("127.0.0.1", self.settings.sip_port))
                telephone.send(_options(*telephone.getsockname()[:2]))
                return bool(telephone.recv(2048))  # a refusal is an answer
            except OSError:
                return False

    def command(self, text: str) -> str:
        """What `asterisk -rx TEXT` prints."""
        done = subprocess.run(
            self._control_line(text), capture_output=True, text=True, env={**os.environ, **self.source.environment}
        )
        if done.returncode:
            raise NodeFailed((done.stderr or done.stdout).strip())
        return done.stdout

    def stop(self, seconds: float = 10.0) -> None:
        """Ends calls and the process; safe to call twice."""
        if self.process:
            end(self.process, seconds)

    def last_words(self) -> str:
        """The last complaints of the log, for a person."""
        lines: list[str] = []
        for name in ("messages.log", "console.log"):
            path = self.places.log / name
            if path.exists():
                lines += [line for line in path.read_text(errors="replace").splitlines()[-40:] if "ERROR" in line]
        return " / ".join(lines[-3:]) or f"veja {self.places.log}"

    def _command_line(self) -> list[str]:
        arguments = ["-f", "-C", str(self.places.configuration)]
        if not self.source.in_docker:
            return [*self.source.program, *arguments]
        volumes = [part for path in {self.places.home, self.places.run} for part in ("-v", f"{path}:{path}")]
        media = self.settings.data_dir / "media"
        media.mkdir(parents=True, exist_ok=True, mode=0o700)
        volumes += ["-v", f"{media}:{media}:ro"]
        owner = f"{os.getuid()}:{os.getgid()}"
        return [
            "docker", "run", "--rm", "--init", "--name", self._container, "--network", "host", "--user", owner,
            *volumes, self.source.image, *self.source.program, *arguments,
        ]  # fmt: skip

    def _control_line(self, text: str) -> list[str]:
        arguments = [*self.source.program, "-C", str(self.places.configuration), "-rx", text]
        return ["docker", "exec", self._container, *arguments] if self.source.in_docker else arguments

    @property
    def _container(self) -> str:
        return f"fluxo-node-{self.settings.node_http_port}"

    def _stop_leftover(self) -> None:
        if self.source.in_docker:
            subprocess.run(["docker", "rm", "-f", self._container], capture_output=True)
            return
        if self.process is None and (self.places.run / "asterisk.ctl").exists():
            subprocess.run(
                self._control_line("core stop now"), capture_output=True, env={**os.environ, **self.source.environment}
            )
            deadline = time.monotonic() + 10
            while self.answers() and time.monotonic() < deadline:
                time.sleep(0.1)


def link_shared_data(source: Source, places: Places) -> None:
    """Our own data directory with our sounds in it; the package's parts are links, so roots can be shared."""
    sounds = places.data / "sounds"
    sounds.mkdir(exist_ok=True)
    links = {places.data / name: Path(source.shared) / name for name in SHARED}
    english = Path(source.shared) / "sounds"
    debian = source.kind in ("docker", "elsewhere") or (english / "en_US_f_Allison").is_dir()
    links[sounds / "en"] = english / ("en_US_f_Allison" if debian else "en")
    for link, target in links.items():
        _link(link, target)
    compose_music(places.data / "moh")


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _options(host: str, port: int) -> bytes:
    mark = secrets.token_hex(8)
    lines = (
        "OPTIONS sip:127.0.0.1 SIP/2.0",
        f"Via: SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bK{mark}",
        "Max-Forwards: 1",
        f"From: <sip:fluxo@{host}>;tag={mark}",
        "To: <sip:fluxo@127.0.0.1>",
        f"Call-ID: {mark}@{host}",
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
    )
    return "\r\n".join((*lines, "", "")).encode()
