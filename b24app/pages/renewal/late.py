"""When it is late: what works, what stops next, the order of the recovery, and what integrations missed."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.portals.availability import get_availability
from b24app.renewal.failure_words import explain
from b24app.renewal.headline import write_headline
from b24app.renewal.reconciliation import (
    ADVICE,
    TITLES,
    latest_reconciliation,
    start_reconciliation,
    usual_window,
)
from b24app.renewal.recovery import PortalRefusal, headline, losses_of, recovery, ways_back, works_of
from b24app.renewal.renewal_state import last_answer, situation_of
from b24app.services import services
from b24app.terms.payment_routes import read_payments
from b24app.terms.profile import get_profile
from b24app.terms.source_notes import name_source
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import Author, TermKind
from b24app.terms.timeline import Timeline
from b24app.web import framed, page
from b24app.web.form_fields import read_moment
from b24app.web.formats import today, zone

blueprint = Blueprint("late", __name__)

ONE_MINUTE = timedelta(minutes=1)  # fields hold no seconds: the last moment must not be cut off


@blueprint.get("/late")
@framed(admin=True)
def show_late(frame: Frame) -> str:
    """Everything from what is stored; the portal is asked for nothing."""
    return draw_late(frame)


@blueprint.post("/late/count")
@framed(admin=True)
def count_missed(frame: Frame) -> ResponseReturnValue:
    """Queue the counting of what was created and changed between two moments."""
    form, by = request.form, Author(frame.user_id, frame.user_name)
    try:
        since, until = (
            read_moment(form.get("since", ""), "since"),
            read_moment(form.get("until", ""), "until"),
        )
        start_reconciliation(since, until, by=by, at=services().clock.now())
    except BadInput as wrong:
        return draw_late(frame, form=form, wrong=wrong), 422
    return draw_late(frame)


def field_of(moment: datetime) -> str:
    """The value of a field of date and time."""
    return moment.astimezone(zone()).strftime("%Y-%m-%dT%H:%M")


def draw_late(frame: Frame, *, form: Any = None, wrong: BadInput | None = None) -> str:
    """The whole page."""
    now = services().clock.now()
    timeline, availability = timeline_view(now, today()), get_availability()
    s = situation_of(timeline.main, now, today()) if timeline.main else None
    since = availability.refused_since.astimezone(zone()).date() if availability.refused_since else None
    refusal = PortalRefusal(availability.refusal, since)
    title, lead = headline(s, refusal)
    window = usual_window(availability, now)
    return page(
        "late.html",
        frame,
        s=s,
        answer=write_headline(s) if s else None,
        title=title,
        lead=lead,
        refused=availability.refused,
        works=works_of(s, refusal, last_answer(now)),
        losses=losses_of(s) if s else (),
        sources=s.policy.sources if s else {},
        name_source=name_source,
        steps=recovery(s, refusal, subscription_over=subscription_over(timeline)) if s else (),
        ways=ways_back(s, transfer_days()) if s else (),
        late=bool(refusal.kind) or (s is not None and s.days_left < 0),
        counted=latest_reconciliation(),
        titles=TITLES,
        advice=ADVICE,
        explain=explain,
        form=form or {"since": field_of(window[0]), "until": field_of(window[1] + ONE_MINUTE)},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def subscription_over(timeline: Timeline) -> bool:
    """Whether the Marketplace subscription has ended by its written date."""
    row = next((row for row in timeline.rows if row.term.kind == TermKind.MARKETPLACE), None)
    return row is not None and row.days_left is not None and row.days_left < 0


def transfer_days() -> int:
    """Working days that a bank transfer takes in this portal."""
    days = get_profile().transfer_days
    return (read_payments().methods["transfer"].days.number or 0) if days is None else days
