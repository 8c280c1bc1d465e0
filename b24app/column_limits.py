"""Limits of database columns: a value that its column cannot hold is refused where it is set, on every database alike.

SQLite keeps whatever it is given, PostgreSQL refuses a whole transaction: people would see the difference as an error
of ours. A guard at the attribute answers both the same, and the row never carries what cannot be written.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Integer, Numeric, String, event, inspect
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from b24app.errors import BadInput
from b24app.text_limits import OUT_OF_RANGE, check_text

MOST_INTEGER = 2**31 - 1
MOST_BIG_INTEGER = 2**63 - 1
Check = Callable[[Any], None]


def guard_columns(base: type[DeclarativeBase]) -> None:
    """Watch every attribute of every table from now on."""

    @event.listens_for(base, "attribute_instrument", propagate=True)
    def watch(_owner: type, name: str, attribute: InstrumentedAttribute[Any]) -> None:
        columns = getattr(attribute.property, "columns", ())
        check = check_of(columns[0].type, name) if columns else None
        if check is not None:
            event.listen(attribute, "set", _guard(check))


def _guard(check: Check) -> Callable[[Any, Any, Any, Any], None]:
    def judge(row: Any, value: Any, _old: Any, _event: Any) -> None:
        try:
            check(value)
        except BadInput:
            _forget(row)
            raise

    return judge


def _forget(row: Any) -> None:
    """Half of what was said is not kept: a new row leaves the session, a known one is read again."""
    state: Any = inspect(row)
    if state.session is None:
        return
    if state.pending:
        state.session.expunge(row)
    elif state.persistent:
        state.session.expire(row)


def check_of(kind: TypeEngine[Any], name: str) -> Check | None:
    """What a value of this kind has to satisfy; nothing for kinds that hold anything."""
    if isinstance(kind, String):
        return lambda value: _judge_text(value, name, kind.length)
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
