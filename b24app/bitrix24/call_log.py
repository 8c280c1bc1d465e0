"""The log of calls as the client sees it: one seam, and the entry that goes through it."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from b24app.bitrix24.masked_calls import mask_answer, mask_request

MOST_REQUEST = 2000
MOST_ANSWER = 4000
MOST_ERROR = 120


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One HTTP request and its answer, already masked and bounded; times in unix seconds."""

    at: float
    method: str
    seconds: float
    http: int
    error: str
    size: int
    request: str
    answer: str


class CallLog(Protocol):
    """Takes entries; must never fail the call it writes about."""

    def record(self, entry: CallEntry) -> None:
        """Keep one entry."""
        ...


class Silence:
    """No log: scripts and benches."""

    def record(self, entry: CallEntry) -> None:
        """Forget the entry."""


@dataclass(slots=True)
class Memory:
    """A log in a list: tests and scripts that want to look."""

    entries: list[CallEntry] = field(default_factory=list)

    def record(self, entry: CallEntry) -> None:
        """Append the entry."""
        self.entries.append(entry)


def describe_request(method: str, params: Any) -> str:
    """Masked parameters of a request as bounded JSON."""
    return mask_request(method, params, MOST_REQUEST)


def describe_answer(method: str, params: Any, body: Any) -> str:
    """Masked answer as bounded JSON; long lists keep their first rows."""
    return mask_answer(method, params, body, MOST_ANSWER)
