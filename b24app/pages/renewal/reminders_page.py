"""The page of reminders: schedule, channels, signed links, the notice to employees, and what was delivered."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.database import db
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.renewal.reach_panel import reach_values
from b24app.portals.model import Portal
from b24app.reminders.dispatch import Dispatcher, open_dispatcher
from b24app.reminders.employee_notice import notice_of
from b24app.reminders.message_texts import CODE_TITLES
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.outside_reach import reach_outside
from b24app.reminders.reminder_settings import (
    CHANNELS,
    ChannelView,
    Digest,
    get_digest,
    get_schedule,
    list_channels,
    renew_secret,
    set_channel,
    set_schedule,
    webhook_secret,
)
from b24app.reminders.schedule import Planned, plan_reminders
from b24app.reminders.upcoming import subjects
from b24app.renewal.failure_words import explain
from b24app.renewal.renewal_stages import ROLE_TITLES
from b24app.renewal.renewal_state import list_roles
from b24app.renewal.signed_links import PURPOSES, LinkView, list_links, make_link, revoke_link
from b24app.services import services
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import Author
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.form_fields import read_stamp, read_whole
from b24app.web.formats import today

blueprint = Blueprint("reminders_page", __name__)

WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
MOST_AHEAD = 12
MOST_PATIENT = 20
MOST_TRIES = 1000


@blueprint.get("/reminders")
@framed(admin=True)
def show_reminders(frame: Frame) -> str:
    """Everything about reminders, from what is stored."""
    return draw_reminders(frame)


@blueprint.post("/reminders/ladder")
@framed(admin=True)
def change_ladder(frame: Frame) -> ResponseReturnValue:
    """Keep when to remind."""
    form = request.form
    try:
        set_schedule(
            read_rungs(form.get("rungs", "")),
            daily_in_grace=form.get("daily_in_grace") == "yes",
            quiet_from=read_small(form.get("quiet_from", ""), "quiet_from"),
            quiet_to=read_small(form.get("quiet_to", ""), "quiet_to"),
            digest=Digest(
                form.get("digest_on") == "yes", read_small(form.get("digest_weekday", ""), "digest_weekday")
            ),
        )
    except BadInput as wrong:
        return draw_reminders(frame, form=form, wrong=wrong), 422
    return draw_reminders(frame, saved=True)


@blueprint.post("/reminders/channels/<code>")
@framed(admin=True)
def change_channel(frame: Frame, code: str) -> ResponseReturnValue:
    """Switch one way of reminding on or off and keep its address."""
    find_channel(code)
    enabled, address = request.form.get("enabled") == "yes", request.form.get("address")
    try:
        set_channel(code, enabled=enabled, address=address)
    except BadInput as wrong:
        db.session.rollback()
        typed = {"enabled": enabled, "address": address or ""}
        return draw_channel(frame, code, typed=typed, wrong=wrong), 422
    return draw_channel(frame, code, saved=True)


@blueprint.get("/reminders/channels/<code>")
@framed(admin=True)
def show_channel(frame: Frame, code: str) -> str:
    """One way of reminding; with `?since=` it waits for the end of a test."""
    since = read_stamp(request.args, "since")
    tries = read_whole(request.args.get("tries", "0"), "tries", 0, MOST_TRIES)
    return draw_channel(frame, code, since=since.timestamp() if since else None, tries=tries)


@blueprint.post("/reminders/channels/<code>/test")
@framed(admin=True)
def try_one(frame: Frame, code: str) -> str:
    """Send a test to the person who pressed the button."""
    find_channel(code)
    services().queue.later("try_channel", frame.portal_id, code, frame.user_id, frame.user_name)
    return draw_channel(frame, code, since=services().clock.now().timestamp())


@blueprint.post("/reminders/channels/webhook/secret")
@framed(admin=True)
def show_secret(frame: Frame) -> ResponseReturnValue:
    """Show the key that signs webhooks; with `renew` a new one is made first."""
    try:
        secret = renew_secret() if request.form.get("renew") else webhook_secret()
    except BadInput as wrong:
        return draw_channel(frame, "webhook", wrong=wrong), 422
    return draw_channel(frame, "webhook", secret=secret)


@blueprint.post("/reminders/links/<purpose>")
@framed(admin=True)
def renew_link(frame: Frame, purpose: str) -> str:
    """Make a new address outside the portal; the old one of the same kind stops working."""
    if purpose not in PURPOSES:
        raise NotFound
    now, by = services().clock.now(), Author(frame.user_id, frame.user_name)
    for link in list_links():
        if link.purpose == purpose:
            revoke_link(link.id, now)
    make_link(purpose, by=by, at=now)
    return draw_reminders(frame, saved=True)


@blueprint.post("/reminders/links/<int:link_id>/revoke")
@framed(admin=True)
def close_link(frame: Frame, link_id: int) -> str:
    """Close an address for ever."""
    revoke_link(link_id, services().clock.now())
    return draw_reminders(frame, saved=True)


@blueprint.post("/reminders/notice")
@framed(admin=True)
def tell_employees(frame: Frame) -> ResponseReturnValue:
    """Post the notice to employees; once a day."""
    notice = notice_of(desk_of(frame))
    if notice is None or notice.state:
        wrong = BadInput(
            N_("The notice was sent today already, or the end of the plan is not known."), "notice"
        )
        return draw_reminders(frame, wrong=wrong), 422
    services().queue.later("send_notice", frame.portal_id)
    return draw_reminders(frame, notice_sent=True)


def read_rungs(text: str) -> list[int]:
    """Read «30, 14, 7»; raises BadInput for anything that is not whole numbers."""
    parts = [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]
    if not all(part.isascii() and part.isdecimal() and len(part) < 5 for part in parts):
        raise BadInput(N_("Write the days as whole numbers with commas: 30, 14, 7."), "rungs")
    return [int(part) for part in parts]


def read_small(text: str, field: str) -> int:
    """Read a small whole number; raises BadInput naming the field."""
    if not (text.isascii() and text.isdecimal() and len(text) < 3):
        raise BadInput(N_("This is not a number."), field)
    return int(text)


def find_channel(code: str) -> ChannelView:
    """One way of reminding by its code."""
    if code not in CHANNELS:
        raise NotFound
    return next(channel for channel in list_channels() if channel.code == code)


def desk_of(frame: Frame) -> Dispatcher:
    """The portal's own day and language."""
    return open_dispatcher(db.session.get_one(Portal, frame.portal_id))


