"""`flow doctor`: what is wrong with this installation, in Portuguese, and what to do about it.

Each check is a function that returns findings; it changes nothing and needs nothing running.
"""

import fcntl
import json
import os
import shutil
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console

from flow.debian.mirror import find_mirror
from flow.node import elsewhere
from flow.node.absence import why_absent
from flow.node.source import OLDEST, find_installed
from flow.ports import taken_ports
from flow.settings import Settings
from flow.sound.ffmpeg import find_tools

Level = Literal["ok", "warning", "error"]
LEAST_FREE = 1_000_000_000
RTP_PER_CALL = 4
"""Two telephones, each with RTP and RTCP."""
MOST_SKEW = 5.0
MARKS = {"ok": "[green]✓[/green]", "warning": "[yellow]![/yellow]", "error": "[red]✗[/red]"}


@dataclass(frozen=True)
class Finding:
    level: Level
    text: str
    remedy: str = ""


Check = Callable[[Settings], Iterator[Finding]]


def examine(settings: Settings) -> list[Finding]:
    """Every finding of every check. A check that itself fails is a finding as well."""
    findings: list[Finding] = []
    for check in CHECKS:
        try:
            findings += check(settings)
        except Exception as fault:  # noqa: BLE001 - a doctor that dies on the patient helps nobody
            findings.append(Finding("error", f"O exame «{check.__name__}» falhou: {fault!r}"))
    return findings


def report(findings: list[Finding], console: Console | None = None) -> int:
    """Prints them; 1 if anything is wrong."""
    console = console or Console(highlight=False, soft_wrap=True)
    for finding in findings:
        console.print(f"{MARKS[finding.level]} {finding.text}")
        if finding.remedy:
            console.print(f"    → {finding.remedy}")
    return 1 if any(finding.level == "error" for finding in findings) else 0


def data_directory(settings: Settings) -> Iterator[Finding]:
    folder = _existing(settings.data_dir)
    if not os.access(folder, os.W_OK):
        yield Finding(
            "error", f"{folder} não permite gravar.", "Dê a este usuário a posse do diretório ou mude FLOW_DATA_DIR."
        )
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        yield Finding(
            "error", f"O disco de {folder} tem só {free // 1_000_000} MB livres.",
            "Libere espaço: sem ele nada pode ser salvo.",
        )  # fmt: skip
    else:
        yield Finding("ok", f"Dados em {settings.data_dir} ({free // 1_000_000_000} GB livres).")


def secrets(settings: Settings) -> Iterator[Finding]:
    for name in ("secret.key", "ari.secret", "engine.token", "node.secret"):
        path = settings.data_dir / name
        if not path.exists():
            continue
        if not os.access(path, os.R_OK):
            yield Finding("error", f"{path} não pode ser lido.", f"Rode como o dono do arquivo ({_owner(path)}).")
        elif path.stat().st_mode & 0o077:
            yield Finding("warning", f"{path} pode ser lido por outros usuários.", f"chmod 600 {path}")
    has_data = (settings.data_dir / "fluxo.db").exists()
    if has_data and not settings.secret_key and not (settings.data_dir / "secret.key").exists():
        yield Finding(
            "error",
            "A chave dos segredos (secret.key) sumiu; as senhas dos ramais não podem ser lidas.",
            "Traga o arquivo da cópia de segurança, ou defina FLOW_SECRET_KEY.",
        )


def database(settings: Settings) -> Iterator[Finding]:
    path = settings.data_dir / "fluxo.db"
    if not settings.database_url and not path.exists():
        yield Finding("warning", "Ainda não há banco de dados.", "Ele é criado no primeiro `make up`.")
        return
    if not settings.database_url:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=2)
        try:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.Error as fault:
            verdict = str(fault)
        finally:
            connection.close()
        if verdict != "ok":
            yield Finding(
                "error",
                f"O banco de dados {path} não está íntegro: {verdict}",
                "Restaure: flow restore ARQUIVO --replace",
            )
            return
    yield from _revision()


def _revision() -> Iterator[Finding]:
    from sqlalchemy.exc import SQLAlchemyError

    from flow.migrate import pending

    try:
        old = pending()
    except SQLAlchemyError as fault:
        yield Finding(
            "error", f"O banco de dados não responde: {fault}", "Confira FLOW_DATABASE_URL e se o servidor está no ar."
        )
        return
    if old:
        yield Finding(
            "error",
            "O banco de dados é de uma versão anterior do programa.",
            "flow db upgrade (o `make up` também o faz)",
        )
    else:
        yield Finding("ok", "Banco de dados íntegro e na versão atual.")


def asterisk_source(settings: Settings) -> Iterator[Finding]:
    """Where an Asterisk would come from at the next start."""
    if settings.ari_url:
        yield from _asterisk_elsewhere(settings)
        return
    installed = find_installed()
    if installed:
        yield Finding("ok", f"Asterisk {installed.version} instalado na máquina.")
    elif any(settings.cache_dir.glob("debian-*/usr/sbin/asterisk")):
        yield Finding("ok", f"Asterisk privado em {settings.cache_dir}.")
    elif not shutil.which("apt-get") or find_mirror() is None:
        yield Finding(
            "warning", "Não há Asterisk, e esta máquina não tem um APT do Debian para buscá-lo.",
            f"Instale o Asterisk {OLDEST} ou mais novo, ou o Docker, ou defina FLOW_ARI_URL.",
        )  # fmt: skip
    else:
        yield Finding("ok", "O Asterisk será buscado do Debian no próximo início.")


