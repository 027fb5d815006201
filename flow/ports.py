"""Which of our ports somebody else holds, and who."""

import errno
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from flow.settings import Settings

TABLES = {socket.SOCK_STREAM: ("tcp", "tcp6"), socket.SOCK_DGRAM: ("udp", "udp6")}


@dataclass(frozen=True)
class TakenPort:
    purpose: str
    port: int
    protocol: str
    variable: str
    holder: str

    @property
    def explanation(self) -> str:
        """One Portuguese sentence: what is wrong, who it is, how to mend it."""
        by = f" por {self.holder}" if self.holder else " por outro programa"
        return (
            f"A porta {self.port}/{self.protocol} ({self.purpose}) já está ocupada{by}. "
            f"Encerre esse programa ou escolha outra porta em {self.variable}."
        )


def taken_ports(settings: Settings) -> list[TakenPort]:
    """Ports that could not be bound at this moment."""
    stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
    wanted = [
        ("páginas", settings.host, settings.port, stream, "FLOW_PORT"),
        ("motor de chamadas", settings.engine_host, settings.engine_http_port, stream, "FLOW_ENGINE_PORT"),
    ]
    if not settings.ari_url:
        wanted += [
            ("HTTP do Asterisk", "127.0.0.1", settings.node_http_port, stream, "FLOW_ASTERISK_HTTP_PORT"),
            ("SIP", "0.0.0.0", settings.sip_port, datagram, "FLOW_SIP_PORT"),
            ("SIP", "0.0.0.0", settings.sip_port, stream, "FLOW_SIP_PORT"),
        ]
    return [
        TakenPort(purpose, port, "tcp" if kind == stream else "udp", variable, holder_of(port, kind))
        for purpose, host, port, kind, variable in wanted
        if is_taken(host, port, kind)
    ]


def foreign_addresses(settings: Settings) -> list[str]:
    """One Portuguese sentence for each address to listen on that this machine does not have."""
    wanted = (("FLOW_HOST", settings.host), ("FLOW_ENGINE_HOST", settings.engine_host))
    return [
        f"{variable}: esta máquina não tem o endereço {host}. Escolha um dela (`ip address` os mostra)."
        for variable, host in wanted
        if _is_foreign(host)
    ]


def _is_foreign(host: str) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError as fault:
            return isinstance(fault, socket.gaierror) or fault.errno == errno.EADDRNOTAVAIL
    return False


def is_taken(host: str, port: int, kind: socket.SocketKind) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a closing connection is no holder
        try:
            probe.bind((host, port))
        except OSError as fault:
            return fault.errno == errno.EADDRINUSE
    return False


def holder_of(port: int, kind: socket.SocketKind) -> str:
    """`asterisk (processo 812)`, as far as /proc tells an ordinary user; else an empty string."""
    inodes = {inode for table in TABLES[kind] for inode in _inodes(Path("/proc/net") / table, port, kind)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            links = (os.readlink(link) for link in (process / "fd").iterdir())
            if any(link in inodes for link in links):
                return f"{_name(process)} (processo {process.name})"
        except OSError:
            continue  # another user's process, or one that has just ended
    return ""


def _name(process: Path) -> str:
    """A program of the private root runs through its loader, whose name says nothing."""
    words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
    own = (process / "comm").read_text().strip()
    return next((Path(word).name for word in words if "/sbin/" in word), own) if own.startswith("ld-linux") else own


def _inodes(table: Path, port: int, kind: socket.SocketKind) -> set[str]:
    listening = "0A" if kind == socket.SOCK_STREAM else "07"
    rows = [line.split() for line in table.read_text().splitlines()[1:]] if table.exists() else []
    return {f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port:04X}") and row[3] == listening}
