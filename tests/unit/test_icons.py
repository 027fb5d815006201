"""A name without a drawing would keep every page from being built."""

import pytest

from components.icons import icon
from flow.catalog.registry import ENTITIES, MENU

NAMES = {e.icon for e in ENTITIES} | {entry.icon for group in MENU for entry in group.entries}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_icon_of_the_catalogue_is_drawn(name):
    assert icon(name).children
