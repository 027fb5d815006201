"""The browser phone, docked at the bottom right.

Mounted once, around all pages, so that a call survives moving between them. It asks `GET /phone/account` whether the
signed-in user has a line, and draws nothing otherwise.
"""

import reflex as rx

# The files import each other, so each must lie in the build; only the first is named to Reflex.
_MODULE, *_PARTS = [
    rx.asset(name, shared=True)
    for name in (
        "webphone.jsx",
        "webphone.css",
        "audio.js",
        "call_card.jsx",
        "call_quality.js",
        "call_timer.jsx",
        "dial_pad.jsx",
        "icons.jsx",
        "notification.js",
        "phone.js",
        "phone_dock.jsx",
        "phone_state.js",
        "shortcuts.js",
        "sip_call.js",
        "sip_line.js",
        "sip_text.js",
        "sound_panel.jsx",
        "tab_leader.js",
        "tones.js",
        "use_phone.js",
        "words.js",
    )
]


class Webphone(rx.NoSSRComponent):
    """No props: the line comes from the session's cookie, never from page state."""

    library = _MODULE.importable_path
    lib_dependencies: list[str] = ["jssip@3.13.8"]  # noqa: RUF012 - a field of the framework, copied per class
    tag = "Webphone"


webphone = Webphone.create
