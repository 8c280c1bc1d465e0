"""Masked values: JSON for the call log, objects, lines and tracebacks for logs and error reports. Pure.

Keys, shapes, numbers, ids and codes stay; secrets and people do not. A table by method lists the methods whose values no log may hold.
"""

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from b24app.bitrix24.masking import (
    MASK,
    VALUES,
    Sort,
    clean,
    hide_quoted,
    label_of,
    mask_whole,
    shorten,
    sort_of,
)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a log may keep of one method's request and answer."""

    silent: bool = False
    """Keys only: the values are settings of payments, deliveries and cash registers."""
    impersonal: bool = False
    """Names and titles belong to settings such as pay systems and stages; otherwise they may be those of people."""


# Settings that hold passwords and keys of shops: reading, writing, and what handlers declare about them.
SILENT = re.compile(
    r"sale\.(paysystem\.(settings\..+|add|update|handler\.(add|update))"
    r"|delivery\.(config\..+|add|update|handler\.(add|update)|extra\.service\..+)"
    r"|cashbox\..+)",
    re.IGNORECASE,
)
# Configuration without people, that the checks read; everything else may hold people's names.
IMPERSONAL = re.compile(
    r"(sale\.(paysystem|delivery|status|statuslang|persontype|tradeplatform|tradebinding|property|businessvalue)"
    r"|catalog\.(catalog|store|pricetype|vat|measure)|crm\.(status|category|type|currency|enum|automation)"
    r"|landing|imconnector|imopenlines\.config|bizproc\.(workflow\.template|robot|activity)|feature|event|placement"
    r"|biconnector|mailservice|app|server|documentgenerator\.template)\..+"
    r"|.+\.(fields|userfield\.list)|scope|methods|events",
    re.IGNORECASE,
)
EVERYTHING = Keeping()


@functools.lru_cache(maxsize=1024)
def keeping_of(method: str) -> Keeping:
    """What may be kept of a method; of an unknown one, names may be people's."""
    return Keeping(
        silent=SILENT.fullmatch(method) is not None, impersonal=IMPERSONAL.fullmatch(method) is not None
    )


ENCODE = json.JSONEncoder(ensure_ascii=False, default=str).encode
CUT = "…"
EMPTY_KINDS = (str, list, dict, tuple, type(None))
NUMBERS = (int, float, type(None))
MAPS, LISTS = (dict, Mapping), (list, tuple)
# Not a value of anybody: a switch, or the direction of an order.
SWITCHES = frozenset({"Y", "N", "ASC", "DESC", "asc", "desc"})
STAYS = frozenset({"ID", "id", "VALUE_TYPE", "valueType", "TYPE_ID", "typeId"})
NAMED_LISTS = frozenset({"select", "order", "sort"})


@dataclass(frozen=True, slots=True, eq=False)
class ValuePlace:
    """The place of the walk: what the method lets it keep, and whether values here are hidden already.

    There is one object of each kind (`place_of`), so what a name means in it is looked up and not judged anew.
    """

    keeping: Keeping
    hidden: bool

    @classmethod
    def of(cls, keeping: Keeping) -> "ValuePlace":
        """The place of a method's parameters or result."""
        return place_of(keeping, hidden=keeping.silent)


@functools.cache
def place_of(keeping: Keeping = EVERYTHING, *, hidden: bool = False) -> ValuePlace:
    """The one object for such places."""
    return ValuePlace(keeping, hidden)


def to_masked_json(value: object, size: int, keeping: Keeping = EVERYTHING, *, asked: bool = False) -> str:
    """Write a value as JSON without secrets, of at most `size` characters."""
    return bound(iter((write(value, ValuePlace.of(keeping), asked=asked),)), size)


def bound(pieces: Iterator[str], size: int) -> str:
    """Join pieces until there are `size` characters; what was cut ends with CUT, as no whole JSON does."""
    kept: list[str] = []
    left = size
    for piece in pieces:
        kept.append(piece[:left])
        left -= len(piece)
        if left < 0:
            return "".join(kept)[: size - 1] + CUT
    return "".join(kept)


def write(value: object, place: ValuePlace, *, asked: bool = False) -> str:
    """A value as JSON without secrets; `asked` when it is what we sent, whose ids show what was asked for."""
    return quote(mask_value(value, place, asked=asked))


def write_object(fields: Iterable[tuple[str, Iterable[str]]]) -> Iterator[str]:
    """Yield an object from its keys and the pieces of their values."""
    yield "{"
    for position, (name, pieces) in enumerate(fields):
        yield f"{', ' if position else ''}{quote(mask_key(str(name)))}: "
        yield from pieces
    yield "}"


def mask_value(value: object, place: ValuePlace, *, asked: bool = False) -> object:
    """A value without secrets, to be written as JSON; the frequent kinds are asked for first."""
    if isinstance(value, str):
        if not place.hidden:
            return mask_whole(value)
    elif isinstance(value, NUMBERS):
        if not place.hidden:
            return value
    elif isinstance(value, MAPS):
        return _mask_fields(value, place, asked=asked)
    elif isinstance(value, LISTS):
        return [mask_value(inner, place) for inner in value]
    elif not place.hidden:
        return value
    stays = is_empty(value) or (_is_switch(value) and not place.keeping.silent)
    return value if stays else MASK


