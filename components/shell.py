"""The frame around every page: menu, top bar, search, shortcuts, help."""

import reflex as rx
from reflex.style import color_mode, set_color_mode

from components.icons import icon, mark
from components.islands import FrameKeys, Palette, TelephonyBanner, TelephonyState
from components.links import link, menu_link, post
from components.queues.islands import my_queues
from flow.catalog.registry import MENU, MenuEntry, MenuGroup
from state.home import SearchState
from state.session import SessionState

_SHORTCUTS = (
    (("Ctrl", "K"), "Procurar em tudo"),
    (("/",), "Ir para a busca da lista"),
    (("Ctrl", "S"), "Salvar o formulário"),
    (("Enter",), "Salvar, dentro de um campo"),
    (("Esc",), "Fechar ou voltar"),
    (("?",), "Mostrar estes atalhos"),
    (("Alt", "Shift", "T"), "Abrir o telefone"),
    (("Alt", "Shift", "A"), "Atender a chamada"),
    (("Alt", "Shift", "D"), "Desligar ou recusar a chamada"),
)
_PERSONAL = (
    {"label": "Início", "kind": "Página", "path": "/", "own": "sim"},
    {"label": "Minha conta", "kind": "Página", "path": "/conta", "own": "sim"},
)


def shell(_stateful: bool) -> rx.Component:
    """What stays while pages change. The page itself follows as its last part; see `page`."""
    return rx.el.div(
        rx.el.a("Ir para o conteúdo", href="#conteudo", class_name="skip"),
        FrameKeys.create(),
        _menu(),
        rx.el.button(class_name="veil", type="button", tab_index=-1, aria_label="Fechar o menu"),
        _top(),
        _palette(),
        _shortcuts(),
        class_name="frame",
    )


def page(*content: rx.Component, help_panel: rx.Component | None = None) -> rx.Component:
    """One page within the frame. `help_panel` is what the manual says about it."""
    return rx.fragment(
        rx.el.main(TelephonyBanner.create(), *content, id="conteudo", class_name="page", tab_index=-1),
        help_panel or rx.fragment(),
    )


def _menu() -> rx.Component:
    return rx.el.nav(
        link(mark(), rx.el.span("Fluxo", class_name="label"), href="/", class_name="mark", title="Fluxo"),
        # Not in the prerendered page: records start from the start page's HTML, where this is the current entry.
        rx.el.div(rx.cond(SessionState.here, _link("Início", "/", "home"), rx.fragment()), class_name="menu-home"),
        *(_group(group) for group in MENU),
        rx.el.button(
            icon("fold"),
            rx.el.span("Recolher menu", class_name="label"),
            type="button",
            class_name="fold",
            title="Recolher ou abrir o menu",
            custom_attrs={"data-fold": ""},
        ),
        id="menu",
        aria_label="Menu principal",
        class_name="side",
    )


def _group(group: MenuGroup) -> rx.Component:
    seen = SessionState.places.contains(group.entries[0].path)
    for entry in group.entries[1:]:
        seen = seen | SessionState.places.contains(entry.path)
    heading = f"menu-{group.entries[0].menu}"
    return rx.cond(
        seen,
        rx.el.div(
            rx.el.h2(group.title, id=heading),
            rx.el.ul(*(_entry(entry) for entry in group.entries), aria_labelledby=heading),
            class_name="menu-group",
        ),
        rx.fragment(),
    )


def _entry(entry: MenuEntry) -> rx.Component:
    link = _link(entry.label, entry.path, entry.icon)
    return rx.cond(SessionState.places.contains(entry.path), rx.el.li(link), rx.fragment())


def _link(label: str, href: str, glyph: str) -> rx.Component:
    return menu_link(icon(glyph), rx.el.span(label, class_name="label"), href=href, title=label)


def _top() -> rx.Component:
    return rx.el.header(
        rx.el.button(
            icon("menu"),
            type="button",
            aria_label="Abrir o menu",
            class_name="button quiet icon-only only-narrow",
            custom_attrs={"data-drawer-toggle": ""},
        ),
        _company(),
        rx.el.button(
            icon("search"),
            rx.el.span("Procurar"),
            rx.el.kbd("Ctrl K", class_name="push"),
            type="button",
            aria_label="Procurar em tudo",
            class_name="search",
            custom_attrs={"data-opens": "palette"},
        ),
        my_queues(),
        TelephonyState.create(),
        rx.el.button(
            icon("help"),
            type="button",
            aria_label="Ajuda desta página",
            title="Ajuda desta página",
            class_name="button quiet icon-only",
            custom_attrs={"data-opens": "help"},
        ),
        _person(),
        class_name="top",
    )


