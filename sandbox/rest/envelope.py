"""The envelope of a REST result: total, next and the time block (the portal's source, rest 25.600)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox import assumptions
from sandbox.rest.registry import Listing


@dataclass(frozen=True, slots=True)
class Spent:
    """How long a call took, and its operating time where that is counted."""

    began: datetime
    seconds: float
    operating: float | None = None
    reset_at: int | None = None


def time_block(spent: Spent) -> dict[str, Any]:
    """Write the time block: since 2026 start and processing are whole seconds."""
    finish = spent.began + timedelta(seconds=spent.seconds)
    block: dict[str, Any] = {
        "start": int(spent.began.timestamp()),
        "finish": finish.timestamp(),
        "duration": spent.seconds,
        "processing": int(spent.seconds),
        "date_start": spent.began.isoformat(timespec="seconds"),
        "date_finish": finish.isoformat(timespec="seconds"),
    }
    if spent.reset_at is not None:
        block["operating_reset_at"] = spent.reset_at
    if spent.operating is not None:
        block["operating"] = spent.operating
    return block


def result_of(answer: Any) -> Any:
    """Return the value of `result`."""
    return answer.result() if isinstance(answer, Listing) else answer


def paging_of(answer: Any) -> Mapping[str, int]:
    """Return `next` and `total` of a list, nothing for other answers."""
    if not isinstance(answer, Listing):
        return {}
    if answer.start < 0:
        total = assumptions.TOTAL_AFTER_MINUS_ONE
        return {} if total is None else {"total": total}
    paging = {"next": answer.next(), "total": answer.total}
    return {name: value for name, value in paging.items() if value is not None}
