"""What a person reads when a page fell: drawn from the request alone, without database, queue or session."""

import sqlite3

from flask import Response, g, request
from redis.exceptions import RedisError
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from b24app.database import db
from b24app.errors import AppError, Unavailable
from b24app.frames.page_token import language_of_token
from b24app.text.translation import LANGUAGES, nearest_language

AWAY = (OperationalError, InterfaceError, DisconnectionError, PoolTimeout)
MISTAKES = ("no such table", "no such column", "syntax error")  # SQLite calls these operational too
LAST_WORDS = {
    "ru": "Что-то сломалось на нашей стороне. Откройте страницу ещё раз через минуту. Номер ошибки: {number}",
    "en": "Something went wrong on our side. Open the page again in a minute. Error number: {number}",
}


def as_known(error: Exception) -> AppError | None:
    """An error of the database's or Redis's absence as one of ours; None for anything else."""
    if isinstance(error, RedisError):
        return Unavailable()
    if not isinstance(error, AWAY):
        return None
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error) and any(word in str(cause) for word in MISTAKES):
        return None
    return Unavailable()


def let_go() -> None:
    """Leave the transaction; a connection that is lost already has nothing to give back."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session.remove()


def reader_language() -> str:
    """The language of whoever reads the page, told by the request alone; Russian when nothing tells."""
    if language := g.get("language"):
        return str(language)
    if frame := g.get("frame"):
        return str(frame.language)
    asked = request.args.get("LANG") or request.args.get("lang") or _sent("LANG")
    if asked:
        return nearest_language(asked)
    if language := language_of_token(_token()):
        return language
    wishes = (nearest_language(code, "") for code in request.accept_languages.values())
    return next((language for language in wishes if language in LANGUAGES), "ru")


def _token() -> str:
    return request.headers.get("X-Frame-Token") or _sent("frame_token")


def _sent(field: str) -> str:
    """A field of the form, unless it is the form itself that could not be read."""
    try:
        return request.form.get(field, "")
    except HTTPException:
        return ""


def last_words(number: str, status: int) -> Response:
    """A page that needs nothing at all, for the case that even the page about the error cannot be drawn."""
    language = g.get("language") or "ru"
    text = LAST_WORDS[language if language in LAST_WORDS else "en"].format(number=number)
    body = f'<!DOCTYPE html><html lang="{language}"><meta charset="utf-8"><title>{number}</title><p>{text}</p></html>'
    return Response(body, status, mimetype="text/html")
