"""Help of a renewal: what to do when it is late, guides step by step, and what an error means, each with its sources.

The recogniser of errors opens inside the portal and outside of it; no page of these asks the portal for anything.
"""

from datetime import datetime, timedelta

from flask import Blueprint, render_template, request

from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.portals.availability import get_availability
from b24app.renewal.activation import (
    ADVICE,
    TITLES,
    latest_reconciliation,
    start_reconciliation,
    usual_window,
)
from b24app.renewal.failure_explanations import explain
from b24app.renewal.guides import LONGEST, read_guides, read_symptoms, recognise
from b24app.renewal.headline import write_headline
from b24app.renewal.recovery import PortalRefusal, headline, losses_of, payment_options, recovery, works_of
from b24app.renewal.situation_reading import last_answer, situation_of
from b24app.services import services
from b24app.terms.profile import days_of_method, get_profile
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import TermKind
from b24app.terms.timeline import Timeline
from b24app.text.messages import N_
from b24app.web import author, framed, page
from b24app.web.access import public
from b24app.web.edge import choose_language
from b24app.web.filters import today, zone
from b24app.web.form_fields import read_moment

blueprint = Blueprint("help_pages", __name__)

GRADES = {
    "V": N_("said by Bitrix24"),
    "C": N_("read in the portal’s code"),
    "P": N_("said by a partner"),
    "X": N_("seen at work"),
    "M": N_("measured"),
    "U": N_("not confirmed"),
    "A": N_("the article"),
}
MOST_PROBABLE = 3
ONE_MINUTE = timedelta(minutes=1)  # fields hold no seconds: the last moment must not be cut off


@blueprint.get("/guide")
@framed(admin=True)
def show_usual_guide(frame: Frame) -> str:
    """The guide of the route by which this portal renews."""
    return draw_guide(frame, get_profile().route)


@blueprint.get("/guide/<code>")
@framed(admin=True)
def show_guide(frame: Frame, code: str) -> str:
    """One guide."""
    return draw_guide(frame, code)


def draw_guide(frame: Frame, code: str) -> str:
    """The whole page; raises NotFound for a guide that does not exist."""
    guides = read_guides()
    if code not in guides:
        raise NotFound
    return page(
        "guide.html",
        frame,
        guide=guides[code],
        guides=list(guides.values()),
        licence=get_profile().edition == "on_premise",
        shipped_language=_shipped_language(),
        grades=GRADES,
    )


@blueprint.get("/errors")
@framed()
def show_errors(frame: Frame) -> str:
    """The recogniser inside the portal."""
    text = request.args.get("text", "")
    return page("help/errors_inside.html", frame, **errors(text, "/errors"), host=frame.domain)


@blueprint.post("/errors")
@framed()
def name_error(frame: Frame) -> str:
    """What a pasted text means."""
    text = request.form.get("text", "")
    return page("help/errors_inside.html", frame, **errors(text, "/errors"), host=frame.domain)


@blueprint.get("/help/errors")
@public
def show_errors_outside() -> str:
    """The recogniser that opens when the portal does not."""
    return render_template("help/errors_outside.html", **errors(request.args.get("text", ""), "/help/errors"))


@blueprint.post("/help/errors")
@public
def name_error_outside() -> str:
    """What a pasted text means, for anybody; the text is not kept."""
    return render_template("help/errors_outside.html", **errors(request.form.get("text", ""), "/help/errors"))


def errors(text: str, url: str) -> dict[str, object]:
    """What was pasted, what it means, and everything that we know."""
    text = text[:LONGEST]
    asked = bool(text.strip())
    return {
        "text": text,
        "url": url,
        "asked": asked,
        "found": recognise(text)[:MOST_PROBABLE] if asked else (),
        "all": read_symptoms(),
        "shipped_language": _shipped_language(),
        "grades": GRADES,
    }


def _shipped_language() -> str:
    """The language of texts that ship in Russian and English only."""
    return "ru" if choose_language() == "ru" else "en"


def draw_late(frame: Frame, wrong: BadInput | None = None) -> str:
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
        losses=losses_of(s, refusal) if s else (),
        sources=s.policy.sources if s else {},
        steps=recovery(s, refusal, subscription_over=subscription_over(timeline)) if s else (),
        ways=payment_options(s, transfer_days()) if s else (),
        late=bool(refusal.kind) or (s is not None and s.days_left < 0),
        counted=latest_reconciliation(),
        titles=TITLES,
        advice=ADVICE,
        explain=explain,
        form=request.form
        if wrong
        else {"since": field_of(window[0]), "until": field_of(window[1] + ONE_MINUTE)},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/late")
@framed(admin=True)
def show_late(frame: Frame) -> str:
    """Everything from what is stored; the portal is asked for nothing."""
    return draw_late(frame)


@blueprint.post("/late/count")
@framed(admin=True, redraw=draw_late)
def count_missed(frame: Frame) -> str:
    """Queue the counting of what was created and changed between two moments."""
    since, until = (read_moment(request.form.get(name, ""), name) for name in ("since", "until"))
    start_reconciliation(since, until, by=author(frame), at=services().clock.now())
    return draw_late(frame)


def field_of(moment: datetime) -> str:
    """The value of a field of date and time."""
    return moment.astimezone(zone()).strftime("%Y-%m-%dT%H:%M")


def subscription_over(timeline: Timeline) -> bool:
    """Whether the Marketplace subscription has ended by its written date."""
    row = next((row for row in timeline.rows if row.term.kind == TermKind.MARKETPLACE), None)
    return row is not None and row.days_left is not None and row.days_left < 0


def transfer_days() -> int:
    """Working days that a bank transfer takes in this portal."""
    return days_of_method("transfer", get_profile())
