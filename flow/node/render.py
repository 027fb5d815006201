"""The node's files: templates of deploy/asterisk/ filled from the settings, and nothing else."""

import hashlib
import ipaddress
import re
import resource
import socket
from dataclasses import dataclass
from pathlib import Path

from flow.node.source import Source
from flow.settings import Settings

TEMPLATES = Path(__file__).parents[2] / "deploy" / "asterisk"
LOCAL_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10")
MOST_FILES = 65536
SOCKET_PATH_LIMIT = 90
"""A UNIX socket's path ends at 107 bytes, and Asterisk adds its own file names."""


@dataclass(frozen=True)
class Places:
    """Where a node of one installation keeps what it writes."""

    home: Path
    run: Path

    @classmethod
    def elsewhere(cls, home: Path) -> "Places":
        """All in one folder, which is to lie at the same path on the node's machine."""
        return cls(home, home / "run")

    @classmethod
    def of(cls, settings: Settings) -> "Places":
        home = settings.data_dir / "asterisk"
        run = home / "run"
        if len(str(run)) > SOCKET_PATH_LIMIT:
            run = Path("/tmp") / f"fluxo-{_digest(str(home))[:12]}"
        return cls(home, run)

    @property
    def etc(self) -> Path:
        return self.home / "etc"

    @property
    def configuration(self) -> Path:
        return self.etc / "asterisk.conf"

    @property
    def data(self) -> Path:
        """Sounds and Asterisk's own read-only data, the latter as links."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def make(self) -> None:
        for name in ("etc", "data", "lib/keys", "spool", "cache", "log"):
            (self.home / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        self.run.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.run.owner() != self.home.owner():
            raise PermissionError(f"{self.run} pertence a outro usuário")


def write_files(settings: Settings, source: Source, places: Places) -> None:
    """All files of the node; those of an older release that no template makes any more are removed."""
    values = values_for(settings, source, places)
    rendered = {path.name: render(path.read_text(), values) for path in TEMPLATES.glob("*.conf")}
    for stale in places.etc.glob("*.conf"):
        if stale.name not in rendered:
            stale.unlink()
    for name, text in rendered.items():
        path = places.etc / name
        path.touch(mode=0o600)
        path.write_text(text)


def render(template: str, values: dict[str, str]) -> str:
    """`@name@` becomes its value. A name without a value is a fault of ours and raises KeyError."""
    return re.sub(r"@([a-z_]+)@", lambda match: values[match[1]], template)


def values_for(settings: Settings, source: Source, places: Places) -> dict[str, str]:
    identity = _digest(f"{socket.gethostname()}:{places.home}")
    return {
        "etc": str(places.etc),
        # An Asterisk elsewhere knows best where its own modules lie.
        "modules": f"astmoddir => {source.modules}" if source.modules else "",
        "data": str(places.data),
        "lib": str(places.home / "lib"),
        "spool": str(places.home / "spool"),
        "cache": str(places.home / "cache"),
        "run": str(places.run),
        "log": str(places.log),
        "music": str(places.data / "moh"),
        "moh_url": settings.node_url("moh"),
        "opus": "".join(f"load = {module}" for module in source.opus),
        "system_name": f"fluxo-{identity[:6]}",
        # Locally administered, so that two nodes of one machine differ and a new network card changes nothing.
        "entity_id": ":".join(["02", *re.findall("..", identity[:10])]),
        "max_files": str(_most_files(source)),
        "sip_port": str(settings.sip_port),
        "http_host": settings.node_http_host,
        "http_port": str(settings.node_http_port),
        "rtp_first": str(settings.rtp_first),
        "rtp_last": str(settings.rtp_last),
        "ari_user": settings.ari_user,
        "ari_password": settings.ari_secret.replace(";", r"\;"),  # the rest of a line is a comment else
        "external": external_lines(settings.public_host),
    }


def _most_files(source: Source) -> int:
    """Asterisk complains of more than it is allowed; what another machine allows is not known here."""
    allowed = MOST_FILES if source.kind == "elsewhere" else resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return min(allowed, MOST_FILES)


def external_lines(public_host: str) -> str:
    """Behind NAT, what the node calls itself outside; a name or a private address says nothing about that."""
    try:
        address = ipaddress.ip_address(public_host)
    except ValueError:
        return ""
    if not address.is_global:
        return ""
    lines = [f"external_signaling_address = {address}", f"external_media_address = {address}"]
    return "\n".join(lines + [f"local_net = {network}" for network in LOCAL_NETWORKS]) + "\n"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
