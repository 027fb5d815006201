"""The compiled pages: built once per change of their sources, served by the web process itself.

The framework bakes the server's address into what it builds. Here it is built for a placeholder that is then replaced
by the page's own origin, so that one build serves every port, name and scheme. The framework's internal switches
(`__REFLEX_*`) stand in this file and nowhere else.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from flow.settings import Settings
from flow.web.finish import PLACEHOLDER, BuildFailed, finish

TOP = Path(__file__).resolve().parents[2]
WEB = TOP / ".web"
_CLIENT = Path("build") / "client"
_WORK_FOLDER = "REFLEX_WEB_WORKDIR"
_KEPT = 4  # builds: those of other running processes of this clone among them
STYLESHEETS = [
    *("tokens", "ground", "frame", "lists", "forms", "sounds", "flow", "floating", "pages", "door", "narrow", "queues"),
]
_STAMP = WEB / "built-from"
_LOCK = TOP / "reflex.lock" / "package-lock.json"
# What decides how a page looks. Everything else a page shows comes at run time.
_SOURCES = (
    "rxconfig.py",
    "assets",
    "components",
    "state",
    "reflex.lock",
    "flow/flow.py",
    "flow/pages.py",
    "flow/catalog",
    "flow/access/permissions.py",
    "flow/routing/brazil.py",
    "flow/routing/destination.py",
    "flow/services/call_log.py",
    "flow/web/bundle.py",
    "flow/web/client",
    "flow/web/finish.py",
    "flow/web/frontend.py",
)

_NOISE = re.compile(r"^\s+at |^\(?file://|node_modules|%|━|--loglevel|npm (verbose|timing|http|info|silly|notice)\b")


def ensure_built(progress: Callable[[str], None]) -> Path:
    """Build the pages unless they are up to date; return their folder. `progress` hears what takes time.

    Each build is served from a folder of its own: a web process that runs keeps its pages while the next are built.
    """
    WEB.mkdir(exist_ok=True)
    with _alone():
        key = _key()
        if _STAMP.exists() and _STAMP.read_text() == key and (_served(key) / _CLIENT / "index.html").exists():
            return _served(key) / _CLIENT
        progress("compilando as páginas" if (WEB / "node_modules").exists() else "baixando e compilando as páginas")
        _export()
        finish(WEB / _CLIENT, _environment())
        _strip_addresses(_LOCK)
        _put_in_order(_LOCK.with_name("package.json"))
        key = _key()  # the build may have refreshed the lock
        _put_in_service(key)
        _STAMP.write_text(key)
    return _served(key) / _CLIENT


def client_folder() -> Path:
    """The pages that this web process serves."""
    return Path(os.environ.get(_WORK_FOLDER, WEB)) / _CLIENT


def _served(key: str) -> Path:
    return WEB / "served" / key[:16]


def _put_in_service(key: str) -> None:
    folder = _served(key)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(WEB / _CLIENT, folder / _CLIENT)
    for old in sorted(folder.parent.iterdir(), key=lambda other: other.stat().st_mtime)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def web_command(settings: Settings, *, pages: bool = True) -> tuple[list[str], dict[str, str]]:
    """Command and extra environment of the web process; without `pages` it answers events and routes only, unbuilt."""
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "flow.flow:app"),
        *("--host", settings.host, "--port", str(settings.port), "--workers", "1", "--log-level", "warning"),
        *("--workers-kill-timeout", "5"),  # open sockets do not delay a stop
    ]
    built = {_WORK_FOLDER: str(_served(_STAMP.read_text()))} if pages else {}
    return command, built | {
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true" if pages else "false",
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_STATE_MANAGER_MODE": "memory",
        "REFLEX_TELEMETRY_ENABLED": "false",
    }


@contextmanager
def _alone() -> Iterator[None]:
    """Two starts of one clone must not build into each other."""
    with (WEB / ".building").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _key() -> str:
    digest = hashlib.sha256(version("reflex").encode())
    for source in _SOURCES:
        path = TOP / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts and "external" not in file.parts:
                digest.update(str(file.relative_to(TOP)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _export() -> None:
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip", "--env", "prod"]
    done = subprocess.run(command, cwd=TOP, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0 or not (WEB / _CLIENT / "index.html").exists():
        words = [line for line in (done.stdout + done.stderr).splitlines() if line.strip() and not _NOISE.search(line)]
        raise BuildFailed("As páginas não puderam ser compiladas:\n" + "\n".join(words[-30:]))


def _environment() -> dict[str, str]:
    node = Path(sys.executable).parent  # the virtual environment brings its own Node
    outside = {name: value for name, value in os.environ.items() if name != _WORK_FOLDER}
    environment = outside | {
        "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}",
        "REFLEX_USE_NPM": "1",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_API_URL": f"http://{PLACEHOLDER}",
        "FLOW_DATA_DIR": str(WEB / "build-data"),  # compiling imports the application, which must touch no installation
    }
    if "NPM_CONFIG_REGISTRY" not in environment:  # else the framework measures public ones to choose among them
        asked = subprocess.run(
            ["npm", "config", "get", "registry"], env=environment, capture_output=True, text=True, check=False
        )
        environment |= {"NPM_CONFIG_REGISTRY": asked.stdout.strip()} if asked.returncode == 0 else {}
    return environment


def _strip_addresses(lock: Path) -> None:
    """The lock pins versions and digests; where to fetch them is the installation's business."""
    if not lock.exists():
        return
    content = json.loads(lock.read_text())
    packages = content.get("packages", {})
    if any("resolved" in entry for entry in packages.values()):
        for entry in packages.values():
            entry.pop("resolved", None)
        lock.write_text(json.dumps(content, indent=2) + "\n")


def _put_in_order(manifest: Path) -> None:
    """The framework writes its keys in another order on a fresh clone, which then would look changed."""
    if manifest.exists():
        manifest.write_text(json.dumps(json.loads(manifest.read_text()), indent=2, sort_keys=True) + "\n")
