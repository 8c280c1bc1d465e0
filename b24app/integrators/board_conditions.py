"""Conditions of the board as its address holds them: everything may be included and excluded. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

EXCLUDED = "not_"
MOST_VALUES = 50
LONGEST_TEXT = 100
LONGEST_VALUE = 60
BETWEEN = ".."
Pairs = tuple[tuple[str, str], ...]


class BoardView(StrEnum):
    """The views that everybody has; the value is part of addresses."""

    WEEK = "week"
    YEAR = "year"
    MONEY = "money"
    BROKE = "broke"
    NO_DATE = "nodate"
    GROWTH = "growth"
    ALL = "all"


class BoardField(StrEnum):
    """The fields that distinguish clients; the value is part of addresses and of saved views."""

    PLAN = "plan"
    GROUP = "group"
    PERSON = "person"
    STAGE = "stage"
    MONEY = "money_state"
    REASON = "reason"
    ACCESS = "access"
    DATE = "date"
    COPY = "copy"
    DAYS = "days"
    PAY = "pay"
    TEXT = "q"


@dataclass(frozen=True, slots=True)
class Condition:
    """One value of a field, wanted or unwanted."""

    field: BoardField
    value: str
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class BoardConditions:
    """Which clients are shown: of each field one of the wanted values, and none of the unwanted."""

    view: BoardView = BoardView.WEEK
    chosen: tuple[Condition, ...] = ()

    def of(self, field: BoardField, *, excluded: bool = False) -> tuple[str, ...]:
        """The wanted, or the unwanted, values of a field."""
        return tuple(one.value for one in self.chosen if one.field is field and one.excluded is excluded)

    def with_view(self, view: BoardView) -> "BoardConditions":
        """The same clients in another view; a day that was chosen in a view belongs to it alone."""
        kept = tuple(one for one in self.chosen if one.field not in (BoardField.DAYS, BoardField.PAY))
        return BoardConditions(view, kept)

    def without(self, condition: Condition) -> "BoardConditions":
        """The conditions without one of them."""
        return replace(self, chosen=tuple(one for one in self.chosen if one != condition))

    def plus(self, condition: Condition) -> "BoardConditions":
        """Return the conditions with one more: its opposite is removed first, and a day replaces another."""
        opposite = replace(condition, excluded=not condition.excluded)
        single = condition.field in (BoardField.DAYS, BoardField.PAY)
        kept = tuple(
            one
            for one in self.chosen
            if one not in (condition, opposite) and not (single and one.field is condition.field)
        )
        return replace(self, chosen=(*kept, condition)[:MOST_VALUES])

    @property
    def pairs(self) -> Pairs:
        """The parameters of an address, in one order, so that equal conditions have one address."""
        named = ((f"{EXCLUDED if one.excluded else ''}{one.field}", one.value) for one in self.chosen)
        return (("view", str(self.view)), *sorted(set(named)))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which clients a press is about: those that were ticked, or all that match the conditions."""

    conditions: BoardConditions
    codes: frozenset[str] = field(default_factory=frozenset)


def read_conditions(pairs: Iterable[tuple[str, str]]) -> BoardConditions:
    """The conditions of an address; a value that is unknown to this release, or invalid, is left out."""
    pairs = tuple(pairs)
    views = [value for name, value in pairs if name == "view" and value in set(BoardView)]
    found = (_condition(name, value.strip()) for name, value in pairs)
    kept = tuple(dict.fromkeys(one for one in found if one is not None))[:MOST_VALUES]
    return BoardConditions(BoardView(views[0]) if views else BoardView.WEEK, kept)


def _condition(name: str, value: str) -> Condition | None:
    excluded = name.startswith(EXCLUDED)
    code = name.removeprefix(EXCLUDED)
    if code not in set(BoardField) or not value:
        return None
    field = BoardField(code)
    longest = LONGEST_TEXT if field is BoardField.TEXT else LONGEST_VALUE
    if field in (BoardField.DAYS, BoardField.PAY) and read_days(value) is None:
        return None
    return Condition(field, value[:longest], excluded)


def read_days(value: str) -> tuple[date, date] | None:
    """«2026-12-07..2026-12-11», or one day."""
    first, _, last = value.partition(BETWEEN)
    try:
        return date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        return None


def days_value(first: date, last: date) -> str:
    """These days as a parameter of an address."""
    return first.isoformat() if first == last else f"{first.isoformat()}{BETWEEN}{last.isoformat()}"


def read_number(value: str) -> int | None:
    """A number of a group or a person in an address; None for what is none."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None
