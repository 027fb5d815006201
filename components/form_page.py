"""The form of any entity of the catalogue, for a new record or an existing one."""

import reflex as rx

from components.fields import field
from components.help import help_drawer
from components.icons import icon
from components.islands import Credentials, FormGuard, Opened, Registration, TrunkStanding, TrunkTest
from components.islands.flow import Drawing, Preview
from components.links import link
from components.shell import page
from components.states import allowed, empty, skeleton
from flow.catalog.entity import Action, Entity, Section
from flow.catalog.registry import ENTITIES
from flow.routing.destination import OFFERED
from state.drawing import DRAWN, DrawingState
from state.matrix import EVERY
from state.record import FormState
from state.trunk import TrunkState

_FORM = "record-form"
_SPECS = tuple(spec for entity in ENTITIES for outer in entity.fields for spec in (outer, *outer.rows))
_POINTED_AT = frozenset(OFFERED) | {key for spec in _SPECS for key in (spec.ref, *spec.kinds)}


def form_page(entity: Entity, *, creating: bool) -> rx.Component:
    body = rx.cond(FormState.failure != "", _missing(entity), _loaded(entity, creating))
    opened = Opened.create(body, skeleton(), held=FormState.held, ahead=FormState.ahead)
    content = rx.el.div(opened, class_name="form-page")
    verb = "create" if creating else "view"
    return page(allowed(entity.permission(verb), content), help_panel=help_drawer(entity))


def _missing(entity: Entity) -> rx.Component:
    back = link("Voltar à lista", href=f"/{entity.slug}", class_name="button")
    return rx.el.div(
        rx.el.div(icon("search"), class_name="glyph"),
        rx.el.h1("Não foi possível abrir"),
        rx.el.p(FormState.failure),
        back,
        class_name="empty",
    )


def _loaded(entity: Entity, creating: bool) -> rx.Component:
    crumb = link(icon("left"), entity.title, href=f"/{entity.slug}", class_name="crumb")
    title = f"Adicionar {entity.singular}" if creating else rx.fragment(f"{entity.singular} ", FormState.title)
    data = rx.fragment(_problem(), _credentials(entity), _form(entity, creating))
    heading = rx.el.div(rx.el.div(crumb, rx.el.h1(title)), _presence(entity, creating), class_name="page-head")
    if creating:
        return rx.fragment(heading, data)
    if entity.key not in DRAWN:
        return rx.fragment(heading, _tabs(entity), _panel(data))
    return _beside_drawing(heading, _tabs(entity), rx.el.div(_panel(data), class_name="shown"))


def _presence(entity: Entity, creating: bool) -> rx.Component:
    """What is live of a record, beside its name: the telephones of a Ramal, the registration of a Tronco."""
    if entity.key == "trunk" and not creating:
        return rx.el.div(TrunkStanding.create(trunk=FormState.record, brief=False), class_name="actions")
    if entity.key != "extension" or creating:
        return rx.fragment()
    dots = Registration.create(extension=FormState.record, webphone=FormState.values["webphone"] == "on")
    return rx.el.div(dots, class_name="actions")


def _panel(data: rx.Component) -> rx.Component:
    return rx.match(FormState.tab, ("historico", _history()), ("uso", _uses()), data)


def _beside_drawing(*parts: rx.Component) -> rx.Component:
    """The flow drawn beside the form; where there is no room for both, a tab shows it instead of the form."""
    drawing = Drawing.create(
        key=FormState.held,
        picture=DrawingState.picture,
        baseline=FormState.baseline,
        ready=~FormState.ahead,
        chosen=FormState.tab == "fluxo",
        on_ask=DrawingState.draw,
        on_beside=FormState.show("dados"),
    )
    only = rx.cond(FormState.tab == "fluxo", "beside drawing-only", "beside")
    return rx.el.div(rx.el.div(*parts), drawing, class_name=only)


