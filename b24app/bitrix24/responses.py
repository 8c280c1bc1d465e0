"""REST requests and responses: parameters in the query language of PHP, envelopes and batches parsed once, operating time."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from pydantic_core import from_json

from b24app.bitrix24.error_codes import read_error_body, read_status
from b24app.errors import AnswerBroken, PortalError
from b24app.json_values import Json, JsonObject, is_array, is_object


@dataclass(frozen=True, slots=True)
class Timing:
    """The portal's own figures: seconds spent, and of the method's operating time (data-types.md#time)."""

    duration: float = 0.0
    processing: float = 0.0
    operating: float = 0.0
    operating_reset_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Command:
    """A method and its parameters, not sent yet; with `write` None its name decides."""

    method: str
    params: JsonObject = field(default_factory=dict)
    write: bool | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A result; `total` and `next` come with lists that were counted."""

    result: Json
    total: int | None = None
    next: int | None = None
    time: Timing = Timing()


BOM = b"\xef\xbb\xbf"
ENVELOPES = (b'{"result"', b'{"error"')
NOTICE = re.compile(rb"(Notice|Warning|Deprecated)(</b>)?:")
Body = JsonObject
Outcome = Answer | PortalError


def read_body(raw: bytes, http: int) -> Body:
    """Parse an answer into a success envelope; anything else is raised as its meaning."""
    try:
        body: Json = from_json(raw.removeprefix(BOM))
    except ValueError:
        body = _behind_notices(raw, http)
    if not is_object(body):
        raise AnswerBroken("", f"the envelope is {type(body).__name__}", http=http)
    if body.get("error") or ("error" in body and "result" not in body):
        raise read_error_body(body, http)
    if "result" not in body:
        raise AnswerBroken("", "the envelope has neither result nor error", http=http)
    if http >= 400:
        raise AnswerBroken("", f"HTTP {http} with a result", http=http)
    return body


def _behind_notices(raw: bytes, http: int) -> Json:
    """An envelope behind notices that PHP printed before it; anything else is raised as its meaning."""
    start = next((at for name in ENVELOPES if (at := raw.find(name)) > 0), 0)
    try:
        if start and NOTICE.search(raw[:start]):
            found: Json = from_json(raw[start:])
            return found
    except ValueError:
        pass
    raise read_status(http, excerpt=raw[:80].decode(errors="replace"))


def read_answer(body: Body) -> Answer:
    """Turn an envelope into an Answer."""
    return Answer(
        body["result"], _number(body.get("total")), _number(body.get("next")), read_timing(body.get("time"))
    )


def read_timing(time: Json) -> Timing:
    """Read the `time` block; boxes leave parts of it out."""
    if not is_object(time):
        return Timing()
    return Timing(*(_seconds(time.get(name)) for name in Timing.__slots__))


def read_batch(body: Body, keys: list[str]) -> dict[str, Outcome]:
    """Split a batch's answer by command; a command that never ran because of `halt` is left out."""
    inner = body["result"]
    if not is_object(inner):
        raise AnswerBroken("", "a batch without its result")
    results, refusals = php_map(inner.get("result")), php_map(inner.get("result_error"))
    totals, nexts, times = (php_map(inner.get(f"result_{name}")) for name in ("total", "next", "time"))
    outcomes: dict[str, Outcome] = {}
    for key in keys:
        timing = times.get(key)
        if key in refusals:
            outcomes[key] = _refusal(refusals[key], timing)
        elif key in results:
            total, following = _number(totals.get(key)), _number(nexts.get(key))
            outcomes[key] = Answer(results[key], total, following, read_timing(timing))
    return outcomes


def php_map(value: Json) -> JsonObject:
    """Read a PHP array as a map: an empty one comes as `[]`, one with keys 0..n as a list."""
    if is_object(value):
        return value
    if is_array(value):
        return {str(position): item for position, item in enumerate(value)}
    if value is None:
        return {}
    raise AnswerBroken("", f"a map was expected, {type(value).__name__} came")


def _refusal(value: Json, timing: Json) -> PortalError:
    if not is_object(value):
        return read_error_body({"error": value})
    return read_error_body({"time": timing, **value})


def read_integer(value: Json) -> int | None:
    """An integer as PHP writes it, as a number or as text; None for anything else."""
    try:
        return int(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None


def read_moment(value: Json) -> datetime | None:
    """A moment with its zone, written as ISO 8601; None for anything else."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _number(value: Json) -> int | None:
    number = read_integer(value)
    if number is None and value is not None:
        raise AnswerBroken("", f"a number was expected, {type(value).__name__} came")
    return number


def _seconds(value: Json) -> float:
    try:
        return float(value) if isinstance(value, int | float | str) else 0.0
    except ValueError:
        return 0.0


def to_query(params: JsonObject) -> str:
    """Encode nested parameters in brackets, `fields[PHONE][0][VALUE]=…` (data-encoding.md)."""
    return "&".join(f"{key}={quote(value, safe='')}" for key, value in _flatten(params))


def _flatten(value: Json, path: str = "") -> Iterator[tuple[str, str]]:
    pairs: Iterable[tuple[str | int, Json]]
    if is_object(value):
        pairs = value.items()
    elif is_array(value):
        pairs = enumerate(value)
    else:
        yield path, _scalar(value)
        return
    for key, inner in pairs:
        name = quote(str(key), safe="")
        yield from _flatten(inner, f"{path}[{name}]" if path else name)


def _scalar(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def to_command(method: str, params: JsonObject) -> str:
    """Write a call as `method?query`, which is how a batch takes it (batch.md)."""
    query = to_query(params)
    return f"{method}?{query}" if query else method


def refers(command: Command) -> bool:
    """Whether a command uses the result of another one of the same batch."""
    return any("$result[" in value for _, value in _flatten(command.params))
