"""What we are compared with: the same telephones on an Asterisk whose own dialplan serves them, and no engine."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree

from bench.exchange import running_node, wait_for
from flow import child
from flow.engine.pbx.objects import PbxObject
from flow.node import Asterisk
from flow.node.source import Source, find_source
from flow.settings import settings

CONTEXT = "plain"
_PUSHED = "endpoint|auth|aor|identify"


@dataclass(frozen=True)
class NativeFlow:
    """What both peers get besides what they are. `does`: its name in a figure; `dialplan`: of CONTEXT.

    `modules` and `hears` (kinds of Stasis messages) are what the tuned node leaves out otherwise; `files`: by name.
    """

    does: str
    dialplan: str
    objects: tuple[PbxObject, ...]
    modules: tuple[str, ...]
    hears: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Peer:
    name: str
    sip_port: int
    pid: int


@contextmanager
def on_tuned_node(flow: NativeFlow, port: int) -> Iterator[Peer]:
    """The product's own node files; only the bench adds to them."""
    place = settings.model_copy(
        update={
            "data_dir": settings.data_dir / "tuned",
            "port": port,
            "sip_port": settings.sip_port + 1,
            "rtp_ports": "27000-27999",
        }
    )

    def add(node: Asterisk) -> None:
        etc = node.places.etc
        _append(etc / "modules.conf", "".join(f"\nload = {module}\n" for module in flow.modules))
        heard = (etc / "stasis.conf").read_text()
        (etc / "stasis.conf").write_text(re.sub(rf"(?m)^decline = ({'|'.join(flow.hears) or '-'})$", "", heard))
        sorcery = (etc / "sorcery.conf").read_text()  # these telephones are in a file, nobody pushes them
        (etc / "sorcery.conf").write_text(re.sub(rf"(?m)^({_PUSHED}) = memory$", _in_file, sorcery))
        # and no engine is there to be asked for music
        (etc / "extconfig.conf").write_text("[settings]\n")
        _add(flow, etc)

    with running_node(place, add) as node:
        assert node.pid
        yield Peer(f"{flow.does} on the same tuned node", place.sip_port, node.pid)


@contextmanager
def on_stock_debian(flow: NativeFlow, sip_port: int) -> Iterator[Peer]:
    """Debian's own /etc/asterisk of the private root: a transport, the telephones and the dialplan are added."""
    assert not _bound(sip_port), f"port {sip_port} is taken"
    source = find_source(settings.cache_dir, print)
    home = settings.data_dir / "stock"
    etc = home / "etc"
    copytree(_debian_etc(source), etc)
    for name in ("lib/keys", "spool", "cache", "log", "run"):
        (home / name).mkdir(parents=True)
    (etc / "asterisk.conf").write_text(_directories((etc / "asterisk.conf").read_text(), source, home))
    _append(etc / "pjsip.conf", f"\n[transport-udp]\ntype=transport\nprotocol=udp\nbind=0.0.0.0:{sip_port}\n")
    _add(flow, etc)
    command = [*source.program, "-f", "-C", str(etc / "asterisk.conf")]
    process = child.spawn(command, home / "log" / "console.log", {**source.environment, "LC_ALL": "C.UTF-8"})
    try:
        wait_for(lambda: _bound(sip_port) or process.poll() is not None, 60)
        time.sleep(5)  # it opens SIP before all its modules are loaded
        assert process.poll() is None, (home / "log" / "console.log").read_text()[-2000:]
        yield Peer(f"{flow.does} on Debian's stock configuration", sip_port, process.pid)
    finally:
        child.end(process)


def _add(flow: NativeFlow, etc: Path) -> None:
    _append(etc / "extensions.conf", f"\n[{CONTEXT}]\n{flow.dialplan}")
    _append(etc / "pjsip.conf", _sections(flow.objects))
    for name, text in flow.files.items():
        (etc / name).write_text(text)


def _sections(objects: Iterable[PbxObject]) -> str:
    """The objects that the engine would push, as a file."""
    return "".join(_section(item) for item in objects)


def _section(item: PbxObject) -> str:
    fields = [(name, CONTEXT if name == "context" else value) for name, value in item.fields]
    return f"\n[{item.name}]\ntype={item.kind}\n" + "".join(f"{name}={value}\n" for name, value in fields)


def _in_file(match: re.Match[str]) -> str:
    return f"{match[1]} = config,pjsip.conf,criteria=type={match[1]}"


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def _debian_etc(source: Source) -> Path:
    return Path(source.shared).parents[2] / "etc" / "asterisk" if source.kind == "private" else Path("/etc/asterisk")


def _directories(text: str, source: Source, home: Path) -> str:
    places = {
        "astetcdir": home / "etc",
        "astmoddir": source.modules,
        "astdatadir": source.shared,
        "astcachedir": home / "cache",
        "astspooldir": home / "spool",
        "astrundir": home / "run",
        "astlogdir": home / "log",
        **dict.fromkeys(("astvarlibdir", "astdbdir", "astkeydir"), home / "lib"),
    }
    for name, place in places.items():
        text = re.sub(rf"(?m)^{name} => .*$", f"{name} => {place}", text)
    return text.replace("[directories](!)", "[directories]")


def _bound(port: int) -> bool:
    wanted = f":{port:04X}"
    return any(line.split()[1].endswith(wanted) for line in Path("/proc/net/udp").read_text().splitlines()[1:])
