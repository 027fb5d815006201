"""The one source of now."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    return datetime.now(UTC)


def local(moment: datetime, zone: str) -> datetime:
    """`moment` as the company's people read it on their clocks."""
    return moment.astimezone(ZoneInfo(zone))


def midnight(moment: datetime, zone: str) -> datetime:
    """When the day of `moment` began on the clocks of the company's people."""
    return local(moment, zone).replace(hour=0, minute=0, second=0, microsecond=0)
