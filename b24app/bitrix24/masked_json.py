"""Values as bounded JSON: keys, shapes, numbers, ids and codes stay; secrets and people do not. Pure."""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from b24app.bitrix24.masking import MASK, mask_text
from b24app.bitrix24.secret_names import VALUES, Sort, label_of, sort_of
from b24app.bitrix24.silent_methods import EVERYTHING, Keeping

ENCODE = json.JSONEncoder(ensure_ascii=False, default=str).encode
EMPTY: tuple[Any, ...] = (None, "", [], {}, ())
# Not a value of anybody: a switch, or the direction of an order.
SWITCHES = frozenset({"Y", "N", "ASC", "DESC", "asc", "desc"})
STAYS = frozenset({"ID", "id", "VALUE_TYPE", "valueType", "TYPE_ID", "typeId"})
NAMED_LISTS = frozenset({"select", "order", "sort"})


@dataclass(frozen=True, slots=True)
class ValuePlace:
    """Where the walk stands: what the method lets it keep, and whether values here are hidden already."""

    keeping: Keeping = EVERYTHING
    hidden: bool = False


def to_masked_json(value: Any, size: int, keeping: Keeping = EVERYTHING, *, asked: bool = False) -> str:
    """Write a value as JSON without secrets; stops at `size` characters, whatever the value's own size."""
    return bound(write(value, ValuePlace(keeping, hidden=keeping.silent), asked=asked), size)


def bound(pieces: Iterator[str], size: int) -> str:
    """Join pieces until there are `size` characters."""
    kept: list[str] = []
    left = size
    for piece in pieces:
        kept.append(piece[:left])
        left -= len(piece)
        if left < 0:
            return "".join(kept)[: size - 1] + "…"
    return "".join(kept)


def write(value: Any, place: ValuePlace, *, asked: bool = False) -> Iterator[str]:
    """Yield a value piece by piece; `asked` when it is what we sent, whose ids tell what was asked for."""
    if isinstance(value, Mapping):
        yield from _write_map(value, place, asked=asked)
    elif isinstance(value, list | tuple):
        yield "["
        for position, inner in enumerate(value):
            yield ", " if position else ""
            yield from write(inner, place)
        yield "]"
    elif place.hidden:
        yield quote(value if value in EMPTY or (_is_switch(value) and not place.keeping.silent) else MASK)
    else:
        yield quote(mask_text(value) if isinstance(value, str) else value)


def _write_map(value: Mapping[Any, Any], place: ValuePlace, *, asked: bool) -> Iterator[str]:
    label = label_of(value)
    yield "{"
    for position, (key, inner) in enumerate(value.items()):
        name = str(key)
        yield f"{', ' if position else ''}{write_key(name)}: "
        if inner in EMPTY or (asked and name.lower() in NAMED_LISTS):
            yield from write(inner, replace(place, hidden=False))
        else:
            yield from write_named(name, inner, place, label, asked=asked)
    yield "}"


def write_named(name: str, inner: Any, place: ValuePlace, label: str, *, asked: bool) -> Iterator[str]:
    """Yield the value of a key; `label` is the name inside a `{CODE, VALUE}` pair."""
    sort = sort_of(name)
    if sort is Sort.SECRET:
        yield quote(MASK)
    elif place.hidden and not asked:
        stays = name in STAYS and not place.keeping.silent
        yield from write(inner, replace(place, hidden=not stays))
    elif place.hidden and _is_id(name, inner):
        yield quote(inner)
    else:
        yield from write(inner, _inside(name, sort, place, label), asked=asked)


def _inside(name: str, sort: Sort, place: ValuePlace, label: str) -> ValuePlace:
    """The place under a key: hidden for people, for settings, and for the value of a pair that asks for it."""
    if name.lower() == "settings":
        return ValuePlace(Keeping(silent=True), hidden=True)
    if label and name.lower() in VALUES:
        judged = sort_of(label)
        hidden = judged in (Sort.SECRET, Sort.PERSON) or not place.keeping.things
        return replace(place, hidden=place.hidden or hidden)
    personal = sort is Sort.PERSON or (sort is Sort.TITLE and not place.keeping.things)
    return replace(place, hidden=True) if personal else place


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and value in SWITCHES)


def _is_id(name: str, value: Any) -> bool:
    plain = isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdecimal())
    return plain and name.lower().endswith("id")


@functools.lru_cache(maxsize=8192)
def write_key(name: str) -> str:
    """A key as JSON; a telephone or an address may be one."""
    return quote(mask_text(name))


def quote(value: Any) -> str:
    """A scalar as JSON."""
    return ENCODE(value)
