"""Methods that write: how an id and fields become the parameters of each. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from b24app.json_values import Json, JsonObject

Params = Callable[[str, JsonObject], JsonObject]


@dataclass(frozen=True, slots=True)
class WritingMethod:
    """A method that writes: its name and how id and fields become its parameters."""

    name: str
    params: Params


def in_fields(name: str = "fields", **more: Json) -> Params:
    """Parameters of a method that creates: the values below one name."""
    return lambda _id, values: {name: values, **more}


def by_id(id_name: str = "id", fields: str = "fields") -> Params:
    """Parameters of a method that changes: the id beside the values."""
    return lambda row_id, values: {id_name: row_id, fields: values}


def only_id(id_name: str = "id") -> Params:
    """Parameters of a method that deletes."""
    return lambda row_id, _values: {id_name: row_id}


def named_by(names: Sequence[str]) -> Params:
    """Parameters of a method that deletes what has no id: the fields that make it up (sale-property-relation-delete-by-filter.md)."""
    return lambda _id, row: {"fields": {name: row.get(name) for name in names}}


def flat(id_name: str = "") -> Params:
    """Parameters of a method that takes its fields beside each other."""
    return lambda row_id, values: {id_name: row_id, **values} if id_name else dict(values)
