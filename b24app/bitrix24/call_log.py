"""The call log: the entry of one request, and how its parameters and its answer are masked. Pure.

A batch is opened and each command is masked by its own method.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

from b24app.bitrix24.error_codes import is_known
from b24app.bitrix24.masked_values import (
    EVERYTHING,
    Keeping,
    ValuePlace,
    bound,
    keeping_of,
    quote,
    to_masked_json,
    write,
    write_key,
    write_named,
)
from b24app.bitrix24.masking import MASK, mask_text, mask_words
from b24app.bitrix24.responses import php_map

MOST_REQUEST = 2000
MOST_ANSWER = 4000
MOST_ERROR = 120
BRACKETS = re.compile(r"\[([^\]]*)\]")
Methods = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One HTTP request and its answer, already masked and bounded; times in unix seconds."""

    at: float
    method: str
    seconds: float
    http: int
    error: str
    size: int
    request: str
    answer: str


class CallLog(Protocol):
    """Takes entries; must never fail the call it writes about."""

    def record(self, entry: CallEntry) -> None:
        """Keep one entry."""
        ...


class Silence:
    """No log: scripts and benches."""

    def record(self, entry: CallEntry) -> None:
        """Forget the entry."""


@dataclass(slots=True)
class Memory:
    """A log in a list: tests and scripts that want to look."""

    entries: list[CallEntry] = field(default_factory=list)

    def record(self, entry: CallEntry) -> None:
        """Append the entry."""
        self.entries.append(entry)


def describe_request(method: str, params: Any) -> str:
    """Masked parameters of a request as bounded JSON."""
    return mask_request(method, params, MOST_REQUEST)


def describe_answer(method: str, params: Any, body: Any) -> str:
    """Masked answer as bounded JSON; long lists keep their first rows."""
    return mask_answer(method, params, body, MOST_ANSWER)


def mask_request(method: str, params: Any, size: int) -> str:
    """The parameters of a request; commands of a batch are opened and judged each by its own method."""
    if method == "batch" and isinstance(params, Mapping) and isinstance(params.get("cmd"), Mapping):
        return bound(_write_batch(params), size)
    return to_masked_json(params, size, keeping_of(method), asked=True)


def mask_answer(method: str, params: Any, body: Any, size: int) -> str:
    """An answer's envelope; results of a batch are judged each by the method of its command."""
    methods = _methods_of(params) if method == "batch" else None
    return bound(_write_envelope(body, keeping_of(method), methods), size)


def open_query(query: str) -> dict[str, Any]:
    """Parameters in brackets as PHP nests them; lists stay maps by their numbers."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        first = name.partition("[")[0]
        path = [first, *BRACKETS.findall(name[len(first) :])]
        inner = root
        for piece in path[:-1]:
            deeper = inner.setdefault(piece, {})
            inner = deeper if isinstance(deeper, dict) else {}
        inner[path[-1] or str(len(inner))] = value
    return root


def _methods_of(params: Any) -> Methods:
    commands = params.get("cmd") if isinstance(params, Mapping) else None
    if not isinstance(commands, Mapping | list):
        return {}
    return {key: str(command).partition("?")[0].strip() for key, command in php_map(commands).items()}


def _unnamed(methods: Methods) -> Keeping:
    """What may be kept of a result that answers no command by name: as little as of the most secret of them."""
    found = [keeping_of(method) for method in methods.values()]
    return next((keeping for keeping in found if keeping.silent), EVERYTHING)


def _write_batch(params: Mapping[str, Any]) -> Iterator[str]:
    yield "{"
    for key, inner in params.items():
        if key != "cmd":
            yield f"{write_key(str(key))}: "
            yield from write_named(str(key), inner, ValuePlace(), "", asked=True)
            yield ", "
    yield '"cmd": {'
    for position, (key, command) in enumerate(params["cmd"].items()):
        yield f"{', ' if position else ''}{write_key(str(key))}: "
        yield from _write_command(command)
    yield "}}"


def _write_command(command: Any) -> Iterator[str]:
    """A command of a batch, `method?query`, as its method and its parameters."""
    if not isinstance(command, str):
        yield from write(command, ValuePlace(), asked=True)
        return
    method, _, query = command.partition("?")
    yield f"[{quote(mask_text(method))}"
    if query:
        keeping = keeping_of(method)
        yield ", "
        yield from write(open_query(query), ValuePlace(keeping, hidden=keeping.silent), asked=True)
    yield "]"


def _write_envelope(body: Any, keeping: Keeping, methods: Methods | None) -> Iterator[str]:
    if not isinstance(body, Mapping):
        yield from write(body, ValuePlace(keeping, hidden=keeping.silent))
        return
    yield "{"
    for position, (key, inner) in enumerate(body.items()):
        yield f"{', ' if position else ''}{write_key(str(key))}: "
        if key == "result" and methods is not None:
            yield from _write_results(inner, methods)
        elif key == "result":
            yield from write(inner, ValuePlace(keeping, hidden=keeping.silent))
        elif key in ("error", "error_description"):
            yield from _write_words(inner, body, keeping)
        else:
            hidden = keeping.silent and not isinstance(inner, int | float)
            yield from write_named(str(key), inner, ValuePlace(keeping, hidden=hidden), "", asked=False)
    yield "}"


def _write_results(inner: Any, methods: Methods) -> Iterator[str]:
    if not isinstance(inner, Mapping):
        unnamed = _unnamed(methods)
        yield from write(inner, ValuePlace(unnamed, hidden=unnamed.silent))
        return
    yield "{"
    for position, (key, found) in enumerate(inner.items()):
        yield f"{', ' if position else ''}{write_key(str(key))}: "
        if key in ("result", "result_error") and isinstance(found, Mapping | list):
            yield from _write_by_command(found, methods, refused=key == "result_error")
        else:
            yield from write(found, ValuePlace())
    yield "}"


def _write_by_command(found: Any, methods: Methods, *, refused: bool) -> Iterator[str]:
    yield "{"
    for position, (key, value) in enumerate(php_map(found).items()):
        keeping = keeping_of(methods[key]) if key in methods else _unnamed(methods)
        yield f"{', ' if position else ''}{write_key(str(key))}: "
        if refused and isinstance(value, Mapping):
            yield from _write_envelope(value, keeping, None)
        elif refused:
            yield quote(mask_words(str(value)))
        else:
            yield from write(value, ValuePlace(keeping, hidden=keeping.silent))
    yield "}"


def _write_words(words: Any, body: Mapping[str, Any], keeping: Keeping) -> Iterator[str]:
    """The portal's own words; about settings only those that every method may answer with."""
    if isinstance(words, Mapping):  # REST 3.0
        plain = {key: mask_words(inner) if isinstance(inner, str) else MASK for key, inner in words.items()}
        yield quote(MASK if keeping.silent else plain)
    elif words is body.get("error"):
        yield quote(mask_words(words) if isinstance(words, str) else words)
    else:
        untold = keeping.silent and not is_known(body.get("error"), words)
        yield quote(MASK if untold and words else mask_words(str(words or "")))
