"""Masked values: bounded JSON for the call log, objects, lines and tracebacks for logs and error reports. Pure.

Keys, shapes, numbers, ids and codes stay; secrets and people do not. A table by method says whose values no log may hold.
"""

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from b24app.bitrix24.masking import (
    MASK,
    VALUES,
    Sort,
    clean,
    hide_quoted,
    label_of,
    mask_text,
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
    r"|catalog\.(catalog|store|pricetype|vat|measure|document)|crm\.(status|category|type|currency|enum|automation)"
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
EMPTY: tuple[object, ...] = (None, "", [], {}, ())
# Not a value of anybody: a switch, or the direction of an order.
SWITCHES = frozenset({"Y", "N", "ASC", "DESC", "asc", "desc"})
STAYS = frozenset({"ID", "id", "VALUE_TYPE", "valueType", "TYPE_ID", "typeId"})
NAMED_LISTS = frozenset({"select", "order", "sort"})


@dataclass(frozen=True, slots=True)
class ValuePlace:
    """Where the walk stands: what the method lets it keep, and whether values here are hidden already."""

    keeping: Keeping = EVERYTHING
    hidden: bool = False

    @classmethod
    def of(cls, keeping: Keeping) -> "ValuePlace":
        """The place of a method's parameters or result."""
        return cls(keeping, hidden=keeping.silent)


def to_masked_json(value: object, size: int, keeping: Keeping = EVERYTHING, *, asked: bool = False) -> str:
    """Write a value as JSON without secrets; stops at `size` characters, whatever the value's own size."""
    return bound(write(value, ValuePlace.of(keeping), asked=asked), size)


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


def write(value: object, place: ValuePlace, *, asked: bool = False) -> Iterator[str]:
    """Yield a value piece by piece; `asked` when it is what we sent, whose ids show what was asked for."""
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


def write_object(fields: Iterable[tuple[str, Iterator[str]]]) -> Iterator[str]:
    """Yield an object from its keys and the pieces of their values."""
    yield "{"
    for position, (name, pieces) in enumerate(fields):
        yield f"{', ' if position else ''}{write_key(str(name))}: "
        yield from pieces
    yield "}"


def _write_map(value: Mapping[object, object], place: ValuePlace, *, asked: bool) -> Iterator[str]:
    label = label_of(value)
    return write_object(
        (str(key), _write_field(str(key), inner, place, label, asked=asked)) for key, inner in value.items()
    )


def _write_field(name: str, inner: object, place: ValuePlace, label: str, *, asked: bool) -> Iterator[str]:
    if inner in EMPTY or (asked and name.lower() in NAMED_LISTS):
        return write(inner, replace(place, hidden=False))
    return write_named(name, inner, place, label, asked=asked)


def write_named(name: str, inner: object, place: ValuePlace, label: str, *, asked: bool) -> Iterator[str]:
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
        hidden = judged in (Sort.SECRET, Sort.PERSON) or not place.keeping.impersonal
        return replace(place, hidden=place.hidden or hidden)
    personal = sort is Sort.PERSON or (sort is Sort.TITLE and not place.keeping.impersonal)
    return replace(place, hidden=True) if personal else place


def _is_switch(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and value in SWITCHES)


def _is_id(name: str, value: object) -> bool:
    plain = isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdecimal())
    return plain and name.lower().endswith("id")


@functools.lru_cache(maxsize=8192)
def write_key(name: str) -> str:
    """A key as JSON; a telephone or an address may be one."""
    return quote(mask_text(name))


def quote(value: object) -> str:
    """A scalar as JSON."""
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
    """A value of a log line: hidden when its name says so, otherwise cleaned wherever text lies in it."""
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
