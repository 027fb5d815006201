"""CNPJ, numeric and alphanumeric (Receita Federal, IN RFB 2.229/2024): 12 characters and 2 check digits."""

import re

_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
_SHAPE = re.compile(r"[0-9A-Z]{12}[0-9]{2}")


def raw(text: str) -> str:
    """The 14 characters without punctuation, upper case; whatever else was there stays and fails `valid`."""
    return re.sub(r"[.\-/\s]", "", text).upper()


def valid(text: str) -> bool:
    code = raw(text)
    if not _SHAPE.fullmatch(code) or len(set(code)) == 1:
        return False
    return code[12:] == check_digits(code[:12])


def check_digits(base: str) -> str:
    first = _digit(base, _WEIGHTS[1:])
    return first + _digit(base + first, _WEIGHTS)


def _digit(characters: str, weights: tuple[int, ...]) -> str:
    """A character is worth its code less 48, so that digits keep their value and A is 17."""
    rest = sum((ord(c) - 48) * w for c, w in zip(characters, weights, strict=True)) % 11
    return "0" if rest < 2 else str(11 - rest)


def shown(code: str) -> str:
    return f"{code[:2]}.{code[2:5]}.{code[5:8]}/{code[8:12]}-{code[12:]}" if len(code) == 14 else code
