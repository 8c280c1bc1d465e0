"""PHP's encodings: form fields with bracketed names, JSON with its escapes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from pydantic_core import to_json as encode

ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
BRACKETS = re.compile(r"\[([^\]]*)\]")
SPECIAL = {b"/": b"\\/", b"<": b"\\u003C", b">": b"\\u003E", b"&": b"\\u0026", b"'": b"\\u0027"}


def to_json(value: Any) -> bytes:
    """Write JSON as the portal's encoder does: slashes and quotes escaped, letters as they are."""
    written = encode(value, fallback=str)
    for letter, escaped in SPECIAL.items():
        written = written.replace(letter, escaped)
    if b'\\"' not in written:
        return written
    return ESCAPE.sub(lambda found: b"\\u0022" if found[1] == b'"' else found[0], written)


def parse_query(text: str) -> dict[str, Any]:
    """Read a query string with bracketed names, as parse_str does."""
    return nest(parse_qsl(text, keep_blank_values=True))


def nest(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Build nested maps from bracketed names; runs of numbers from zero become lists."""
    root: dict[Any, Any] = {}
    for name, value in pairs:
        _place(root, _path(name), value)
    return {str(key): _shape(value) for key, value in root.items()}


def flatten(value: Any, name: str = "") -> dict[str, str]:
    """Write nested data as http_build_query does: true is 1, false is 0, nothing is dropped."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        pairs: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, list | tuple):
        pairs = enumerate(value)
    else:
        return {name: str(int(value)) if isinstance(value, bool) else str(value)}
    flat: dict[str, str] = {}
    for key, item in pairs:
        flat.update(flatten(item, f"{name}[{key}]" if name else str(key)))
    return flat


def truthy(value: Any) -> bool:
    """Return the truth of a value as PHP has it: "0" and "" are false, "false" is true."""
    return value not in ("0", "", 0, None, False) and value not in ([], {})


def _path(name: str) -> list[str]:
    head, bracket, tail = name.partition("[")
    return [head, *BRACKETS.findall(bracket + tail)] if bracket and head else [name]


def _place(root: dict[Any, Any], path: list[str], value: Any) -> None:
    node = root
    for step in path[:-1]:
        key = step if step != "" else _next_index(node)
        child = node.get(key)
        if not isinstance(child, dict):
            child = node[key] = {}
        node = child
    node[path[-1] if path[-1] != "" else _next_index(node)] = value


def _next_index(node: dict[Any, Any]) -> str:
    return str(max((int(key) for key in node if str(key).isdigit()), default=-1) + 1)


def _shape(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    shaped = {key: _shape(item) for key, item in value.items()}
    if shaped and list(shaped) == [str(index) for index in range(len(shaped))]:
        return list(shaped.values())
    return shaped
