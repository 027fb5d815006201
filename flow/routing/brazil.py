"""Numbers as they are dialled, written and delivered in Brazil. Pure; the area codes are those of catalog/company.py.

Ten or eleven digits begin with the DDD (55 is Santa Maria); twelve or thirteen that begin with 55, with the DDI.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flow.catalog.company import DDDS


class NumberKind(StrEnum):
    LOCAL_FIXED = "local_fixed"
    LOCAL_MOBILE = "local_mobile"
    NATIONAL = "national"
    INTERNATIONAL = "international"
    NON_GEOGRAPHIC = "non_geographic"
    SHORT = "short"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Number:
    """`digits`: the number without prefixes: DDD and subscriber, "08001234567", "190", country and number abroad, or
    the subscriber alone when the DDD is not known. `csp`: the carrier that was chosen, or "". `why`: in Portuguese."""

    kind: NumberKind
    digits: str
    why: str
    csp: str = ""

    @property
    def mobile(self) -> bool:
        return self.kind in (NumberKind.LOCAL_MOBILE, NumberKind.NATIONAL) and len(self.digits) in (9, 11)


# The area codes of each state; 61 is the Federal District and a part of Goiás.
STATES: dict[str, str] = {
    "AC": "68", "AL": "82", "AM": "92 97", "AP": "96", "BA": "71 73 74 75 77", "CE": "85 88", "DF": "61",
    "ES": "27 28", "GO": "62 64", "MA": "98 99", "MG": "31 32 33 34 35 37 38", "MS": "67", "MT": "65 66",
    "PA": "91 93 94", "PB": "83", "PE": "81 87", "PI": "86 89", "PR": "41 42 43 44 45 46", "RJ": "21 22 24",
    "RN": "84", "RO": "69", "RR": "95", "RS": "51 53 54 55", "SC": "47 48 49", "SE": "79",
    "SP": "11 12 13 14 15 16 17 18 19", "TO": "63",
}  # fmt: skip


def state_of(ddd: str) -> str:
    """The state ("RS") in which an area code lies; "" for one that does not exist."""
    return next((state for state, ddds in STATES.items() if ddd in ddds.split()), "")


# Since this day each DDD is one local area (Res. Anatel 768/2024); before it, the CNL decided.
DDD_IS_LOCAL_AREA_SINCE = date(2026, 6, 21)
NON_GEOGRAPHIC = ("0800", "0300", "0303", "0304", "0500", "0900")

_WRITTEN = re.compile(r"\+?\(?[0-9][0-9 ().-]{0,39}", re.ASCII)
_SHORT = re.compile(r"1[0-9]{2}|10[3-6][0-9]{1,2}|911", re.ASCII)
_SERVICE = re.compile(rf"(?:\+?55)?0?({'|'.join(p[1:] for p in NON_GEOGRAPHIC)})([0-9]{{6,7}})", re.ASCII)
_ABROAD = re.compile(r"00(?P<csp>[1-9][0-9])(?P<number>[1-9][0-9]{6,14})|\+(?P<plus>(?!55)[1-9][0-9]{6,14})", re.ASCII)
_NATIONAL = re.compile(
    rf"(?:(?:\+?55)?0?|0(?P<csp>[1-9][0-9]))(?P<ddd>{'|'.join(DDDS)})(?P<subscriber>[0-9]{{8,9}})", re.ASCII
)
_FIXED = re.compile(r"[2-5][0-9]{7}", re.ASCII)
_MOBILE = re.compile(r"9[0-9]{8}", re.ASCII)
_OLD_MOBILE = re.compile(r"[6-9][0-9]{7}", re.ASCII)


def classify(text: str, *, ddd: str = "", complete_mobile: bool = True) -> Number:
    """What `text` is when somebody in the area `ddd` dials it. Spaces, dots, hyphens and parentheses are ignored.

    `complete_mobile`: an old mobile number of eight digits gets its 9.
    """
    if not _WRITTEN.fullmatch(text):
        return Number(NumberKind.UNKNOWN, "", "Não é um número de telefone: só dígitos, com + apenas no início.")
    digits = re.sub(r"[ ().-]", "", text)
    if _SHORT.fullmatch(digits):
        return Number(NumberKind.SHORT, digits, f"{digits} é um serviço público; é discado como está.")
    if service := _SERVICE.fullmatch(digits):
        return Number(NumberKind.NON_GEOGRAPHIC, f"0{service[1]}{service[2]}", f"Número não geográfico 0{service[1]}.")
    if abroad := _ABROAD.fullmatch(digits):
        number, csp = abroad["number"] or abroad["plus"], abroad["csp"] or ""
        return Number(NumberKind.INTERNATIONAL, number, f"Ligação internacional{_by(csp)}.", csp)
    return _within(digits, ddd, complete_mobile)


def _within(digits: str, ddd: str, complete_mobile: bool) -> Number:
    national = _NATIONAL.fullmatch(digits)
    subscriber = _subscriber(national["subscriber"] if national else digits, complete_mobile)
    if not subscriber:
        return Number(NumberKind.UNKNOWN, digits, f"{digits} não tem a forma de nenhum número do Brasil.")
    if national is None:
        kind, word = (
            (NumberKind.LOCAL_FIXED, "fixo") if _FIXED.fullmatch(subscriber) else (NumberKind.LOCAL_MOBILE, "celular")
        )
        return Number(kind, ddd + subscriber, f"Número {word} local{f' do DDD {ddd}' if ddd else ''}.")
    csp = national["csp"] or ""
    return Number(NumberKind.NATIONAL, national["ddd"] + subscriber, f"Número do DDD {national['ddd']}{_by(csp)}.", csp)


def _subscriber(digits: str, complete_mobile: bool) -> str:
    """The digits after the DDD if they are somebody's number, else ""."""
    if _OLD_MOBILE.fullmatch(digits):
        return f"9{digits}" if complete_mobile else digits
    return digits if _FIXED.fullmatch(digits) or _MOBILE.fullmatch(digits) else ""


def _by(csp: str) -> str:
    return f" pela operadora {csp}" if csp else ""


def shown(number: str) -> str:
    """How a number is written for people: "(51) 2555-4444", "0800 123 4567", "+1212…"; unchanged if it is none."""
    known = classify(number, complete_mobile=False)
    digits = known.digits
    if known.kind is NumberKind.NATIONAL:
        return f"({digits[:2]}) {digits[2:-4]}-{digits[-4:]}"
    if known.kind in (NumberKind.LOCAL_FIXED, NumberKind.LOCAL_MOBILE):
        return f"{digits[:-4]}-{digits[-4:]}"
    if known.kind is NumberKind.NON_GEOGRAPHIC:
        return f"{digits[:4]} {digits[4:-4]} {digits[-4:]}"
    return f"+{digits}" if known.kind is NumberKind.INTERNATIONAL else number


def same_local_area(own_ddd: str, other_ddd: str, on: date, *, same_cnl: bool) -> bool:
    """Whether a call on that day is local. `same_cnl`: both ends lie in one CNL area, which decided before."""
    return own_ddd == other_ddd if on >= DDD_IS_LOCAL_AREA_SINCE else same_cnl
