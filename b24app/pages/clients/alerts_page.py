"""«Clients → Alerts»: what is red now and who has looked, Monday's digest as it would leave this minute, what each person is notified of."""

from datetime import datetime, timedelta

from flask import Blueprint, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.alerts.alert_readers import ESCALATES_AFTER, note_read
from b24app.integrators.alerts.digest_lines import digest_lines
from b24app.integrators.alerts.member_channels import channels_of
from b24app.integrators.alerts.week_messages import quiet_line, span_of
from b24app.integrators.alerts.wishes import SWITCHES, Wishes, keep_wishes, wishes_of, zone_of
from b24app.integrators.members import demand_seat
from b24app.integrators.rights import MemberRole
from b24app.pages.clients.alerts_view import alert_lines, member_lines
from b24app.reminders.channels import load_channels
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed, page, toast
from b24app.web.form_fields import read_whole

blueprint = Blueprint("client_alerts_page", __name__)
WEEK = timedelta(days=7)


def draw_alerts(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page; opening it marks the person's alerts as seen."""
    seat, now = demand_seat(frame.portal_id, frame.user_id), services().clock.now()
    lines, wishes = alert_lines(seat, now), wishes_of(seat.user_id)
    note_read(seat.user_id, now)
    week = digest_lines(seat, now)
    return page(
        "clients/alerts.html",
        frame,
        open_lines=[one for one in lines if one.ended_at is None],
        over=[one for one in lines if one.ended_at is not None],
        week=week,
        quiet=None if week else quiet_line(seat, now),
        made_at=now,
        leaves_at=next_digest(seat.user_id, now),
        wishes=wishes,
        ways=channels_of(seat.user_id, wishes),
        team=member_lines() if seat.role is MemberRole.OWNER else (),
        titles={code: channel.short for code, channel in load_channels().items()},
        hours=int(ESCALATES_AFTER.total_seconds() // 3600),
        zone=zone_of(seat.user_id).key,
        wrong={wrong.field: wrong.message} if wrong else {},
        form=request.form if wrong else {},
    )


def next_digest(user_id: int, now: datetime) -> datetime:
    """When the next digest of a person leaves."""
    zone = zone_of(user_id)
    begins, _ = span_of(now.astimezone(zone).date(), zone)
    return begins if begins > now else span_of((begins + WEEK).date(), zone)[0]


@blueprint.get("/clients/alerts")
@framed(own=True)
def show_alerts(frame: Frame) -> str:
    """What is red, what will be sent, and to whom."""
    return draw_alerts(frame)


@blueprint.post("/clients/alerts/wishes")
@framed(own=True, redraw=draw_alerts)
def change_wishes(frame: Frame) -> str:
    """Keep what the person himself wants to be notified of, and his quiet hours."""
    demand_seat(frame.portal_id, frame.user_id)
    switches = {name: name in request.form for name in SWITCHES}
    keep_wishes(frame.user_id, Wishes(**switches, quiet_from=_hour("quiet_from"), quiet_to=_hour("quiet_to")))
    toast(N_("Saved"))
    return draw_alerts(frame)


def _hour(name: str) -> int:
    return read_whole(request.form.get(name, ""), name, 0, 23)
