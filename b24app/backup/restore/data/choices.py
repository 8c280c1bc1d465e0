"""What somebody wants back from a copy: items by number, items by a name typed, one field of many items."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from b24app.backup.restore.plan import RestoreChoice
from b24app.errors import BadInput
from b24app.text.messages import N_

MOST = 2_000
NUMBER = re.compile(r"[0-9]+")
MOST_DIGITS = 15
SHORT_NAME = 3


class ChoiceWay(StrEnum):
    """How items of a copy are chosen; the kind of the choice in the plan."""

    ITEM = "copied"
    GONE = "copied_gone"
    NAME = "copied_name"
    FIELD = "copied_field"


def by_numbers(entity: str, ids: Iterable[str]) -> tuple[RestoreChoice, ...]:
    """A choice for each number; raises BadInput where there is none, or more than one restore takes."""
    numbers = list(dict.fromkeys(ids))
    if not numbers:
        raise BadInput(N_("Type the numbers of what is to come back, or a part of the name."), "ids")
    if len(numbers) > MOST:
        raise BadInput(N_("No more than 2,000 items in one restore. Put them back in parts."), "ids")
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
        raise BadInput(N_("No more than 2,000 items in one restore. Put them back in parts."), "ids")
    return tuple(
        RestoreChoice(ChoiceWay.FIELD, entity, number, "", only=(field,)) for number in (ids or ("",))
    )


def read_numbers(typed: str) -> list[str]:
    """Numbers out of a typed list or a CSV: the first number of each line, or all of them where a line holds nothing else.

    What has more digits than any item is no number of one.
    """
    found: list[str] = []
    for line in typed.replace("\ufeff", "").splitlines():
        parts = [part.strip().strip('"') for part in re.split(r"[;,\t]", line) if part.strip()]
        whole = re.split(r"[\s;,]+", line.strip())
        if all(NUMBER.fullmatch(part) for part in whole if part):
            found += [part for part in whole if part]
        elif parts and NUMBER.fullmatch(parts[0]):
            found.append(parts[0])
    bare = (one.lstrip("0") for one in found)
    return list(dict.fromkeys(one for one in bare if 0 < len(one) <= MOST_DIGITS))
