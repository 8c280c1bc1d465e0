"""Settings of reminders: the schedule, quiet hours, the weekly digest, and the channels with their addresses."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from b24app.database import db, read_once
from b24app.errors import BadInput
from b24app.portal_rows import PortalRows
from b24app.reminders import model
from b24app.reminders.channels import AddressField, Channel, load_channels
from b24app.reminders.kinds import ReminderSchedule
from b24app.text.messages import N_


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel as this portal has set it; `shown` is its address as pages may show it, `refused` why it is not used."""

    channel: Channel
    enabled: bool
    address: str = field(repr=False)
    shown: str
    has_secret: bool
    tested_at: datetime | None
    test_error: str
    refused: str = ""

    @property
    def code(self) -> str:
        """The channel's code."""
        return self.channel.code


@dataclass(frozen=True, slots=True)
class Digest:
    """When the weekly digest goes out; Monday is 0."""

    on: bool = True
    weekday: int = 0


def get_schedule() -> ReminderSchedule:
    """When this portal is reminded; the usual days when nobody changed them."""
    row = _setting()
    if row is None:
        return ReminderSchedule()
    return ReminderSchedule(
        tuple(row.days_before), row.daily_in_grace, quiet_from=row.quiet_from, quiet_to=row.quiet_to
    )


def get_digest() -> Digest:
    """The weekly digest's setting."""
    row = _setting()
    return Digest(row.digest_on, row.digest_weekday) if row else Digest()


SETTINGS = PortalRows(select(model.ScheduleSetting))
CHANNELS = PortalRows(select(model.ChannelSetting).order_by(model.ChannelSetting.id))


def _setting() -> model.ScheduleSetting | None:
    return SETTINGS.first()


def set_schedule(
    days_before: Sequence[int],
    *,
    daily_in_grace: bool = True,
    quiet_from: int = 20,
    quiet_to: int = 9,
    digest: Digest | None = None,
) -> ReminderSchedule:
    """Change when to remind; raises BadInput for days and hours that make no sense."""
    days = tuple(sorted(set(days_before), reverse=True))
    if not days or len(days) > 12 or not all(0 <= day <= 120 for day in days):
        raise BadInput(
            N_("Reminders take from 1 to 12 different days, from 0 to 120 before the end."), "days_before"
        )
    if not (0 <= quiet_from <= 23 and 0 <= quiet_to <= 23):
        raise BadInput(N_("Hours go from 0 to 23."), "quiet_from")
    if digest is not None and not 0 <= digest.weekday <= 6:
        raise BadInput(N_("Choose a day of the week."), "digest_weekday")
    row = db.session.scalar(select(model.ScheduleSetting))
    if row is None:
        row = model.ScheduleSetting()
        db.session.add(row)
    row.days_before, row.daily_in_grace = list(days), daily_in_grace
    row.quiet_from, row.quiet_to = quiet_from, quiet_to
    if digest is not None:
        row.digest_on, row.digest_weekday = digest.on, digest.weekday
    db.session.flush()
    return get_schedule()


@read_once
def list_channels() -> tuple[ChannelView, ...]:
    """All channels; those never touched are on or off by default."""
    rows = {row.code: row for row in CHANNELS.read()}
    return tuple(_view(channel, rows.get(channel.code)) for channel in load_channels().values())


def get_channel(code: str) -> ChannelView:
    """One channel as this portal has set it; raises BadInput for a code that no channel has."""
    channel = _known(code)
    return next(one for one in list_channels() if one.code == channel.code)


def set_channel(code: str, *, enabled: bool, address: str | None = None) -> ChannelView:
    """Switch a channel on or off and set its address; raises BadInput for an address that it cannot use."""
    channel = _known(code)
    row = _row_to_write(channel)
    if address is not None and channel.address is not None:
        _change_address(channel.address, row, address.strip(), enabled=enabled)
    row.enabled = enabled
    if enabled and channel.address and channel.address.required and not row.address:
        raise BadInput(channel.address.required, "address")
    if enabled and channel.signed:
        row.secret = row.secret or secrets.token_urlsafe(32)
    db.session.flush()
    return _view(channel, row)


def signing_secret(code: str) -> str:
    """The secret that signs a channel's messages, for the channel and the administrator; empty when there is none."""
    row = _row(code)
    return (row.secret or "") if row else ""


def renew_secret(code: str) -> str:
    """A new secret for a channel that signs; messages from now on are signed with it."""
    channel, row = _known(code), _row(code)
    if row is None or not row.address:
        raise BadInput(channel.address.required if channel.address else "", "address")
    row.secret = secrets.token_urlsafe(32)
    db.session.flush()
    return row.secret


def note_test(code: str, at: datetime, error: str = "") -> None:
    """Keep how the test of a channel ended."""
    row = _row_to_write(_known(code))
    row.tested_at, row.test_error = at, error[:300]
    db.session.flush()


def _known(code: str) -> Channel:
    channel = load_channels().get(code)
    if channel is None:
        raise BadInput(N_("There is no such channel."), "code")
    return channel


def _row(code: str) -> model.ChannelSetting | None:
    return db.session.scalar(select(model.ChannelSetting).where(model.ChannelSetting.code == code))


def _row_to_write(channel: Channel) -> model.ChannelSetting:
    row = _row(channel.code)
    if row is None:
        row = model.ChannelSetting(code=channel.code, enabled=channel.on_at_first, address="")
        db.session.add(row)
    return row


def _change_address(form: AddressField, row: model.ChannelSetting, address: str, *, enabled: bool) -> None:
    """Keep another address, which was never tried: the test of the old one does not count for it.

    A secret one that a page sent back as it was shown stays, and one that is refused can be switched off.
    """
    as_shown = form.secret and bool(row.address) and address == form.show(row.address)
    if as_shown or (not enabled and address == row.address):
        return
    checked = form.check(address)
    if checked != row.address:
        row.tested_at, row.test_error = None, ""
    row.address = checked


def _view(channel: Channel, row: model.ChannelSetting | None) -> ChannelView:
    form, address = channel.address, row.address if row else ""
    return ChannelView(
        channel=channel,
        enabled=row.enabled if row else channel.on_at_first,
        address=address,
        shown=form.show(address) if form and address else "",
        has_secret=bool(row and row.secret),
        tested_at=row.tested_at if row else None,
        test_error=row.test_error if row else "",
        refused=form.judge(address) if form and address else "",
    )
