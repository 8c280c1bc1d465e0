"""Steps, scale of terms, gauges and readiness of the overview, in the shapes that the macros draw."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, ngettext

from b24app.checklist.engine.judge import Readiness
from b24app.checklist.engine.verdict import Level
from b24app.plans.usage import Gauge
from b24app.plans.usage import UsageLevel as Fullness
from b24app.renewal.progress_steps import ProgressStep
from b24app.terms.stored_terms import UsageView
from b24app.terms.timeline import TermRow, Timeline
from b24app.web.formats import NO_BREAK, day, month, month_short, month_year, number, percent, words

SHOWN_GAUGES = ("users", "disk_gb", "pipelines", "smart_processes", "sites")
ROOM_FOR_NAMES = 7  # months whose whole names fit above the scale
ROOM_OF_TODAY = 0.065  # the share of a long scale that the word «today» takes to either side of itself
ROOM_OF_TODAY_AND_NAME = 0.085  # the same with half of a whole name
HALF_A_MONTH = timedelta(days=15)
UNIT = re.compile(r"(?<=\d) ")
COUNTED = (Level.PASS, Level.WARN, Level.FAIL, Level.ASK, Level.UNKNOWN)


def draw_steps(steps: Iterable[ProgressStep]) -> list[dict[str, Any]]:
    """The five steps of the renewal."""
    return [
        {
            "state": step.state,
            "title": words(step.title),
            "text": words(step.text),
            "who": {"name": step.who.name} if step.who else None,
        }
        for step in steps
    ]


def draw_plot(timeline: Timeline) -> dict[str, Any] | None:
    """The terms on one scale; terms without a date are rows of the list below it."""
    rows = [_plot_row(row) for row in timeline.rows if row.term.ends_on]
    if not rows:
        return None
    closed = timeline.closed[0] if timeline.closed else None
    return {
        "start": timeline.start,
        "end": timeline.end,
        "today": timeline.today,
        "today_text": gettext("today"),
        "months": _months(timeline),
        "closed": (*closed, _holidays(timeline, closed)) if closed else None,
        "rows": rows,
    }


def _is_long(timeline: Timeline) -> bool:
    """Whether whole names of months would run into each other."""
    return len(timeline.months) > ROOM_FOR_NAMES


def _months(timeline: Timeline) -> list[tuple[date, str]]:
    """What stands above each month; on a long scale short names, and nothing under the word «today»."""
    name = month_short if _is_long(timeline) else month
    return [
        (first, "" if _is_under_today(timeline, first + HALF_A_MONTH) else name(first))
        for first in timeline.months
    ]


def _holidays(timeline: Timeline, closed: tuple[date, date]) -> str:
    """The word above the days when banks are closed, where there is room for it; the legend says it anyway."""
    middle = closed[0] + (closed[1] - closed[0]) / 2
    return "" if _is_long(timeline) or _is_under_today(timeline, middle) else gettext("holidays")


def _is_under_today(timeline: Timeline, middle: date) -> bool:
    room = ROOM_OF_TODAY if _is_long(timeline) else ROOM_OF_TODAY_AND_NAME
    return abs(middle - timeline.today) < (timeline.end - timeline.start) * room


def _tied(text: str) -> str:
    """A number stays on the line of its unit."""
    return UNIT.sub(NO_BREAK, text)


def _plot_row(row: TermRow) -> dict[str, Any]:
    return {
        "id": row.term.id,
        "name": words(row.name),
        "source": words(row.source),
        "source_kind": row.source_kind,
        "end": row.term.ends_on,
        "end_text": day(row.term.ends_on),
        "left_text": _tied(words(row.left)),
        "pay_by": row.pay_by,
        "pay_text": words(row.pay),
        "grace_end": row.grace_ends,
        "main": row.main,
        "confirmed": row.confirmed,
    }


def draw_gauges(usage: UsageView) -> list[dict[str, Any]]:
    """Use against limits; a measure without data is left out, one without a limit says so."""
    known = [g for g in usage.gauges if g.code in SHOWN_GAUGES and g.level is not Fullness.NO_DATA]
    return [_gauge(found, usage) for found in known][:3]


def _gauge(found: Gauge, usage: UsageView) -> dict[str, Any]:
    limited = found.limit is not None
    return {
        "name": gettext(found.title),
        "number": number(found.used),
        "of": gettext("of %(limit)s", limit=number(found.limit)) if limited else "",
        "share": None if found.percent is None else found.percent / 100,
        "text": _gauge_text(found, usage),
    }


def _gauge_text(found: Gauge, usage: UsageView) -> str:
    if found.limit is None or found.free is None:
        return gettext("No source states a limit: there is nothing to compare with.")
    parts = [percent(found.percent or 0)]
    if found.free < 0:
        parts.append(gettext("above the limit: %(count)s", count=number(-found.free)))
    else:
        parts.append(gettext("free: %(count)s", count=number(found.free)))
    if found.code == "users" and usage.idle_users:
        parts.append(gettext("not seen for 60 days: %(count)s", count=usage.idle_users))
    if found.known and found.known.source == "person":
        parts.append(gettext("written down by %(who)s", who=found.known.said_by))
    return ", ".join(parts)


def fit_badge(usage: UsageView) -> dict[str, str] | None:
    """Whether the plan is big enough, in one badge; None when nothing can be said."""
    levels = {found.level for found in usage.gauges}
    if Fullness.OVER in levels:
        return {"level": "fail", "text": gettext("does not fit: a limit is exceeded")}
    if Fullness.NEAR in levels:
        return {"level": "warn", "text": gettext("a limit is near")}
    if usage.seats_months is not None:
        text = ngettext("fits: seats for %(num)s month", "fits: seats for %(num)s months", usage.seats_months)
        return {"level": "pass" if usage.seats_months > 2 else "warn", "text": text}
    return {"level": "pass", "text": gettext("fits")} if Fullness.FINE in levels else None


def month_bars(usage: UsageView) -> list[tuple[str, float]]:
    """Orders of the last six months."""
    return [(month_short(point.day), float(point.value)) for point in usage.orders]


def orders_label(usage: UsageView) -> str:
    """The same bars in words."""
    return ", ".join(f"{month_year(point.day)}: {number(point.value)}" for point in usage.orders)


def draw_readiness(ready: Readiness) -> list[tuple[str, int]]:
    """Parts of the ring in the order of verdicts."""
    return [(str(level), ready.counts.get(level, 0)) for level in COUNTED]
