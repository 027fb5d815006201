import reflex as rx

def index():
    return rx.el.main(rx.el.h1("Fluxo"))

app = rx.App(toaster=None, stylesheets=["/app.css"], html_lang="pt-BR", reset_style=False)
app.add_page(index, route="/")
