"""What the panel of the next step needs beside the step itself: where its place is, and the mark that can be taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from flask_babel import gettext

from b24app.frames.page_token import Frame
from b24app.pages.renewal.overview_view import Overview
from b24app.renewal.case import CaseView, Situation
from b24app.renewal.case_stages import list_cases
from b24app.renewal.renewal_stages import STAGE_TITLES, Stage
from b24app.renewal.step_openings import OrderPlace, order_place
from b24app.terms.profile import get_profile
from b24app.web.formats import day, day_long, words

SHOWN_AFTER = timedelta(days=30)
BY_THE_WAY = (Stage.CHOSEN, Stage.ACTIVE)


@dataclass(frozen=True, slots=True)
class StepPlace:
    """Where an invoice is asked for; `letter` is the address of a letter with its text ready."""

    way: str
    path: str = ""
    letter: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class LastMark:
    """The mark that can be taken back here: its title, who and when, and the case that it is in."""

    stage: str
    title: str
    by: str
    at: datetime
    case_id: int


def place_of_order(view: Overview, frame: Frame) -> StepPlace | None:
    """Where the present term's invoice is asked for; None while there is no term."""
    if view.situation is None:
        return None
    place: OrderPlace = order_place(view.situation)
    letter = _letter(view.situation, place.email, frame) if place.email else ""
    return StepPlace(place.way, place.path, letter, place.email)


def _letter(s: Situation, email: str, frame: Frame) -> str:
    name = get_profile().portal_name or frame.domain
    subject = gettext("Invoice for the renewal of Bitrix24: %(portal)s", portal=name)
    text = "\r\n".join(line for line in _lines(s, frame.domain) if line)
    return f"mailto:{quote(email, safe='@')}?subject={quote(subject)}&body={quote(text)}"


def _lines(s: Situation, portal: str) -> tuple[str, ...]:
    by = s.plan.invoice_by if s.plan else None
    return (
        gettext("Hello!"),
        gettext("Please issue an invoice for the renewal of the Bitrix24 portal %(portal)s.", portal=portal),
        gettext("Plan: %(plan)s.", plan=words(s.plan_name)) if s.plan_name else "",
        gettext("The paid term ends on %(day)s.", day=day_long(s.term.ends_on)) if s.term.ends_on else "",
        gettext("We need the invoice by %(day)s.", day=day(by)) if by and by >= s.today else "",
    )


def last_mark(view: Overview, now: datetime) -> LastMark | None:
    """The furthest mark that people made, of this renewal or of one that was closed a short while ago."""
    s = view.situation
    if s is None:
        return None
    case = s.case if s.marks else _closed_lately(s, now)
    if case is None:
        return None
    marks = {mark.stage: mark for mark in case.marks}
    stage = Stage.PAID if case.stage is Stage.ACTIVATION_AWAITED else case.stage
    if stage is None or stage in BY_THE_WAY or stage not in marks:
        return None
    mark = marks[stage]
    return LastMark(stage.value, gettext(STAGE_TITLES[stage]), mark.by, mark.at, case.id)


def _closed_lately(s: Situation, now: datetime) -> CaseView | None:
    closed = [case for case in list_cases() if case.clock_id == s.term.id and case.outcome == "verified"]
    return next((case for case in closed if case.closed_at and now - case.closed_at < SHOWN_AFTER), None)
