"""A private Debian root, e.g. with Asterisk in it: no root rights, no chroot, no mounts, nothing installed.

APT downloads the packages of a newer Debian with a configuration of its own, `dpkg-deb` unpacks them into a
directory of the cache, and programs in it run through that directory's own dynamic loader.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flow.debian.mirror import Mirror, find_mirror

Say = Callable[[str], None]

SUITE = "forky"
FORM = "1"
"""Raise it when a root is made in another way, so that older ones are not taken for it."""

UNUSED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/perl", "usr/share/icons", "etc/init.d")


class RootFailed(Exception):
    """`str()` is a Portuguese sentence that says what is missing."""


@dataclass(frozen=True)
class Root:
    path: Path

    @property
    def libraries(self) -> Path:
        """The directory of the architecture's libraries, e.g. usr/lib/aarch64-linux-gnu."""
        return next(self.path.glob("usr/lib/*/libc.so.6")).parent

    def program(self, relative: str) -> list[str]:
        """The start of a command line that runs `relative` with this root's libraries only."""
        loader = next(self.libraries.glob("ld-linux*.so.*"))
        folders = (self.libraries, self.libraries / "pulseaudio", self.path / "usr/lib")
        return [str(loader), "--library-path", ":".join(map(str, folders)), str(self.path / relative)]

    @property
    def environment(self) -> dict[str, str]:
        """Plug-ins that libraries look for at compiled-in places must come from this root as well."""
        return {
            "GCONV_PATH": str(self.libraries / "gconv"),
            "OPENSSL_MODULES": str(self.libraries / "ossl-modules"),
        }


def provide_root(cache: Path, packages: Sequence[str], say: Say) -> Root:
    """The newest root with `packages` in the cache; made if there is none. Safe for several at once."""
    cache.mkdir(parents=True, exist_ok=True)
    arch = _architecture()
    recipe = _digest(FORM, SUITE, arch, *packages)
    with _locked(cache / f".{recipe}.lock", say):
        return _newest(cache, recipe) or _make(cache, packages, arch, recipe, say)


def made_root(cache: Path, packages: Sequence[str]) -> Root | None:
    """The one that `provide_root` would give without making any."""
    return _newest(cache, _digest(FORM, SUITE, _architecture(), *packages))


def _architecture() -> str:
    return _output(["dpkg", "--print-architecture"]) if shutil.which("dpkg") else os.uname().machine


def _newest(cache: Path, recipe: str) -> Root | None:
    roots = sorted(cache.glob(f"{_prefix(recipe)}*/root.json"), key=lambda path: path.stat().st_mtime)
    return Root(roots[-1].parent) if roots else None


def _prefix(recipe: str) -> str:
    return f"debian-{SUITE}-{recipe}-"


def _make(cache: Path, packages: Sequence[str], arch: str, recipe: str, say: Say) -> Root:
    with tempfile.TemporaryDirectory(prefix=".making-", dir=cache) as scratch:
        work = Path(scratch)
        root = work / "root"
        root.mkdir()
        if shutil.which("apt-get") and shutil.which("dpkg-deb"):
            archives = _download(work / "apt", packages, arch, say)
            _unpack(archives, root, say)
        else:
            archives = _debootstrap(root, packages, say)
        for folder in UNUSED:
            shutil.rmtree(root / folder, ignore_errors=True)
        names = sorted(path.name for path in archives)
        (root / "root.json").write_text(json.dumps({"suite": SUITE, "arch": arch, "packages": names}, indent=1))
        final = cache / (_prefix(recipe) + _digest(*names))
        root.rename(final)
        return Root(final)


def _download(apt: Path, packages: Sequence[str], arch: str, say: Say) -> list[Path]:
    mirror = find_mirror()
    if mirror is None:
        raise RootFailed("as fontes do APT desta máquina não são do Debian")
    config = write_apt_configuration(apt, mirror, arch)
    say("Lendo a lista de pacotes do Debian")
    _apt(config, "update")
    say(f"Baixando {packages[0]} e o que ele usa")
    _apt(config, "install", "-y", "--download-only", *packages)
    return sorted((apt / "cache/archives").glob("*.deb"))


def write_apt_configuration(apt: Path, mirror: Mirror, arch: str) -> Path:
    """An APT that knows one source and an empty machine, and touches nothing outside `apt`."""
    for folder in ("state/lists/partial", "cache/archives/partial", "etc"):
        (apt / folder).mkdir(parents=True)
    (apt / "status").touch()
    (apt / "etc/sources.list").write_text(mirror.line(SUITE))
    config = apt / "apt.conf"
    config.write_text(
        f'Dir::State "{apt}/state";\n'
        f'Dir::State::status "{apt}/status";\n'
        f'Dir::Cache "{apt}/cache";\n'
        f'Dir::Etc::sourcelist "{apt}/etc/sources.list";\n'
        'Dir::Etc::sourceparts "/dev/null";\n'
        'Dir::Etc::preferences "/dev/null";\n'
        'Dir::Etc::preferencesparts "/dev/null";\n'
        f'Dir::Log "{apt}";\n'
        "#clear APT::Architectures;\n"
        f'APT::Architecture "{arch}";\n'
        f'APT::Architectures {{ "{arch}"; }};\n'
        'APT::Default-Release "";\n'
        'APT::Install-Recommends "false";\n'
        'APT::Sandbox::User "";\n'  # the private directories belong to us, not to _apt
        'APT::Keep-Downloaded-Packages "true";\n'
        "#clear APT::Update::Pre-Invoke;\n"
        "#clear APT::Update::Post-Invoke;\n"
        "#clear APT::Update::Post-Invoke-Success;\n"
        "#clear DPkg::Post-Invoke;\n"
        'Acquire::Languages "none";\n'
        'Acquire::Retries "3";\n'
    )
    return config


def _apt(config: Path, *arguments: str) -> None:
    # -c is read after the machine's own files: its proxies stay, everything above wins.
    done = subprocess.run(
        ["apt-get", "-q", "-c", str(config), *arguments], capture_output=True, text=True, env=_plain_environment()
    )
    if done.returncode:
        faults = [line for line in done.stderr.splitlines() if line.startswith(("E:", "Err:"))]
        raise RootFailed("o APT falhou: " + (" ".join(faults) or done.stderr.strip())[-500:])


def _unpack(archives: Sequence[Path], root: Path, say: Say) -> None:
    say(f"Desempacotando {len(archives)} pacotes")

    def unpack(archive: Path) -> None:
        subprocess.run(["dpkg-deb", "-x", str(archive), str(root)], check=True, capture_output=True)

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for _ in pool.map(unpack, archives):
            pass


def _debootstrap(root: Path, packages: Sequence[str], say: Say) -> list[Path]:
    """Only for a machine with debootstrap and without APT."""
    if not shutil.which("debootstrap") or os.geteuid() != 0:
        raise RootFailed("não há apt-get nesta máquina (nem debootstrap com usuário root)")
    say("Montando uma raiz Debian com debootstrap (leva cerca de um minuto)")
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(packages)}", SUITE, str(root)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RootFailed("o debootstrap falhou: " + done.stdout.strip()[-300:])
    archives = list((root / "var/cache/apt/archives").glob("*.deb"))
    shutil.rmtree(root / "var/cache/apt")
    return archives


@contextmanager
def _locked(path: Path, say: Say) -> Iterator[None]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Outra instalação está preparando os mesmos pacotes; aguardando")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _plain_environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}


def _output(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
