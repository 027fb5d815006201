"""Links inside the application: the page changes without being loaded anew."""

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink


def link(*content: rx.Component | rx.Var[str] | str, href: str | rx.Var[str], **props: Any) -> rx.Component:  # noqa: ANN401 - passed through
    return ReactRouterLink.create(*content, to=href, **props)
