"""Where the Asterisk of this machine comes from: installed, in Docker, or in a private Debian root."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from flow.debian.root import RootFailed, Say, provide_root

OLDEST = 22
PACKAGES = ("asterisk", "asterisk-core-sounds-en-wav", "espeak-ng")
IMAGE = "fluxo-node"
DOCKERFILE = Path(__file__).parents[2] / "deploy" / "Dockerfile.node"


class NoAsterisk(Exception):
    """`str()` is a Portuguese text: what was tried, and how to turn telephony on."""


@dataclass(frozen=True)
class Source:
    """How to run Asterisk, and where its parts lie as Asterisk itself sees them."""

    kind: str
    program: tuple[str, ...]
    version: str
    modules: str
    shared: str
    """The package's read-only data: documentation, rest-api, sounds."""
    opus: tuple[str, ...]
    """The module that speaks Opus, if this build has one."""
    environment: dict[str, str] = field(default_factory=dict)
    image: str = ""

    @property
    def in_docker(self) -> bool:
        return bool(self.image)


def find_source(cache: Path, say: Say) -> Source:
    """The first that works of: installed, Docker, private root. Raises NoAsterisk."""
    installed = find_installed()
    if installed:
        return installed
    tried = [f"não há `asterisk` {OLDEST} ou mais novo instalado"]
    for offer in (from_docker, from_private_root):
        try:
            return offer(cache, say)
        except RootFailed as fault:
            tried.append(str(fault))
    raise NoAsterisk(
        "A telefonia está desligada porque nenhum Asterisk foi encontrado: " + "; ".join(tried) + ". "
        f"Instale o Asterisk {OLDEST} ou mais novo, ou o Docker, ou aponte FLOW_ARI_URL para um Asterisk que já "
        "existe, e inicie de novo."
    )


def parse_version(text: str) -> tuple[str, int]:
    """`Asterisk 22.10.1+dfsg…` → ("22.10.1", 22); ("", 0) when it is something else."""
    match = re.match(r"Asterisk (?:certified[/-])?((\d+)(?:\.\d+)*)", text)
    return (match[1], int(match[2])) if match else ("", 0)


def find_installed() -> Source | None:
    program = shutil.which("asterisk", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if not program:
        return None
    version, major = parse_version(_run([program, "-V"]))
    modules = _first(["/usr/lib/*/asterisk/modules", "/usr/lib/asterisk/modules", "/usr/lib64/asterisk/modules"])
    shared = _first(["/usr/share/asterisk/rest-api", "/var/lib/asterisk/rest-api"])
    if major < OLDEST or not modules or not shared:
        return None
    return _source("installed", (program,), version, modules, shared.parent, Path("/"))


def from_private_root(cache: Path, say: Say) -> Source:
    root = provide_root(cache, PACKAGES, say)
    program = root.program("usr/sbin/asterisk")
    version, major = parse_version(_run([*program, "-V"], root.environment))
    if major < OLDEST:
        raise RootFailed(f"o Asterisk do Debian não pôde ser executado ({version or 'sem resposta'})")
    return _source(
        "private", tuple(program), version, root.libraries / "asterisk/modules", root.path / "usr/share/asterisk",
        root.path, root.environment,
    )  # fmt: skip


def from_docker(cache: Path, say: Say) -> Source:
    if not shutil.which("docker") or _returncode(["docker", "info"]) != 0:
        raise RootFailed("o Docker não está em execução")
    if _returncode(["docker", "image", "inspect", IMAGE]) != 0:
        say("Preparando a imagem do Asterisk no Docker")
        build = ["docker", "build", "-q", "-t", IMAGE, "-f", str(DOCKERFILE), str(DOCKERFILE.parent)]
        if _returncode(build) != 0:
            raise RootFailed("o Docker não conseguiu montar a imagem do Asterisk")
    inside = ["docker", "run", "--rm", "--entrypoint", "sh", IMAGE, "-c"]
    version, major = parse_version(_run([*inside, "asterisk -V"]))
    modules = _run([*inside, "echo /usr/lib/*/asterisk/modules"])
    if major < OLDEST or "*" in modules:
        raise RootFailed("a imagem do Docker não traz um Asterisk utilizável")
    return Source(
        "docker", ("asterisk",), version, modules, "/usr/share/asterisk",
        ("codec_opus_open_source.so",), image=IMAGE,
    )  # fmt: skip


def _source(
    kind: str, program: tuple[str, ...], version: str, modules: Path, shared: Path, root: Path,
    environment: dict[str, str] | None = None,
) -> Source:  # fmt: skip
    opus = _first(["codec_opus*.so"], modules)
    return Source(
        kind, program, version, str(modules), str(shared),
        (opus.name,) if opus else (), environment or {},
    )  # fmt: skip


def _first(patterns: list[str], base: Path = Path("/")) -> Path | None:
    return next((path for pattern in patterns for path in sorted(base.glob(pattern.lstrip("/")))), None)


def _run(command: list[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(environment or {})})
    return done.stdout.strip()


def _returncode(command: list[str]) -> int:
    return subprocess.run(command, capture_output=True).returncode
