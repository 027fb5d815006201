"""The Portuguese announcements: texts as data, spoken by espeak-ng, kept as 8 kHz telephone sound."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from flow.debian.root import RootFailed, provide_root
from flow.node.source import PACKAGES, Source
from flow.node.telephone_sound import from_wav, music, write_wav

Say = Callable[[str], None]

FURTHEST_POSITION = 20
LONGEST_WAIT_MINUTES = 30


def _in_the_queue() -> dict[str, str]:
    """Places and waits that are told one by one: a sentence spoken whole sounds better than one put together."""
    places = {
        f"posicao-{place}": f"Você é o número {place} da fila. Por favor, aguarde."
        for place in range(2, FURTHEST_POSITION + 1)
    }
    waits = {
        f"espera-{minutes}": f"O tempo estimado de espera é de {minutes} minutos."
        for minutes in range(2, LONGEST_WAIT_MINUTES + 1)
    }
    return {
        "posicao-1": "Você é o próximo a ser atendido. Por favor, aguarde.",
        **places,
        "posicao-mais": f"Há mais de {FURTHEST_POSITION} pessoas na sua frente. Por favor, aguarde.",
        "espera-1": "O tempo estimado de espera é de um minuto.",
        **waits,
    }


PROMPTS = {
    "numero-inexistente": "O número que você ligou não existe. Por favor, confira o número e ligue outra vez.",
    "ramal-nao-registrado": "O ramal que você ligou está desligado ou fora da rede. Por favor, tente mais tarde.",
    "ocupado": "O ramal que você ligou está ocupado. Por favor, tente mais tarde.",
    "nao-atende": "O ramal que você ligou não atende. Por favor, tente mais tarde.",
    "chamada-nao-permitida": "O seu ramal não tem permissão para fazer esta ligação.",
    "servico-indisponivel": "O serviço está temporariamente indisponível. Por favor, ligue outra vez em instantes.",
    "fila-entrou": "Você entrou na fila.",
    "fila-saiu": "Você saiu da fila.",
    "fila-nenhuma": "Você não é agente de nenhuma fila.",
    **_in_the_queue(),
}
"""File name (played as `sound:fluxo/<name>`) → what it says."""

VOICE = ("-v", "pt-br", "-s", "145", "-g", "2")
TUNE = "2"
"""Raise it when the music is another."""
FORM = "1"
"""Raise it when the same text is to sound otherwise."""


def speak_prompts(cache: Path, source: Source, folder: Path, say: Say) -> None:
    """Puts every prompt into `folder`. What was spoken once is taken from the cache."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = {name: _kept(cache, text) for name, text in PROMPTS.items() if not _kept(cache, text).exists()}
    if missing:
        say("Gravando os avisos falados em português")
        try:
            voice = _voice(cache, source, say)
        except RootFailed as fault:
            say(f"Sem espeak-ng os avisos falados ficam mudos: {fault}")
            return
        for name, path in missing.items():
            write_wav(path, from_wav(_speak(voice, PROMPTS[name])))
    for name, text in PROMPTS.items():
        shutil.copyfile(_kept(cache, text), folder / f"{name}.wav")


def compose_music(folder: Path) -> None:
    """The music of the default class: our own, so that nobody's rights are in it. Nothing else stays in the folder."""
    if folder.is_symlink():
        folder.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    tune = folder / f"espera-{TUNE}.wav"
    for former in folder.iterdir():
        if former != tune:
            former.unlink()
    if not tune.exists():
        write_wav(tune, music())


def _voice(cache: Path, source: Source, say: Say) -> tuple[list[str], dict[str, str]]:
    """Command line and environment of an espeak-ng that writes to its standard output."""
    if source.in_docker:
        return ["docker", "run", "--rm", source.image, "espeak-ng"], {}
    installed = shutil.which("espeak-ng")
    if installed and source.kind != "private":
        return [installed], {}
    root = provide_root(cache, PACKAGES if source.kind == "private" else ("espeak-ng",), say)
    return [*root.program("usr/bin/espeak-ng"), f"--path={root.libraries}"], root.environment


def _speak(voice: tuple[list[str], dict[str, str]], text: str) -> bytes:
    command, environment = voice
    done = subprocess.run([*command, *VOICE, "--stdout", text], capture_output=True, env={**os.environ, **environment})
    if done.returncode or not done.stdout:
        raise RootFailed(done.stderr.decode(errors="replace").strip() or "o espeak-ng não falou")
    return done.stdout


def _kept(cache: Path, text: str) -> Path:
    folder = cache / "prompts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{hashlib.sha256('|'.join((FORM, *VOICE, text)).encode()).hexdigest()[:24]}.wav"
