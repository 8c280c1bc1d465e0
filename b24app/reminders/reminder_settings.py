"""Settings of reminders: the schedule, quiet hours, the weekly digest, and the channels with their addresses."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from b24app.bitrix24.masking import mask_address
from b24app.database import db, read_once
from b24app.errors import BadInput
from b24app.guard import PlaceRefused
from b24app.reminders import model
from b24app.reminders.channels.webhook import webhook_guard
from b24app.reminders.schedule import ReminderSchedule
from b24app.renewal.renewal_state import check_email
from b24app.services import services
from b24app.text.messages import N_

CHANNELS = ("notification", "task", "feed", "email", "webhook")
DEFAULT_ON = ("notification", "email")
CHANNEL_TITLES = {
    "notification": N_("Portal notification"),
    "task": N_("Task with a deadline"),
    "feed": N_("Message in the feed"),
    "email": N_("E-mail"),
    "webhook": N_("Signed webhook"),
}
SURVIVES = ("email", "webhook")


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One channel; `survives` when it works though the portal does not, `refused` says why its address is not called.

    `shown` is its address as pages may show it.
    """

    code: str
    title: str
    enabled: bool
    address: str = field(repr=False)
    shown: str
    has_secret: bool
    tested_at: datetime | None
    test_error: str
    survives: bool
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """When the weekly letter goes out; Monday is 0."""

    on: bool = True
    weekday: int = 0


def get_schedule() -> ReminderSchedule:
    """The ladder of this portal; the usual one when nobody changed it."""
    row = _setting()
    if row is None:
        return ReminderSchedule()
    return ReminderSchedule(
        tuple(row.rungs), row.daily_in_grace, quiet_from=row.quiet_from, quiet_to=row.quiet_to
    )


def get_digest() -> Digest:
    """The weekly letter's setting."""
    row = _setting()
    return Digest(row.digest_on, row.digest_weekday) if row else Digest()


@read_once
def _setting() -> model.ScheduleSetting | None:
    return db.session.scalar(select(model.ScheduleSetting))


def set_schedule(
    rungs: Sequence[int],
    *,
    daily_in_grace: bool = True,
    quiet_from: int = 20,
    quiet_to: int = 9,
    digest: Digest | None = None,
) -> ReminderSchedule:
    """Change the ladder; raises BadInput for days and hours that make no sense."""
    days = tuple(sorted(set(rungs), reverse=True))
    if not days or len(days) > 12 or not all(0 <= day <= 120 for day in days):
        raise BadInput(
            N_("Reminders take from 1 to 12 different days, from 0 to 120 before the end."), "rungs"
        )
    if not (0 <= quiet_from <= 23 and 0 <= quiet_to <= 23):
        raise BadInput(N_("Hours go from 0 to 23."), "quiet_from")
    if digest is not None and not 0 <= digest.weekday <= 6:
        raise BadInput(N_("Choose a day of the week."), "digest_weekday")
    row = db.session.scalar(select(model.ScheduleSetting))
    if row is None:
        row = model.ScheduleSetting()
        db.session.add(row)
    row.rungs, row.daily_in_grace, row.quiet_from, row.quiet_to = (
        list(days),
        daily_in_grace,
        quiet_from,
        quiet_to,
    )
    if digest is not None:
        row.digest_on, row.digest_weekday = digest.on, digest.weekday
    db.session.flush()
    return get_schedule()


@read_once
def list_channels() -> tuple[ChannelView, ...]:
    """All channels; those never touched are on or off by default."""
    rows = {row.code: row for row in db.session.scalars(select(model.Channel))}
    return tuple(_view(code, rows.get(code)) for code in CHANNELS)


def set_channel(code: str, *, enabled: bool, address: str | None = None) -> ChannelView:
    """Switch a channel on or off and set its address: mail for e-mail, https for the webhook."""
    if code not in CHANNELS:
        raise BadInput(N_("There is no such channel."), "code")
    row = db.session.scalar(select(model.Channel).where(model.Channel.code == code))
    if row is None:
        row = model.Channel(code=code, address="")
        db.session.add(row)
    if (
        address is not None
        and not _is_shown(code, row, address.strip())
        and (enabled or address.strip() != row.address)  # what is refused can be switched off
    ):
        _write_address(row, _check_address(code, address.strip()))
    row.enabled = enabled
    if code == "webhook" and enabled:
        if not row.address:
            raise BadInput(N_("The webhook needs an address that starts with https://"), "address")
        row.secret = row.secret or secrets.token_urlsafe(32)
    db.session.flush()
    return _view(code, row)


def _write_address(row: model.Channel, address: str) -> None:
    """Another address was never tried: the test of the old one says nothing about it."""
    if address != row.address:
        row.tested_at, row.test_error = None, ""
    row.address = address


def webhook_secret() -> str:
    """The secret that signs webhooks, to be shown once to the administrator; empty when there is none."""
    row = db.session.scalar(select(model.Channel).where(model.Channel.code == "webhook"))
    return (row.secret or "") if row else ""


def renew_secret() -> str:
    """A new secret for the webhook; letters from now on are signed with it."""
    row = db.session.scalar(select(model.Channel).where(model.Channel.code == "webhook"))
    if row is None or not row.address:
        raise BadInput(N_("The webhook needs an address that starts with https://"), "address")
    row.secret = secrets.token_urlsafe(32)
    db.session.flush()
    return row.secret


def note_test(code: str, at: datetime, error: str = "") -> None:
    """Keep how the test of a channel ended."""
    row = db.session.scalar(select(model.Channel).where(model.Channel.code == code))
    if row is None:
        row = model.Channel(code=code, enabled=code in DEFAULT_ON, address="")
        db.session.add(row)
    row.tested_at, row.test_error = at, error[:300]
    db.session.flush()


def _check_address(code: str, address: str) -> str:
    if code == "email":
        return ", ".join(check_email(part) for part in address.split(",") if part.strip())
    if code != "webhook" or not address:
        return ""
    if len(address) > 500:
        raise BadInput(N_("This address is too long: 500 letters at most."), "address")
    try:
        webhook_guard(services().resolve).check(address)
    except PlaceRefused as refused:
        raise BadInput(refused.message, "address") from None
    return address


def _why_refused(row: model.Channel | None) -> str:
    """Why the guard lets nothing go to an address that is stored, by what is written in it; empty when it may."""
    if row is None or row.code != "webhook" or not row.address:
        return ""
    try:
        webhook_guard(services().resolve).judge(row.address)
    except PlaceRefused as refused:
        return refused.message
    return ""


def _shown(code: str, address: str) -> str:
    return mask_address(address) if code == "webhook" else address


def _is_shown(code: str, row: model.Channel, address: str) -> bool:
    """Whether a page sent back the address as it was shown, which is masked: it stays as it is."""
    return code == "webhook" and bool(row.address) and address == _shown(code, row.address)


def _view(code: str, row: model.Channel | None) -> ChannelView:
    return ChannelView(
        code=code,
        title=CHANNEL_TITLES[code],
        enabled=row.enabled if row else code in DEFAULT_ON,
        address=row.address if row else "",
        shown=_shown(code, row.address) if row else "",
        has_secret=bool(row and row.secret),
        tested_at=row.tested_at if row else None,
        test_error=row.test_error if row else "",
        survives=code in SURVIVES,
        refused=_why_refused(row),
    )
