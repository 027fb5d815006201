"""`python3 -m flow.bootstrap [test]`: the virtual environment, with nothing but the standard library.

Debian's python3 comes without pip and without ensurepip; then pip's wheel is taken from Debian's own package, by
APT and without root, in the way that the private Asterisk is (flow/debian/root.py).
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from flow.debian.root import RootFailed, provide_root

TOP = Path(__file__).resolve().parents[1]
HOME = TOP / ".venv"
PYTHON = HOME / "bin" / "python"
OLDEST = (3, 11)
PIP_PACKAGES = ("python3-pip-whl",)


def main(kinds: list[str]) -> int:
    if sys.version_info < OLDEST:
        return _fail(f"É preciso Python 3.11 ou mais novo; este é o {sys.version.split()[0]}.")
    if not _usable():
        print("→ Criando o ambiente virtual do Python", flush=True)
        try:
            create()
        except (RootFailed, subprocess.CalledProcessError, OSError, StopIteration) as fault:
            shutil.rmtree(HOME, ignore_errors=True)
            return _fail(f"Não foi possível criar o ambiente virtual: {fault}\nInstale o pacote python3-venv e repita.")
    for lock in ["requirements.lock", *(f"requirements-{kind}.lock" for kind in kinds)]:
        if not install(TOP / lock):
            return _fail("A instalação das dependências falhou (veja acima). Repita quando houver rede.")
    _offer_command()
    return 0


def create() -> None:
    """A virtual environment with pip in it, whether or not this Python brings ensurepip."""
    has_pip = importlib.util.find_spec("ensurepip") is not None
    venv.create(HOME, with_pip=has_pip, clear=True, symlinks=True)
    if not has_pip:
        wheel = _pip_wheel()
        subprocess.run([str(PYTHON), f"{wheel}/pip", "install", "-q", "--no-index", str(wheel)], check=True)


def _pip_wheel() -> Path:
    machine = sorted(Path("/usr/share/python-wheels").glob("pip-*.whl"))
    if machine:
        return machine[-1]
    root = provide_root(_cache(), PIP_PACKAGES, lambda text: print(f"  {text}", flush=True))
    return next(root.path.glob("usr/share/python-wheels/pip-*.whl"))


def install(lock: Path) -> bool:
    """Exactly what the lock says, unless that is there already. The stamp is written last."""
    stamp = HOME / f".{lock.stem}.stamp"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return True
    print(f"→ Instalando as dependências de {lock.name} (na primeira vez leva cerca de um minuto)", flush=True)
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "-qq",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
    ]
    done = subprocess.run([*command, "-r", str(lock)])
    if done.returncode == 0:
        stamp.write_text(wanted)
    return done.returncode == 0


def _usable() -> bool:
    """Also false after a Python upgrade that left the environment's links dangling."""
    probe = [str(PYTHON), "-c", "import pip, sys; print(sys.version_info[:2])"]
    try:
        done = subprocess.run(probe, capture_output=True, text=True)
    except OSError:
        return False
    return done.returncode == 0 and done.stdout.strip() == str(sys.version_info[:2])


def _offer_command() -> None:
    """`.venv/bin/flow` works from any directory and finds this installation's data."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(HOME)}))
    site = site if site.is_dir() else HOME / "lib" / version / "site-packages"
    (site / "fluxo.pth").write_text(f"{TOP}\n")
    command = HOME / "bin" / "flow"
    command.write_text(
        f'#!/bin/sh\nexport FLOW_DATA_DIR="${{FLOW_DATA_DIR:-{TOP}/var}}"\nexec "{PYTHON}" -m flow.cli "$@"\n'
    )
    command.chmod(0o755)


def _cache() -> Path:
    """As settings.cache_dir, which needs packages that are not there yet."""
    named = os.environ.get("FLOW_CACHE_DIR")
    return Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fluxo"


def _fail(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
