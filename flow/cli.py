"""The command line: `flow up` and everything an operator needs without a browser."""

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from flow.errors import FlowError

try:
    from flow.settings import get_settings
except ValidationError as wrong:
    for one in wrong.errors():
        ours = one.get("ctx", {}).get("error")
        name = f"FLOW_{'_'.join(map(str, one['loc'])).upper()}"
        print(ours or f"{name}: valor inválido ({one['msg']})", file=sys.stderr)
    sys.exit(1)

os.umask(0o077)  # database, logs, recordings and backups are for the account that runs this, whatever its folder allows

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks print local variables, and some hold secrets
    help="Fluxo: telefonia da empresa, no navegador.",
)
database = typer.Typer(no_args_is_help=True, help="Banco de dados.")
user = typer.Typer(no_args_is_help=True, help="Usuários.")
app.add_typer(database, name="db")
app.add_typer(user, name="user")


@app.command()
def up() -> None:
    """Prepara e mantém tudo em execução: Asterisk, motor de chamadas e páginas. Ctrl-C encerra."""
    from flow.up import CannotStart
    from flow.up import up as run

    try:
        run(get_settings())
    except CannotStart as fault:
        _refuse(str(fault))


@app.command()
def web() -> None:
    """Só as páginas, em primeiro plano."""
    from flow.web.frontend import TOP, ensure_built, web_command

    ensure_built(_say)
    settings = get_settings()
    command, environment = web_command(settings)
    environment["FLOW_DATA_DIR"] = str(settings.data_dir)
    os.chdir(TOP)
    os.execvpe(command[0], command, {**os.environ, **environment})


@app.command()
def engine() -> None:
    """Só o motor de chamadas, em primeiro plano."""
    from flow.engine.main import run

    run(get_settings())


@app.command()
def node() -> None:
    """Só o Asterisk, em primeiro plano."""
    from flow.node.__main__ import run

    raise typer.Exit(run())


@app.command("node-files")
def node_files(
    folder: Annotated[Path, typer.Argument(help="Pasta a criar; na outra máquina deve ficar no mesmo caminho.")],
    shared: Annotated[
        Path, typer.Option(help="Onde a outra máquina tem os dados do pacote asterisk (rest-api, sounds).")
    ] = Path("/usr/share/asterisk"),
    modules: Annotated[str, typer.Option(help="Onde ela tem os módulos; vazio: onde o Asterisk dela procura.")] = "",
) -> None:
    """Escreve os arquivos de um Asterisk que roda em outra máquina (FLOW_ARI_URL)."""
    from flow.node.elsewhere import NotPossible, write_node

    try:
        write_node(get_settings(), folder, _say, shared=shared, modules=modules)
    except NotPossible as fault:
        _refuse(str(fault))
    _say(f"Arquivos em {folder.absolute()}. Eles contêm senhas. Leve a pasta à outra máquina, no mesmo caminho.")


@app.command()
def doctor() -> None:
    """Examina a instalação e diz o que está errado e como consertar."""
    from flow.doctor import examine, report

    raise typer.Exit(report(examine(get_settings())))


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Arquivo .tar.gz a criar.")]) -> None:
    """Guarda banco de dados, segredos e gravações num arquivo. Pode ser feito com tudo em execução."""
    from flow.backup import BackupFailed, save

    try:
        save(get_settings(), file)
    except BackupFailed as fault:
        _refuse(str(fault))
    _say(f"Cópia de segurança gravada em {file}. Ela contém senhas: guarde-a em lugar seguro.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="Arquivo criado por `flow backup`.", exists=True, dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Substitui os dados que já existem.")] = False,
) -> None:
    """Traz de volta o que `flow backup` guardou. Pare o Fluxo antes."""
    from flow.backup import BackupFailed, bring_back

    try:
        kept = bring_back(get_settings(), file, replace)
    except BackupFailed as fault:
        _refuse(str(fault))
    _say("Dados restaurados." + (f" Os anteriores estão em {kept}." if kept else "") + " Inicie com `flow up`.")


@database.command("upgrade")
def upgrade() -> None:
    """Leva o banco de dados à versão deste programa."""
    from flow.migrate import upgrade as run

    run()
    _say("O banco de dados está na versão atual.")


@user.command("reset-password")
def reset_password(login: Annotated[str, typer.Argument(help="Login da pessoa.")]) -> None:
    """Dá à pessoa uma senha nova e aleatória, encerra as sessões dela e levanta o bloqueio."""
    from flow.services.recovery import reset_password as run

    try:
        _say(f"Nova senha de {login}: {run(login)}")
    except FlowError as fault:
        _refuse(fault.text)


def _say(text: str) -> None:
    print(text, flush=True)


def _refuse(text: str) -> NoReturn:
    print(text, file=sys.stderr)
    raise typer.Exit(1)


if __name__ == "__main__":
    app(prog_name="flow")
