"""«For employees»: the notice to the feed, once a day, and the card that every employee opens."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, request

from b24app.database import db
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.pages.settings.gear_places import draw_place
from b24app.portals.model import Portal
from b24app.reminders.dispatch import Dispatcher, open_dispatcher
from b24app.reminders.kinds.employee_messages import notice_of
from b24app.services import services
from b24app.terms.usage_records import current_need, list_usage
from b24app.text.messages import N_
from b24app.web import framed, toast

blueprint = Blueprint("employees_page", __name__)
UNDER_WAY = frozenset({"waiting", "sending"})
PATIENCE = timedelta(minutes=2)  # the page asks by itself for so long how the notice has fared


def draw_employees(frame: Frame, wrong: BadInput | None = None, *, sent_at: datetime | None = None) -> str:
    """The whole page; `sent_at` is when this page has sent the notice, whose delivery the worker writes down later."""
    notice, asked = notice_of(dispatcher_of(frame)), wrong is not None
    under_way = notice is not None and (
        notice.state in UNDER_WAY or (not notice.state and sent_at is not None)
    )
    fresh = sent_at is not None and services().clock.now() - sent_at < PATIENCE
    return draw_place(
        "employees",
        frame,
        notice=notice,
        under_way=under_way,
        since=int(sent_at.timestamp()) if sent_at and under_way and fresh else 0,
        people=int(current_need(list_usage()).get("users", 0)),
        asked=asked,
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/settings/employees")
@framed(admin=True)
def show_employees(frame: Frame) -> str:
    """What employees are sent, and by which channel; a page that has sent the notice asks here how it fared."""
    since = request.args.get("since", "")
    known = since.isascii() and since.isdecimal() and len(since) < 12
    return draw_employees(frame, sent_at=datetime.fromtimestamp(int(since), UTC) if known else None)


@blueprint.post("/settings/reminders/notice")
@framed(admin=True, redraw=draw_employees)
def notify_employees(frame: Frame) -> str:
    """Post the notice to employees, once a day, after the press that names how many read it."""
    notice = notice_of(dispatcher_of(frame))
    if notice is None or notice.state:
        raise BadInput(
            N_("The notice was sent today already, or the end of the plan is not known."), "notice"
        )
    if request.form.get("sure") != "yes":
        raise BadInput(N_("Everybody reads it: confirm that it is to be sent."), "notice")
    services().queue.later("send_notice", frame.portal_id)
    toast(N_("The notice is on its way to the feed"))
    return draw_employees(frame, sent_at=services().clock.now())


def dispatcher_of(frame: Frame) -> Dispatcher:
    """The portal with its own day and language."""
    return open_dispatcher(db.session.get_one(Portal, frame.portal_id))
