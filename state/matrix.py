"""The permission matrix as a page draws it."""

from flow.access.permissions import LIVE_ACTIONS, PLATFORM, label
from flow.access.permissions import RESOURCES as _RESOURCES
from flow.access.permissions import VERBS as _VERBS

RESOURCES: list[dict[str, object]] = [{"key": r.key, "label": r.label, "verbs": list(r.verbs)} for r in _RESOURCES]
VERBS: list[dict[str, str]] = [{"value": value, "label": text} for value, text in _VERBS.items()]
ACTIONS: list[dict[str, str]] = [{"value": value, "label": text} for value, text in LIVE_ACTIONS.items()]
EVERY: list[tuple[str, str]] = sorted(
    [(f"{r.key}.{verb}", label(f"{r.key}.{verb}")) for r in _RESOURCES for verb in r.verbs]
    + list(LIVE_ACTIONS.items())
    + [(p, label(p)) for p in PLATFORM if not any(p == f"{r.key}.{v}" for r in _RESOURCES for v in r.verbs)],
    key=lambda pair: pair[1],
)
