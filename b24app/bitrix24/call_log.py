"""The call log: the entry of one request, and how its parameters and its answer are masked.

A batch is opened and each command is masked by its own method.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Protocol
from urllib.parse import parse_qsl

from b24app.bitrix24.batch_parts import refused_codes
from b24app.bitrix24.error_codes import is_known
from b24app.bitrix24.masked_values import (
    EVERYTHING,
    Keeping,
    ValuePlace,
    bound,
    keeping_of,
    mask_named,
    mask_value,
    place_of,
    quote,
    to_masked_json,
    write,
    write_object,
)
from b24app.bitrix24.masking import MASK, hide_quoted, mask_whole
from b24app.bitrix24.responses import php_map
from b24app.errors import PortalError
from b24app.json_values import Json, JsonObject, is_array, is_object

MOST_KEPT = 32 * 1024 * 1024
"""Characters of one text: four times what the largest answers hold (fifty lists of fifty rows, three thousand characters each).

Nothing is cut below it; a longer text ends with `…`, and page and files show that.
"""
MOST_ERROR = 120
MOST_CODES = 20
BRACKETS = re.compile(r"\[([^\]]*)\]")
Methods = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One HTTP request and its answer, already masked; times in unix seconds.

    Of a batch `commands` are the methods inside it and `refused` the codes of those that were refused: what is looked for
    without opening the texts.
    """

    at: float
    method: str
    seconds: float
    http: int
    error: str
    size: int
    request: str
    answer: str
    commands: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


class CallLog(Protocol):
    """Takes entries; must never fail the call it writes about."""

    def record(self, entry: CallEntry, error: PortalError | None = None) -> None:
        """Keep one entry; `error` is what its refusal means for us."""
        ...


class CallNotes(Protocol):
    """Writes a request and its answer down for the log."""

    def of_request(self, method: str, params: JsonObject) -> str:
        """A request as text that may be kept."""
        ...

    def of_answer(self, method: str, params: JsonObject, body: JsonObject, raw: bytes) -> str:
        """An answer as text that may be kept; `raw` are its bytes, none of a refusal."""
        ...


class MaskedNotes:
    """Parameters and answers, masked and whole."""

    def of_request(self, method: str, params: JsonObject) -> str:
        """The masked parameters."""
        return describe_request(method, params)

    def of_answer(self, method: str, params: JsonObject, body: JsonObject, raw: bytes) -> str:  # noqa: ARG002
        """The masked envelope."""
        return describe_answer(method, params, body)


def describe_request(method: str, params: JsonObject) -> str:
    """Masked parameters of a request as JSON; each command of a batch is judged by its own method."""
    commands = params.get("cmd") if method == "batch" else None
    if is_object(commands):
        return _unless_too_deep(lambda: bound(_write_batch(params, commands), MOST_KEPT))
    return _unless_too_deep(lambda: to_masked_json(params, MOST_KEPT, keeping_of(method), asked=True))


def describe_answer(method: str, params: JsonObject, body: Json) -> str:
    """Masked envelope of an answer as JSON; results of a batch are judged each by the method of its command."""
    methods = _methods_of(params) if method == "batch" else None
    return _unless_too_deep(lambda: bound(_write_envelope(body, keeping_of(method), methods), MOST_KEPT))


def _unless_too_deep(masked: Callable[[], str]) -> str:
    """A text that is masked, or nothing of it where it is nested so deep that the call would fail for its own log."""
    try:
        return masked()
    except RecursionError:
        return quote(MASK)


def methods_inside(method: str, params: JsonObject) -> tuple[str, ...]:
    """The methods of a batch's commands, each once."""
    found = _methods_of(params).values() if method == "batch" else ()
    return tuple(mask_whole(one)[:MOST_ERROR] for one in dict.fromkeys(found))


def codes_inside(method: str, body: JsonObject) -> tuple[str, ...]:
    """The codes of a batch's refused commands, each once."""
    found = refused_codes(body) if method == "batch" else ()
    return tuple(_mask_words(one)[:MOST_ERROR] for one in dict.fromkeys(found))[:MOST_CODES]


