"""What a column may hold: values of other releases read as unknown, and a value that its column cannot hold is refused.

SQLite keeps whatever it is given, PostgreSQL refuses a whole transaction: people would see the difference as an error
of ours. A guard at the attribute answers both the same, and the row never carries what cannot be written.
"""

import zlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, StrictStr, TypeAdapter
from pydantic_core import from_json
from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Text,
    TypeDecorator,
    event,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute
from sqlalchemy.orm.attributes import instance_state

from b24app.errors import BadInput
from b24app.input_limits import OUT_OF_RANGE, check_text
from b24app.json_values import Json

T = TypeVar("T")
Knows = Callable[[str], object]
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


def _moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


MomentText = Annotated[StrictStr, AfterValidator(_moment)]
DayText = Annotated[StrictStr, AfterValidator(_day)]


def adapter(kind: type) -> TypeAdapter[Any]:
    """The one reader and writer of a type, made once."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def dump(kind: type, value: object) -> Json:
    """A record as plain JSON."""
    plain: Json = adapter(kind).dump_python(value, mode="json", warnings=False)
    return plain


def read_kept(kind: type[T], value: object) -> T | None:
    """A record of this kind; None when writing it again would not give what was stored.

    So a field that is missing, added, renamed or of another type, an unknown code, or a text that was cut make the
    whole record unknown: filled up with defaults it would show what was never stored.
    """
    try:
        found: T = adapter(kind).validate_python(value)
        same = dump(kind, found) == value
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        return None
    return found if same else None


def dump_bytes(kind: type, value: object) -> bytes:
    """A record as the bytes by which equal records are recognised."""
    return adapter(kind).dump_json(value, warnings=False)


def read_bytes(kind: type[T], content: bytes) -> T | None:
    """A record of this kind from its bytes, by the rule of `read_kept`."""
    try:
        found: T = adapter(kind).validate_json(content)
        same = dump_bytes(kind, found) == content or dump(kind, found) == from_json(content)
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        return None
    return found if same else None


def read_grown(kind: type[T], content: bytes) -> T | None:
    """A record of a kind that has only got new fields since: what was stored must be in it as it was.

    For kinds whose later fields mean "not told" where they are missing; for others `read_bytes` is right.
    """
    try:
        found: T = adapter(kind).validate_json(content)
        same = _holds(dump(kind, found), from_json(content))
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        return None
    return found if same else None


def _holds(whole: object, part: object) -> bool:
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and _holds(whole[key], value) for key, value in part.items())
    if isinstance(whole, list) and isinstance(part, list):
        return len(whole) == len(part) and all(map(_holds, whole, part))
    return whole == part


def among(codes: Iterable[str]) -> Knows:
    """Separates codes of a list from all others."""
    return frozenset(codes).__contains__


class Kept(TypeDecorator[object]):
    """JSON of a known shape; what has another shape, or is no JSON at all, reads as `otherwise()`."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: type, otherwise: Callable[[], object] = lambda: None) -> None:
        super().__init__(none_as_null=True)
        self.kind = kind
        self.otherwise = otherwise

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[object], object]:
        """Read in two steps, and stop at neither: the text, then its shape."""
        parse = self.impl_instance.result_processor(dialect, coltype)

        def read(stored: object) -> object:
            try:
                value = parse(stored) if parse else stored
            except (ValueError, TypeError, RecursionError):
                return self.otherwise()
            return None if value is None else self._judge(value)

        return read

    def _judge(self, value: object) -> object:
        found = read_kept(self.kind, value)
        return self.otherwise() if found is None else found


class Packed(TypeDecorator[bytes]):
    """Bytes that are stored compressed; what cannot be unpacked reads as nothing, which no reader takes for an answer."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Compress before the value is stored."""
        return None if value is None else zlib.compress(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Unpack after the value is read."""
        try:
            return None if value is None else zlib.decompress(value)
        except zlib.error:
            return b""


class Code(TypeDecorator[str]):
    """A code of this release; one of another release reads as `otherwise`."""

    impl = String
    cache_ok = True

    def __init__(self, length: int, known: Knows, otherwise: str) -> None:
        super().__init__(length)
        self.known = known
        self.otherwise = otherwise

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Let known codes through."""
        return value if value is None or self.known(value) else self.otherwise


class TypedText(Text):
    """A text that a person typed; what is longer is refused, or its report would be laid out for minutes."""

    most = 2_000


class Day(TypeDecorator[date]):
    """A day that may be counted with; a year that nobody can have meant reads as no day."""

    impl = Date
    cache_ok = True

    def process_result_value(self, value: date | None, dialect: Dialect) -> date | None:  # noqa: ARG002
        """Let days of this century through."""
        return value if value is not None and EARLIEST_YEAR <= value.year <= LATEST_YEAR else None


MOST_INTEGER = 2**31 - 1
MOST_BIG_INTEGER = 2**63 - 1
Check = Callable[[object], None]


def guard_columns(base: type[DeclarativeBase]) -> None:
    """Watch every attribute of every table from now on."""

    @event.listens_for(base, "attribute_instrument", propagate=True)
    def watch(_owner: type, name: str, attribute: InstrumentedAttribute[object]) -> None:
        columns = getattr(attribute.property, "columns", ())
        check = check_of(columns[0].type, name) if columns else None
        if check is not None:
            event.listen(attribute, "set", _guard(check))


def _guard(check: Check) -> Callable[[object, object, object, object], None]:
    def judge(row: object, value: object, _old: object, _event: object) -> None:
        try:
            check(value)
        except BadInput:
            _forget(row)
            raise

    return judge


def _forget(row: object) -> None:
    """Half of an input is not kept: a new row leaves the session, a stored one is read again."""
    state = instance_state(row)
    if state.session is None:
        return
    if state.pending:
        state.session.expunge(row)
    elif state.persistent:
        state.session.expire(row)


def check_of(kind: object, name: str) -> Check | None:
    """What a value of this kind has to satisfy; nothing for kinds that hold anything."""
    if isinstance(kind, String):
        most = kind.most if isinstance(kind, TypedText) else kind.length
        return lambda value: _judge_text(value, name, most)
    if isinstance(kind, Integer):
        most = MOST_BIG_INTEGER if isinstance(kind, BigInteger) else MOST_INTEGER
        return lambda value: _judge_number(value, name, most)
    if isinstance(kind, Numeric) and kind.precision is not None:
        largest = 10 ** (kind.precision - (kind.scale or 0)) - 1
        return lambda value: _judge_number(value, name, largest)
    return None


def _judge_text(value: object, name: str, most: int | None) -> None:
    if isinstance(value, str):
        check_text(value, name, most)


def _judge_number(value: object, name: str, most: int) -> None:
    if not isinstance(value, int | Decimal):
        return
    if isinstance(value, Decimal) and not value.is_finite():
        raise BadInput(OUT_OF_RANGE, name)
    if not -most <= value <= most:
        raise BadInput(OUT_OF_RANGE, name)
