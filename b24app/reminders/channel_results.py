"""What became of each channel's messages: when it last worked, and why the last one did not arrive."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from b24app.database import db
from b24app.reminders.model import Delivery, DeliveryState
from b24app.reminders.reminder_settings import ChannelView

WORKED = (DeliveryState.SENT, DeliveryState.MOVED, DeliveryState.KEPT)
NOT_ARRIVED = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class ChannelResult:
    """When a channel last carried something, and when and why it last did not."""

    worked_at: datetime | None = None
    failed_at: datetime | None = None
    error: str = ""

    @property
    def works(self) -> bool:
        """Whether the newest of its ends is a good one."""
        return self.worked_at is not None and (self.failed_at is None or self.worked_at >= self.failed_at)

    @property
    def never_worked(self) -> bool:
        """Whether everything that was tried has failed."""
        return self.worked_at is None and self.failed_at is not None


def channel_results(settings: Collection[ChannelView]) -> Mapping[str, ChannelResult]:
    """By code, from the deliveries that ended and from tests; a test of the present address counts as a message."""
    worked, failed = _newest(WORKED), _newest(NOT_ARRIVED)
    return {
        one.code: _with_test(one, _result(worked.get(one.code), failed.get(one.code))) for one in settings
    }


def _newest(states: Collection[DeliveryState]) -> Mapping[str, Delivery]:
    """The last delivery of each channel in one of these states."""
    last = select(func.max(Delivery.id)).where(Delivery.state.in_(states)).group_by(Delivery.channel)
    return {row.channel: row for row in db.session.scalars(select(Delivery).where(Delivery.id.in_(last)))}


def _result(worked: Delivery | None, failed: Delivery | None) -> ChannelResult:
    worked_at = (worked.sent_at or worked.taken_at) if worked else None
    failed_at = (failed.taken_at or failed.next_at) if failed else None
    return ChannelResult(worked_at, failed_at, failed.error if failed else "")


def _with_test(setting: ChannelView, found: ChannelResult) -> ChannelResult:
    at = setting.tested_at
    if at is None:
        return found
    if setting.test_error:
        newer = found.failed_at is None or at >= found.failed_at
        return ChannelResult(found.worked_at, at, setting.test_error) if newer else found
    newest = max(at, found.worked_at) if found.worked_at else at
    return ChannelResult(newest, found.failed_at, found.error)
