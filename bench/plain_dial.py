"""What we are compared with: the same telephones on an Asterisk whose dialplan says Dial(), and no engine."""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

from bench.exchange import running_node, wait_for
from bench.phones import Line
from flow import child
from flow.engine.pbx.objects import PbxObject, telephone
from flow.node import Asterisk
from flow.node.source import Source, find_source
from flow.settings import settings

_CONTEXT = "plain-dial"
_APP = "\nload = app_dial.so\n"
_STATIC = "{kind}=config,pjsip.conf,criteria=type={kind}\n"


@dataclass(frozen=True)
class Peer:
    name: str
    sip_port: int
    pid: int


@contextmanager
def on_tuned_node(lines: Sequence[Line], called: Sequence[Line], port: int) -> Iterator[Peer]:
    """The product's own node files, with app_dial, the telephones and one line of dialplan for each number added."""
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
        _append(etc / "modules.conf", _APP)
        _append(etc / "extensions.conf", _dialplan(called))
        _append(etc / "pjsip.conf", _telephones(lines))
        sorcery = (etc / "sorcery.conf").read_text()  # these telephones are in a file, nobody pushes them
        (etc / "sorcery.conf").write_text(re.sub(r"(?m)^(endpoint|auth|aor) = memory$", _in_file, sorcery))

    with running_node(place, add) as node:
        assert node.pid
        yield Peer("Dial on the same tuned node", place.sip_port, node.pid)


@contextmanager
def on_stock_debian(lines: Sequence[Line], called: Sequence[Line], sip_port: int) -> Iterator[Peer]:
    """Debian's own /etc/asterisk of the private root: a transport, the telephones and the dialplan are added."""
    assert not _bound(sip_port), f"port {sip_port} is taken"
    source = find_source(settings.cache_dir, print)
    home = settings.data_dir / "stock"
    etc = home / "etc"
    copytree(_debian_etc(source), etc)
    for name in ("lib/keys", "spool", "cache", "log", "run"):
        (home / name).mkdir(parents=True)
    (etc / "asterisk.conf").write_text(_directories((etc / "asterisk.conf").read_text(), source, home))
    transport = f"\n[transport-udp]\ntype=transport\nprotocol=udp\nbind=0.0.0.0:{sip_port}\n"
    _append(etc / "pjsip.conf", transport + _telephones(lines))
    _append(etc / "extensions.conf", _dialplan(called))
    command = [*source.program, "-f", "-C", str(etc / "asterisk.conf")]
    process = child.spawn(command, home / "log" / "console.log", {**source.environment, "LC_ALL": "C.UTF-8"})
    try:
        wait_for(lambda: _bound(sip_port) or process.poll() is not None, 60)
        time.sleep(5)  # it opens SIP before all its modules are loaded
        assert process.poll() is None, (home / "log" / "console.log").read_text()[-2000:]
        yield Peer("Dial on Debian's stock configuration", sip_port, process.pid)
    finally:
        child.end(process)


def _dialplan(called: Sequence[Line]) -> str:
    lines = [f"exten => {line.number},1,Dial(PJSIP/{line.user},25)\n same => n,Hangup()\n" for line in called]
    return f"\n[{_CONTEXT}]\n{''.join(lines)}"


def _telephones(lines: Sequence[Line]) -> str:
    """The objects that the engine would push, as a file."""
    return "".join(
        _section(item)
        for line in lines
        for item in telephone(line.user, line.password, browser=False, caller_id=f'"Pessoa" <{line.number}>')
    )


def _section(item: PbxObject) -> str:
    fields = [(name, _CONTEXT if name == "context" else value) for name, value in item.fields]
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


def bench_lines(actor_company: int) -> list[Line]:
    """Every extension of the company."""
    import sqlalchemy as sa

    from flow.access import secrets
    from flow.catalog.extension import Extension
    from flow.db import platform_session

    with platform_session() as db:
        rows = db.scalars(sa.select(Extension).where(Extension.company_id == actor_company)).all()  # type: ignore[arg-type]
        return [Line(row.number, row.softphone_endpoint, secrets.decrypt(row.secret_enc)) for row in rows]
