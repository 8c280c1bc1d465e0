"""States of the task about an alert. Pure."""

from enum import StrEnum


class AlertTaskState(StrEnum):
    """The state of the task; the value is stored."""

    WAITING = "waiting"
    SET = "set"
    CLOSED = "closed"
    GONE = "gone"
    FAILED = "failed"


AT_END = frozenset({AlertTaskState.CLOSED, AlertTaskState.GONE, AlertTaskState.FAILED})
