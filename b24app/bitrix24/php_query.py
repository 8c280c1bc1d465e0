"""Parameters as PHP reads them from a query string: the language of commands inside a batch."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from b24app.bitrix24.responses import Command


def to_query(params: Mapping[str, Any]) -> str:
    """Encode nested parameters in brackets, `fields[PHONE][0][VALUE]=…` (data-encoding.md)."""
    return "&".join(f"{key}={quote(value, safe='')}" for key, value in _flatten(params))


def _flatten(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        pairs: Any = value.items()
    elif isinstance(value, list | tuple):
        pairs = enumerate(value)
    else:
        yield path, _scalar(value)
        return
    for key, inner in pairs:
        name = quote(str(key), safe="")
        yield from _flatten(inner, f"{path}[{name}]" if path else name)


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def to_command(method: str, params: Mapping[str, Any]) -> str:
    """Write a call as `method?query`, which is how a batch takes it (batch.md)."""
    query = to_query(params)
    return f"{method}?{query}" if query else method


def refers(command: Command) -> bool:
    """Say whether a command uses the result of another one of the same batch."""
    return any("$result[" in value for _, value in _flatten(command.params))
