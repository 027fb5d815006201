"""The Range header (RFC 9110), as far as players use it: one range of bytes. Pure."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


@dataclass(frozen=True)
class Span:
    """Both ends belong to it."""

    first: int
    last: int


UNSATISFIABLE = Span(-1, -1)


def span_of(header: str, size: int) -> Span | None:
    """None: the whole file, also when the header cannot be understood."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        tail = min(int(match[2]), size)
        return Span(size - tail, size - 1) if tail else UNSATISFIABLE
    first = int(match[1])
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    if match[2] and int(match[2]) < first:
        return None
    return Span(first, last) if first < size else UNSATISFIABLE
