"""The comparison after activation in words of the visitor's language: names, both states, advice; for the page and the report."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext

from b24app.checklist.engine.fact import REASON_TEXTS
from b24app.checklist.model import AcceptedChange
from b24app.comparison.compare import Change, Difference, FieldChange
from b24app.comparison.resource import load_resources
from b24app.comparison.stored_comparison import REASONS, ComparisonView
from b24app.text.formats import day_long
from b24app.text.messages import N_, P_
from b24app.web.filters import clock, zone

DIFFERENCE_TITLES = {
    Difference.LOST: N_("Lost"),
    Difference.OFF: N_("Switched off"),
    Difference.REPLACED: N_("Replaced"),
    Difference.ALTERED: N_("Altered"),
    Difference.NEW: N_("New"),
    Difference.UNKNOWN: N_("Could not be compared"),
}
STATES = {
    Difference.LOST: (N_("was there"), N_("none")),
    Difference.OFF: (N_("on"), N_("off")),
    Difference.NEW: (N_("none"), N_("appeared")),
    Difference.UNKNOWN: (N_("was seen"), N_("not told")),
}
VALUES = {"": N_("empty"), "yes": P_("statement", "yes"), "no": P_("statement", "no")}


def stamp(value: datetime | None) -> str:
    """«30 ноября 2026 г., 09:40»: a document outlives «today»."""
    return f"{day_long(value.astimezone(zone()).date())}, {clock(value)}" if value else ""


def change_name(change: Change) -> str:
    """What a line is about: the kind of the object and its name."""
    title = gettext(change.kind.title)
    return f"{title}: {change.name}" if change.name else title


def change_place(change: Change) -> str:
    """Where the object is found in the portal."""
    return change.place or (gettext(change.kind.place) if change.kind.place else "")


def change_states(change: Change) -> tuple[str, str]:
    """How the object was and how it is; the values of settings are never shown."""
    if change.difference in STATES:
        was, now = STATES[change.difference]
        return gettext(was), gettext(now)
    was = "; ".join(_field(one, one.before) for one in change.fields)
    return was, "; ".join(_field(one, one.after) for one in change.fields)


def _field(one: FieldChange, value: str) -> str:
    title = gettext(one.declared.title)
    shown = N_("changed, the value is not shown") if one.secret else VALUES.get(value)
    return f"{title}: {gettext(shown) if shown else value}"


def change_advice(change: Change) -> str:
    """What to do about a difference, or why it could not be compared."""
    if (no := change.refusal) is not None:
        who = gettext(no.who) if no.who else ""
        return gettext(REASON_TEXTS[no.reason]) % {"needs": ", ".join(no.needs), "who": who, "code": no.code}
    if change.difference is Difference.NEW:
        return gettext("Make sure that somebody added it on purpose.")
    if change.difference is Difference.ALTERED:
        return gettext("Set it back as it was, or accept the change if it was meant.")
    return f"{gettext(change.kind.meaning)} {gettext(change.kind.remedy)}"


def accepted_reason(one: AcceptedChange) -> str:
    """Why a difference was accepted, with the person's own words."""
    reason = gettext(REASONS[one.reason])
    return f"{reason}. {one.explanation}" if one.explanation else reason


def unchanged_texts(unchanged: Mapping[str, int]) -> tuple[str, ...]:
    """«Pay system: 5» for every kind that has unchanged objects."""
    kinds = load_resources()
    return tuple(f"{gettext(kinds[code].title)}: {count}" for code, count in unchanged.items() if count)


def comparison_summary(view: ComparisonView) -> str:
    """How many objects were lost, switched off, altered, and how many are as they were."""
    return gettext(
        "Lost: %(lost)s, switched off: %(off)s, altered: %(altered)s, unchanged: %(same)s.",
        lost=len(view.of(Difference.LOST)),
        off=len(view.of(Difference.OFF)),
        altered=len(view.of(Difference.ALTERED)),
        same=view.unchanged_total,
    )


FILTERS = (
    stamp,
    change_name,
    change_place,
    change_states,
    change_advice,
    accepted_reason,
    unchanged_texts,
    comparison_summary,
)