def _tabs(entity: Entity) -> rx.Component:
    def tab(name: str, label: str | rx.Component, **more: object) -> rx.Component:
        chosen = FormState.tab == name
        return rx.el.button(
            label,
            type="button",
            role="tab",
            id=f"tab-{name}",
            aria_selected=rx.cond(chosen, "true", "false"),
            aria_controls=f"panel-{name}",
            tab_index=rx.cond(chosen, 0, -1),  # the arrows lead from one to the next, see frame.jsx
            on_click=FormState.show(name),
            **more,
        )

    count = rx.cond(FormState.uses.length() > 0, rx.el.span(FormState.uses.length(), class_name="count"), rx.fragment())
    pointed_at = entity.key in _POINTED_AT
    return rx.el.div(
        tab("dados", "Dados"),
        *([tab("fluxo", "Fluxo", class_name="drawing-tab")] if entity.key in DRAWN else []),
        *([tab("uso", rx.fragment("Onde é usado ", count))] if pointed_at else []),
        tab("historico", "Histórico"),
        role="tablist",
        aria_label="Partes do registro",
        class_name="tabs",
    )


def _problem() -> rx.Component:
    conflict = rx.el.button(
        "Recarregar com a versão atual", type="button", class_name="button compact", on_click=FormState.reload
    )
    notice = rx.el.div(
        icon("alert"),
        rx.el.div(FormState.problem, class_name="stack"),
        rx.cond(FormState.conflict, conflict, rx.fragment()),
        class_name="notice danger banner",
        role="alert",
    )
    return rx.cond(FormState.problem != "", notice, rx.fragment())


def _credentials(entity: Entity) -> rx.Component:
    if entity.key != "extension":
        return rx.fragment()
    return Credentials.create(
        latest=FormState.card, record=FormState.record, title="Para registrar um softphone", on_kept=FormState.kept
    )


def _form(entity: Entity, creating: bool) -> rx.Component:
    form = rx.el.form(
        *(_section(entity, section, creating) for section in entity.sections),
        _preview(entity),
        _bar(entity, creating),
        id=_FORM,
        key=FormState.baseline,
        on_submit=FormState.create if creating else FormState.save,
        no_validate=True,
        auto_complete="off",
        aria_label=f"Dados de {entity.singular}",
    )
    dialogs = {"user": _permission_test, "trunk": _trunk_test}
    extra = dialogs[entity.key]() if entity.key in dialogs and not creating else rx.fragment()
    panel = {} if creating else {"id": "panel-dados", "role": "tabpanel", "aria_labelledby": "tab-dados"}
    return rx.el.div(form, extra, class_name="form-panel", **panel)


def _preview(entity: Entity) -> rx.Component:
    if entity.key != "schedule":
        return rx.fragment()
    return Preview.create(form=_FORM, answer=FormState.foresight, on_ask=FormState.preview)


def _section(entity: Entity, section: Section, creating: bool) -> rx.Component:
    legend = rx.el.legend(section.title) if section.title else rx.el.legend("Dados principais", class_name="sr-only")
    fields = rx.el.div(*(field(entity, spec, creating) for spec in section.fields), class_name="fields")
    return rx.el.fieldset(legend, fields, class_name="section")


def _bar(entity: Entity, creating: bool) -> rx.Component:
    save = rx.el.button(
        "Salvar",
        type="submit",
        class_name="button primary",
        disabled=FormState.saving,
        aria_busy=rx.cond(FormState.saving, "true", "false"),
    )
    actions = [] if creating else [_action(action) for action in entity.actions]
    return rx.el.div(
        rx.cond(FormState.read_only, rx.fragment(), save),
        link("Voltar", href=f"/{entity.slug}", class_name="button"),
        FormGuard.create(
            form=_FORM,
            baseline=FormState.baseline,
            attempt=FormState.attempt,
            saving=FormState.saving,
            state=FormState.status,
            tone=FormState.tone,
            back=f"/{entity.slug}",
            on_mend=FormState.mend,
        ),
        *actions,
        class_name="bar",
    )


def _action(action: Action) -> rx.Component:
    if action.id == "test-permission":
        opens = {"data-opens": action.id}
        return rx.el.button(action.label, type="button", class_name="button push", custom_attrs=opens)
    if action.id == "test-trunk":
        start = {"on_click": TrunkState.run_test, "custom_attrs": {"data-opens": action.id}}
        button = rx.el.button(action.label, type="button", class_name="button push", **start)
        return rx.cond(FormState.read_only, rx.fragment(), button)
    button = rx.el.button(action.label, type="button", class_name="button push", on_click=FormState.act(action.id))
    return rx.cond(FormState.read_only, rx.fragment(), button)


