"""The comparison after activation in words of the visitor's language: names, both states, advice; for the page and the report."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from flask_babel import gettext, ngettext

from b24app.checklist.engine.fact import REASON_TEXTS, WHO_GRANTS, FactRefusal, Reason
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import AcceptedChange
from b24app.comparison.accepted_checks import REASONS
from b24app.comparison.compare import Change, Difference, FieldChange
from b24app.comparison.resource import Shown, load_resources
from b24app.comparison.stored_comparison import ComparisonView
from b24app.text.formats import day_long
from b24app.text.messages import N_, NN_, P_
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
LOSSES = frozenset({Difference.LOST, Difference.OFF})
VALUES = {"yes": P_("statement", "yes"), "no": P_("statement", "no")}
EMPLOYEES = NN_("%(count)s employee", "%(count)s employees")
UNSEEN = {
    Reason.SCOPE: N_("The application was not granted the permission to see this part."),
    Reason.BROKEN: N_("The portal did not manage to show this part."),
}
LONGEST = 160
NOT_KEPT = N_("values are not kept")  # used in an f-string, where it is not found as a text


def stamp(value: datetime | None) -> str:
    """«30 ноября 2026 г., 09:40»: a document outlives «today»."""
    return f"{day_long(value.astimezone(zone()).date())}, {clock(value)}" if value else ""


def change_name(change: Change) -> str:
    """What a line is about: the kind of the object, its name, and what distinguishes it from another of its name."""
    title = gettext(change.title or change.kind.title)
    if not change.name:
        return f"{title} ({change.tells})" if change.tells else title
    name = gettext(change.name) if change.kind.named else change.name
    named = gettext("%(what)s “%(name)s”", what=title, name=name)
    return f"{named} ({change.tells})" if change.tells else named


def object_name(change: Change) -> str:
    """The name of the object alone, with what distinguishes it from another of this name."""
    return _named(change, change.name, change.tells)


def _named(change: Change, name: str, tells: str) -> str:
    shown = gettext(name) if change.kind.named and name else name
    return f"{shown} ({tells})" if tells else shown


def change_place(change: Change) -> str:
    """Where the object is found in the portal."""
    place = change.place or change.kind.place
    return gettext(place) if place else ""


def change_link(change: Change) -> str:
    """The portal's page where the object is seen to; nothing when there is none of its own."""
    return change.link or change.kind.link


def change_states(change: Change) -> tuple[str, str]:
    """How the object was and how it is; the values of settings are never shown."""
    parts = change_pairs(change)
    was = "; ".join(_titled(title, before) for title, before, _ in parts if before)
    return was, "; ".join(_titled(title, after) for title, _, after in parts if after)


def _titled(title: str, text: str) -> str:
    return f"{title}: {text}" if title else text


def change_pairs(change: Change) -> tuple[tuple[str, str, str], ...]:
    """The same part by part: what the part is called, unless it is the object itself, how it was, how it is."""
    return tuple(_pairs(change))


def _pairs(change: Change) -> Iterator[tuple[str, str, str]]:
    if change.difference in STATES:
        was, now = STATES[change.difference]
        yield "", gettext(was), gettext(now)
    if change.new_key:
        alike = change.name == change.new_name and change.tells and change.new_tells
        was, now = (change.tells, change.new_tells) if alike else _both_names(change)
        yield "", was, now
        if change.now_off:
            yield "", "", gettext("off")
    for one in change.fields:
        yield _field(one)
    if change.difference is Difference.ALTERED and not change.fields:
        yield "", gettext("off"), gettext("on")


def _both_names(change: Change) -> tuple[str, str]:
    return object_name(change), _named(change, change.new_name, change.new_tells)


def _field(one: FieldChange) -> tuple[str, str, str]:
    title = gettext(one.title)
    if one.secret:
        return title, gettext("values are not kept"), gettext("changed")
    was, now = apart(_value(one, one.before, one.texts[0]), _value(one, one.after, one.texts[1]))
    if was == now:  # what differs has no word of its own
        now = gettext("another one")
    return title, was, now


def former_texts(fields: Iterable[FieldChange]) -> tuple[tuple[str, str], ...]:
    """The titles of fields with their values of the snapshot, in words."""
    return tuple(
        (gettext(one.title), gettext(NOT_KEPT) if one.secret else _cut(_value(one, one.before, one.texts[0])))
        for one in fields
    )


