"""What the supervisor promises about its children and its ports."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from pathlib import Path

import pytest

from flow import child
from flow.ports import foreign_addresses, taken_ports
from flow.pulse import Pulse
from flow.settings import Settings
from flow.up import FIRST_PAUSE, LONGEST_PAUSE, CannotStart, Program, Watched, _alone, _tidy

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


class Crashing:
    """A program that ends as soon as it starts."""

    pid: int | None = None
    starts = 0

    def start(self) -> None:
        self.starts += 1

    def stop(self) -> None:
        pass


def _alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def _eventually(condition: object, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_a_crashed_child_starts_again_after_growing_pauses() -> None:
    crashing, said = Crashing(), []
    watched = Watched("O motor", crashing)
    now, pauses = 0.0, []
    for _ in range(10):
        watched.look(now, said.append)
        pauses.append(watched.due - now)
        now = watched.due
        watched.look(now, said.append)
    assert crashing.starts == 10
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    assert len(said) == 10


def test_a_child_that_runs_but_answers_no_more_is_started_again(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def asks() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=0.5) as reply:
                return bool(reply.status == 200)
        except OSError:
            return False

    serve = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(tmp_path), str(port)]
    program, said = Program(serve, tmp_path / "log"), []
    watched = Watched("O servidor", program, Pulse(asks, every=0.1))
    watched.start()
    first = program.pid
    assert first
    assert watched.pulse
    assert _eventually(asks)
    watched.pulse.start()
    os.kill(first, signal.SIGSTOP)
    assert _eventually(lambda: watched.look(time.monotonic(), said.append) or program.pid not in (first, None), 20)
    assert _eventually(asks)
    assert said[0] == "O servidor não responde mais; será encerrado"
    time.sleep(1)
    watched.look(time.monotonic(), said.append)
    assert len(said) == 2, said  # that it ends, and that it starts again
    program.stop()


def test_stop_ends_the_child_and_what_it_started(tmp_path: Path) -> None:
    script = f"import subprocess, time; print(subprocess.Popen({SLEEP!r}).pid, flush=True); time.sleep(60)"
    program = Program([sys.executable, "-c", script], tmp_path / "log")
    program.start()
    assert _eventually(lambda: (tmp_path / "log").read_text().strip())
    grandchild = int((tmp_path / "log").read_text())
    program.stop()
    assert program.pid is None
    assert _eventually(lambda: not _alive(grandchild))


def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    script = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from flow import child
        print(child.spawn({SLEEP!r}, Path({str(tmp_path / "log")!r}), {{}}).pid, flush=True)
        time.sleep(60)
    """)
    supervisor = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout
    orphan = int(supervisor.stdout.readline())
    assert _alive(orphan)
    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.wait()
    assert _eventually(lambda: not _alive(orphan))


def test_a_child_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    stubborn = child.spawn([sys.executable, "-c", script], tmp_path / "log", {})
    assert _eventually(lambda: (tmp_path / "log").read_text())
    child.end(stubborn, 0.2)
    assert stubborn.poll() == -signal.SIGKILL


def test_one_supervisor_per_data_directory(tmp_path: Path) -> None:
    with _alone(tmp_path), pytest.raises(CannotStart, match=str(os.getpid())), _alone(tmp_path):
        pass
    with _alone(tmp_path):
        pass


def test_a_taken_port_is_told_with_its_holder_and_its_variable() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        told = [one for one in taken_ports(Settings(port=port)) if one.port == port]
    assert len(told) == 1
    assert f"(processo {os.getpid()})" in told[0].explanation
    assert "FLOW_PORT" in told[0].explanation


def test_a_child_is_not_told_the_first_users_password_nor_what_is_not_for_it(tmp_path, monkeypatch):
    for name in ("FLOW_ADMIN_PASSWORD", "FLOW_SECRET_KEY", "FLOW_LOG_LEVEL"):
        monkeypatch.setenv(name, "x")
    log = tmp_path / "log"
    tell = "import os; print(sorted(n for n in os.environ if n.startswith('FLOW_') and os.environ[n] == 'x'))"
    child.spawn([sys.executable, "-c", tell], log, {}).wait(10)
    child.spawn([sys.executable, "-c", tell], log, {}, without=("FLOW_SECRET_KEY",)).wait(10)
    assert log.read_text().splitlines() == ["['FLOW_LOG_LEVEL', 'FLOW_SECRET_KEY']", "['FLOW_LOG_LEVEL']"]


def test_what_the_command_line_makes_is_nobody_elses(tmp_path):
    data = tmp_path / "open"
    data.mkdir(mode=0o755)
    environment = {**os.environ, "FLOW_DATA_DIR": str(data)}
    subprocess.run(
        [sys.executable, "-m", "flow.cli", "db", "upgrade"], env=environment, check=True, capture_output=True
    )
    assert [path.name for path in data.rglob("*") if path.stat().st_mode & 0o077] == []


def test_a_log_makes_room_while_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(child, "LARGEST_LOG", 100)
    log = tmp_path / "security.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * 101)
        _tidy([tmp_path])
        writer.write(b"next")
        _tidy([tmp_path])
    assert log.read_bytes() == b"next"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["security.1.log", "security.log"]


def test_an_address_that_is_not_ours_is_told_with_its_variable() -> None:
    assert foreign_addresses(Settings(host="0.0.0.0", engine_host="127.0.0.88")) == []
    web, engine = foreign_addresses(Settings(host="192.0.2.77", engine_host="192.0.2.78"))
    assert "FLOW_HOST" in web and "192.0.2.77" in web
    assert "FLOW_ENGINE_HOST" in engine and "192.0.2.78" in engine
