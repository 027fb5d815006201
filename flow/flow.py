"""The web application: pages, the guard before every event, our own routes around them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import reflex as rx

from components.broken import error_boundary
from components.islands import Reconnect, Toast
from components.shell import shell
from components.webphone.webphone import webphone
from flow.live.engine_client import engine_client
from flow.live.hub import hub
from flow.logs import set_up_logs
from flow.pages import add_pages
from flow.services import media
from flow.settings import settings
from flow.web.frontend import STYLESHEETS, client_folder
from flow.web.gate import Gate
from flow.web.guard import Guard, page_failed
from flow.web.middleware import Policies, Surround
from flow.web.routes import api
from state.session import SessionState, explain

set_up_logs(settings.log_level)


@asynccontextmanager
async def live_events() -> AsyncIterator[None]:
    """The engine's events reach the browsers for as long as the web lives."""
    listening = asyncio.create_task(hub.run())
    try:
        yield
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        await engine_client.close()


@asynccontextmanager
async def swept_sounds() -> AsyncIterator[None]:
    sweeping = asyncio.create_task(media.sweep_for_ever())
    try:
        yield
    finally:
        sweeping.cancel()


def _overlay(_stateful: bool) -> rx.Component:
    """What outlives the page: connection, passing words, and the phone with its call."""
    words = Toast.create(text=SessionState.toast, tone=SessionState.toast_tone, stamp=SessionState.toast_stamp)
    return rx.fragment(Reconnect.create(), words, webphone())


app = rx.App(
    html_lang="pt-BR",
    stylesheets=[f"/{name}.css" for name in STYLESHEETS],
    head_components=[
        rx.el.link(rel="icon", href="/favicon.svg"),
        rx.el.link(
            rel="preload",
            href="/fonts/inter.woff2",
            custom_attrs={"as": "font"},
            type="font/woff2",
            cross_origin="anonymous",
        ),
    ],
    reset_style=False,
    toaster=None,
    extra_app_wraps={(55, "ErrorBoundary"): error_boundary, (5, "Overlay"): _overlay, (3, "Shell"): shell},
    backend_exception_handler=explain,
    frontend_exception_handler=page_failed,
    api_transformer=[
        api(),
        lambda inner: Gate(inner, client_folder()),
        lambda inner: Surround(inner, Policies(client_folder())),
    ],
)
app.add_middleware(Guard(explain), index=0)
app.register_lifespan_task(live_events)
app.register_lifespan_task(swept_sounds)
add_pages(app)
