"""Files that a button of the page fetches (static/download.js): not ready yet, or not to be had; a ready one is an ordinary answer."""

from flask import Response, jsonify, make_response, request
from flask_babel import gettext

HEADER = "X-Download"
WAITS, NONE = 202, 409


def is_fetched() -> bool:
    """Whether the script of a button asks, which waits by itself and needs no page that does."""
    return HEADER in request.headers


def still_made(file_id: int, text: str) -> Response:
    """The file is being made: the button shows its progress and asks for this very one again."""
    return make_response(jsonify(file=str(file_id), text=gettext(text)), WAITS)


def not_made(text: str) -> Response:
    """There will be no file, and why."""
    return make_response(jsonify(text=gettext(text)), NONE)
