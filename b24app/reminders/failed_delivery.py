"""What becomes of a delivery that was not sent: an end, another attempt and when, or waiting for the portal's access.

A refusal for good is an end. What failed before it left is tried again freely; what left without a certain answer, as
often as its channel allows. Pauses grow, and five days are the most.
"""

import zlib
from datetime import datetime, timedelta

from b24app.bitrix24.error_codes import REFUSALS
from b24app.bitrix24.no_answer import PortalRests
from b24app.errors import (
    AppError,
    ApplicationGone,
    OperationLimited,
    PortalError,
    TokenRejected,
    WriteUncertain,
)
from b24app.reminders.channels import TryLater, Unanswered, describe_failure
from b24app.reminders.delivery_lease import Held, is_unsure_for_good
from b24app.reminders.model import DeliveryState

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=6)
LOST_ACCESS: tuple[type[PortalError], ...] = (TokenRejected, ApplicationGone, *REFUSALS)


def judge(held: Held, error: Exception) -> dict[str, object]:
    """What becomes of a delivery that was not sent: an end, or another attempt and when."""
    unsure = _may_have_arrived(held, error)
    handed_over = held.handed_over + unsure
    values: dict[str, object] = {"error": describe_failure(error), "handed_over": handed_over}
    values["lost_access"] = False
    if unsure and is_unsure_for_good(held.channel, handed_over):
        return values | {"state": DeliveryState.UNCERTAIN}
    lost, at = isinstance(error, LOST_ACCESS), held.now()
    if isinstance(error, AppError) and not (error.retryable or unsure or lost):
        return values | {"state": DeliveryState.FAILED}
    next_at = next_attempt(held.id, held.attempts, error, at)
    if held.give_up_at is not None and next_at >= held.give_up_at:
        return values | {"state": DeliveryState.FAILED}
    state = DeliveryState.FAILED if lost else DeliveryState.WAITING
    return values | {"state": state, "lost_access": lost, "next_at": next_at}


def _may_have_arrived(held: Held, error: Exception) -> bool:
    """Whether the message may have arrived: an answer of the other side is certain; its silence or an error of our own after the handing over is not."""
    if isinstance(error, AppError):
        return isinstance(error, Unanswered | WriteUncertain)
    return held.left


def next_attempt(delivery_id: int, attempts: int, error: Exception, at: datetime) -> datetime:
    """The moment of the next attempt: each pause twice the one before, and never before the other side wants it."""
    pause = min(FIRST_PAUSE * (1 << min(attempts - 1, 12)), LONGEST_PAUSE)
    if isinstance(error, LOST_ACCESS):
        pause = LONGEST_PAUSE  # it comes back with the access; this is for a return that nobody noticed
    moment = at + pause + spread(delivery_id, attempts, pause / 4)
    if isinstance(error, TryLater):
        moment = max(moment, at + error.wait)
    if isinstance(error, OperationLimited | PortalRests) and error.reset_at is not None:
        moment = max(moment, error.reset_at)
    return moment


def spread(delivery_id: int, attempts: int, most: timedelta) -> timedelta:
    """A part of a span, another for each message and attempt: so that messages that failed together are not repeated together."""
    return most * (zlib.crc32(f"{delivery_id}:{attempts}".encode()) / 2**32)