def _uses() -> rx.Component:
    def use(row: rx.Var[dict[str, str]]) -> rx.Component:
        return rx.el.li(
            rx.el.span(row["entity_title"], class_name="muted"), link(row["title"], href=row["path"]), key=row["path"]
        )

    nothing = empty(
        "link",
        "Ainda não é usado",
        "Quando outro registro apontar para este, ele aparece aqui.",
        "Até lá, pode ser excluído.",
    )
    return rx.el.div(
        rx.cond(
            FormState.uses.length() > 0, rx.el.ul(rx.foreach(FormState.uses, use), class_name="uses listed"), nothing
        ),
        id="panel-uso",
        role="tabpanel",
        aria_labelledby="tab-uso",
        tab_index=0,
    )


def _history() -> rx.Component:
    def change(row: rx.Var[dict[str, str]]) -> rx.Component:
        heading = rx.el.div(
            rx.el.strong(row["who"]),
            row["action"],
            rx.el.span(row["at"], class_name="muted small num push"),
            class_name="row wrap",
        )
        before = rx.cond(row["before"] != "", rx.fragment(rx.el.del_(row["before"]), " → "), rx.fragment())
        return rx.el.li(
            rx.cond(row["at"] != "", heading, rx.fragment()),
            rx.cond(row["field"] != "", rx.el.div(row["field"], ": ", before, rx.el.ins(row["after"])), rx.fragment()),
            class_name=rx.cond(row["at"] != "", "head", ""),
        )

    listed = rx.el.ol(rx.foreach(FormState.history, change), class_name="changes")
    nothing = empty(
        "clock", "Nenhuma mudança ainda", "Cada mudança deste registro aparece aqui, com quem fez e quando."
    )
    return rx.el.div(
        rx.cond(FormState.history.length() > 0, listed, nothing),
        id="panel-historico",
        role="tabpanel",
        aria_labelledby="tab-historico",
        tab_index=0,
    )


def _permission_test() -> rx.Component:
    """What this person may do, and which rule decides."""
    allowed_word = rx.cond(FormState.verdict["allowed"] == "sim", "Permitido", "Não permitido")
    verdict = rx.el.div(
        icon("shield"),
        rx.el.div(rx.el.strong(FormState.verdict["label"], ": ", allowed_word), rx.el.p(FormState.verdict["because"])),
        class_name=rx.cond(FormState.verdict["allowed"] == "sim", "notice success", "notice warning"),
        role="status",
    )
    form = rx.el.form(
        rx.el.div(
            rx.el.h2("Testar permissão", id="test-permission-title"),
            rx.el.p(
                "Escolha uma ação para saber se esta pessoa pode fazê-la, como está salvo agora, e por quê.",
                class_name="muted",
            ),
            rx.el.div(
                rx.el.label("Ação", html_for="permission"),
                rx.el.select(
                    *(rx.el.option(label, value=value) for value, label in EVERY),
                    id="permission",
                    name="permission",
                    class_name="input",
                ),
                class_name="field",
            ),
            rx.cond(FormState.verdict.contains("because"), verdict, rx.fragment()),
            class_name="dialog-body",
        ),
        rx.el.div(
            rx.el.button("Fechar", type="button", class_name="button", custom_attrs={"data-closes": ""}),
            rx.el.button("Testar", type="submit", class_name="button primary"),
            class_name="dialog-foot",
        ),
        on_submit=FormState.test_permission,
    )
    return rx.el.dialog(form, id="test-permission", class_name="dialog", aria_labelledby="test-permission-title")


def _trunk_test() -> rx.Component:
    """Testar tronco: the way to the carrier and back, as it is saved."""
    again = rx.el.button(
        "Testar de novo",
        type="button",
        class_name="button primary",
        on_click=TrunkState.run_test,
        disabled=TrunkState.test["running"].to(bool),
    )
    body = rx.el.div(
        rx.el.h2("Testar tronco", id="test-trunk-title"),
        rx.el.p("Cada passo até a operadora e de volta, com o que está salvo agora.", class_name="muted"),
        TrunkTest.create(test=TrunkState.test),
        class_name="dialog-body",
    )
    close = rx.el.button("Fechar", type="button", class_name="button", custom_attrs={"data-closes": ""})
    foot = rx.el.div(close, again, class_name="dialog-foot")
    return rx.el.dialog(body, foot, id="test-trunk", class_name="dialog", aria_labelledby="test-trunk-title")
