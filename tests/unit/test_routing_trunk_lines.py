"""Registro and the chan_sip lines of a trunk: what each becomes, what is refused, and that no password is ever told."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flow.routing.trunk_lines import (
    Refused,
    Registration,
    Translated,
    TrunkLineError,
    parse_host,
    parse_registration,
    translate,
)
from flow.routing.trunk_options import RULES, TrunkOptions

# Registro


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("joao:segredo@sip.op.com.br/5125554444", ("joao", "segredo", "sip.op.com.br", 5060, "5125554444", "")),
        ("joao:segredo@203.0.113.7:5080/linha", ("joao", "segredo", "203.0.113.7", 5080, "linha", "")),
        ("joao:a:b@c/d@host/linha", ("joao", "a:b@c/d", "host", 5060, "linha", "")),
        ("joao:/@:@host/linha", ("joao", "/@:", "host", 5060, "linha", "")),
        ("joao:segredo@host", ("joao", "segredo", "host", 5060, "", "")),
        ("tcp://joao:segredo@host/linha", ("joao", "segredo", "host", 5060, "linha", "tcp")),
        ("sip://joao:segredo@host/linha", ("joao", "segredo", "host", 5060, "linha", "")),
        ("register => joao:segredo@host/linha", ("joao", "segredo", "host", 5060, "linha", "")),
        ("  joao:segredo@[2001:db8::7]:5061/linha ", ("joao", "segredo", "2001:db8::7", 5061, "linha", "")),
    ],
)  # fmt: skip
def test_a_registration_is_split_at_the_last_at_the_first_colon_and_the_last_slash(line, expected):
    found = parse_registration(line)
    assert (found.user, found.password, found.host, found.port, found.contact, found.transport) == expected


USERS = st.from_regex(r"[A-Za-z0-9_.+-]{1,20}", fullmatch=True)
PASSWORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=24)
HOSTS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,5}){0,2}", fullmatch=True)


@given(USERS, PASSWORDS, HOSTS, st.integers(1, 65535), USERS, st.sampled_from(["", "udp", "tcp"]))
def test_any_password_survives_and_the_line_can_be_written_again(user, password, host, port, contact, transport):
    registration = Registration(user, password, host, port, contact, transport)
    assume(transport or (user not in ("udp", "tcp", "tls", "ws", "wss", "sip", "sips")))
    assert parse_registration(registration.written(password)) == registration


@given(PASSWORDS.filter(lambda p: len(p) > 3))
def test_no_words_about_a_registration_hold_its_password(password):
    registration = parse_registration(f"u:{password}@h/c")
    for text in (registration.words, registration.shown, repr(registration)):
        assert password not in text.replace("••••", "")


@given(st.text(max_size=60))
def test_a_line_that_is_no_registration_is_refused_without_repeating_it(text):
    assume("@" not in text)
    with pytest.raises(TrunkLineError) as refused:
        parse_registration(text)
    assert len(text.strip()) < 12 or text.strip() not in str(refused.value)


@pytest.mark.parametrize(
    "line",
    ["", "joao", "joao@host/linha", "joao:@host/linha", ":segredo@host/linha", "joao:segredo@/linha",
     "joao:segredo@host/", "joao:segredo@host..com/linha",
     "joao:segredo@ho st/linha", "joao:segredo@host:0/linha", "joao:segredo@host:70000/l", "joao:se\ngredo@host/linha",
     "jo<a>o:segredo@host/linha", "joao:segredo@host/li;nha", "wss://joao:segredo@host/linha",
     "joao:segredo@-host-/linha"],
)  # fmt: skip
def test_a_broken_registration_says_what_is_wrong_and_not_the_password(line):
    with pytest.raises(TrunkLineError) as refused:
        parse_registration(line)
    assert "segredo" not in str(refused.value) and str(refused.value).endswith(".")


def test_a_registration_is_explained_in_words():
    assert parse_registration("tcp://joao:segredo@sip.op.com:5080/5125554444").words == (
        "Registra o usuário joao em sip.op.com, porta 5080 por TCP, com a senha informada; "
        "as chamadas chegam em 5125554444."
    )
    assert "porque a linha não traz /tronco" in parse_registration("joao:segredo@host").words
    assert parse_registration("joao:segredo@host:5080/x").shown == "joao:••••@host:5080/x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("sip.op.com", ("sip.op.com", None)), ("10.0.0.1:5070", ("10.0.0.1", 5070)), ("[::1]:5060", ("::1", 5060))],
)
def test_a_host_may_bear_a_port(text, expected):
    assert parse_host(text) == expected


# Lines


def only(extra):
    (line,) = translate(extra).lines
    return line


@pytest.mark.parametrize(
    ("line", "became", "field", "value"),
    [
        ("insecure=port,invite", "identify, sem auth de entrada", "trusts_address", True),
        ("insecure=invite", "identify, sem auth de entrada", "trusts_address", True),
        ("insecure=very", "identify, sem auth de entrada", "trusts_address", True),
        ("insecure=port", "identify", "trusts_address", False),
        ("insecure=no", "auth (quando há usuário)", "trusts_address", False),
        ("nat=no", "rtp_symmetric=no, force_rport=no, rewrite_contact=no", "nat", False),
        ("nat=force_rport,comedia", "rtp_symmetric=yes, force_rport=yes, rewrite_contact=yes", "nat", True),
        ("dtmfmode=rfc2833", "dtmf_mode=rfc4733", "dtmf_mode", "rfc4733"),
        ("dtmfmode=inband", "dtmf_mode=inband", "dtmf_mode", "inband"),
        ("dtmfmode=info", "dtmf_mode=info", "dtmf_mode", "info"),
        ("qualify=yes", "qualify_frequency=60", "qualify_seconds", 60),
        ("qualify=no", "qualify_frequency=0", "qualify_seconds", 0),
        ("qualify=2000", "qualify_frequency=60, qualify_timeout=2", "qualify_timeout", 2.0),
        ("qualifyfreq=30", "qualify_frequency=30", "qualify_seconds", 30),
        ("fromuser=5125554444", "from_user=5125554444", "from_user", "5125554444"),
        ("fromdomain=sip.op.com", "from_domain=sip.op.com", "from_domain", "sip.op.com"),
        ("port=5080", "porta do contato=5080", "port", 5080),
        ("transport=tcp", "transport=transport-tcp", "transport", "tcp"),
        ("session-timers=refuse", "timers=no", "timers", False),
        ("session-expires=600", "timers_sess_expires=600", "timers_expires", 600),
        ("session-minse=120", "timers_min_se=120", "timers_min", 120),
        ("outboundproxy=p.op.com:5070", "outbound_proxy=sip:p.op.com:5070;lr", "outbound_proxy", "p.op.com:5070"),
        ("progressinband=yes", "inband_progress=yes", "inband_progress", True),
        ("usereqphone=yes", "user_eq_phone=yes", "user_eq_phone", True),
        ("rtptimeout=60", "rtp_timeout=60", "rtp_timeout", 60),
        ("rtpkeepalive=20", "rtp_keepalive=20", "rtp_keepalive", 20),
    ],
)  # fmt: skip
def test_a_line_becomes_its_pjsip_option_with_the_reason(line, became, field, value):
    found = translate(line)
    assert found.lines[0] == Translated(line, became, found.lines[0].why) and found.lines[0].why.endswith(".")
    assert getattr(found.options, field) == value


@pytest.mark.parametrize(
    "line",
    ["directmedia=no", "canreinvite=no", "type=peer", "type=friend", "trustrpid=yes", "sendrpid=pai", "allowguest=no",
     "t38pt_udptl=no", "videosupport=no", "language=pt-br", "callcounter=yes", "promiscredir=no", "allowtransfer=no",
     "encryption=no", "allowoverlap=no", "allowsubscribe=no"],
)  # fmt: skip
def test_what_holds_anyway_is_kept_and_changes_nothing(line):
    found = translate(line)
    assert isinstance(found.lines[0], Translated) and found.options == TrunkOptions()


@pytest.mark.parametrize(
    "line",
    ["allowguest=yes", "context=default", "host=dynamic", "directmedia=yes", "canreinvite=yes", "type=user",
     "setvar=A=1",
     "promiscredir=yes", "allowtransfer=yes", "callerid=5125554444", "t38pt_udptl=yes", "videosupport=yes",
     "transport=tls", "transport=ws", "insecure=tudo", "nat=talvez", "dtmfmode=morse", "qualify=5", "qualifyfreq=1",
     "port=0", "port=99999", "fromuser=a<b", "fromdomain=a/b", "outboundproxy=http://x", "allow=g729", "disallow",
     "mailbox=100", "permit=0.0.0.0/0", "call-limit=5", "trustrpid=no", "encryption=yes", "desconhecida=1",
     "regexten=1", "=x", "[operadora]"],
)  # fmt: skip
def test_what_is_dangerous_or_unknown_is_refused_with_the_reason(line):
    found = translate(line)
    assert found.refused and len(found.refused[0].why) > 20 and found.options == TrunkOptions()


@pytest.mark.parametrize(
    ("line", "field"), [("username=joao", "Usuário"), ("secret=abc", "Senha"), ("host=op", "Host")]
)
def test_what_has_a_field_of_its_own_points_to_it(line, field):
    assert isinstance(only(line), Refused) and field in only(line).why


@pytest.mark.parametrize(
    "line",
    ["secret=tr0ub4dor", "remotesecret = tr0ub4dor", "md5secret=tr0ub4dor", "register => u:tr0ub4dor@h/x",
     "secret=minha tr0ub4dor", "senha=tr0ub4dor", "auth=joao:tr0ub4dor@reino", "SECRET=tr0ub4dor"],
)  # fmt: skip
def test_a_password_among_the_lines_is_hidden(line):
    assert "tr0ub4dor" not in repr(translate(line)) and translate(line).refused


def test_lines_are_apart_by_white_space_and_new_lines_and_may_bear_comments():
    found = translate("callcounter=yes session-timers=refuse\n\n insecure = port,invite ; como no manual\n;nat=no\n")
    assert [line.line for line in found.lines] == ["callcounter=yes", "session-timers=refuse", "insecure=port,invite"]
    assert not found.refused and found.options.trusts_address and not found.options.timers and found.options.nat


@pytest.mark.parametrize(
    ("extra", "codecs"),
    [
        ("", ("alaw", "ulaw")),
        ("disallow=all\nallow=ulaw\nallow=alaw", ("ulaw", "alaw")),
        ("disallow=all allow=alaw,ulaw", ("alaw", "ulaw")),
        ("allow=!all,g722", ("g722",)),
        ("allow=g722", ("alaw", "ulaw", "g722")),
        ("disallow=ulaw", ("alaw",)),
        ("allow=all", ("alaw", "ulaw", "g722")),
    ],
)
def test_codecs_keep_the_order_in_which_they_are_allowed(extra, codecs):
    found = translate(extra)
    assert found.options.codecs == codecs and not found.refused


def test_a_trunk_without_any_codec_is_refused():
    assert translate("disallow=all").refused


def test_a_shortest_renewal_above_the_renewal_itself_is_refused():
    """Asterisk takes no endpoint that says so."""
    found = translate("session-minse=1900")
    assert [line.line for line in found.refused] == ["session-minse=1900"]
    assert found.options.timers_min <= found.options.timers_expires
    assert not translate("session-minse=1900 session-expires=3600").refused


def test_a_later_line_goes_before_an_earlier_one():
    assert translate("dtmfmode=info dtmfmode=inband").options.dtmf_mode == "inband"


def test_too_much_text_is_refused_as_a_whole():
    assert translate("nat=yes\n" * 1000).refused


@given(st.lists(st.sampled_from(sorted(RULES)) | st.text(max_size=12)), st.text(max_size=12))
def test_no_line_is_lost_and_none_is_kept_without_words(names, value):
    extra = "\n".join(f"{name}={value}" for name in names)
    found = translate(extra)
    assert all(line.why for line in found.lines)
    assert found.options.codecs and found.options.transport in ("udp", "tcp")
    if not value.split() or not all(name in RULES for name in names) or len(value.split()) > 1 or ";" in value:
        return
    assert len(found.lines) >= len(names) or "=" in value


@given(st.text(max_size=200))
def test_hostile_text_never_reaches_an_option_unchecked(text):
    options = translate(text).options
    for word in (options.from_user, options.from_domain, options.outbound_proxy):
        assert not set(word) & set(" \t\r\n;,<>\"'\\")
