"""What people paste into a trunk: the line Registro, and chan_sip's lines in Configurações Adicionais.

Nothing of it is dropped in silence: each line becomes something, or is refused with the reason. No text made here, and
no repr, holds a password.
"""

import re
from dataclasses import dataclass, field, replace

from flow.routing.trunk_options import (
    HOST_AND_PORT,
    RULES,
    SAME_AS,
    SECRET,
    TRANSPORTS,
    NotKept,
    TrunkOptions,
)

SIP_PORT = 5060
MOST_TEXT = 4000
_HIDDEN = "••••"
_SHAPE = "Use o padrão usuário:senha@host/tronco."
_LEADING = re.compile(r"register\s*=>?\s*", re.IGNORECASE)
_SCHEME = re.compile(r"(?P<scheme>udp|tcp|tls|ws|wss|sips?)://", re.IGNORECASE)
_REGISTRATION_USER = re.compile(r"[A-Za-z0-9_.+*#@-]{1,128}", re.ASCII)
_CONTACT = re.compile(r"[A-Za-z0-9_.+*#-]{1,64}", re.ASCII)


class TrunkLineError(ValueError):
    """What was written cannot be kept; the text says why, to people."""


@dataclass(frozen=True, slots=True)
class Registration:
    """`user:password@host:port/contact`. `contact` "" where it was left out, `transport` "" where none was named."""

    user: str
    password: str = field(repr=False)
    host: str
    port: int = SIP_PORT
    contact: str = ""
    transport: str = ""

    def written(self, password: str) -> str:
        """The line again, with that in the place of the password."""
        scheme = f"{self.transport}://" if self.transport else ""
        port = f":{self.port}" if self.port != SIP_PORT else ""
        contact = f"/{self.contact}" if self.contact else ""
        return f"{scheme}{self.user}:{password}@{bracketed(self.host)}{port}{contact}"

    @property
    def shown(self) -> str:
        return self.written(_HIDDEN)

    @property
    def words(self) -> str:
        """What the line does, in one sentence."""
        way = f" por {self.transport.upper()}" if self.transport else ""
        calls = self.contact or f"{self.user}, porque a linha não traz /tronco"
        return (
            f"Registra o usuário {self.user} em {self.host}, porta {self.port}{way}, com a senha informada; "
            f"as chamadas chegam em {calls}."
        )


def parse_registration(line: str) -> Registration:
    """Split at the last @, then the first ":", then the last "/" of the rest. The password may hold all three.

    TrunkLineError, which never repeats what was typed: any part of it may be the password.
    """
    text = _LEADING.sub("", line.strip(), count=1) if _LEADING.match(line.strip()) else line.strip()
    if len(text) > MOST_TEXT or not text.isprintable():
        raise TrunkLineError("O Registro tem caracteres de controle ou é longo demais.")
    transport, text = _scheme(text)
    account, at, place = text.rpartition("@")
    user, colon, password = account.partition(":")
    if not (at and colon and user and password and place):
        raise TrunkLineError(f"Falta uma parte do Registro. {_SHAPE}")
    if not _REGISTRATION_USER.fullmatch(user):
        raise TrunkLineError(f"O usuário do Registro tem caracteres que não cabem nele. {_SHAPE}")
    host, slash, contact = place.rpartition("/") if "/" in place else (place, "", "")
    if slash and not _CONTACT.fullmatch(contact):
        raise TrunkLineError(
            f"O que vem depois da / no Registro não é um tronco: só letras, dígitos e _ . + -. {_SHAPE}"
        )
    name, port = parse_host(host)
    return Registration(user, password, name, port or SIP_PORT, contact, transport)


def _scheme(text: str) -> tuple[str, str]:
    found = _SCHEME.match(text)
    if not found:
        return "", text
    scheme = found["scheme"].lower()
    if scheme not in (*TRANSPORTS, "sip"):
        raise TrunkLineError(f"O transporte {scheme} não é oferecido para operadoras; use {' ou '.join(TRANSPORTS)}.")
    return scheme if scheme in TRANSPORTS else "", text[found.end() :]


def parse_host(text: str) -> tuple[str, int | None]:
    """`host`, `host:port` or `[v6]:port` → name without brackets, and the port if one is given. Else TrunkLineError."""
    found = HOST_AND_PORT.fullmatch(text.strip())
    if found is None or ".." in text:
        raise TrunkLineError(
            "O host não é um nome nem um IP. Use, por exemplo, sip.operadora.com.br ou 203.0.113.7:5060."
        )
    port = int(found["port"]) if found["port"] else None
    if port is not None and not 0 < port < 65_536:
        raise TrunkLineError("A porta vai de 1 a 65535.")
    return found["host"].strip("[]"), port


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@dataclass(frozen=True, slots=True)
class Translated:
    """`became`: the PJSIP option and value, or words for what holds anyway."""

    line: str
    became: str
    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """`line` with what may be a secret hidden."""

    line: str
    why: str


@dataclass(frozen=True, slots=True)
class Translation:
    """Each line in the order in which it was pasted, and what the kept ones say together."""

    lines: tuple[Translated | Refused, ...]
    options: TrunkOptions

    @property
    def refused(self) -> tuple[Refused, ...]:
        return tuple(line for line in self.lines if isinstance(line, Refused))


def translate(extra: str) -> Translation:
    """chan_sip lines, apart by white space or new lines. A later line goes before an earlier one, as in chan_sip."""
    options, lines = TrunkOptions(), list[Translated | Refused]()
    if len(extra) > MOST_TEXT:
        return Translation((Refused("…", f"O texto passa de {MOST_TEXT} caracteres."),), options)
    for item in _items(extra):
        options, line = _translated(item, options)
        lines.append(line)
    if not options.codecs:
        lines.append(Refused("disallow=all", "Sem nenhum codec não há áudio; acrescente allow=alaw,ulaw."))
        options = replace(options, codecs=TrunkOptions().codecs)
    if options.timers_min > options.timers_expires:
        why = f"É mais que o prazo de cada renovação, session-expires, de {options.timers_expires} s."
        lines.append(Refused(f"session-minse={options.timers_min}", why))
        options = replace(options, timers_min=TrunkOptions().timers_min)
    return Translation(tuple(lines), options)


def _items(extra: str) -> list[str]:
    items: list[str] = []
    for line in extra.splitlines():
        said = line.split(";", 1)[0]  # a comment, as in sip.conf
        for word in re.sub(r"\s*=\s*>?\s*", "=", said).split():
            if "=" not in word and items and _is_secret(items[-1]):
                items[-1] += word  # the rest of a password with a space
            else:
                items.append(word)
    return items


def _is_secret(item: str) -> bool:
    return SECRET.search(item.partition("=")[0].lower()) is not None


def _translated(item: str, options: TrunkOptions) -> tuple[TrunkOptions, Translated | Refused]:
    name, equals, value = item.partition("=")
    name = SAME_AS.get(name.lower(), name.lower())
    shown = f"{name}={_HIDDEN}" if _is_secret(item) else item[:120]
    if item.startswith("["):
        return options, Refused(shown, "Um tronco por tela: o nome fica no campo Tronco.")
    rule = RULES.get(name)
    if not equals or not item.isprintable():
        return options, Refused(shown, "Não tem a forma opção=valor.")
    if rule is None:
        return options, Refused(shown, "Opção desconhecida; nada é guardado sem que se saiba o que faz.")
    try:
        became = rule(value, options)
    except NotKept as reason:
        return options, Refused(shown, str(reason))
    return became.options, Translated(shown, became.text, became.why)
