"""Records of traffic: HTTP requests received, events sent."""

from __future__ import annotations

from dataclasses import dataclass, field

KEPT = 20_000


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One HTTP request to a portal or to the authorization server."""

    host: str
    path: str
    method: str
    status: int
    user_agent: str
    started: float
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event as it was sent, and the status of the handler's answer (0: none)."""

    url: str
    form: dict[str, str]
    status: int
    at: float

    @property
    def event(self) -> str:
        """Return the event's name."""
        return self.form.get("event", "")


@dataclass(slots=True)
class Traffic:
    """Both lists; the older half of the requests is dropped at 20,000."""

    requests: list[RequestRecord] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    hits: int = 0

    def note(self, record: RequestRecord) -> None:
        """Record a request."""
        self.hits += 1
        self.requests.append(record)
        if len(self.requests) > KEPT:
            del self.requests[: KEPT // 2]
