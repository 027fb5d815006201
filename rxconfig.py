"""Reflex configuration. How it is built and served: flow/web/frontend.py."""

import reflex as rx
from reflex.plugins import SitemapPlugin

from flow.web.bundle import Bundle

config = rx.Config(
    app_name="flow",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    # No other origin may use the API; sockets are checked against the page's own origin by flow/web/gate.py.
    cors_allowed_origins=[],
    react_strict_mode=False,
    default_color_mode="system",
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[Bundle()],
    disable_plugins=[SitemapPlugin],
    frontend_packages=["axe-core@4.10.3"],  # for tests/browser only; no page imports it
)