def _asterisk_elsewhere(settings: Settings) -> Iterator[Finding]:
    """One with a clock of its own: what it notes of a call and what we note must fit together."""
    try:
        seen = elsewhere.look(settings)
    except elsewhere.DoesNotServe as fault:
        yield Finding("error", str(fault))
    else:
        yield Finding("ok", f"Asterisk {seen.version} em {elsewhere.where(settings)}.")
        if seen.skew > MOST_SKEW:
            yield Finding(
                "warning", "O relógio do Asterisk e o desta máquina divergem.", "Ative a sincronização nos dois."
            )
    if trouble := elsewhere.unreachable_engine(settings):
        yield Finding("error", trouble)


def converter(settings: Settings) -> Iterator[Finding]:
    """ffmpeg, for sounds that are not telephone sound yet."""
    if shutil.which("ffmpeg") and shutil.which("ffprobe"):
        yield Finding("ok", "Conversor de áudio: ffmpeg instalado na máquina.")
    elif find_tools(settings.cache_dir):
        yield Finding("ok", f"Conversor de áudio: ffmpeg privado em {settings.cache_dir}.")
    elif not shutil.which("apt-get") or find_mirror() is None:
        yield Finding(
            "warning", "Não há ffmpeg, e esta máquina não tem um APT do Debian para buscá-lo.",
            "Instale o pacote ffmpeg; sem ele só entram áudios WAV de 8000 Hz, mono, PCM de 16 bits.",
        )  # fmt: skip
    else:
        yield Finding("ok", "O ffmpeg será buscado do Debian na primeira conversão de áudio (cerca de 260 MB).")


def rtp_range(settings: Settings) -> Iterator[Finding]:
    calls = (settings.rtp_last - settings.rtp_first + 1) // RTP_PER_CALL
    if calls < 50:
        yield Finding(
            "warning", f"As portas de áudio {settings.rtp_ports} bastam para cerca de {calls} chamadas.",
            "Amplie FLOW_RTP_PORTS.",
        )  # fmt: skip
    for name, port in (("FLOW_SIP_PORT", settings.sip_port), ("FLOW_PORT", settings.port)):
        if settings.rtp_first <= port <= settings.rtp_last:
            yield Finding(
                "error", f"{name} ({port}) está dentro de FLOW_RTP_PORTS ({settings.rtp_ports}).", "Separe as faixas."
            )


def running(settings: Settings) -> Iterator[Finding]:
    """Of a stopped installation: are its ports free? Of a running one: is every part well?"""
    if not is_running(settings):
        for port in taken_ports(settings):
            yield Finding("error", port.explanation)
        yield Finding("warning", "O Fluxo não está em execução.", "make up")
        return
    if reason := why_absent(settings):
        yield Finding("warning", reason)
    yield from _health(settings)
    yield from _nodes(settings)


def is_running(settings: Settings) -> bool:
    lock = settings.data_dir / "up.lock"
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _health(settings: Settings) -> Iterator[Finding]:
    try:
        with urllib.request.urlopen(f"{settings.web_base}/healthz", timeout=5):
            yield Finding("ok", "As páginas respondem e tudo por trás delas também.")
    except urllib.error.HTTPError:
        yield Finding("warning", "As páginas respondem, mas algo por trás delas não (veja abaixo).")
    except OSError as fault:
        yield Finding(
            "error",
            f"As páginas não respondem na porta {settings.port}: {fault}",
            f"Rode make up, ou defina a mesma FLOW_PORT. Se já rodava, veja {settings.data_dir}/log/web.log",
        )


def _nodes(settings: Settings) -> Iterator[Finding]:
    status = _engine_status(settings)
    if status is None:
        yield Finding("error", "O motor de chamadas não responde.", f"Veja {settings.data_dir}/log/engine.log")
        return
    yield Finding("ok", "O motor de chamadas responde.")
    for node in status["nodes"]:
        name = node["name"]
        if node["state"] != "connected":
            remedy = "" if settings.ari_url else f"Veja {settings.data_dir}/asterisk/log"
            yield Finding("error", f"O nó {name} está fora do ar. {node['detail']}", remedy)
        elif not node["in_sync"]:
            yield Finding("warning", f"O nó {name} ainda não tem toda a configuração. {node['detail']}")
        else:
            yield Finding(
                "ok", f"Nó {name}: Asterisk {node['asterisk']}, {node['objects']} objetos, {node['calls']} chamadas."
            )


def _engine_status(settings: Settings) -> dict[str, Any] | None:
    request = urllib.request.Request(f"{settings.engine_base}/status")
    request.add_header("Authorization", f"Bearer {settings.engine_token}")
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:
            return dict(json.load(reply))
    except (OSError, ValueError):
        return None


def clock(_settings: Settings) -> Iterator[Finding]:
    if time.time() < 1_735_689_600:  # 2025-01-01: before this program existed
        yield Finding("error", "O relógio da máquina está errado.", "Ative a sincronização: timedatectl set-ntp true")


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)


CHECKS: tuple[Check, ...] = (data_directory, secrets, database, asterisk_source, converter, rtp_range, clock, running)
