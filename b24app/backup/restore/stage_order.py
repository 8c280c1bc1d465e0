"""The order of stages: the place of a lost stage, and which neighbours must move for it. Pure."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from b24app.json_values import Json

STEP = 10


def order_with(present: Sequence[str], wanted: Sequence[str], code: str) -> list[str]:
    """The present order with a lost code after those of its former predecessors that still exist."""
    found = [one for one in present if one != code]
    before = wanted[: wanted.index(code)] if code in wanted else found
    place = max((found.index(one) + 1 for one in before if one in found), default=0)
    return [*found[:place], code, *found[place:]]


def former_order(present: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The present codes in their former order; one that was added since stays after its present neighbour."""
    kept = [code for code in wanted if code in present]
    found = list(kept)
    for place, code in enumerate(present):
        if code in kept:
            continue
        before = present[place - 1] if place else None
        found.insert(found.index(before) + 1 if before is not None else 0, code)
    return found


def rising_numbers(order: Sequence[str], sorts: Mapping[str, int]) -> dict[str, int]:
    """The present numbers, assigned anew in the wanted order, so that as few as possible change."""
    have = [code for code in order if code in sorts]
    if all(sorts[one] <= sorts[other] for one, other in pairwise(have)):
        return {code: sorts[code] for code in have}
    return dict(zip(have, sorted(sorts[code] for code in have), strict=True))


def numbers_for(order: Sequence[str], sorts: Mapping[str, int], wished: Mapping[str, int]) -> dict[str, int]:
    """A number for each code so that they rise in this order; what fits already keeps its number.

    A code without a number gets the wished one where that is between its neighbours, or one in the middle of them.
    """
    found: dict[str, int] = {}
    last = 0
    for place, code in enumerate(order):
        following = (sorts[one] for one in order[place + 1 :] if one in sorts)
        limit = next((number for number in following if number > last), None)
        number = sorts.get(code, wished.get(code, 0))
        if not last < number or (code not in sorts and limit is not None and number >= limit):
            free = limit is not None and code not in sorts and limit - last > 1
            number = (last + (limit or 0)) // 2 if free else last + STEP
        found[code] = last = number
    return found


def number(value: Json) -> int:
    """A number as the portal writes it."""
    return int(value) if isinstance(value, int | float | str) and str(value).lstrip("-").isdigit() else 0