def draw_channel(
    frame: Frame,
    code: str,
    *,
    since: float | None = None,
    tries: int = 0,
    wrong: BadInput | None = None,
    **values: Any,
) -> str:
    """One row; it asks again every two seconds while a test is on its way."""
    channel = find_channel(code)
    tested = channel.tested_at.timestamp() if channel.tested_at else 0.0
    waiting = since is not None and tested < since
    late = waiting and tries >= MOST_PATIENT
    return page(
        "reminders/channel.html",
        frame,
        channel=channel,
        alone=True,
        mail_ready=services().settings.smtp_url is not None,
        reach=reach_outside(),
        explain=explain,
        since=since if waiting and not late else None,
        late=late,
        tries=tries + 1,
        wrong={wrong.field: wrong.message} if wrong else {},
        **values,
    )


def draw_reminders(frame: Frame, *, form: Any = None, wrong: BadInput | None = None, **values: Any) -> str:
    """The whole page."""
    now = services().clock.now()
    return page(
        "reminders.html",
        frame,
        ladder=get_schedule(),
        digest=get_digest(),
        channels=list_channels(),
        mail_ready=services().settings.smtp_url is not None,
        links=living_links(),
        notice=notice_of(desk_of(frame)),
        planned=coming(now)[:MOST_AHEAD],
        names=timeline_view(now, today()).names,
        deliveries=list_deliveries(50),
        explain=explain,
        titles=CODE_TITLES,
        channel_titles={channel.code: channel.title for channel in list_channels()},
        roles=ROLE_TITLES,
        people=list_roles(),
        weekdays=WEEKDAYS,
        form=form or {},
        wrong={wrong.field: wrong.message} if wrong else {},
        **reach_values(),
        **values,
    )


def living_links() -> dict[str, list[LinkView]]:
    """Every address outside the portal that works now, by purpose: whoever made it, any administrator may close it."""
    living = [link for link in list_links() if link.expires_on is None or link.expires_on >= today()]
    return {purpose: [link for link in living if link.purpose == purpose] for purpose in PURPOSES}


def coming(now: datetime) -> list[Planned]:
    """The next reminders over all terms, the nearest first."""
    ladder = get_schedule()
    found: Iterable[Planned] = (
        item
        for subject in subjects(timeline_view(now, today()), now, today())
        for item in plan_reminders(subject, ladder)
        if item.on >= today()
    )
    return sorted(found, key=lambda item: (item.on, item.line))
