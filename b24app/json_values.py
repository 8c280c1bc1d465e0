"""The types of a decoded JSON value: what a portal answers, what a row keeps, before its shape is checked."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeGuard

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]


def is_object(value: object) -> TypeGuard[JsonObject]:
    """Whether a decoded value is an object with names."""
    return isinstance(value, Mapping)


def is_array(value: object) -> TypeGuard[Sequence[Json]]:
    """Whether a decoded value is an array; a text is none."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
