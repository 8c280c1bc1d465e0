"""Limits of requests, judged once before any route: no view ever sees what could not be kept or counted."""

from collections.abc import Iterable

from flask import Flask, request
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.routing import IntegerConverter, Map

from b24app.errors import BadInput, NotFound
from b24app.input_limits import TOO_LONG, check_text, is_plain
from b24app.stored_values import MOST_INTEGER
from b24app.text.messages import N_

MOST_PATH = 1_000
MOST_QUERY = 10_000  # characters of one value of an address
MOST_FORM = 1_000_000  # characters of one value of a form; forms as a whole are bounded by Flask
MOST_FIELDS = 1_000
MOST_NAME = 200  # characters of a field's name
MOST_FILE_NAME = 500


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
    _judge_fields(request.args.items(multi=True), MOST_QUERY)
    if request.routing_exception is not None or request.method != "POST":
        return
    if request.is_json:
        raise UnsupportedMediaType  # no route takes JSON: a portal posts forms
    _judge_fields(request.form.items(multi=True), MOST_FORM)
    _judge_fields(_names_of_files(), MOST_FILE_NAME)


def _close_files(_error: BaseException | None) -> None:
    """Files that no view has asked for are let go at once."""
    request.close()


def _names_of_files() -> Iterable[tuple[str, str]]:
    return ((field, file.filename or "") for field, file in request.files.items(multi=True))


def _judge_fields(fields: Iterable[tuple[str, str]], most: int) -> None:
    for number, (name, value) in enumerate(fields):
        if number >= MOST_FIELDS:
            raise BadInput(N_("The form has too many fields."))
        check_text(name, "", MOST_NAME)
        if len(value) > most:
            raise BadInput(TOO_LONG, name)
        check_text(value, name)
