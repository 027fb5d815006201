"""Since when the figures of a company's queues count: its midnight."""

from datetime import UTC, datetime

from flow.clock import midnight


class Counting:
    """`since`: epoch seconds. The zone is the company's, which may change it."""

    def __init__(self, at: float, zone: str) -> None:
        self.since = _midnight(at, zone)

    def new_day(self, at: float, zone: str) -> bool:
        """Whether a day has begun for the company since it was last asked; then that is when counting began."""
        began = _midnight(at, zone)
        if began <= self.since:
            return False
        self.since = began
        return True


def _midnight(at: float, zone: str) -> float:
    return midnight(datetime.fromtimestamp(at, UTC), zone).timestamp()
