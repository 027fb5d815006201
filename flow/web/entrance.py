"""GET /entrar: the way in. A plain page that works before, and without, any JavaScript."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from flow.access.policy import public
from flow.errors import OutsideWorkHours
from flow.web.auth import SIGN_IN, local_path
from flow.web.browser_request import actor_of

_PAGE = """<!doctype html>
<html lang="pt-BR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Entrar · Fluxo</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/tokens.css">
<link rel="stylesheet" href="/ground.css">
<link rel="stylesheet" href="/door.css">
<script src="/door.js"></script>
</head>
<body>
<main class="door">
<form method="post" action="/auth/login" aria-labelledby="title">
<div class="brand"><img src="/favicon.svg" alt="" width="28" height="28"><span>Fluxo</span></div>
<h1 id="title">Entrar</h1>
{notice}
<input type="hidden" name="next" value="{next}">
<div class="field"><label for="login">Login</label>
<input class="input" id="login" name="login" value="{login}" autocomplete="username" autocapitalize="off"
 spellcheck="false"{focus_login}></div>
<div class="field"><label for="password">Senha</label>
<input class="input" id="password" name="password" type="password" autocomplete="current-password"
{focus_password}></div>
<button class="button primary" type="submit">Entrar</button>
<p class="muted small">Esqueceu a senha? Peça uma nova ao administrador da sua empresa.</p>
</form>
</main>
</body>
</html>
"""
_REFUSED = (
    '<div class="notice danger" role="alert"><p>Login ou senha não conferem. Verifique e tente de novo.</p></div>'
)
_EMPTY = '<div class="notice danger" role="alert"><p>Preencha Login e Senha.</p></div>'
_LOCKED = (
    '<div class="notice warning" role="alert"><p>Muitas tentativas seguidas. '
    '<span data-seconds="{seconds}">Aguarde {seconds} s e tente de novo.</span></p></div>'
)
_FAULTS = {
    "ocupado": "O banco de dados está ocupado agora. Espere um instante e tente de novo.",
    "disco": "O disco do servidor está cheio: ninguém pode entrar até haver espaço. Avise quem cuida dele.",
}
_CLOSED = '<div class="notice warning" role="alert"><p>{text}</p></div>'


@public
async def entrance(request: Request) -> Response:
    """Query, all optional: `next`, and after a refusal `erro`, `login`, `segundos` (see flow.web.auth)."""
    query = request.query_params
    target = local_path(query.get("next", "/"))
    if await actor_of(request) is not None:
        return RedirectResponse("/" if target.startswith(SIGN_IN) else target, status_code=303)
    login = query.get("login", "")[:60]
    focus = " autofocus"
    return HTMLResponse(
        _PAGE.format(
            notice=_notice(query.get("erro", ""), query.get("segundos", ""), query.get("abre", "")),
            next=escape(target),
            login=escape(login),
            focus_login="" if login else focus,
            focus_password=focus if login else "",
        ),
        headers={"Cache-Control": "no-store"},
    )


def _notice(error: str, seconds: str, opens: str) -> str:
    if error in _FAULTS:
        return _CLOSED.format(text=_FAULTS[error])
    if error == "horario":
        return _CLOSED.format(text=escape(OutsideWorkHours(opens[:20]).text))
    if error == "espere" and seconds.isascii() and seconds.isdigit():
        return _LOCKED.format(seconds=min(int(seconds[:6]), 3600))
    return _EMPTY if error == "vazio" else _REFUSED if error else ""


routes = [Route(SIGN_IN, entrance)]
