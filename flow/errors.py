"""Every failure that a person can cause, with a stable id and a Portuguese text that says what to do."""

from dataclasses import dataclass


class FlowError(Exception):
    """`id` is stable for programs, `text` is for people, `status` is its HTTP status."""

    id = "error"
    status = 400
    text = "Algo deu errado. Tente de novo; se continuar, avise o administrador."

    def __init__(self, text: str = "", **detail: object) -> None:
        self.text = text or type(self).text
        self.detail = detail
        super().__init__(self.text)


class NotFound(FlowError):
    """Also what a row of another company looks like: whether it exists is not told."""

    id, status = "not-found", 404
    text = "Não encontramos este registro. Talvez tenha sido excluído; volte à lista e atualize."


class Forbidden(FlowError):
    id, status = "forbidden", 403
    text = "Você não tem permissão para isto. Peça a um administrador da empresa."


class SignedOut(FlowError):
    id, status = "signed-out", 401
    text = "Sua sessão terminou. Entre de novo para continuar."


class NoCompany(FlowError):
    id, status = "no-company", 409
    text = "Escolha uma empresa no alto da página para continuar."


class SignInRefused(FlowError):
    """Deliberately the same for an unknown login and a wrong password."""

    id, status = "sign-in-refused", 401
    text = "Login ou senha não conferem. Verifique e tente de novo."


class OutsideWorkHours(FlowError):
    """The password was right; the hour is not."""

    id, status = "outside-work-hours", 403

    def __init__(self, opens: str) -> None:
        again = f" Você pode entrar a partir de {opens}." if opens else ""
        super().__init__(f"Agora está fora do seu horário de trabalho.{again} Se precisar, fale com o seu supervisor.")
        self.opens = opens


class LockedOut(FlowError):
    id, status = "locked-out", 429

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Muitas tentativas seguidas. Aguarde {seconds} s e tente de novo.", seconds=seconds)
        self.seconds = seconds


class ValidationFailed(FlowError):
    """`errors`: field name → what is wrong with it and how to mend it."""

    id, status = "invalid", 422

    def __init__(self, errors: dict[str, str], text: str = "") -> None:
        super().__init__(text or "Confira os campos marcados. Nada foi salvo.", errors=errors)
        self.errors = errors


class Conflict(FlowError):
    """Another person saved first. Nothing of either is overwritten."""

    id, status = "conflict", 409
    text = (
        "Outra pessoa salvou este registro enquanto você editava. Nada seu foi gravado; recarregue e refaça a mudança."
    )


@dataclass(frozen=True)
class Use:
    """One place that needs a row."""

    entity_title: str
    title: str
    path: str


class InUse(FlowError):
    id, status = "in-use", 409

    def __init__(self, uses: list[Use]) -> None:
        places = "; ".join(f"{use.entity_title} {use.title}" for use in uses[:5])
        more = f" e mais {len(uses) - 5}" if len(uses) > 5 else ""
        super().__init__(
            f"Não é possível excluir: ainda é usado por {places}{more}. Troque ali primeiro e exclua depois.",
            uses=[use.__dict__ for use in uses],
        )
        self.uses = uses


class Busy(FlowError):
    id, status = "database-busy", 503
    text = "O banco de dados está ocupado agora. Nada foi salvo; espere um instante e salve de novo."


class DiskFull(FlowError):
    id, status = "disk-full", 507
    text = "O disco do servidor está cheio. Nada foi salvo; libere espaço (veja `flow doctor`) e salve de novo."


class TooLarge(FlowError):
    id, status = "too-large", 413

    def __init__(self, most: int) -> None:
        super().__init__(f"O arquivo tem mais de {most // 1_000_000} MB, que é o máximo. Corte-o ou salve-o como MP3.")


class NoRoom(FlowError):
    id, status = "no-room", 409

    def __init__(self, most: int) -> None:
        super().__init__(
            f"A empresa já guarda {most // 1_000_000_000} GB de sons, que é o máximo. "
            "Exclua áudios que não usa mais; o espaço deles volta em dois dias."
        )


class Unplayable(FlowError):
    """A file that cannot become a sound as it is."""

    id, status = "unplayable", 422
    text = "Este arquivo não pode ser usado. Envie um WAV, MP3, M4A, OGG, FLAC ou WMA."


class TelephonyOff(FlowError):
    id, status = "telephony-off", 503
    text = "A telefonia está desligada: nenhum Asterisk responde. Rode `flow doctor` no servidor para saber como ligar."


class TenancyError(RuntimeError):
    """A programming fault: a company's rows were touched outside that company's scope."""
