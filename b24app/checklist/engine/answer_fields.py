"""Parses the fields of portals' answers: "Y", "12", "", null and [] are read in this one place."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from b24app.bitrix24.responses import Answer
from b24app.errors import AnswerBroken
from b24app.json_values import JsonObject, is_array, is_object

T = TypeVar("T")

UPPER = ConfigDict(alias_generator=str.upper, extra="ignore", validate_by_name=True, validate_by_alias=True)
CAMEL = ConfigDict(alias_generator=to_camel, extra="ignore", validate_by_name=True, validate_by_alias=True)


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _flag(value: object) -> bool:
    return value is True or str(value).strip().lower() in {"y", "1", "true"}


def _number(value: object) -> int | None:
    if not isinstance(value, str | int | float):
        return None
    try:
        return int(float(value))
    except (ValueError, OverflowError):
        return None


def _moment(value: object) -> datetime | None:
    """An ISO moment with its zone; anything else is None."""
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _amount(value: object) -> str:
    """A number as text, the same for 22, 22.0 and "22.00"."""
    text = _text(value)
    try:
        return f"{float(text):.10g}"
    except ValueError:
        return text


def _same_zone(value: object) -> str:
    """An ISO moment in UTC as text, the same for whatever zone it was given in; anything else as it is."""
    moment = _moment(value)
    return moment.astimezone(UTC).isoformat() if moment else _text(value)


Text = Annotated[str, BeforeValidator(_text)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Amount = Annotated[str, BeforeValidator(_amount)]
MomentInUtc = Annotated[str, BeforeValidator(_same_zone)]
Number = Annotated[int | None, BeforeValidator(_number)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]


def record(kind: type[T], value: object) -> T:
    """Read one record; an answer in another format is a broken answer."""
    try:
        read = _reader(kind).validate_python(value)
    except ValidationError as error:
        raise AnswerBroken("unexpected_shape", f"{kind.__name__}: {error.error_count()} faults") from error
    if not isinstance(read, kind):
        raise AnswerBroken("unexpected_shape", kind.__name__)
    return read


def _reader(kind: type) -> TypeAdapter[object]:
    """The one reader of a record, made once."""
    if kind not in _READERS:
        _READERS[kind] = TypeAdapter(kind)
    return _READERS[kind]


_READERS: dict[type, TypeAdapter[object]] = {}


def counted(answer: Answer) -> int:
    """The total of a list asked for with start=0; what the portal did not count is no zero."""
    if answer.total is None:
        raise AnswerBroken("no_total", "the portal did not count the list")
    return answer.total


def listed(result: object, wrap: str = "") -> list[JsonObject]:
    """The rows of a list answer, bare or under its key; an empty PHP map is no rows."""
    rows: object = result.get(wrap, []) if wrap and is_object(result) else result
    if is_object(rows):
        rows = list(rows.values())
    if not is_array(rows):
        raise AnswerBroken("unexpected_shape", f"a list was expected under {wrap!r}")
    return [row for row in rows if is_object(row)]


def records(kind: type[T], result: object, wrap: str = "") -> tuple[T, ...]:
    """Read every row of a list answer."""
    return tuple(record(kind, row) for row in listed(result, wrap))


def mapped(result: object) -> JsonObject:
    """A map answer; PHP writes an empty one as a list, and some methods answer null."""
    return result if is_object(result) else {}


def is_blank(value: object) -> bool:
    """Whether a setting is empty or only spaces."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def digest(values: Mapping[str, object], salt: str) -> str:
    """A fingerprint of settings that shows a change without keeping any value."""
    lines = [f"{key}={values[key]}" for key in sorted(values)]
    return hmac.new(salt.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()[:24]


def hosts_in(value: object) -> tuple[str, ...]:
    """Every host of every http address inside, at any depth, each once."""
    return tuple(sorted(set(_walk(value))))


def host_of(address: str) -> str:
    """The host of one address, empty when there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _walk(value: object) -> list[str]:
    if is_object(value):
        return [host for item in value.values() for host in _walk(item)]
    if is_array(value):
        return [host for item in value for host in _walk(item)]
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        return [host] if (host := host_of(value)) else []
    return []
