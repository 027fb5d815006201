"""The one source of now."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    return datetime.now(UTC)


def local(moment: datetime, zone: str) -> datetime:
    """`moment` as the company's people read it on their clocks."""
    return moment.astimezone(ZoneInfo(zone))
