"""Words for values, for pages to draw."""

from flow.services.call_log import RESULT_LABELS

RESULTS: dict[str, str] = {str(value): label for value, label in RESULT_LABELS.items()}
