"""Words and tones for values, for pages to draw."""

from flow.services.call_log import DIRECTION_LABELS, RESULT_LABELS

RESULTS: dict[str, str] = {str(value): label for value, label in RESULT_LABELS.items()}
DIRECTIONS = DIRECTION_LABELS
TONES = {
    "answered": "success",
    "served": "info",
    "abandoned": "danger",
    "busy": "warning",
    "no_answer": "warning",
    "cancelled": "",
    "rejected": "warning",
    "": "info",
}
"""Of a call's result; "danger" for any other."""
SEGMENT_TONES = {"answered": "success", "unanswered": "danger", "refused": "warning", "": "warning"}
"""Of what became of one member of a queue; none for any other."""


def clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
