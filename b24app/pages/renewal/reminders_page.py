"""The page of reminders: schedule, channels, signed links, the notice to employees, and what was delivered."""

from datetime import datetime

from flask import Blueprint, request

from b24app.database import db
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.renewal.reach_panel import reach_values
from b24app.portals.model import Portal
from b24app.reminders.channels import explain_failure, load_channels
from b24app.reminders.dispatch import Dispatcher, open_dispatcher
from b24app.reminders.kinds import Planned, load_kinds
from b24app.reminders.kinds.employee_messages import notice_of
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.outside_addresses import reach_outside
from b24app.reminders.portal_schedule import plan_timeline
from b24app.reminders.reminder_settings import (
    ChannelView,
    Digest,
    get_channel,
    get_digest,
    get_schedule,
    list_channels,
    renew_secret,
    set_channel,
    set_schedule,
    signing_secret,
)
from b24app.renewal.renewal_stages import ROLE_TITLES
from b24app.renewal.signed_links import PURPOSES, LinkView, list_links, make_link, revoke_link
from b24app.renewal.situation_reading import list_roles
from b24app.services import services
from b24app.terms.stored_terms import timeline_view
from b24app.text.messages import N_
from b24app.web import author, framed, page
from b24app.web.filters import today
from b24app.web.form_fields import read_stamp, read_whole

blueprint = Blueprint("reminders_page", __name__)

WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
MOST_AHEAD = 12
MOST_PATIENT = 20
MOST_TRIES = 1000


def draw_channel(
    frame: Frame,
    code: str,
    *,
    since: float | None = None,
    tries: int = 0,
    wrong: BadInput | None = None,
    **values: object,
) -> str:
    """One row; it asks again every two seconds while a test is on its way."""
    setting = find_channel(code)
    tested = setting.tested_at.timestamp() if setting.tested_at else 0.0
    waiting = since is not None and tested < since
    late = waiting and tries >= MOST_PATIENT
    return page(
        "reminders/channel.html",
        frame,
        setting=setting,
        alone=True,
        reach=reach_outside(),
        explain=explain_failure,
        since=since if waiting and not late else None,
        late=late,
        tries=tries + 1,
        wrong={wrong.field: wrong.message} if wrong else {},
        **values,
    )


def draw_reminders(frame: Frame, wrong: BadInput | None = None, **values: object) -> str:
    """The whole page."""
    now = services().clock.now()
    return page(
        "reminders.html",
        frame,
        schedule=get_schedule(),
        digest=get_digest(),
        settings=list_channels(),
        channels=load_channels(),
        links=living_links(),
        notice=notice_of(dispatcher_of(frame)),
        planned=coming(now)[:MOST_AHEAD],
        names=timeline_view(now, today()).names,
        deliveries=list_deliveries(50),
        explain=explain_failure,
        kinds=load_kinds(),
        roles=ROLE_TITLES,
        people=list_roles(),
        weekdays=WEEKDAYS,
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
        **reach_values(),
        **values,
    )


def redraw_channel(frame: Frame, wrong: BadInput) -> str:
    """The row with what was typed into it and what is wrong with it."""
    enabled, address = request.form.get("enabled") == "yes", request.form.get("address", "")
    typed = {"enabled": enabled, "address": address} if request.form.keys() & {"enabled", "address"} else None
    return draw_channel(frame, (request.view_args or {})["code"], typed=typed, wrong=wrong)


@blueprint.get("/reminders")
@framed(admin=True)
def show_reminders(frame: Frame) -> str:
    """Everything about reminders, from what is stored."""
    return draw_reminders(frame)


@blueprint.post("/reminders/schedule")
@framed(admin=True, redraw=draw_reminders)
def change_schedule(frame: Frame) -> str:
    """Keep when to remind."""
    form = request.form
    set_schedule(
        read_days(form.get("days_before", "")),
        daily_in_grace=form.get("daily_in_grace") == "yes",
        quiet_from=read_small(form.get("quiet_from", ""), "quiet_from"),
        quiet_to=read_small(form.get("quiet_to", ""), "quiet_to"),
        digest=Digest(
            form.get("digest_on") == "yes", read_small(form.get("digest_weekday", ""), "digest_weekday")
        ),
    )
    return draw_reminders(frame, saved=True)


