"""Pages of a list, as every list counts and names them."""

from urllib.parse import urlencode

SIZES = ("25", "50", "100", "200")


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def pages_of(total: int, size: int) -> int:
    return max(1, -(-total // size))


def span_of(page: int, size: int, shown: int, total: int) -> str:
    """ "26–50 de 1.000"."""
    first = (page - 1) * size + 1
    return f"{thousands(first)}–{thousands(first + shown - 1)} de {thousands(total)}" if shown else ""


def size_of(wanted: str) -> str:
    return wanted if wanted in SIZES else SIZES[0]


def turned(where: str, page: int, last: int) -> int:
    """The page after a step to `first`, `previous`, `next` or `last`."""
    wanted = {"first": 1, "previous": page - 1, "next": page + 1}.get(where, last)
    return max(1, min(wanted, last))


def query_text(wanted: dict[str, str]) -> str:
    """What follows the path in a list's address; nothing for what is not asked for."""
    given = {key: value for key, value in wanted.items() if value}
    return f"?{urlencode(given)}" if given else ""
