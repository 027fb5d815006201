"""What is done to the pages after the framework has built them: addresses, words, compression."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import zopfli.gzip

PLACEHOLDER = "localhost:61999"
_ADDRESS = re.compile(r"""(["'`])(http|ws)://localhost:61999(/[^"'`]*)?\1""")
# The framework's own bar after an update.
_IN_PORTUGUESE = {
    "`A new version of this app is available.`": "`Há uma versão nova do Fluxo.`",
    "textContent=`Reload`": "textContent=`Recarregar`",
}
_BROTLI = """
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
for (const file of process.argv.slice(1)) writeFileSync(file + ".br", brotliCompressSync(readFileSync(file)));
"""
_ROUNDS = 5  # of zopfli; its default, fifteen, saves another 60 bytes of 140 kB


class BuildFailed(RuntimeError):
    """Its text is for the person at the terminal."""


def finish(client: Path, environment: Mapping[str, str]) -> None:
    """Make the build in `client` ours. Raises BuildFailed when the framework no longer builds what we expect."""
    changed = _make_origin_relative(client) | _translate(client)
    command = ["node", "--input-type=module", "--eval", _BROTLI, "--", *map(str, sorted(changed))]
    subprocess.run(command, env={**os.environ, **environment}, check=True)
    with ThreadPoolExecutor() as pool:
        list(pool.map(_deflate, client.rglob("*.gz")))


def _deflate(twin: Path) -> None:
    """A gzip file that took longer to make: browsers that came without TLS are sent no other kind of compression."""
    twin.write_bytes(zopfli.gzip.compress(twin.with_suffix("").read_bytes(), numiterations=_ROUNDS))


def _make_origin_relative(client: Path) -> set[Path]:
    """Replace the placeholder by the origin of the page."""
    changed = {script for script in client.rglob("*.js") if PLACEHOLDER in script.read_text(encoding="utf-8")}
    for script in changed:
        script.write_text(_ADDRESS.sub(_expression, script.read_text(encoding="utf-8")), encoding="utf-8")
    left = [file.name for file in client.rglob("*") if file.suffix in (".js", ".html", ".css") and _mentions(file)]
    if left or not changed:
        raise BuildFailed(f"O endereço do servidor ficou preso no build: {', '.join(left) or 'nenhum encontrado'}")
    return changed


def _expression(match: re.Match[str]) -> str:
    scheme, path = match.group(2), match.group(3) or ""
    origin = "location.origin" if scheme == "http" else 'location.origin.replace(/^http/,"ws")'
    return f"({origin}+{json.dumps(path)})"


def _mentions(file: Path) -> bool:
    return PLACEHOLDER in file.read_text(encoding="utf-8")


def _translate(client: Path) -> set[Path]:
    changed: set[Path] = set()
    left = set(_IN_PORTUGUESE)
    for script in (client / "assets").glob("*.js"):
        text = script.read_text(encoding="utf-8")
        for words in [words for words in left if words in text]:
            text = text.replace(words, _IN_PORTUGUESE[words])
            left.discard(words)
            changed.add(script)
        if script in changed:
            script.write_text(text, encoding="utf-8")
    if left:
        raise BuildFailed(f"O framework mudou estas palavras: {', '.join(left)}")
    return changed