@blueprint.post("/reminders/channels/<code>")
@framed(admin=True, redraw=redraw_channel)
def change_channel(frame: Frame, code: str) -> str:
    """Switch one channel on or off and keep its address."""
    find_channel(code)
    set_channel(code, enabled=request.form.get("enabled") == "yes", address=request.form.get("address"))
    return draw_channel(frame, code, saved=True)


@blueprint.get("/reminders/channels/<code>")
@framed(admin=True)
def show_channel(frame: Frame, code: str) -> str:
    """One channel; with `?since=` it waits for the end of a test."""
    since = read_stamp(request.args, "since")
    tries = read_whole(request.args.get("tries", "0"), "tries", 0, MOST_TRIES)
    return draw_channel(frame, code, since=since.timestamp() if since else None, tries=tries)


@blueprint.post("/reminders/channels/<code>/test")
@framed(admin=True)
def try_one(frame: Frame, code: str) -> str:
    """Send a test to the person who pressed the button."""
    find_channel(code)
    services().queue.later("try_channel", frame.portal_id, code, frame.user_id)
    return draw_channel(frame, code, since=services().clock.now().timestamp())


@blueprint.post("/reminders/channels/<code>/secret")
@framed(admin=True, redraw=redraw_channel)
def show_secret(frame: Frame, code: str) -> str:
    """Show the key that signs a channel's messages; with `renew` a new one is made first."""
    if not find_channel(code).channel.signed:
        raise NotFound
    secret = renew_secret(code) if request.form.get("renew") else signing_secret(code)
    return draw_channel(frame, code, secret=secret)


@blueprint.post("/reminders/links/<purpose>")
@framed(admin=True)
def renew_link(frame: Frame, purpose: str) -> str:
    """Make a new address outside the portal; the old one of the same kind stops working."""
    if purpose not in PURPOSES:
        raise NotFound
    now, by = services().clock.now(), author(frame)
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
@framed(admin=True, redraw=draw_reminders)
def notify_employees(frame: Frame) -> str:
    """Post the notice to employees; once a day."""
    notice = notice_of(dispatcher_of(frame))
    if notice is None or notice.state:
        raise BadInput(
            N_("The notice was sent today already, or the end of the plan is not known."), "notice"
        )
    services().queue.later("send_notice", frame.portal_id)
    return draw_reminders(frame, notice_sent=True)


def read_days(text: str) -> list[int]:
    """Read «30, 14, 7»; raises BadInput for anything that is not whole numbers."""
    parts = [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]
    if not all(part.isascii() and part.isdecimal() and len(part) < 5 for part in parts):
        raise BadInput(N_("Write the days as whole numbers with commas: 30, 14, 7."), "days_before")
    return [int(part) for part in parts]


def read_small(text: str, field: str) -> int:
    """Read a small whole number; raises BadInput naming the field."""
    if not (text.isascii() and text.isdecimal() and len(text) < 3):
        raise BadInput(N_("This is not a number."), field)
    return int(text)


def find_channel(code: str) -> ChannelView:
    """One channel as this portal has set it; raises NotFound for a code that no channel has."""
    if code not in load_channels():
        raise NotFound
    return get_channel(code)


def dispatcher_of(frame: Frame) -> Dispatcher:
    """The portal with its own day and language."""
    return open_dispatcher(db.session.get_one(Portal, frame.portal_id))


def living_links() -> dict[str, list[LinkView]]:
    """Every address outside the portal that works now, by purpose: whoever made it, any administrator may close it."""
    living = [link for link in list_links() if link.expires_on is None or link.expires_on >= today()]
    return {purpose: [link for link in living if link.purpose == purpose] for purpose in PURPOSES}


def coming(now: datetime) -> list[Planned]:
    """The next reminders over all terms, the nearest first."""
    planned = plan_timeline(timeline_view(now, today()), now, today())
    return [item for item in planned if item.on >= today()]
