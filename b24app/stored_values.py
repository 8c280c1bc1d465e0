"""Reads stored values of other releases: a shape or code that this one does not know reads as unknown, never as an error."""

import functools
from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar, cast

from pydantic import AfterValidator, StrictStr, TypeAdapter
from sqlalchemy import JSON, Date, String, TypeDecorator
from sqlalchemy.engine import Dialect

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


@functools.cache
def adapter(kind: Hashable) -> TypeAdapter[Any]:
    """The one reader and writer of a type, made once."""
    return TypeAdapter(kind)  # type: ignore[arg-type]


def dump(kind: Any, value: Any) -> Any:
    """A record as plain JSON."""
    return adapter(kind).dump_python(value, mode="json", warnings=False)


def read_kept(kind: type[T] | Any, value: Any, otherwise: Any = None) -> Any:
    """A record of this kind, or `otherwise` when writing it again would not give what was stored.

    So a field that is missing, added, renamed or of another type, an unknown code, or a text that was cut make the
    whole record unknown: filled up with defaults it would claim what nobody has seen.
    """
    try:
        found = adapter(cast("Hashable", kind)).validate_python(value)
        same = dump(kind, found) == value
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        return otherwise
    return found if same else otherwise


def among(codes: Iterable[str]) -> Knows:
    """Tells codes of a list from all others."""
    return frozenset(codes).__contains__


class Kept(TypeDecorator[Any]):
    """JSON of a known shape; what has another shape, or is no JSON at all, reads as `otherwise()`."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: Any, otherwise: Callable[[], Any] = lambda: None) -> None:
        super().__init__(none_as_null=True)
        self.kind = kind
        self.otherwise = otherwise

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any]:
        """Read in two steps, and stop at neither: the text, then its shape."""
        parse = self.impl_instance.result_processor(dialect, coltype)

        def read(stored: Any) -> Any:
            try:
                value = parse(stored) if parse else stored
            except (ValueError, TypeError, RecursionError):
                return self.otherwise()
            return None if value is None else self._judge(value)

        return read

    def _judge(self, value: Any) -> Any:
        found = read_kept(self.kind, value)
        return self.otherwise() if found is None else found


class Code(TypeDecorator[str]):
    """A code that this release knows; one of another release reads as `otherwise`."""

    impl = String
    cache_ok = True

    def __init__(self, length: int, known: Knows, otherwise: str) -> None:
        super().__init__(length)
        self.known = known
        self.otherwise = otherwise

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Let known codes through."""
        return value if value is None or self.known(value) else self.otherwise


class Day(TypeDecorator[date]):
    """A day that may be counted with; a year that nobody can have meant reads as no day."""

    impl = Date
    cache_ok = True

    def process_result_value(self, value: date | None, dialect: Dialect) -> date | None:  # noqa: ARG002
        """Let days of this century through."""
        return value if value is not None and EARLIEST_YEAR <= value.year <= LATEST_YEAR else None
