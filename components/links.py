"""Ways out of a page: links inside the application, and forms that the server answers with another page."""

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink


class _MenuLink(ReactRouterLink):
    """Marks itself as the current page, on the pages below it too."""

    tag = "NavLink"
    alias = "NavLink"

    end: rx.Var[bool]


class _PlainForm(rx.el.Div):
    """`rx.el.form` always keeps its submit to itself; this one posts."""

    tag = "form"


class _PlainLink(rx.el.Div):
    """`rx.el.a` turns an address of our own into a change of page; this one asks the server."""

    tag = "a"


def download(*content: rx.Component | str, address: str | rx.Var[str], **props: Any) -> rx.Component:
    """A file of one of our own routes."""
    return _PlainLink.create(*content, custom_attrs={"href": address, "download": ""}, **props)


def link(*content: rx.Component | rx.Var[str] | str, href: str | rx.Var[str], **props: Any) -> rx.Component:
    """The page changes without being loaded anew."""
    return ReactRouterLink.create(*content, to=href, **props)


def menu_link(*content: rx.Component, href: str, **props: Any) -> rx.Component:
    return _MenuLink.create(*content, to=href, end=href == "/", **props)


def post(*content: rx.Component | rx.Var[str], action: str, **attributes: Any) -> rx.Component:
    """A form that the browser posts to one of our own routes, which answers with a whole page."""
    plain = {name: attributes.pop(name) for name in ("id", "class_name") if name in attributes}
    return _PlainForm.create(*content, custom_attrs={"action": action, "method": "post", **attributes}, **plain)
