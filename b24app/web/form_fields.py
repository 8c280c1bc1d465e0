"""Forms: limits of a request judged once before any route, one reader for every kind of field, files sent and taken.

Each reader names the field that it refuses; no view ever sees what could not be kept or counted.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.routing import IntegerConverter, Map

from b24app.errors import BadInput, NotFound
from b24app.input_limits import OUT_OF_RANGE, TOO_LONG, check_text, is_plain, plain_date, plain_number
from b24app.stored_values import EARLIEST_YEAR, LATEST_YEAR, MOST_INTEGER
from b24app.text.messages import N_
from b24app.web.filters import zone

NO_DATE = N_("This is not a date: check the day and the month.")
NO_NUMBER = N_("This is not a number.")
TOO_FAR = N_("This date is too far away: check the year.")
MOST_MONEY = Decimal(10**12) - 1
LONGEST_NUMBER = 40
STAMP = re.compile(r"[0-9]{1,16}(\.[0-9]{1,6})?")


MOST_PATH = 1_000
TAKES_JSON = "api"
MOST_QUERY = 10_000  # characters of one value of an address
MOST_FORM = 1_000_000  # characters of one value of a form; forms as a whole are bounded by Flask
MOST_FIELDS = 1_000
MOST_NAME = 200  # characters of a field's name
MOST_FILE_NAME = 500


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
    """An id that a page may name; None when it names none, BadInput for one that no column holds."""
    text = values.get(field, "").strip()
    return read_whole(text, field, 0, MOST_INTEGER) or None if text else None


def read_year(values: Mapping[str, str], field: str) -> int | None:
    """A year that a page may name; None when it names none."""
    text = values.get(field, "").strip()
    return read_whole(text, field, EARLIEST_YEAR, LATEST_YEAR) if text else None


def _check_year(year: int, field: str) -> None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise BadInput(TOO_FAR, field)


class IdConverter(IntegerConverter):
    """An id as a path may name it: plain digits, no more than a column holds; anything else is no page."""

    regex = "[0-9]{1,10}"

    def __init__(self, rules: Map, *args: int, **values: int) -> None:
        super().__init__(rules, *args, **{"max": MOST_INTEGER} | values)  # type: ignore[arg-type]


def limit_requests(app: Flask) -> None:
    """Judge every request of an application, also of rules that are added later."""
    app.url_map.converters["int"] = IdConverter
    app.before_request(_judge)
    app.teardown_request(_close_files)


def _judge() -> None:
    if len(request.path) > MOST_PATH or not is_plain(request.path):
        raise NotFound
    _judge_query()
    _judge_fields(request.args.items(multi=True), MOST_QUERY)
    if request.routing_exception is not None or request.method != "POST":
        return
    if request.is_json and request.blueprint != TAKES_JSON:
        raise UnsupportedMediaType  # no other route takes JSON: a portal posts forms
    _judge_fields(request.form.items(multi=True), MOST_FORM)
    _judge_fields(_names_of_files(), MOST_FILE_NAME)


def _judge_query() -> None:
    """Refuse a query string of bytes that are no text; the error page reads its language without it."""
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        request.query_string = b""
        raise BadRequest from None


def _close_files(_error: BaseException | None) -> None:
    """Files that no view has asked for are let go at once."""
    request.close()


def _names_of_files() -> Iterable[tuple[str, str]]:
    return ((field, file.filename or "") for field, file in request.files.items(multi=True))


def _judge_fields(fields: Iterable[tuple[str, str]], most: int) -> None:
    for place, (name, value) in enumerate(fields):
        if place >= MOST_FIELDS:
            raise BadInput(N_("The form has too many fields."))
        check_text(name, "", MOST_NAME)
        if len(value) > most:
            raise BadInput(TOO_LONG, name)
        check_text(value, name)


def read_file(field: str) -> tuple[str, bytes]:
    """The name and content of a sent file; empty when there is none."""
    sent = request.files.get(field)
    if sent is None:
        return "", b""
    content = sent.read()
    sent.close()
    return sent.filename or "", content


def as_file(content: bytes | Iterator[bytes], media: str, name: str) -> Response:
    """An answer that browsers save under its name; pieces are sent as they are made."""
    headers = {
        "Content-Disposition": f"attachment; filename=\"file\"; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, mimetype=media, headers=headers)
