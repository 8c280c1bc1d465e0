"""The comparison after activation in words of one language, as the report writes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from b24app.checklist.model import AcceptedChange
from b24app.comparison.compare import MISMATCH_TEXTS, Difference
from b24app.comparison.stored_comparison import ComparisonView
from b24app.pages.shop.after_drawing import accepted_reason, draw_group, draw_unchanged
from b24app.text.messages import N_
from b24app.web.formats import clock, day_long, zone

SEVERITIES = {
    "fail": N_("Blocking"),
    "warn": N_("Have a look"),
    "pass": N_("All right"),
    "unknown": N_("Not checked"),
}


@dataclass(frozen=True, slots=True)
class LineText:
    """One difference: what, where, before, after, and what to do or who accepted it."""

    name: str
    place: str
    was: str
    now: str
    level: str
    word: str
    advice: str
    accepted: str


@dataclass(frozen=True, slots=True)
class DifferenceText:
    """Lines of one kind of difference."""

    code: str
    title: str
    lines: tuple[LineText, ...]


@dataclass(frozen=True, slots=True)
class ComparisonText:
    """Two moments, what differs between them, and what stayed."""

    before: str
    after: str
    summary: str
    warnings: tuple[str, ...]
    differences: tuple[DifferenceText, ...]
    unchanged: tuple[str, ...]


def write_comparison(view: ComparisonView) -> ComparisonText:
    """Say a comparison in the present language."""
    return ComparisonText(
        before=stamp(view.before.finished_at),
        after=stamp(view.after.finished_at),
        summary=_summary(view),
        warnings=tuple(gettext(MISMATCH_TEXTS[one]) for one in view.mismatches),
        differences=tuple(_difference(view, kind) for kind in Difference if view.of(kind)),
        unchanged=tuple(draw_unchanged(view)),
    )


def _summary(view: ComparisonView) -> str:
    return gettext(
        "Lost: %(lost)s, switched off: %(off)s, altered: %(altered)s, unchanged: %(same)s.",
        lost=len(view.of(Difference.LOST)),
        off=len(view.of(Difference.OFF)),
        altered=len(view.of(Difference.ALTERED)),
        same=view.unchanged_total,
    )


def stamp(value: datetime | None) -> str:
    """«30 ноября 2026 г., 09:40»: a document outlives «today»."""
    return f"{day_long(value.astimezone(zone()).date())}, {clock(value)}" if value else ""


def _difference(view: ComparisonView, kind: Difference) -> DifferenceText:
    group = draw_group(view, kind) or {}
    rows = zip(group["rows"], view.of(kind), strict=True)
    return DifferenceText(str(kind), group["title"], tuple(_line(row, line.accepted) for row, line in rows))


def _line(row: dict[str, Any], accepted: AcceptedChange | None) -> LineText:
    return LineText(
        name=row["name"],
        place=row["place"],
        was=row["was"],
        now=row["now"],
        level="pass" if accepted else row["level"],
        word=gettext("Accepted") if accepted else gettext(SEVERITIES.get(row["level"], row["level"])),
        advice=row["advice"],
        accepted=_accepted(accepted) if accepted else "",
    )


def _accepted(one: AcceptedChange) -> str:
    return f"{one.user_name}, {stamp(one.accepted_at)}: {accepted_reason(one)}"
