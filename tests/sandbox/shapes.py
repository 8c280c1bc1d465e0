"""Shapes of JSON answers: keys, nesting and types, learnt from documented examples and held against ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Shape:
    kinds: set[str] = field(default_factory=set)
    keys: dict[str, Shape] = field(default_factory=dict)
    optional: set[str] = field(default_factory=set)
    item: Shape | None = None
    seen: int = 0


def kind_of(value: Any) -> str:
    for types, name in (
        (bool, "bool"),
        (int | float, "number"),
        (str, "string"),
        (dict, "map"),
        (list, "list"),
    ):
        if isinstance(value, types):
            return name
    return "null"


def learn(shape: Shape, value: Any) -> Shape:
    """Widen a shape by one more example; a key that some example lacks becomes optional."""
    shape.kinds.add(kind_of(value))
    if isinstance(value, dict):
        shape.optional |= (set(shape.keys) ^ set(value)) if shape.seen else set()
        shape.seen += 1
        for key, inner in value.items():
            learn(shape.keys.setdefault(key, Shape()), inner)
    if isinstance(value, list):
        shape.item = shape.item or Shape()
        for inner in value:
            learn(shape.item, inner)
    return shape


def differences(shape: Shape, value: Any, path: str = "result") -> Iterable[str]:
    """Tell where a value departs from a shape; nothing is any type's empty value."""
    kind = kind_of(value)
    if kind == "null" or shape.kinds == {"null"}:
        return
    if kind not in shape.kinds:
        if not (value == [] and "map" in shape.kinds):
            yield f"{path}: {kind}, documented {'/'.join(sorted(shape.kinds))}"
        return
    if kind == "map":
        yield from _in_map(shape, value, path)
    if kind == "list" and shape.item is not None and shape.item.kinds:
        for inner in value:
            yield from differences(shape.item, inner, f"{path}[]")


def _in_map(shape: Shape, value: dict[str, Any], path: str) -> Iterable[str]:
    if shape.keys and all(not key.isidentifier() or key.isdigit() for key in shape.keys):
        return
    for key in sorted(set(shape.keys) - set(value) - shape.optional):
        yield f"{path}.{key}: missing"
    for key in sorted(set(value) - set(shape.keys)):
        yield f"{path}.{key}: not documented"
    for key in sorted(set(value) & set(shape.keys)):
        yield from differences(shape.keys[key], value[key], f"{path}.{key}")
