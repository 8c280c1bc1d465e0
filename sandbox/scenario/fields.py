"""Values that a verb of the scenario takes: their names, kinds, and how they are read from JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sandbox.portal import Portal

FieldKind = Literal["int", "float", "text", "date", "flag", "list", "json"]


class WrongValue(ValueError):
    """A value of the scenario that cannot be used; the text names it and the reason."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a verb; `choices` offers what the panel shows."""

    name: str
    kind: FieldKind = "text"
    default: Any = None
    required: bool = False
    choices: Callable[[Portal], list[tuple[str, str]]] | None = None


@dataclass(frozen=True, slots=True)
class Verb:
    """One action on a portal, and an example of its values for the panel and the documents."""

    name: str
    group: str
    run: Callable[[Portal, dict[str, Any]], None]
    fields: tuple[Field, ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)


def one_of(value: str, allowed: Sequence[str]) -> str:
    """Return a value that must be one of a few."""
    if value not in allowed:
        raise WrongValue(f"{value} is none of {', '.join(allowed)}")
    return value


def read_values(verb: Verb, body: Mapping[str, Any]) -> dict[str, Any]:
    """Read a verb's values; unknown names are refused, so that a typing error is noticed."""
    unknown = set(body) - {each.name for each in verb.fields} - {"portal"}
    if unknown:
        raise WrongValue(f"unknown value: {', '.join(sorted(unknown))}")
    return {each.name: _read(each, body.get(each.name)) for each in verb.fields}


def _read(wanted: Field, value: Any) -> Any:
    if value is None or value == "":
        if wanted.required:
            raise WrongValue(f"{wanted.name} is required")
        return wanted.default
    try:
        return READERS[wanted.kind](value)
    except (TypeError, ValueError) as wrong:
        raise WrongValue(f"{wanted.name} must be {wanted.kind}: {value!r}") from wrong


def _flag(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in {"1", "y", "yes", "true", "on"}
    return bool(value)


def _list(value: Any) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else value
    return [str(part).strip() for part in parts if str(part).strip()]


READERS: dict[str, Callable[[Any], Any]] = {
    "int": int,
    "float": float,
    "text": lambda value: str(value).strip(),
    "date": lambda value: date.fromisoformat(str(value)),
    "flag": _flag,
    "list": _list,
    "json": lambda value: value,
}
