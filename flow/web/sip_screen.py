"""Which SIP messages of a browser may reach the node: its own line's, one per frame, in plain form.

The node authenticates every request anyway. This keeps a signed-in browser from trying other people's lines at all, and
from saying one thing to us and another to a parser that is kinder than ours: what can be read in two ways is refused.
"""

import re
from collections import defaultdict

MAX_BYTES = 65_535  # what Asterisk reads in one frame
METHODS = frozenset(
    {"REGISTER", "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REFER", "NOTIFY", "UPDATE", "INFO", "PRACK"}
)
KEEP_ALIVE = "\r\n\r\n"  # RFC 7118 §6, RFC 5626 §3.5.1
KEEP_ALIVE_ANSWER = "\r\n"

_COMPACT = {"f": "from", "t": "to", "l": "content-length"}
_ONCE = ("from", "to", "content-length", "call-id", "cseq")
_CREDENTIALS = ("authorization", "proxy-authorization")
_REQUEST_LINE = re.compile(r"([A-Z]+) \S+ SIP/2\.0")
_ADDRESS_USER = re.compile(r"<sips?:([^@:;>\s]+)@|^\s*sips?:([^@:;>\s]+)@", re.IGNORECASE)
_USERNAME = re.compile(r'[\s,]username\s*=\s*"([^"]*)"', re.IGNORECASE)


class Refused(Exception):
    """The message must not pass; the text is for the log."""


def screen(message: str, line: str) -> None:
    """Raise Refused unless `message` is one well-formed SIP message of the browser that owns `line`."""
    if len(message.encode()) > MAX_BYTES:
        raise Refused("message too long")
    head, gap, body = message.partition("\r\n\r\n")
    if not gap:
        raise Refused("message without an end of headers")
    start, *lines = head.split("\r\n")
    headers = _headers(lines)
    _check_length(headers, body)
    if any(c in start for c in "\r\n\0"):
        raise Refused("first line that can be read in two ways")
    if start.startswith("SIP/2.0 "):
        return  # an answer: the node matches it to its own request
    request = _REQUEST_LINE.fullmatch(start)
    if request is None or request[1] not in METHODS:
        raise Refused("method not allowed")
    _check_owner(request[1], headers, line)


def _headers(lines: list[str]) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = defaultdict(list)
    for text in lines:
        name, colon, value = text.partition(":")
        if not colon or not name or name[0].isspace() or "\n" in text or "\r" in text or "\0" in text:
            raise Refused("header that can be read in two ways")
        name = name.strip().lower()
        headers[_COMPACT.get(name, name)].append(value)
    for name in _ONCE:
        if len(headers[name]) > 1:
            raise Refused(f"{name} more than once")
    return headers


def _check_length(headers: dict[str, list[str]], body: str) -> None:
    """A body longer than it says would hide a second message behind the first."""
    told = (headers["content-length"] or ["0"])[0].strip()
    if not told.isdecimal() or int(told) != len(body.encode()):
        raise Refused("length does not fit")


def _check_owner(method: str, headers: dict[str, list[str]], line: str) -> None:
    for name in ("from", "to") if method == "REGISTER" else ("from",):
        if _user_of(headers[name]) != line:
            raise Refused(f"{name} of another line")
    for name in _CREDENTIALS:
        for value in headers[name]:
            if _USERNAME.findall(" " + value.strip()) != [line]:
                raise Refused("credentials of another line")


def _user_of(values: list[str]) -> str:
    """The user of one address; empty when there is none or more than one to choose from."""
    found = [one or other for value in values for one, other in _ADDRESS_USER.findall(value)]
    return found[0] if len(found) == 1 else ""
