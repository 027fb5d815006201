"""What may be dialled. Nothing else ever reaches Asterisk as a number."""

import re

DIALLABLE = re.compile(r"[0-9*#+]{1,32}")


def diallable(text: str) -> bool:
    """Whether `text` is a number. Everything a phone sends is hostile until this says so."""
    return DIALLABLE.fullmatch(text) is not None


def masked(number: str) -> str:
    """A number for logs: its length and last digits, enough to follow one call and no more."""
    return f"{'•' * max(len(number) - 2, 0)}{number[-2:]}" if len(number) > 2 else "•" * len(number)
