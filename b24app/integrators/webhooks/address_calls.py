"""One message to one address: through the address guard, signed, within seconds, without reading what is answered."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from b24app.errors import AppError
from b24app.guard import Guard
from b24app.guard.sessions import open_session
from b24app.integrators.webhooks.webhook_signature import signed_headers
from b24app.network import demand_leave
from b24app.reminders.channels.webhook import (
    WebhookRefused,
    WebhookUnavailable,
    post_once,
    read_wait,
    webhook_guard,
)
from b24app.services import services

GONE = 410


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """One signed message: its address, number, body, and the secrets that sign it."""

    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    code: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CallResult:
    """The result of a message: the status that was answered, or the code of the failure; and how long to wait, if asked."""

    answer: str
    milliseconds: int
    wait: timedelta = timedelta()

    @property
    def good(self) -> bool:
        """Whether the address has taken it."""
        return self.answer.isdecimal() and 200 <= int(self.answer) < 300

    @property
    def gone(self) -> bool:
        """Whether the address answers that it wants nothing any more."""
        return self.answer == str(GONE)


CallAddress = Callable[[SignedMessage, datetime], CallResult]


def call_address(
    message: SignedMessage, at: datetime, *, guard: Guard | None = None, verify: bool | str = True
) -> CallResult:
    """Send one message; whatever happens is a result."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "renewal-without-downtime",
        **signed_headers(message.secrets, message.code, int(at.timestamp()), message.body),
    }
    demand_leave()
    began, wait = time.perf_counter(), ""
    try:
        with open_session(guard or webhook_guard(services().resolve)) as session:
            status, wait = post_once(session, message.url, message.body, headers, verify=verify)
        answer = str(status)
    except (WebhookRefused, WebhookUnavailable) as error:
        answer = _code(error)
    return CallResult(answer, round((time.perf_counter() - began) * 1000), read_wait(wait, at))


def _code(error: AppError) -> str:
    return str(error)[:40] or type(error).__name__
