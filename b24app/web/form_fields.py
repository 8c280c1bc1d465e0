"""Reading single fields of forms and addresses: every kind of value has one reader, which names the field it refuses."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from b24app.errors import BadInput
from b24app.input_limits import OUT_OF_RANGE, plain_number
from b24app.stored_values import EARLIEST_YEAR, LATEST_YEAR, MOST_INTEGER
from b24app.text.messages import N_
from b24app.web.filters import zone

NO_DATE = N_("This is not a date: check the day and the month.")
NO_NUMBER = N_("This is not a number.")
TOO_FAR = N_("This date is too far away: check the year.")
MOST_MONEY = Decimal(10**12) - 1
LONGEST_NUMBER = 40
STAMP = re.compile(r"[0-9]{1,16}(\.[0-9]{1,6})?")


def plain_date(text: str) -> str:
    """2026-12-23 for 23.12.2026; anything else is left for the reader to judge."""
    if text.count(".") != 2:
        return text
    day, month, year = text.strip().split(".")
    return f"{year}-{month.zfill(2)}-{day.zfill(2)}"


def read_date(text: str, field: str = "ends_on") -> date:
    """Read 2026-12-23 or 23.12.2026 of this century; raises BadInput for anything else."""
    try:
        found = date.fromisoformat(plain_date(text.strip()))
    except ValueError:
        raise BadInput(NO_DATE, field) from None
    _check_year(found.year, field)
    return found


def read_moment(text: str, field: str) -> datetime:
    """Read «2026-12-23T09:00» of the visitor's clock; raises BadInput for anything else."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(N_("This is not a date and time."), field) from None
    _check_year(found.year, field)
    return found if found.tzinfo else found.replace(tzinfo=zone())


def read_stamp(values: Mapping[str, str], field: str, *, per_second: int = 1) -> datetime | None:
    """The moment of a stamp that our own page wrote into an address; None when there is none."""
    text = values.get(field, "")
    if not text:
        return None
    if not STAMP.fullmatch(text):
        raise BadInput(NO_NUMBER, field)
    seconds = float(text) / per_second
    earliest, latest = (datetime(year, 1, 1, tzinfo=UTC) for year in (EARLIEST_YEAR, LATEST_YEAR))
    if not earliest.timestamp() <= seconds <= latest.timestamp():
        raise BadInput(OUT_OF_RANGE, field)
    return datetime.fromtimestamp(seconds, UTC)


def read_number(text: str, field: str) -> Decimal:
    """Read «13 990,50», finite and below a trillion; raises BadInput for anything else."""
    clean = plain_number(text)
    try:
        number = Decimal(clean) if clean.isascii() and len(clean) <= LONGEST_NUMBER else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadInput(NO_NUMBER, field)
    if abs(number) > MOST_MONEY:
        raise BadInput(OUT_OF_RANGE, field)
    return number


def read_whole(text: str, field: str, low: int, high: int) -> int:
    """Read a whole number between two others; raises BadInput for anything else."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10):
        raise BadInput(NO_NUMBER, field)
    if not low <= int(digits) <= high:
        raise BadInput(OUT_OF_RANGE, field)
    return int(digits)


def read_id(values: Mapping[str, str], field: str) -> int | None:
    """An id that a page may name; None when it names none, BadInput for what no column holds."""
    text = values.get(field, "").strip()
    return read_whole(text, field, 0, MOST_INTEGER) or None if text else None


def read_year(values: Mapping[str, str], field: str) -> int | None:
    """A year that a page may name; None when it names none."""
    text = values.get(field, "").strip()
    return read_whole(text, field, EARLIEST_YEAR, LATEST_YEAR) if text else None


def _check_year(year: int, field: str) -> None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise BadInput(TOO_FAR, field)