def open_query(query: str) -> JsonObject:
    """Parameters in brackets as PHP nests them; lists stay maps by their numbers."""
    root: dict[str, Json] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        first = name.partition("[")[0]
        path = [first, *BRACKETS.findall(name[len(first) :])]
        inner = root
        for piece in path[:-1]:
            deeper = inner.setdefault(piece, {})
            inner = deeper if isinstance(deeper, dict) else {}
        inner[path[-1] or str(len(inner))] = value
    return root


def _methods_of(params: JsonObject) -> Methods:
    commands = params.get("cmd")
    if not is_object(commands) and not is_array(commands):
        return {}
    return {key: str(command).partition("?")[0].strip() for key, command in php_map(commands).items()}


def _unnamed(methods: Methods) -> Keeping:
    """What may be kept of a result that answers no command by name: as little as of the most secret of them."""
    found = [keeping_of(method) for method in methods.values()]
    return next((keeping for keeping in found if keeping.silent), EVERYTHING)


def _write_batch(params: JsonObject, commands: JsonObject) -> Iterator[str]:
    others = (
        (key, (quote(mask_named(key, inner, place_of(), asked=True)),))
        for key, inner in params.items()
        if key != "cmd"
    )
    written = write_object((key, (_write_command(command),)) for key, command in commands.items())
    return write_object(chain(others, [("cmd", written)]))


def _write_command(command: Json) -> str:
    """A command of a batch, `method?query`, as its method and its parameters."""
    if not isinstance(command, str):
        return write(command, place_of(), asked=True)
    method, _, query = command.partition("?")
    opened = [mask_whole(method)]
    if not query:
        return quote(opened)
    return quote([*opened, mask_value(open_query(query), ValuePlace.of(keeping_of(method)), asked=True)])


def _write_envelope(body: Json, keeping: Keeping, methods: Methods | None) -> Iterator[str]:
    if not is_object(body):
        return iter((write(body, ValuePlace.of(keeping)),))
    return write_object((key, _write_part(key, body, keeping, methods)) for key in body)


def _write_part(key: str, body: JsonObject, keeping: Keeping, methods: Methods | None) -> Iterable[str]:
    inner = body[key]
    if key == "result":
        return (write(inner, ValuePlace.of(keeping)),) if methods is None else _write_results(inner, methods)
    if key in ("error", "error_description"):
        return (_describe_words(inner, body, keeping),)
    hidden = keeping.silent and not isinstance(inner, int | float)
    return (quote(mask_named(str(key), inner, place_of(keeping, hidden=hidden))),)


def _write_results(inner: Json, methods: Methods) -> Iterator[str]:
    if not is_object(inner):
        return iter((write(inner, ValuePlace.of(_unnamed(methods))),))
    return write_object((key, _write_found(key, found, methods)) for key, found in inner.items())


def _write_found(key: str, found: Json, methods: Methods) -> Iterator[str]:
    """Results or refusals of a batch, by the method of each command; its counts and times are kept."""
    if key not in ("result", "result_error") or not (is_object(found) or is_array(found)):
        return iter((write(found, place_of()),))
    refused = key == "result_error"
    return write_object(
        (
            name,
            _write_outcome(
                value, keeping_of(methods[name]) if name in methods else _unnamed(methods), refused
            ),
        )
        for name, value in php_map(found).items()
    )


def _write_outcome(value: Json, keeping: Keeping, refused: bool) -> Iterable[str]:
    if refused and not is_object(value):
        return (quote(_mask_words(str(value))),)
    return _write_envelope(value, keeping, None) if refused else (write(value, ValuePlace.of(keeping)),)


def _describe_words(words: Json, body: JsonObject, keeping: Keeping) -> str:
    """The portal's own words; about settings only those that every method may answer with."""
    if is_object(words):  # REST 3.0
        plain = {key: _mask_words(inner) if isinstance(inner, str) else MASK for key, inner in words.items()}
        return quote(MASK if keeping.silent else plain)
    if words is body.get("error"):
        return quote(_mask_words(words) if isinstance(words, str) else words)
    hidden = keeping.silent and not is_known(body.get("error"), words)
    return quote(MASK if hidden and words else _mask_words(str(words or "")))


def _mask_words(text: str) -> str:
    """The words of an error, whole; what they quote is hidden unless it is the name of something."""
    return mask_whole(hide_quoted(text))
