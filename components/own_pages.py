"""Minha conta, Tokens de API, Nós, and the page that is not there."""

import reflex as rx

from components.islands import Leave, Nodes
from components.links import link
from components.shell import appearance, page
from components.states import allowed, empty, failure, head, skeleton
from state.account import AccountState, TokensState
from state.nodes import NodesState
from state.session import SessionState

Row = rx.Var[dict[str, str]]


def _field(
    name: str, label: str, errors: rx.Var[dict[str, str]], *, kind: str = "text", complete: str = "off", note: str = ""
) -> rx.Component:
    wrong = errors.contains(name)
    return rx.el.div(
        rx.el.label(label, html_for=name),
        rx.el.input(
            id=name,
            name=name,
            type=kind,
            auto_complete=complete,
            class_name="input",
            aria_invalid=rx.cond(wrong, "true", "false"),
            aria_describedby=f"{name}-error {name}-note",
        ),
        rx.el.p(rx.cond(wrong, errors[name], ""), id=f"{name}-error", class_name="error", role="alert"),
        rx.el.p(note, id=f"{name}-note", class_name="help"),
        class_name="field",
    )


def account_page() -> rx.Component:
    password = rx.el.form(
        rx.el.h2("Trocar a senha"),
        _field("current", "Senha atual", AccountState.errors, kind="password", complete="current-password"),
        _field(
            "new",
            "Nova senha",
            AccountState.errors,
            kind="password",
            complete="new-password",
            note="No mínimo 6 caracteres.",
        ),
        _field("repeated", "Repita a nova senha", AccountState.errors, kind="password", complete="new-password"),
        rx.el.div(rx.el.button("Trocar senha", type="submit", class_name="button primary")),
        key=AccountState.stamp,
        on_submit=AccountState.change_password,
        no_validate=True,
        class_name="panel stack",
    )
    looks = rx.el.section(rx.el.h2("Aparência"), appearance(), class_name="panel stack")
    who = rx.fragment(SessionState.name, " · ", SessionState.function)
    body = rx.el.div(
        rx.el.div(_sessions(), class_name="stack"), rx.el.div(password, looks, class_name="stack"), class_name="split"
    )
    return page(head("Minha conta", who), rx.cond(SessionState.here, body, skeleton()))


def _sessions() -> rx.Component:
    def session(row: Row) -> rx.Component:
        end = rx.el.button(
            "Sair", type="button", class_name="button compact push", on_click=AccountState.end(row["id"])
        )
        mine = rx.el.span("este navegador", class_name="badge info push")
        return rx.el.li(
            rx.el.div(
                rx.el.strong(row["browser"]),
                rx.el.p(
                    row["address"], " · desde ", row["since"], " · visto em ", row["seen"], class_name="muted small num"
                ),
            ),
            rx.cond(row["mine"] != "", mine, end),
            key=row["id"],
        )

    return rx.el.section(
        rx.el.div(
            rx.el.h2("Onde você está conectado", id="sessions"),
            rx.el.button(
                "Sair de todos os lugares",
                type="button",
                class_name="button danger compact push",
                on_click=AccountState.end_everywhere,
            ),
            class_name="row wrap",
        ),
        rx.el.ul(rx.foreach(AccountState.sessions, session), class_name="steps"),
        aria_labelledby="sessions",
        class_name="stack",
    )


def tokens_page() -> rx.Component:
    body = rx.fragment(
        head(
            "Tokens de API",
            "Chaves para programas usarem a API em seu nome, nesta empresa. Nunca podem mais do que você.",
        ),
        rx.cond(
            TokensState.failure != "",
            failure(TokensState.failure),
            rx.el.div(_token_list(), _new_token(), class_name="split"),
        ),
    )
    return page(allowed("token.view", body))


def _token_list() -> rx.Component:
    def token(row: Row) -> rx.Component:
        revoke = rx.el.button(
            "Revogar", type="button", class_name="button danger compact push", on_click=TokensState.revoke(row["id"])
        )
        facts = rx.el.p(
            row["owner"],
            " · criado em ",
            row["created"],
            " · usado: ",
            row["used"],
            " · vale até: ",
            row["expires"],
            row["scope"],
            class_name="muted small num",
        )
        may = SessionState.permissions.contains("token.delete")
        return rx.el.li(rx.el.div(rx.el.strong(row["name"]), facts), rx.cond(may, revoke, rx.fragment()), key=row["id"])

    fresh = rx.el.div(
        rx.el.div(
            rx.el.strong("Copie agora: este token só aparece uma vez."),
            rx.el.p(rx.el.code(TokensState.fresh, class_name="mono")),
            class_name="stack",
        ),
        rx.el.button("Já copiei", type="button", class_name="button compact push", on_click=TokensState.noted),
        class_name="notice success",
        role="status",
    )
    nothing = empty(
        "key",
        "Nenhum token ainda",
        "Um token deixa outro sistema consultar e configurar esta empresa.",
        "Crie um para cada integração.",
    )
    return rx.el.section(
        rx.cond(TokensState.fresh != "", fresh, rx.fragment()),
        rx.cond(
            TokensState.rows.length() > 0, rx.el.ul(rx.foreach(TokensState.rows, token), class_name="steps"), nothing
        ),
        aria_label="Tokens",
        class_name="stack",
    )


def _new_token() -> rx.Component:
    form = rx.el.form(
        rx.el.h2("Novo token"),
        _field("name", "Nome", TokensState.errors, note="Para que serve, por exemplo Integração CRM."),
        _field("days", "Validade (dias)", TokensState.errors, note="Em branco: não expira."),
        rx.cond(SessionState.is_super, _for_the_platform(), rx.fragment()),
        rx.el.div(rx.el.button("Criar token", type="submit", class_name="button primary")),
        key=TokensState.stamp,
        on_submit=TokensState.create,
        no_validate=True,
        class_name="panel stack",
    )
    return rx.cond(SessionState.permissions.contains("token.create"), form, rx.fragment())


def _for_the_platform() -> rx.Component:
    note = "Para o sistema que cadastra clientes. No mais vale só nesta empresa."
    return rx.el.div(
        rx.el.input(type="checkbox", id="platform", name="platform", value="on", aria_describedby="platform-note"),
        rx.el.label("Também cria empresas", html_for="platform"),
        rx.el.p(note, id="platform-note", class_name="help"),
        class_name="field check",
    )


def nodes_page() -> rx.Component:
    body = rx.fragment(
        head("Nós", "Os Asterisk que carregam as chamadas: estado, versão e o que o motor lhes enviou."),
        Nodes.create(status=NodesState.status, on_refresh=NodesState.refresh),
    )
    return page(allowed("node.view", body))


def lost_page() -> rx.Component:
    """404. Without a frame: nobody knows yet who is asking."""
    home = link("Ir para o início", href="/", class_name="button primary")
    return rx.el.main(
        empty("search", "Página não encontrada", "O endereço não existe ou mudou de lugar.", action=home),
        class_name="door",
    )


def leaving_page() -> rx.Component:
    return rx.el.main(Leave.create(), rx.el.p("Abrindo a página de entrada…", class_name="muted"), class_name="door")
