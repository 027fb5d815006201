"""How the pages are bundled: where what the framework does by itself is not what these pages need."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reflex_base.plugins import Plugin

# Without transitions a click changes the page within the click itself. With them (the default) React puts the new page
# off behind the next frame and draws it in slices of 5 ms, which is for pages that take longer to draw than ours.
_ENTRY = """\
import { startTransition, createElement } from "react";
import { hydrateRoot } from "react-dom/client";
import { HydratedRouter } from "react-router/dom";

startTransition(() => {
  hydrateRoot(document, createElement(HydratedRouter, { useTransitions: false }));
});
"""


class Bundle(Plugin):
    def provides_entry_client(self) -> bool:
        return True

    def get_static_assets(self, **_context: Any) -> Sequence[tuple[Path, str | bytes]]:
        return [(Path("app/entry.client.js"), _ENTRY)]
