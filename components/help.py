"""Help of a page: the manual's own steps and fields, in a drawer."""

import reflex as rx

from flow.catalog.entity import Entity


def help_drawer(entity: Entity) -> rx.Component:
    way = (f"Acesse {entity.menu_group} no menu principal.", f"Selecione a opção {entity.menu_label}.")
    steps = (
        *(way if entity.menu_group else ()),
        "Clique no botão Adicionar.",
        "Preencha os campos e clique em Salvar.",
    )
    fields = [part for spec in entity.fields if spec.help for part in (rx.el.dt(spec.label), rx.el.dd(spec.help))]
    return rx.el.dialog(
        rx.el.div(
            rx.el.div(
                rx.el.h2(f"Ajuda: {entity.title}", id="help-title"),
                rx.el.button(
                    "Fechar", type="button", class_name="button quiet compact push", custom_attrs={"data-closes": ""}
                ),
                class_name="row",
            ),
            rx.el.p(entity.purpose),
            rx.el.h3("Como cadastrar"),
            rx.el.ol(*(rx.el.li(step) for step in steps)),
            rx.el.h3("Os campos"),
            rx.el.dl(*fields),
            class_name="stack",
        ),
        id="help",
        class_name="drawer",
        aria_labelledby="help-title",
    )
