"""Groups of differences, repeats and what stayed as it was, in the shapes that the macros draw."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask_babel import gettext, ngettext

from b24app.checklist.engine.fact import REASON_TEXTS
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import AcceptedChange, AfterStep
from b24app.comparison.after_activation import STEP_TITLES
from b24app.comparison.compare import Change, Difference, FieldChange
from b24app.comparison.resource import load_resources
from b24app.comparison.stored_comparison import REASONS, ComparisonView, LineView
from b24app.text.messages import N_
from b24app.web.formats import clock, moment, today, zone

TITLES = {
    Difference.LOST: N_("Lost"),
    Difference.OFF: N_("Switched off"),
    Difference.ALTERED: N_("Altered"),
    Difference.NEW: N_("New"),
    Difference.UNKNOWN: N_("Could not be compared"),
}
SECRET = N_("changed, the value is not shown")
VALUES = {"yes": N_("yes"), "no": N_("no")}
EMPTY = N_("empty")
WAITS = {"24h": N_("waiting for the first orders"), "72h": N_("delivery, telephony")}


def line_id(change: Change) -> str:
    """A short name of a line, fit for an address and an element."""
    return hashlib.sha256(f"{change.kind.code}\n{change.key}".encode()).hexdigest()[:12]


def draw_group(view: ComparisonView, difference: Difference) -> dict[str, Any] | None:
    """One group of the table; None when it is empty."""
    lines = view.of(difference)
    if not lines:
        return None
    rows = [_draw_line(line) for line in lines]
    return {"kind": str(difference), "title": gettext(TITLES[difference]), "count": len(rows), "rows": rows}


def _draw_line(line: LineView) -> dict[str, Any]:
    change = line.change
    was, now = _states(change)
    return {
        "id": line_id(change),
        "kind": str(change.difference),
        "kind_code": change.kind.code,
        "name": name_of(change),
        "place": change.place or (gettext(change.kind.place) if change.kind.place else ""),
        "was": was,
        "now": now,
        "level": str(change.level),
        "word": gettext("Have a look") if str(change.level) == "warn" else "",
        "advice": _advice(change),
        "accepted": _accepted(line),
        "open": line.is_open,
        "can_accept": change.level is not Level.PASS,
        "link": change.kind.link,
    }


def name_of(change: Change) -> str:
    """What a line is about: the kind of the thing and its name."""
    title = gettext(change.kind.title)
    return f"{title}: {change.name}" if change.name else title


def accepted_reason(one: AcceptedChange) -> str:
    """Why a difference was accepted, with the person's own words."""
    reason = gettext(REASONS[one.reason])
    return f"{reason}. {one.explanation}" if one.explanation else reason


def _states(change: Change) -> tuple[str, str]:
    match change.difference:
        case Difference.LOST:
            return gettext("was there"), gettext("none")
        case Difference.OFF:
            return gettext("on"), gettext("off")
        case Difference.NEW:
            return gettext("none"), gettext("appeared")
        case Difference.UNKNOWN:
            return gettext("was seen"), gettext("not told")
    return (
        "; ".join(_field(one, one.before) for one in change.fields),
        "; ".join(_field(one, one.after) for one in change.fields),
    )


def _field(one: FieldChange, value: str) -> str:
    title = gettext(one.title)
    if one.secret:
        return f"{title}: {gettext(SECRET)}"
    return f"{title}: {_say_value(value)}"


def _say_value(value: str) -> str:
    if not value:
        return gettext(EMPTY)
    return gettext(VALUES[value]) if value in VALUES else value


def _advice(change: Change) -> str:
    if change.refusal is not None:
        values = {
            "needs": ", ".join(change.refusal.needs),
            "who": gettext(change.refusal.who) if change.refusal.who else "",
            "code": change.refusal.code,
        }
        return gettext(REASON_TEXTS[change.refusal.reason]) % values
    if change.difference is Difference.NEW:
        return gettext("Make sure that somebody added it on purpose.")
    if change.difference is Difference.ALTERED:
        return gettext("Set it back as it was, or accept the change if it was meant.")
    return f"{gettext(change.kind.meaning)} {gettext(change.kind.remedy)}"


def _accepted(line: LineView) -> str:
    if line.accepted is None:
        return ""
    one = line.accepted
    return f"{one.user_name}, {moment(one.accepted_at)}: {accepted_reason(one)}"


def draw_repeats(
    steps: Sequence[AfterStep], found: Mapping[str, int], stopped: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The four repeats of the newest activation, with what each has found or waits for."""
    waiting = [step for step in steps if step.run_id is None]
    drawn = []
    for step in steps:
        state = "done" if step.run_id else "now" if step is waiting[0] else "ahead"
        when = clock(step.due_at) if step.due_at.astimezone(zone()).date() == today() else moment(step.due_at)
        drawn.append(
            {
                "state": state,
                "title": gettext(STEP_TITLES[step.step]),
                "text": when,
                "note": gettext("stopped") if step.step in stopped else _note(step, found),
                "shape": "clock",
            }
        )
    return drawn


def _note(step: AfterStep, found: Mapping[str, int]) -> str:
    if step.step in found:
        number = found[step.step]
        return (
            ngettext("%(num)s difference", "%(num)s differences", number)
            if number
            else gettext("no differences")
        )
    if step.run_id:
        return gettext("is being compared")
    return gettext(WAITS[step.step]) if step.step in WAITS else ""


def draw_unchanged(view: ComparisonView) -> list[str]:
    """«Pay system: 5» for every kind that has unchanged objects."""
    kinds = load_resources()
    return [f"{gettext(kinds[code].title)}: {count}" for code, count in view.unchanged.items() if count]
