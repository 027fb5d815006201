"""The same rules on PostgreSQL: a private server in a temporary directory, and the core's tests run against it."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
RULES = ("test_records", "test_record_people", "test_sessions", "test_tenancy", "test_audio")
# One writer at a time is SQLite's own way, and so is the means by which a test fills its disk.
ONLY_SQLITE = "locked_database or full_disk_says"


@pytest.fixture
def server() -> Iterator[str]:
    """The address of an empty database."""
    tools = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    folder = Path(tempfile.mkdtemp(prefix="fluxo-pg-"))
    owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name  # the server refuses to be root
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    port = free_port()

    def run(*command: str) -> None:
        before = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        subprocess.run([*before, *command], cwd=folder, check=True, capture_output=True, timeout=60)

    data = str(folder / "data")
    run(str(tools / "initdb"), "-D", data, "-A", "trust", "-U", owner)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run(str(tools / "pg_ctl"), "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        run(str(tools / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", owner, "fluxo")
        yield f"postgresql+psycopg://{owner}@127.0.0.1:{port}/fluxo"
    finally:
        run(str(tools / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.timeout(300)
def test_the_rules_of_the_core_hold_on_postgresql_too(server):
    files = [f"tests/unit/{name}.py" for name in RULES]
    command = [sys.executable, "-m", "pytest", "-q", "-k", f"not ({ONLY_SQLITE})", *files]
    environment = {**os.environ, "FLOW_DATABASE_URL": server}
    done = subprocess.run(command, cwd=TOP, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