def _mask_fields(value: Mapping[object, object], place: ValuePlace, *, asked: bool) -> dict[str, object]:
    label = label_of(value)
    found: dict[str, object] = {}
    for key, inner in value.items():
        name = key if isinstance(key, str) else str(key)
        shown = mask_key(name)
        while shown in found:  # two telephones as keys: both are there
            shown += "*"
        found[shown] = _mask_field(name, inner, place, label, asked=asked)
    return found


def _mask_field(name: str, inner: object, place: ValuePlace, label: str, *, asked: bool) -> object:
    if is_empty(inner) or (asked and name.lower() in NAMED_LISTS):
        return mask_value(inner, place_of(place.keeping))
    return mask_named(name, inner, place, label, asked=asked)


def mask_named(
    name: str, inner: object, place: ValuePlace, label: str = "", *, asked: bool = False
) -> object:
    """The value of a key without secrets; `label` is the name inside a `{CODE, VALUE}` pair."""
    inside = _inside(name, place, label if label and name.lower() in VALUES else "", asked)
    if inside is None:
        return MASK
    if asked and place.hidden and _is_id(name, inner):
        return inner
    return mask_value(inner, inside, asked=asked)


@functools.lru_cache(maxsize=8192)
def _inside(name: str, place: ValuePlace, label: str, asked: bool) -> ValuePlace | None:
    """The place under a key: hidden for people, for settings, and for the value of a pair that asks for it; None for a secret."""
    sort, keeping = sort_of(name), place.keeping
    if sort is Sort.SECRET:
        return None
    if place.hidden and not asked:
        return place_of(keeping, hidden=name not in STAYS or keeping.silent)
    if name.lower() == "settings":
        return place_of(Keeping(silent=True), hidden=True)
    if label:
        judged = sort_of(label)
        hidden = judged in (Sort.SECRET, Sort.PERSON) or not keeping.impersonal
    else:
        hidden = sort is Sort.PERSON or (sort is Sort.TITLE and not keeping.impersonal)
    return place_of(keeping, hidden=place.hidden or hidden)


def is_empty(value: object) -> bool:
    """Whether there is nothing to hide in a value; zero and no are something."""
    return not value and isinstance(value, EMPTY_KINDS)


def _is_switch(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and value in SWITCHES)


def _is_id(name: str, value: object) -> bool:
    plain = isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdecimal())
    return plain and name.lower().endswith("id")


@functools.lru_cache(maxsize=8192)
def mask_key(name: str) -> str:
    """A key without secrets; a telephone or an address may be one."""
    return mask_whole(name)


def quote(value: object) -> str:
    """A value as JSON."""
    return ENCODE(value)


YES_OR_NO = ("Y", "N")
NAMES_OF_SOMEBODY = frozenset({"name", "title"})
# Errors of the program itself quote its own names; others quote the values that they stumbled over.
OF_THE_PROGRAM = (
    "AttributeError",
    "NameError",
    "ImportError",
    "ModuleNotFoundError",
    "TypeError",
    "KeyError",
)
DEEPEST = 12


def mask_object(name: str, value: object, depth: int = 0) -> object:
    """A value of a log line: hidden when its name requires it, otherwise cleaned wherever it has text."""
    if value is None or isinstance(value, bool) or value in ("", [], {}, ()):
        return value
    sort = sort_of(name)
    personal = sort is Sort.PERSON or name.lower() in NAMES_OF_SOMEBODY
    if sort is Sort.SECRET or depth > DEEPEST or (personal and value not in YES_OR_NO):
        return MASK
    if isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return _mask_map(value, depth + 1)
    if isinstance(value, list | tuple | set | frozenset):
        return [mask_object("", inner, depth + 1) for inner in value]
    if isinstance(value, BaseException):
        return mask_traceback(f"{type(value).__name__}: {value}")
    return mask_lines(value if isinstance(value, str) else str(value))


def _mask_map(value: Mapping[object, object], depth: int) -> dict[object, object]:
    label = label_of(value)
    names = {key: label if label and str(key).lower() in VALUES else str(key) for key in value}
    return {
        clean(key) if isinstance(key, str) else key: mask_object(names[key], inner, depth)
        for key, inner in value.items()
    }


def mask_lines(text: str) -> str:
    """Free text line by line; of an address only its host stays."""
    return "\n".join(shorten(clean(line, strict=True)) for line in clean(text, strict=True).split("\n"))


def mask_traceback(text: str) -> str:
    """A traceback: frames stay, the words of errors lose what they quote."""
    lines, frames = [], False
    for line in text.split("\n"):
        frames = line.lstrip(" |+-").startswith("Traceback (") or (frames and line[:1] in (" ", "|"))
        lines.append(line if frames else hide_quoted(line, names=line.startswith(OF_THE_PROGRAM)))
    return mask_lines("\n".join(lines))
