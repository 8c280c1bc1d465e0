"""The call log as a file for the vendor's support: CSV that a Russian Excel opens, and JSON Lines. A batch is opened by its commands."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import zip_longest

from b24app.bitrix24.call_search import WholeCall
from b24app.bitrix24.call_texts import CallCommand, open_commands, read_text
from b24app.json_values import Json, is_object
from b24app.text.table_writing import FOR_PROGRAMS, Cell, table_lines

MOST_CELL = 16_000
"""Characters of one cell: a spreadsheet holds 32,767 halves of a pair in it, and a character may be two of them."""
COLUMNS = ("call", "command", "at", "method", "milliseconds", "http", "error", "bytes", "part", "request", "answer")  # fmt: skip


class CallFile(StrEnum):
    """The kinds of file; the value is the ending of its name."""

    CSV = "csv"
    JSON_LINES = "jsonl"


MEDIA: Mapping[CallFile, str] = {
    CallFile.CSV: "text/csv",
    CallFile.JSON_LINES: "application/jsonl",
}


def write_calls(calls: Iterable[WholeCall], kind: CallFile) -> Iterator[str]:
    """Yield the file piece by piece."""
    return WRITERS[kind](calls)


def _write_csv(calls: Iterable[WholeCall]) -> Iterator[str]:
    """A line for each call, and for each command of a batch.

    What is longer than a cell goes on in the next line with the same numbers: `part` is which of how many it is.
    """
    return table_lines(COLUMNS, _rows(calls), FOR_PROGRAMS)


def _rows(calls: Iterable[WholeCall]) -> Iterator[tuple[Cell, ...]]:
    for one in calls:
        call, commands = one.call, open_commands(one.texts)
        yield from _lines(
            (
                call.id,
                "",
                call.at.isoformat(timespec="milliseconds"),
                call.method,
                round(call.seconds * 1000),
            ),
            (call.http, call.error, call.size),
            _own_texts(one, commands),
        )
        for command in commands:
            yield from _command_lines(one, command)


def _command_lines(one: WholeCall, command: CallCommand) -> Iterator[tuple[Cell, ...]]:
    took = "" if command.seconds is None else round(command.seconds * 1000)
    at = one.call.at.isoformat(timespec="milliseconds")
    head = (one.call.id, command.key, at, command.method, took)
    return _lines(head, ("", command.error, ""), (command.request, command.answer))


def _lines(
    head: tuple[Cell, ...], result: tuple[Cell, ...], texts: tuple[str, str]
) -> Iterator[tuple[Cell, ...]]:
    pieces = list(zip_longest(*map(_pieces, texts), fillvalue=""))
    for number, pair in enumerate(pieces, start=1):
        yield (*head, *result, f"{number} of {len(pieces)}", *pair)


def _pieces(text: str) -> list[str]:
    return [text[at : at + MOST_CELL] for at in range(0, len(text), MOST_CELL)] or [""]


def _write_json_lines(calls: Iterable[WholeCall]) -> Iterator[str]:
    """A line for each call; a batch has its commands in a list, each with its request and its answer."""
    for one in calls:
        yield json.dumps(call_record(one), ensure_ascii=False) + "\n"


def call_record(one: WholeCall) -> dict[str, object]:
    """A call as plain JSON; a text that was cut stays a text, and `cut` is true."""
    call, commands = one.call, open_commands(one.texts)
    request, answer = _own_texts(one, commands)
    found: dict[str, object] = {
        "call": call.id,
        "at": call.at.isoformat(timespec="milliseconds"),
        "method": call.method,
        "seconds": round(call.seconds, 3),
        "http": call.http,
        "error": call.error,
        "bytes": call.size,
        "cut": one.texts.cut,
        "request": _json(request),
        "answer": _json(answer),
    }
    return found | ({"commands": [_record(command) for command in commands]} if commands else {})


def _record(command: CallCommand) -> dict[str, object]:
    return {
        "command": command.key,
        "method": command.method,
        "seconds": command.seconds,
        "error": command.error,
        "request": _json(command.request),
        "answer": _json(command.answer),
    }


def _own_texts(one: WholeCall, commands: Sequence[CallCommand]) -> tuple[str, str]:
    """The texts of a request and its answer; of a batch that is opened only what it has besides its commands."""
    if not commands:
        return one.texts.request, one.texts.answer
    request, answer = read_text(one.texts.request), read_text(one.texts.answer)
    return _without(request, "cmd"), _without(answer, "result", "commands")


def _without(value: Json, *names: str) -> str:
    left = {key: inner for key, inner in value.items() if key not in names} if is_object(value) else {}
    return json.dumps(left, ensure_ascii=False)


def _json(text: str) -> object:
    found = read_text(text)
    return text if found is None and text != "null" else found


WRITERS: Mapping[CallFile, Callable[[Iterable[WholeCall]], Iterator[str]]] = {
    CallFile.CSV: _write_csv,
    CallFile.JSON_LINES: _write_json_lines,
}
