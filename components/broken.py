"""What stands in place of a page that failed to draw itself."""

import reflex as rx
from reflex.vars.function import ArgsFunctionOperation
from reflex_components_core.base.error_boundary import ErrorBoundary

from components.states import empty


def error_boundary(_stateful: bool) -> rx.Component:
    # A plain link: whatever broke, the page is loaded anew.
    home = rx.el.a("Recarregar do início", href="/", class_name="button primary")
    shown = rx.el.main(
        empty(
            "alert",
            "Esta página não pôde ser desenhada",
            "O erro foi registrado. O que já estava salvo continua salvo.",
            "Se acontecer de novo, avise o administrador com a hora e o endereço da página.",
            action=home,
        ),
        class_name="door",
    )
    return ErrorBoundary.create(fallback_render=ArgsFunctionOperation.create(("event_args",), rx.Var.create(shown)))
