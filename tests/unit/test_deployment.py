"""What is written of Fluxo in the files of other programs: containers, services, the proxy in front."""

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

from flow.services.media import MAX_UPLOAD
from flow.settings import Settings

TOP = Path(__file__).resolve().parents[2]
PLACES = {"data_dir", "cache_dir"}  # the image fixes them
NEEDED = (
    "Makefile", "alembic", "alembic.ini", "assets", "components", "deploy/asterisk", "flow", "pyproject.toml",
    "reflex.lock", "requirements.in", "requirements.lock", "rxconfig.py", "state",
)  # fmt: skip


def test_a_container_is_told_every_setting_and_by_default_what_it_would_be_without_one() -> None:
    text = (TOP / "deploy/compose.yaml").read_text()
    told = dict(re.findall(r"^      FLOW_(\w+): \$\{FLOW_\1:-(.*)\}$", text, re.MULTILINE))
    fields = {name: field for name, field in Settings.model_fields.items() if name not in PLACES}
    assert told == {name.upper(): str(field.default) for name, field in fields.items()}


@pytest.mark.parametrize("name", NEEDED)
def test_what_the_product_needs_is_copied_into_its_image(name: str) -> None:
    ignored = (TOP / ".dockerignore").read_text().split()
    assert (TOP / name).exists()
    assert [pattern for pattern in ignored if fnmatch(name, pattern) or fnmatch(name.split("/")[0], pattern)] == []


def test_every_package_of_ours_is_named_among_what_the_image_needs() -> None:
    tracked = subprocess.run(["git", "ls-files", "*.py"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    packages = {line.split("/")[0] for line in tracked.splitlines()}
    assert packages - {"tests", "bench"} <= set(NEEDED)


def test_the_proxy_lets_the_largest_sound_pass() -> None:
    allowed = re.search(r"client_max_body_size (\d+)m;", (TOP / "docs/operations.md").read_text())
    assert allowed and int(allowed[1]) * 1_000_000 > MAX_UPLOAD
