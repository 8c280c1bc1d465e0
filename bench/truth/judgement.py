"""Plays a row and judges what the application said: told or missed, silent or a false alarm, reported rightly or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from b24app.checklist.engine.checklist_view import CheckView
from b24app.checklist.engine.verdict import Level
from b24app.comparison.compare import Change
from b24app.comparison.stored_comparison import ComparisonView
from bench.truth.shop import Shop, Street
from bench.truth.situation import CheckRow, ComparisonRow, Situation

LOUD = frozenset({Level.WARN, Level.FAIL})
RANK: Mapping[str, int] = {"any": 0, "PASS": 0, "WARN": 1, "FAIL": 2}
LEVEL_RANK: Mapping[Level, int] = {Level.PASS: 0, Level.UNKNOWN: 1, Level.WARN: 1, Level.FAIL: 2}
NOTHING = "nothing"
"""The difference of a row over which the comparison must have no open line at all."""
DIFFERENCES: Mapping[str, str] = {"switched off": "off"}
Rows = Mapping[str, CheckView]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one row ended: right or not, and in a few words what was seen."""

    right: bool
    words: str


def play_check(street: Street, row: CheckRow, how: Situation) -> Outcome:
    """Play a row about a check to its end."""
    with street.open(checked=not how.without_baseline) as shop:
        healthy = _healthy_rows(street, shop, how)
    with street.open(checked=not how.without_baseline) as shop:
        began = shop.now
        how.play(shop)
        before = shop.rows(shop.baseline_id) if shop.baseline_id else healthy
        after = shop.rows(shop.run())
        moved = shop.now - began > timedelta(hours=1)
    if row.is_fault:
        return _judge_fault(row, how, before, after)
    return _judge_oddity(row, healthy, after, moved=moved)


_healthy: dict[tuple[int, bool], Rows] = {}


def _healthy_rows(street: Street, shop: Shop, how: Situation) -> Rows:
    key = id(street), how.without_baseline
    if key not in _healthy:
        _healthy[key] = shop.rows(shop.run())
    return _healthy[key]


def _judge_fault(row: CheckRow, how: Situation, before: Rows, after: Rows) -> Outcome:
    if how.asked and (asked := after.get(how.asked)) is not None and asked.level is Level.ASK:
        return Outcome(right=True, words=f"asked by {how.asked}")
    code = row.check
    if code not in after:
        return Outcome(right=False, words=f"there is no check {code}")
    if after[code].level in LOUD and _is_new(code, before, after):
        return Outcome(right=True, words=_words(after[code]))
    others = [name for name in after if after[name].level in LOUD and _is_new(name, before, after)]
    return Outcome(right=False, words=f"{_words(after[code])}; told by: {', '.join(others) or 'nothing'}")


def _judge_oddity(row: CheckRow, healthy: Rows, after: Rows, *, moved: bool) -> Outcome:
    """Nothing may be said; when time went by, other checks may speak of that."""
    loud = [name for name in after if after[name].level in LOUD and _is_new(name, healthy, after)]
    wrong = [name for name in loud if name == row.check or not moved]
    words = "; ".join(_words(after[name]) for name in wrong) or "silent"
    return Outcome(right=not wrong, words=words)


def _is_new(code: str, before: Rows, after: Rows) -> bool:
    """Whether a row says something that it did not say before."""
    was = before.get(code)
    return was is None or was.level not in LOUD or was.line != after[code].line


def _words(row: CheckView) -> str:
    return f"{row.code} {row.level}: {row.line or row.title}"


def play_comparison(street: Street, row: ComparisonRow, how: Situation) -> Outcome:
    """Play a row about the comparison to its end."""
    with street.open(checked=not how.without_baseline) as shop:
        how.play(shop)
        view = shop.comparison(shop.run())
    if view is None:
        return Outcome(right=False, words="nothing to compare")
    if row.difference == NOTHING:
        return Outcome(right=not _open_lines(view), words="; ".join(_open_lines(view)) or "nothing")
    mine = [line.change for line in view.lines if _is_meant(line.change, row)]
    extra = _extra(view, row, how)
    if not mine:
        return Outcome(right=False, words=f"not reported; reported: {_lines(view)}")
    grave = [change for change in mine if _is_grave_enough(change, row)]
    if not grave:
        return Outcome(right=False, words=f"level {mine[0].level}")
    return Outcome(right=not extra, words=f"also {'; '.join(extra)}" if extra else _line(grave[0]))


def _is_meant(change: Change, row: ComparisonRow) -> bool:
    return (change.kind.code, change.difference) == (
        row.kind,
        DIFFERENCES.get(row.difference, row.difference),
    )


def _is_grave_enough(change: Change, row: ComparisonRow) -> bool:
    """At least as grave as asked; what is asked to pass must not alarm."""
    rank = LEVEL_RANK.get(change.level, 0)
    return rank == 0 if row.level == "PASS" else rank >= RANK[row.level]


def _extra(view: ComparisonView, row: ComparisonRow, how: Situation) -> list[str]:
    known = {row.kind, *how.also}
    return [_line(line.change) for line in view.lines if line.is_open and line.change.kind.code not in known]


def _open_lines(view: ComparisonView) -> list[str]:
    return [_line(line.change) for line in view.lines if line.is_open]


def _lines(view: ComparisonView) -> str:
    return "; ".join(_line(line.change) for line in view.lines) or "nothing"


def _line(change: Change) -> str:
    fields = ", ".join(f"{one.field} {one.before}>{one.after}" for one in change.fields)
    return f"{change.kind.code} {change.name} {change.difference} {change.level} {fields}".strip()
