"""What a browser may say to the node: its own line, one message, readable in one way only."""

import pytest

from flow.web.sip_screen import MAX_BYTES, Refused, screen

LINE = "f1-abcd2345-w"
OTHER = "f2-zzzz9999-w"


def message(
    start: str = "INVITE sip:2002@fluxo SIP/2.0",
    *,
    sender: str = f'"Maria" <sip:{LINE}@fluxo>;tag=1',
    to: str = "<sip:2002@fluxo>",
    more: tuple[str, ...] = (),
    body: str = "",
    length: int | None = None,
) -> str:
    told = len(body.encode()) if length is None else length
    headers = (f"From: {sender}", f"To: {to}", "Call-ID: x", "CSeq: 1 INVITE", *more, f"Content-Length: {told}")
    return "\r\n".join((start, *headers)) + "\r\n\r\n" + body


def register(user: str = LINE, to: str = LINE, credentials: str = LINE) -> str:
    return message(
        "REGISTER sip:fluxo SIP/2.0",
        sender=f"<sip:{user}@fluxo>;tag=1",
        to=f"<sip:{to}@fluxo>",
        more=(f'Authorization: Digest algorithm=MD5, username="{credentials}", realm="asterisk"',),
    )


@pytest.mark.parametrize(
    "passes",
    [
        message(),
        message(body="v=0\r\n"),
        message(body="ação\r\n"),
        message(sender=f"sip:{LINE}@fluxo;tag=1"),
        message(more=("X-Fluxo-Teste: qualquer",)),
        register(),
        message("SIP/2.0 200 OK", sender=f"<sip:{OTHER}@fluxo>;tag=1"),
        message("BYE sip:2002@fluxo SIP/2.0"),
    ],
)
def test_own_line_passes(passes: str) -> None:
    screen(passes, LINE)


@pytest.mark.parametrize(
    "refused",
    [
        message("INVITE sip:2002@fluxo SIP/2.0\n"),
        message(f"SIP/2.0 200 OK\n\nINVITE sip:2002@fluxo SIP/2.0\nFrom: <sip:{OTHER}@fluxo>"),
        register(user=OTHER),
        register(to=OTHER),
        register(credentials=OTHER),
        message(sender=f"<sip:{OTHER}@fluxo>;tag=1"),
        message(sender=f'"<sip:{LINE}@fluxo>" <sip:{OTHER}@fluxo>'),
        message(sender="<sip:fluxo>"),
        message(more=(f'Proxy-Authorization: Digest username="{OTHER}"',)),
        message(more=(f'Authorization: Digest username="{LINE}", username="{OTHER}"',)),
        message(more=("Authorization: Digest realm=x",)),
        message("SUBSCRIBE sip:2002@fluxo SIP/2.0"),
        message("PUBLISH sip:2002@fluxo SIP/2.0"),
        message("MESSAGE sip:2002@fluxo SIP/2.0"),
        message("INVITE sip:2002@fluxo HTTP/1.1"),
    ],
)
def test_another_line_and_other_methods_are_refused(refused: str) -> None:
    with pytest.raises(Refused):
        screen(refused, LINE)


@pytest.mark.parametrize(
    "refused",
    [
        message(more=(f"From: <sip:{OTHER}@fluxo>",)),
        message(more=(f"f: <sip:{OTHER}@fluxo>",)),
        message(more=(f"FROM : <sip:{OTHER}@fluxo>",)),
        message(more=(f"Subject: x\nFrom: <sip:{OTHER}@fluxo>",)),
        message(more=(f" <sip:{OTHER}@fluxo>",)),
        message(more=("no colon",)),
        message(body=register(user=OTHER), length=0),
        message(body="v=0\r\n", length=500),
        message(length=-1),
        message(more=("l: 0",)),
        "\r\n" + message(),
        "",
        "INVITE",
        message(body="x" * MAX_BYTES),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(refused: str) -> None:
    with pytest.raises(Refused):
        screen(refused, LINE)
