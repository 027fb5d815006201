"""What is done to the pages after they are built."""

import gzip
import os
import sys
from pathlib import Path

import pytest

from flow.web.finish import BuildFailed, finish

PROGRAM = (
    'open("ws://localhost:61999/_event"); bar = `A new version of this app is available.`; textContent=`Reload`;\n'
)
NODE = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def built(client: Path, program: str) -> Path:
    """A build with one program and its twins, as the framework leaves it."""
    file = client / "assets" / "a.js"
    file.parent.mkdir()
    file.write_text(program)
    file.with_name("a.js.gz").write_bytes(gzip.compress(program.encode()))
    return file


def test_the_twins_hold_what_the_file_holds_and_the_gzip_one_is_as_small_as_it_gets(tmp_path: Path) -> None:
    file = built(tmp_path, PROGRAM * 200 + "\n".join(str(number * number) for number in range(2000)))
    finish(tmp_path, NODE)
    text, twin = file.read_bytes(), file.with_name("a.js.gz").read_bytes()
    assert gzip.decompress(twin) == text
    assert len(twin) < len(gzip.compress(text, 9))
    assert file.with_name("a.js.br").stat().st_size > 0


def test_the_page_asks_its_own_origin_in_portuguese(tmp_path: Path) -> None:
    file = built(tmp_path, PROGRAM)
    finish(tmp_path, NODE)
    assert 'open((location.origin.replace(/^http/,"ws")+"/_event"))' in file.read_text()
    assert "textContent=`Recarregar`" in file.read_text()


@pytest.mark.parametrize("missing", ["ws://localhost:61999/_event", "textContent=`Reload`"])
def test_a_framework_that_builds_something_else_is_told(tmp_path: Path, missing: str) -> None:
    built(tmp_path, PROGRAM.replace(missing, ""))
    with pytest.raises(BuildFailed):
        finish(tmp_path, NODE)
