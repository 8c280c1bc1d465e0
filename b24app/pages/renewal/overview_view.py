"""The overview as frozen records, read from what is stored: the answer, the terms on one scale, the panel of the next step."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import quote

from flask_babel import gettext

from b24app.frames.page_token import Frame
from b24app.plans.usage import Gauge, UsageLevel
from b24app.reminders.kinds import Planned
from b24app.reminders.portal_schedule import nearest_reminders
from b24app.renewal.case import CaseView, Situation
from b24app.renewal.case_changes import list_cases
from b24app.renewal.headline import Headline, write_headline
from b24app.renewal.next_step import NextStep, next_step
from b24app.renewal.opened_steps import OrderPlace, list_openings
from b24app.renewal.plan_money import usage_now
from b24app.renewal.progress_steps import ProgressStep, draw_steps
from b24app.renewal.renewal_stages import Delay, Mark, Stage
from b24app.renewal.situation_reading import situation_of
from b24app.terms.date_suggestions import OpenSuggestion, list_suggestions
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import TermRow, Timeline
from b24app.terms.usage_records import UsageView
from b24app.text.formats import day_long
from b24app.web.filters import day, words

SHOWN_GAUGES = ("users", "disk_gb", "pipelines", "smart_processes", "sites")
MOST_GAUGES = 3
ROOM_FOR_NAMES = 7  # months whose whole names fit above the scale
ROOM_OF_TODAY = 0.065  # the share of a long scale that the word «today» takes to either side of itself
ROOM_OF_TODAY_AND_NAME = 0.085  # the same with half of a whole name
HALF_A_MONTH = timedelta(days=15)
SHOWN_AFTER = timedelta(days=30)
BY_THE_WAY = (Stage.CHOSEN, Stage.ACTIVE)


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the first page draws; `answer` and the rest are None until a main term is written down."""

    situation: Situation | None
    answer: Headline | None
    step: NextStep | None
    steps: tuple[ProgressStep, ...]
    timeline: Timeline
    usage: UsageView
    reminders: tuple[Planned, ...]
    suggestions: tuple[OpenSuggestion, ...]
    delays: tuple[Delay, ...]


def overview_view(now: datetime, today: date) -> Overview:
    """Read the whole overview from what is stored; asks no portal."""
    timeline = timeline_view(now, today)
    situation = situation_of(timeline.main, now, today) if timeline.main else None
    return Overview(
        situation=situation,
        answer=write_headline(situation) if situation else None,
        step=next_step(situation, list_openings(situation.term)) if situation else None,
        steps=draw_steps(situation) if situation else (),
        timeline=timeline,
        usage=usage_now(now, today),
        reminders=nearest_reminders(timeline, now, today),
        suggestions=list_suggestions(),
        delays=situation.delays if situation else (),
    )


@dataclass(frozen=True, slots=True)
class TermScale:
    """The terms that have an end on one scale; a month or the holidays are named where the word has room."""

    start: date
    end: date
    today: date
    months: tuple[tuple[date, bool], ...]
    short_names: bool
    closed: tuple[date, date] | None
    closed_named: bool
    rows: tuple[TermRow, ...]


def scale_of(timeline: Timeline) -> TermScale | None:
    """Lay the scale out; None while no term has an end. Nothing is written under the word «today»."""
    rows = tuple(row for row in timeline.rows if row.term.ends_on)
    if not rows:
        return None
    long = len(timeline.months) > ROOM_FOR_NAMES
    room = (timeline.end - timeline.start) * (ROOM_OF_TODAY if long else ROOM_OF_TODAY_AND_NAME)
    closed = timeline.closed[0] if timeline.closed else None
    middle = closed[0] + (closed[1] - closed[0]) / 2 if closed else timeline.today
    return TermScale(
        start=timeline.start,
        end=timeline.end,
        today=timeline.today,
        months=tuple((one, abs(one + HALF_A_MONTH - timeline.today) >= room) for one in timeline.months),
        short_names=long,
        closed=closed,
        closed_named=not long and abs(middle - timeline.today) >= room,
        rows=rows,
    )


def shown_gauges(usage: UsageView) -> tuple[Gauge, ...]:
    """Use against limits those that have data, three at most."""
    known = [g for g in usage.gauges if g.code in SHOWN_GAUGES and g.level is not UsageLevel.NO_DATA]
    return tuple(known[:MOST_GAUGES])


@dataclass(frozen=True, slots=True)
class LastMark:
    """The mark that can be taken back, and the case that it is in."""

    case: CaseView
    mark: Mark


def order_letter(s: Situation, place: OrderPlace, frame: Frame) -> str:
    """The address of a letter to the partner with its text ready; empty where an invoice is asked for otherwise."""
    if not place.email:
        return ""
    name = get_profile().portal_name or frame.domain
    subject = gettext("Invoice for the renewal of Bitrix24: %(portal)s", portal=name)
    text = "\r\n".join(line for line in _lines(s, frame.domain) if line)
    return f"mailto:{quote(place.email, safe='@')}?subject={quote(subject)}&body={quote(text)}"


def _lines(s: Situation, portal: str) -> tuple[str, ...]:
    by = s.plan.order_by if s.plan else None
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
    return LastMark(case, marks[stage])


def _closed_lately(s: Situation, now: datetime) -> CaseView | None:
    closed = [case for case in list_cases() if case.term_id == s.term.id and case.outcome == "verified"]
    return next((case for case in closed if case.closed_at and now - case.closed_at < SHOWN_AFTER), None)
