"""A small set of line icons, drawn inline: nothing to download, the colour is the text's."""

from collections.abc import Iterable

import reflex as rx

_PATHS: dict[str, tuple[str, ...]] = {
    "home": ("M3 11.5 12 4l9 7.5", "M5.5 10v9.5h13V10", "M10 19.5V14h4v5.5"),
    "building": ("M5 20.5V4h9v16.5", "M14 9.5h5v11", "M3 20.5h18", "M8.5 8h2M8.5 12h2M8.5 16h2"),
    "user": ("M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z", "M4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6"),
    "users": (
        "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z",
        "M2.5 19.5c.5-3.5 3-5.2 6.5-5.2s6 1.7 6.5 5.2",
        "M15.5 4.8a3.5 3.5 0 0 1 0 6.4",
        "M17.8 14.7c2.1.7 3.3 2.3 3.7 4.8",
    ),
    "shield": ("M12 3.5 5 6v5.5c0 4.3 2.8 7.3 7 9 4.2-1.7 7-4.7 7-9V6l-7-2.5Z", "m9 12 2.2 2.2L15.2 10"),
    "phone": (
        "M6.5 3.5 9.3 4l1.2 4-2 1.6c1 2.3 3.6 4.9 5.9 5.9l1.6-2 4 1.2.5 2.8c-.3 1.8-1.6 3-3.5 3C10.5 20.5 "
        "3.5 13.5 3.5 7c0-1.9 1.2-3.2 3-3.5Z",
    ),
    "list": ("M8.5 6h12M8.5 12h12M8.5 18h12", "M4 6h.01M4 12h.01M4 18h.01"),
    "server": ("M4 4.5h16v6H4zM4 13.5h16v6H4z", "M7.5 7.5h.01M7.5 16.5h.01"),
    "key": ("M14.5 14a5 5 0 1 0-4.6-3L3.5 17.5v3h3l1-1v-2h2l2.4-2.4", "M15.5 8.5h.01"),
    "search": ("M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z", "m20 20-4.8-4.8"),
    "plus": ("M12 5v14M5 12h14",),
    "check": ("m5 12.5 4.5 4.5L19 7.5",),
    "close": ("m6 6 12 12M18 6 6 18",),
    "alert": ("M12 4 2.8 19.5h18.4L12 4Z", "M12 10v4.5", "M12 17.2h.01"),
    "info": ("M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z", "M12 11.5v5", "M12 8h.01"),
    "help": (
        "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z",
        "M9.7 9.3a2.4 2.4 0 1 1 3.4 2.4c-.8.4-1.1.9-1.1 1.7",
        "M12 16.5h.01",
    ),
    "down": ("m6 9.5 6 6 6-6",),
    "left": ("m14.5 6-6 6 6 6",),
    "right": ("m9.5 6 6 6-6 6",),
    "first": ("m18 6-6 6 6 6", "M6.5 6v12"),
    "last": ("m6 6 6 6-6 6", "M17.5 6v12"),
    "fold": ("m18 7-5 5 5 5", "m11 7-5 5 5 5"),
    "menu": ("M4 6.5h16M4 12h16M4 17.5h16",),
    "eye": (
        "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z",
        "M12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
    ),
    "copy": ("M8.5 8.5h11v11h-11z", "M15.5 8.5v-4h-11v11h4"),
    "exit": ("M14 4.5H5.5v15H14", "M10.5 12h10", "m17 8.5 3.5 3.5-3.5 3.5"),
    "enter": ("M4 5.5v13", "M20 12H8.5", "m13 7-5 5 5 5"),
    "link": (
        "M10 14a4 4 0 0 0 6 .4l2.8-2.8a4 4 0 0 0-5.7-5.7L11.7 7.3",
        "M14 10a4 4 0 0 0-6-.4l-2.8 2.8a4 4 0 0 0 5.7 5.7L12.3 16.7",
    ),
    "megaphone": ("M4 10v4h3l9 4.5v-13L7 10H4Z", "M8 14.5 9.5 19.5H12L10.8 16", "M19 9.5c1 1.5 1 3.5 0 5"),
    "keypad": tuple(f"M{x} {y}a1 1 0 1 0 0 2 1 1 0 0 0 0-2Z" for y in (4.5, 11, 17.5) for x in (5.5, 12, 18.5)),
    "queue": (
        "M6 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
        "M6 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
        "M12 7h8.5M12 17h8.5",
    ),
    "route": (
        "M6 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
        "M18 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
        "M8.5 17H15a3 3 0 0 0 0-6H9a3 3 0 0 1 0-6h6.5",
    ),
    "clock": ("M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z", "M12 7.5V12l3 2"),
    "trunk": ("M4 5.5v13M20 5.5v13", "M4 9.5h16M4 14.5h16", "m13 7 2.5 2.5L13 12M11 12l-2.5 2.5L11 17"),
    "sound": ("M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z", "M15.5 9a4.2 4.2 0 0 1 0 6", "M18 6.5a7.8 7.8 0 0 1 0 11"),
    "music": (
        "M9 18V6l10.5-2v12",
        "M6.5 20.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
        "M17 18.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
    ),
    "star": ("m12 3.8 2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8Z",),
    "within": ("M4 8.5h14", "m14.5 5 3.5 3.5-3.5 3.5", "M20 15.5H6", "m9.5 12-3.5 3.5 3.5 3.5"),
    "incoming": ("M19 5 8 16", "M8 8.5V16h7.5", "M5 20h14"),
    "download": ("M12 4v11", "m7.5 11 4.5 4.5 4.5-4.5", "M4.5 20h15"),
    "dice": ("M4.5 4.5h15v15h-15z", "M8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01"),
}


def icon(name: str) -> rx.Component:
    return rx.el.svg(
        *(rx.el.path(d=d) for d in _PATHS[name]),
        view_box="0 0 24 24",
        class_name="icon",
        aria_hidden="true",
    )


def icon_of(name: rx.Var[str], names: Iterable[str]) -> rx.Component:
    """The icon that a value names, one of these; else an arrow."""
    return rx.match(name, *((known, icon(known)) for known in sorted(set(names))), icon("right"))


def mark() -> rx.Component:
    """The product's sign: a call that flows on."""
    return rx.el.svg(
        # As attributes: what the framework takes for a style goes through a library that the pages do without.
        rx.el.rect(width="24", height="24", rx="6", custom_attrs={"fill": "var(--accent)"}),
        rx.el.path(
            d="M5 9.5c3.2 0 3.8 5 7 5s3.8-5 7-5M5 14.5c1.7 0 2.6-1.3 3.4-2.5M19 14.5c-1.7 0-2.6-1.3-3.4-2.5",
            custom_attrs={"stroke": "#fff", "strokeWidth": "1.9", "strokeLinecap": "round", "fill": "none"},
        ),
        view_box="0 0 24 24",
        aria_hidden="true",
    )
