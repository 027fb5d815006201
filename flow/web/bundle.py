"""How the pages are bundled: where what the framework does by itself is not what these pages need.

The programs for it stand in `flow/web/client/`; the framework's configuration of the bundler gets one plugin more.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reflex_base.plugins import Plugin

_CLIENT = Path(__file__).with_name("client")
_BUILD = Path("lean")  # where the framework's bundler finds them
_ENTRY = "entry.client.js"
_CONFIGURATION = "vite.config.js"
_IMPORT = 'import lean from "./lean/lean.js";\n'
_PLUGINS = "\n  plugins: [\n"
# The framework's own division into files is a group that would outrank ours.
_ITS_GROUPS = """
          groups: [
            {
              test: /env.json/,
              name: "reflex-env",
            },
          ],
"""


class Bundle(Plugin):
    def provides_entry_client(self) -> bool:
        return True

    def get_static_assets(self, **_context: Any) -> Sequence[tuple[Path, str | bytes]]:
        programs = [file for file in sorted(_CLIENT.glob("*.js")) if file.name != _ENTRY]
        return [
            (Path("app") / _ENTRY, (_CLIENT / _ENTRY).read_text()),
            *((_BUILD / file.name, file.read_text()) for file in programs),
        ]

    def pre_compile(self, **context: Any) -> None:
        context["add_modify_task"](_CONFIGURATION, with_our_plugin)


def with_our_plugin(configuration: str) -> str:
    """The bundler's configuration with `lean.js` in it. Raises ValueError when it is not the one that we know."""
    if _IMPORT in configuration:
        return configuration
    if configuration.count(_PLUGINS) != 1 or configuration.count(_ITS_GROUPS) != 1:
        raise ValueError("the framework configures its bundler in another way than flow/web/bundle.py expects")
    return _IMPORT + configuration.replace(_PLUGINS, f"{_PLUGINS}    lean(),\n").replace(_ITS_GROUPS, "")
