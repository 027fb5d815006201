"""What each chan_sip option of a trunk becomes in PJSIP, as data: one row for each name that carriers' manuals use."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

TRANSPORTS = ("udp", "tcp")  # those of deploy/asterisk/pjsip.conf that lead to carriers
CODECS = ("alaw", "ulaw", "g722")
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])"
HOST_AND_PORT = re.compile(rf"(?P<host>{_HOST})(?::(?P<port>[0-9]{{1,5}}))?", re.ASCII)
USER = re.compile(r"[A-Za-z0-9_.+*#-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class TrunkOptions:
    """What the lines of one trunk say together; the defaults hold where they say nothing.

    `trusts_address`: whatever comes from the trunk's addresses is not asked for a password. `port`: of the carrier,
    None for the one in the address. `outbound_proxy`: "host" or "host:port". Times in seconds, `qualify_seconds` 0 is
    never.
    """

    codecs: tuple[str, ...] = ("alaw", "ulaw")
    dtmf_mode: str = "rfc4733"
    from_user: str = ""
    from_domain: str = ""
    qualify_seconds: int = 60
    qualify_timeout: float = 3.0
    trusts_address: bool = False
    nat: bool = True
    timers: bool = True
    timers_expires: int = 1800
    timers_min: int = 90
    transport: str = "udp"
    port: int | None = None
    outbound_proxy: str = ""
    inband_progress: bool = False
    user_eq_phone: bool = False
    rtp_timeout: int = 120
    rtp_keepalive: int = 0


@dataclass(frozen=True, slots=True)
class Became:
    """`text`: the PJSIP option and value, or words; `why` in Portuguese."""

    options: TrunkOptions
    text: str
    why: str


class NotKept(Exception):
    """The option is refused; its text is the reason."""


Rule = Callable[[str, TrunkOptions], Became]


def _refused(why: str) -> Rule:
    def rule(_value: str, _options: TrunkOptions) -> Became:
        raise NotKept(why)

    return rule


def _already(values: str, text: str, why: str, otherwise: str) -> Rule:
    """What holds for every trunk: the values that ask for it are kept, any other is refused with `otherwise`."""

    def rule(value: str, options: TrunkOptions) -> Became:
        if value.lower() not in values.split():
            raise NotKept(otherwise)
        return Became(options, text, why)

    return rule


def _choice(option: str, values: Mapping[str, tuple[str, dict[str, Any]]], why: str) -> Rule:
    """`values`: chan_sip's value → PJSIP's, and the fields that it sets."""

    def rule(value: str, options: TrunkOptions) -> Became:
        if value.lower() not in values:
            raise NotKept(f"Valor desconhecido; use {', '.join(sorted(values))}.")
        became, fields = values[value.lower()]
        return Became(replace(options, **fields), f"{option}={became}" if option else became, why)

    return rule


def _number(option: str, field: str, low: int, high: int, why: str) -> Rule:
    def rule(value: str, options: TrunkOptions) -> Became:
        if not re.fullmatch(r"[0-9]{1,6}", value) or not low <= int(value) <= high:
            raise NotKept(f"Use um número de {low} a {high}.")
        fields: dict[str, Any] = {field: int(value)}
        return Became(replace(options, **fields), f"{option}={int(value)}", why)

    return rule


def _text(option: str, field: str, shape: re.Pattern[str], why: str) -> Rule:
    def rule(value: str, options: TrunkOptions) -> Became:
        if not shape.fullmatch(value):
            raise NotKept("O valor tem caracteres que não cabem aqui.")
        fields: dict[str, Any] = {field: value}
        return Became(replace(options, **fields), f"{option}={value}", why)

    return rule


def _insecure(value: str, options: TrunkOptions) -> Became:
    words = set(value.lower().split(","))
    if words <= {"no"}:
        why = "As chamadas que chegam continuam a pedir autenticação."
        return Became(replace(options, trusts_address=False), "auth (quando há usuário)", why)
    if not words <= {"port", "invite", "very", "yes"}:
        raise NotKept("Valor desconhecido; use port, invite ou port,invite.")
    if words == {"port"}:
        return Became(options, "identify", "A operadora é reconhecida pelo endereço, de qualquer porta.")
    why = "A operadora é reconhecida pelo endereço, e o que vem dele não precisa de senha."
    return Became(replace(options, trusts_address=True), "identify, sem auth de entrada", why)


def _nat(value: str, options: TrunkOptions) -> Became:
    words = set(value.lower().split(","))
    known = {"yes", "no", "never", "route", "force_rport", "comedia", "auto_force_rport", "auto_comedia"}
    if not words <= known:
        raise NotKept("Valor desconhecido; use yes, no ou force_rport,comedia.")
    on = not words <= {"no", "never"}
    text = ", ".join(f"{name}={'yes' if on else 'no'}" for name in ("rtp_symmetric", "force_rport", "rewrite_contact"))
    why = "Responde ao endereço de onde a operadora fala." if on else "Confia nos endereços que a operadora escreve."
    return Became(replace(options, nat=on), text, why)


def _qualify(value: str, options: TrunkOptions) -> Became:
    if value.lower() == "no":
        why = "Não pergunta à operadora se ela responde."
        return Became(replace(options, qualify_seconds=0), "qualify_frequency=0", why)
    seconds = options.qualify_seconds or 60
    if value.lower() == "yes":
        why = "Pergunta à operadora, de tempo em tempo, se ela responde."
        return Became(replace(options, qualify_seconds=seconds), f"qualify_frequency={seconds}", why)
    if not re.fullmatch(r"[0-9]{3,5}", value) or not 100 <= int(value) <= 30_000:
        raise NotKept("Use yes, no ou um limite de 100 a 30000 milissegundos.")
    timeout = int(value) / 1000
    text = f"qualify_frequency={seconds}, qualify_timeout={timeout:g}"
    why = f"A operadora conta como fora se não responder em {timeout:g} s."
    return Became(replace(options, qualify_seconds=seconds, qualify_timeout=timeout), text, why)


def _allow(value: str, options: TrunkOptions) -> Became:
    codecs = list(options.codecs)
    for word in value.lower().split(","):
        name = word.removeprefix("!")
        if name == "all":
            codecs = [] if word != name else [*codecs, *(codec for codec in CODECS if codec not in codecs)]
        elif name not in CODECS:
            raise NotKept(f"O codec {name[:20]} não é oferecido; use {', '.join(CODECS)}.")
        elif word != name:
            codecs = [codec for codec in codecs if codec != name]
        elif name not in codecs:
            codecs.append(name)
    return _codecs(codecs, options)


def _disallow(value: str, options: TrunkOptions) -> Became:
    words = value.lower().split(",")
    left = [] if "all" in words else [codec for codec in options.codecs if codec not in words]
    return _codecs(left, options)


def _codecs(codecs: list[str], options: TrunkOptions) -> Became:
    text = f"allow=!all{''.join(f',{codec}' for codec in codecs)}"
    why = "Os codecs, na ordem em que são oferecidos." if codecs else "Começa sem codecs; as linhas allow os escolhem."
    return Became(replace(options, codecs=tuple(codecs)), text, why)


def _outbound_proxy(value: str, options: TrunkOptions) -> Became:
    place = value.removeprefix("sip:").split(",")[0]
    found = HOST_AND_PORT.fullmatch(place)
    if not found or not 0 < int(found["port"] or 5060) < 65_536:
        raise NotKept("Use host ou host:porta.")
    why = "Tudo o que vai para a operadora passa por este endereço."
    return Became(replace(options, outbound_proxy=place), f"outbound_proxy=sip:{place};lr", why)


_FIELD = "Preencha o campo {} do tronco; aqui o valor ficaria à vista."
_ROUTE_ONLY = "Toda chamada deste tronco entra por uma Rota de Entrada; isto abriria outro caminho."
_DTMF_WHY = "Como as teclas de quem liga são reconhecidas."
_UNUSED = "Não há nada neste tronco a que isto se aplique."
_TIMERS: dict[str, tuple[str, dict[str, Any]]] = {
    "refuse": ("no", {"timers": False}),
    "no": ("no", {"timers": False}),
    "accept": ("yes", {"timers": True}),
    "originate": ("yes", {"timers": True}),
    "yes": ("yes", {"timers": True}),
}
_DTMF: dict[str, tuple[str, dict[str, Any]]] = {
    old: (new, {"dtmf_mode": new})
    for old, new in {
        "rfc2833": "rfc4733", "rfc4733": "rfc4733", "inband": "inband", "info": "info", "shortinfo": "info",
        "auto": "auto",
    }.items()
}  # fmt: skip


def _flag(field: str, *, on: str = "yes", off: str = "no") -> dict[str, tuple[str, dict[str, Any]]]:
    return {word: (on, {field: True}) for word in ("yes", "true", "1")} | {
        word: (off, {field: False}) for word in ("no", "never", "false", "0")
    }


RULES: dict[str, Rule] = {
    "insecure": _insecure,
    "nat": _nat,
    "dtmfmode": _choice("dtmf_mode", _DTMF, _DTMF_WHY),
    "allow": _allow,
    "disallow": _disallow,
    "qualify": _qualify,
    "qualifyfreq": _number("qualify_frequency", "qualify_seconds", 10, 3600, "De quanto em quanto tempo pergunta."),
    "fromuser": _text("from_user", "from_user", USER, "O usuário que vai no From das chamadas."),
    "fromdomain": _text("from_domain", "from_domain", HOST_AND_PORT, "O domínio que vai no From das chamadas."),
    "port": _number("porta do contato", "port", 1, 65_535, "A porta em que a operadora atende."),
    "transport": _choice(
        "transport", {name: (f"transport-{name}", {"transport": name}) for name in TRANSPORTS},
        "Como a operadora é alcançada.",
    ),
    "session-timers": _choice("timers", _TIMERS, "Se a chamada é renovada de tempo em tempo no meio dela."),
    "session-expires": _number("timers_sess_expires", "timers_expires", 90, 86_400, "O prazo de cada renovação."),
    "session-minse": _number("timers_min_se", "timers_min", 90, 86_400, "O menor prazo que se aceita."),
    "outboundproxy": _outbound_proxy,
    "progressinband": _choice("inband_progress", _flag("inband_progress"), "Se o toque vai como áudio."),
    "usereqphone": _choice("user_eq_phone", _flag("user_eq_phone"), "Se os números levam user=phone."),
    "rtptimeout": _number("rtp_timeout", "rtp_timeout", 0, 3600, "Sem áudio por este tempo, a chamada é encerrada."),
    "rtpkeepalive": _number("rtp_keepalive", "rtp_keepalive", 0, 300, "Mantém o caminho do áudio aberto."),
    "directmedia": _already(
        "no", "direct_media=no", "O áudio já passa sempre pelo Fluxo.",
        "O áudio precisa passar pelo Fluxo: URA, fila e espera dependem disso. Use directmedia=no ou apague a linha.",
    ),
    "type": _already(
        "peer friend", "endpoint", "Um tronco já recebe e faz chamadas, e é reconhecido pelo endereço.",
        "Um tronco é peer ou friend: a operadora é reconhecida pelo endereço, nunca pelo nome que escreve no From.",
    ),
    "trustrpid": _already(
        "yes", "trust_id_inbound=yes", "O número de quem liga já é aceito da operadora.",
        "O número de quem liga é sempre o que a operadora envia. Apague a linha.",
    ),
    "sendrpid": _already(
        "yes pai", "send_pai=yes", "A identidade já segue em P-Asserted-Identity.",
        "A identidade segue sempre em P-Asserted-Identity. Use sendrpid=pai ou apague a linha.",
    ),
    "allowguest": _already(
        "no", "sem endpoint anonymous", "Desconhecidos já não são atendidos.",
        "Perigoso: qualquer desconhecido poderia chamar. Só a operadora do tronco é atendida.",
    ),
    "t38pt_udptl": _already("no", "t38_udptl=no", "Fax T.38 já fica desligado.", "Fax T.38 não é oferecido."),
    "videosupport": _already(
        "no", "max_video_streams=0", "Chamadas do tronco já são só de áudio.", "Chamadas do tronco são só de áudio."
    ),
    "encryption": _already(
        "no", "media_encryption=no", "O áudio já segue em RTP.", "SRTP com operadoras não é oferecido."
    ),
    "language": _already(
        "pt_br pt-br pt", "language=pt_BR", "A língua já é o português do Brasil.", "A língua é sempre pt_BR."
    ),
    "callcounter": _already(
        "yes", "sempre ligado", "As chamadas de cada tronco já são contadas.", "As chamadas são sempre contadas."
    ),
    "promiscredir": _already(
        "no", "redirect_method=user", "Desvios da operadora já não são seguidos para fora.",
        "Perigoso: a operadora poderia desviar chamadas para qualquer endereço.",
    ),
    "allowoverlap": _already(
        "no", "allow_overlap=no", "O número já é esperado inteiro.", "O número é sempre esperado inteiro."
    ),
    "allowtransfer": _already(
        "no", "allow_transfer=no", "A operadora já não transfere chamadas.",
        "Perigoso: a operadora poderia transferir chamadas por sua conta.",
    ),
    "allowsubscribe": _already(
        "no", "allow_subscribe=no", "A operadora já não assina estados.", "A operadora não assina estados de ramais."
    ),
    "host": _refused("O endereço da operadora fica no campo Endereço/Host; ele não pode ser dynamic."),
    "username": _refused(_FIELD.format("Usuário")),
    "defaultuser": _refused(_FIELD.format("Usuário")),
    "authuser": _refused(_FIELD.format("Usuário")),
    "secret": _refused(_FIELD.format("Senha")),
    "remotesecret": _refused(_FIELD.format("Senha")),
    "md5secret": _refused(_FIELD.format("Senha")),
    "register": _refused(_FIELD.format("Registro")),
    "context": _refused(_ROUTE_ONLY),
    "subscribecontext": _refused(_ROUTE_ONLY),
    "regexten": _refused(_ROUTE_ONLY),
    "setvar": _refused("Perigoso: variáveis mudariam o rumo das chamadas sem que a configuração o mostre."),
    "callerid": _refused("A identificação fica na Rota de Saída."),
    "fullname": _refused("A identificação fica na Rota de Saída."),
    "call-limit": _refused("O limite de chamadas fica no campo Chamadas simultâneas do tronco."),
    "busylevel": _refused("O limite de chamadas fica no campo Chamadas simultâneas do tronco."),
    "permit": _refused("Só os endereços de Endereço/Host são aceitos; não é preciso uma lista."),
    "deny": _refused("Só os endereços de Endereço/Host são aceitos; não é preciso uma lista."),
    "mohsuggest": _refused("A música fica na Fila, em Música Espera."),
    "mohinterpret": _refused("A música fica na Fila, em Música Espera."),
    **dict.fromkeys(
        ("mailbox", "vmexten", "pickupgroup", "callgroup", "namedcallgroup", "namedpickupgroup", "accountcode",
         "amaflags", "parkinglot", "maxcallbitrate", "rfc2833compensate", "ignoresdpversion"),
        _refused(_UNUSED),
    ),
}  # fmt: skip
SAME_AS = {"canreinvite": "directmedia", "dtmf_mode": "dtmfmode", "user": "username", "limitonpeers": "call-limit"}
SECRET = re.compile(r"secret|pass|senha|auth|register")  # names whose value is shown to nobody
