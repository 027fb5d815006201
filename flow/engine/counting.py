"""Since when the figures of a company's queues count: its midnight, or the start of the engine if that was later."""

from datetime import UTC, datetime

from flow.clock import local


class Counting:
    """`since`: epoch seconds."""

    def __init__(self, at: float) -> None:
        self.since = at

    def new_day(self, at: float, zone: str) -> bool:
        """Whether a day has begun for the company since it was last asked; then that is when counting began."""
        moment = local(datetime.fromtimestamp(at, UTC), zone)
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        if midnight <= self.since:
            return False
        self.since = midnight
        return True
