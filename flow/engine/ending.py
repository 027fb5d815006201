"""How a call ends."""

from enum import StrEnum

from flow.catalog.call import CallResult

CAUSE_NORMAL = 16
"""Q.850: normal clearing."""


class Side(StrEnum):
    CALLER = "caller"
    CALLEE = "callee"
    SYSTEM = "system"


class Over(Exception):
    """The call is over; unwinds to the call's `run`, from wherever it was noticed."""

    def __init__(self, result: CallResult, by: Side, cause: int | None = CAUSE_NORMAL) -> None:
        self.result, self.by, self.cause = result, by, cause