def _company() -> rx.Component:
    name = rx.el.span(SessionState.company_name, class_name="name")
    picker = rx.fragment(
        rx.el.button(
            icon("building"),
            rx.el.span(
                rx.cond(SessionState.company_name != "", SessionState.company_name, "Escolher empresa"),
                class_name="name",
            ),
            icon("down"),
            type="button",
            class_name="button quiet company",
            aria_label=rx.cond(
                SessionState.company_name != "",
                "Empresa: " + SessionState.company_name + ". Trocar",
                "Escolher empresa",
            ),
            custom_attrs={"popoverTarget": "companies"},
        ),
        post(
            rx.el.input(type="hidden", name="next", value="/"),
            rx.foreach(SessionState.companies, _company_item),
            link("Ver todas as empresas", href="/empresa", class_name="item muted"),
            id="companies",
            class_name="popover left",
            action="/auth/company",
            popover="auto",
        ),
    )
    plain = rx.el.span(icon("building"), name, class_name="company")
    return rx.cond(
        SessionState.is_super, picker, rx.cond(SessionState.company_name != "", plain, rx.el.span(class_name="company"))
    )


def _company_item(row: rx.Var[dict[str, str]]) -> rx.Component:
    return rx.el.button(
        rx.el.span(row["label"]),
        rx.cond(row["value"] == SessionState.company_id, rx.el.span(icon("check"), class_name="push"), rx.fragment()),
        type="submit",
        name="company_id",
        value=row["value"],
        class_name="item",
        key=row["value"],
    )


def _person() -> rx.Component:
    return rx.fragment(
        rx.el.button(
            rx.el.span(SessionState.initials, class_name="avatar", aria_hidden="true"),
            type="button",
            aria_label="Menu do usuário",
            class_name="button quiet icon-only",
            custom_attrs={"popoverTarget": "person"},
        ),
        rx.el.div(
            rx.el.div(
                rx.el.strong(SessionState.name),
                rx.el.div(SessionState.function, class_name="muted small"),
                class_name="who",
            ),
            link(icon("user"), "Minha conta", href="/conta", class_name="item"),
            rx.cond(
                SessionState.permissions.contains("token.view"),
                link(icon("key"), "Tokens de API", href="/tokens", class_name="item"),
                rx.fragment(),
            ),
            rx.el.button(
                icon("help"),
                "Atalhos do teclado",
                type="button",
                class_name="item",
                custom_attrs={"data-opens": "shortcuts"},
            ),
            rx.el.hr(),
            appearance(),
            rx.el.hr(),
            post(rx.el.button(icon("exit"), "Sair", type="submit", class_name="item"), action="/auth/logout"),
            id="person",
            class_name="popover",
            custom_attrs={"popover": "auto"},
        ),
    )


def appearance() -> rx.Component:
    """Light, dark, or as the system says."""
    choices = (("light", "Claro"), ("dark", "Escuro"), ("system", "Sistema"))
    return rx.el.div(
        *(
            rx.el.button(
                label,
                type="button",
                aria_pressed=rx.cond(color_mode == mode, "true", "false"),
                on_click=set_color_mode(mode),
            )
            for mode, label in choices
        ),
        role="group",
        aria_label="Aparência",
        class_name="segments",
    )


def _palette() -> rx.Component:
    pages = [
        *_PERSONAL,
        *({"label": e.label, "kind": group.title, "path": e.path} for group in MENU for e in group.entries),
    ]
    return Palette.create(pages=pages, allowed=SessionState.places, found=SearchState.hits, on_query=SearchState.find)


def _shortcuts() -> rx.Component:
    rows = [
        part
        for keys, words in _SHORTCUTS
        for part in (rx.el.dt(*(rx.el.kbd(key) for key in keys), class_name="row"), rx.el.dd(words))
    ]
    return rx.el.dialog(
        rx.el.div(
            rx.el.h2("Atalhos do teclado", id="shortcuts-title"),
            rx.el.dl(*rows, class_name="shortcuts"),
            class_name="dialog-body",
        ),
        rx.el.div(
            rx.el.button("Fechar", type="button", class_name="button", custom_attrs={"data-closes": ""}),
            class_name="dialog-foot",
        ),
        id="shortcuts",
        class_name="dialog",
        aria_labelledby="shortcuts-title",
    )
