"""Choices of a restore from a copy: items by number, items by a typed name, one field of many items."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from b24app.backup.restore.plan import RestoreChoice
from b24app.errors import BadInput
from b24app.text.messages import N_
from b24app.text.table_reading import TableRow, WrongLine, read_rows

MOST = 2_000
NUMBER = re.compile(r"[0-9]+")
MOST_DIGITS = 15
MOST_READ = 20_000
SHORT_NAME = 3


TOO_MANY = N_("No more than 2,000 items in one restore. Put them back in parts.")
NO_NUMBER = N_("Line %(line)s holds no number of an item.")


class ChoiceWay(StrEnum):
    """How items of a copy are chosen; the kind of the choice in the plan."""

    ITEM = "copied"
    GONE = "copied_gone"
    NAME = "copied_name"
    FIELD = "copied_field"


def by_numbers(entity: str, ids: Iterable[str]) -> tuple[RestoreChoice, ...]:
    """A choice for each number; raises BadInput for none, or for more than one restore takes."""
    numbers = list(dict.fromkeys(ids))
    if not numbers:
        raise BadInput(N_("Type the numbers of what is to come back, or a part of the name."), "ids")
    if len(numbers) > MOST:
        raise BadInput(TOO_MANY, "ids")
    return tuple(RestoreChoice(ChoiceWay.ITEM, entity, number, "") for number in numbers)


def all_gone(entity: str) -> tuple[RestoreChoice, ...]:
    """A choice of everything that is in the copy and not in the portal."""
    return (RestoreChoice(ChoiceWay.GONE, entity, "", ""),)


def by_name(entity: str, typed: str) -> tuple[RestoreChoice, ...]:
    """A choice of everything whose name holds what was typed."""
    name = " ".join(typed.split())[:200]
    if len(name) < SHORT_NAME:
        raise BadInput(N_("Type at least three letters of the name."), "name")
    return (RestoreChoice(ChoiceWay.NAME, entity, "", name),)


def by_field(entity: str, field: str, ids: Sequence[str] = ()) -> tuple[RestoreChoice, ...]:
    """A choice of one field: of all items where it is empty now, or of these."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{1,80}", field):
        raise BadInput(N_("Choose the field that was emptied."), "field")
    if len(ids) > MOST:
        raise BadInput(TOO_MANY, "ids")
    return tuple(
        RestoreChoice(ChoiceWay.FIELD, entity, number, "", only=(field,)) for number in (ids or ("",))
    )


def _numbers_of(row: TableRow) -> list[str] | None:
    """All numbers of a line that holds nothing else; None for any other line."""
    parts = [part for part in re.split(r"[\s;,]+", " ".join(row.cells)) if part]
    return parts if all(map(NUMBER.fullmatch, parts)) else None


def read_numbers(typed: str) -> list[str]:
    """Numbers out of a typed list or a table: the first cell of each line, or all of a line that holds nothing else.

    Below a head only the first column counts. A number with more digits than any item has is ignored. Raises WrongLine for a line without a number.
    """
    found: list[str] = []
    rows = read_rows(typed, MOST_READ, TOO_MANY)
    headed = bool(rows) and _numbers_of(rows[0]) is None and len(rows[0].cells) > 1
    for row in rows:
        first = next(iter(row.cells), "")
        numbers = _numbers_of(row)
        if numbers is not None and not headed:
            found += numbers
        elif NUMBER.fullmatch(first):
            found.append(first)
        elif row is not rows[0]:
            raise WrongLine(NO_NUMBER, row.number)
    bare = (one.lstrip("0") for one in found)
    return list(dict.fromkeys(one for one in bare if 0 < len(one) <= MOST_DIGITS))