def _value(one: FieldChange, value: str, text: str) -> str:
    """A value in words: its text, the word of its code, a moment, a number of people."""
    declared = one.declared
    if text:
        return text
    if declared.words and (value or "" in declared.words):
        return gettext(declared.words.get(value, N_("another value")))
    if not value:
        return gettext("not set")
    if declared.shown is Shown.MOMENT:
        return _moment(value)
    if declared.shown is Shown.PEOPLE:
        count = len(value.split(", "))
        return ngettext(*EMPLOYEES, count, count=count)
    if declared.shown is Shown.WORDS:
        return "; ".join(gettext(part) for part in value.split("; "))
    return gettext(VALUES[value]) if value in VALUES else value


def _moment(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return gettext("another value")
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=zone()))


def apart(was: str, now: str) -> tuple[str, str]:
    """Of two long lists only what one has and the other has not; what is longer still is cut."""
    before, after = was.split("; "), now.split("; ")
    if len(before) + len(after) > len(("one", "other", "both")):
        gone = [one for one in before if one not in after]
        came = [one for one in after if one not in before]
        if gone or came:
            was, now = ("; ".join(found) if found else "…" for found in (gone, came))
    return _cut(was), _cut(now)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def change_advice(change: Change) -> str:
    """What to do about a difference, or why it could not be compared."""
    if (no := change.refusal) is not None:
        return _why_unseen(no)
    kind = change.kind
    own = next((kind.field_advice[one.field] for one in change.fields if one.field in kind.field_advice), "")
    if change.difference in LOSSES or not own:
        own = kind.advice.get(change.difference, "")
    return gettext(own) if own else _usual_advice(change)


def _why_unseen(no: FactRefusal) -> str:
    """Why it could not be seen and who can change that, without the portal's codes."""
    reason = gettext(UNSEEN.get(no.reason, REASON_TEXTS[no.reason]))
    who = WHO_GRANTS.get(no.reason, "")
    return f"{reason} {gettext(who)}" if who else reason


def _usual_advice(change: Change) -> str:
    """Made of the kind's own texts, where it has no advice for this difference."""
    meaning, remedy = (
        gettext(text) for text in (change.meaning or change.kind.meaning, change.remedy or change.kind.remedy)
    )
    place = change_place(change)
    if change.difference in LOSSES:
        return f"{meaning} {remedy}"
    if change.difference is Difference.NEW:
        return gettext("Make sure that somebody added it on purpose.")
    if change.difference is Difference.REPLACED:
        return gettext(
            "Make sure that the new one does the same work. Otherwise: %(meaning)s", meaning=meaning
        )
    if change.level is Level.PASS:
        return gettext("It works now and did not before: make sure that it was meant.")
    titles = ", ".join(gettext(one.title) for one in change.fields)
    if place:
        return gettext(
            "Compare with what it was (%(fields)s) in %(place)s. Set it back, or accept the change if it was meant.",
            fields=titles,
            place=place,
        )
    return gettext(
        "Compare with what it was (%(fields)s). Set it back, or accept the change if it was meant.",
        fields=titles,
    )


def accepted_reason(one: AcceptedChange) -> str:
    """Why a difference was accepted, with the person's own words."""
    reason = gettext(REASONS[one.reason])
    if one.until is not None:
        reason = gettext("for a time, until %(day)s", day=day_long(one.until))
    return f"{reason}. {one.explanation}" if one.explanation else reason


def unchanged_texts(unchanged: Mapping[str, int]) -> tuple[str, ...]:
    """«Pay system: 5» for every kind that has unchanged objects."""
    kinds = load_resources()
    return tuple(
        f"{gettext(kinds[code].counted or kinds[code].title)}: {count}"
        for code, count in unchanged.items()
        if count
    )


def comparison_summary(view: ComparisonView) -> str:
    """How many objects were lost, switched off, replaced, altered, and how many are as they were."""
    if not view.lines and not view.more:
        return gettext("Nothing has changed since %(moment)s.", moment=stamp(view.before.finished_at))
    return gettext(
        "Lost: %(lost)s, switched off: %(off)s, replaced: %(replaced)s, altered: %(altered)s, unchanged: %(same)s.",
        lost=len(view.of(Difference.LOST)),
        off=len(view.of(Difference.OFF)),
        replaced=len(view.of(Difference.REPLACED)),
        altered=len(view.of(Difference.ALTERED)),
        same=view.unchanged_total,
    )


FILTERS = (
    stamp,
    change_name,
    change_place,
    change_link,
    change_states,
    change_pairs,
    former_texts,
    change_advice,
    accepted_reason,
    unchanged_texts,
    comparison_summary,
)
