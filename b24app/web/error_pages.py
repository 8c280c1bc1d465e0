"""Errors as pages, as fragments for htmx, and as JSON for portals; each carries a number to name to support.

An error page is drawn from the request alone, without database, queue or session; only to a visitor without rights it names who has them.
"""

import sqlite3
from dataclasses import dataclass

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, refresh
from flask_htmx import make_response as htmx_response
from redis.exceptions import RedisError
from sqlalchemy.exc import (
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed, TooManyRequests
from werkzeug.exceptions import NotFound as NoPage

from b24app.database import db
from b24app.errors import (
    AdministratorFirst,
    AppError,
    BadInput,
    MarketplaceEnded,
    NotAllowed,
    NotFound,
    PageStale,
    PlanLapsed,
    PortalError,
    PortalLocked,
    Refused,
    Unavailable,
)
from b24app.frames.opening_errors import OpeningDenied, OpeningWaits, PageReadOnly, TooManyOpenings
from b24app.frames.token_signature import read_signature
from b24app.integrators.client_frame import ClientsSideOnly, ConsentEnded, RightNotGiven
from b24app.services import services
from b24app.text.messages import N_
from b24app.text.translation import nearest_language
from b24app.web.access import FIELD, HEADER, AnotherPortal, htmx
from b24app.web.client_refusals import RESELECT, draw_client_refusal
from b24app.web.edge import choose_language, request_number
from b24app.web.no_rights import no_rights_values
from b24app.web.opening_form import seal_opening, wait_seconds
from b24app.web.shown_errors import note_shown_error

RETRY_AFTER = "60"
API = "/api/"
FIRST_REFUSAL = 400
LONGEST_ANSWER = 200
log = structlog.get_logger(__name__)


class TooManyRefusals(AppError):
    """This address was refused so often that nobody there is verified until the minute is over."""

    retryable = True
    status = 429
    public = N_("Too many refused attempts came from this address. Wait a minute and open the page again.")


class TooManyCalls(AppError):
    """One key of the API has asked too often within a minute."""

    retryable = True
    status = 429
    public = N_("The key has asked too often. Wait as long as “Retry-After” says.")


class SavedMeanwhile(AppError):
    """Two requests began the same row at the same moment; the second one saved nothing."""

    retryable = True
    status = 409
    public = N_(
        "Somebody saved this at the same moment, so nothing of yours was kept. Look at it again and save."
    )


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of error is shown: shape, title, and whether asking again makes sense."""

    shape: str
    title: str
    level: str = "warn"
    repeat: bool = False


LOOKS: tuple[tuple[type[AppError], Look], ...] = (
    (PageStale, Look("clock", N_("The page is out of date"), repeat=True)),
    (TooManyRefusals, Look("clock", N_("A minute's wait"), repeat=True)),
    (Refused, Look("lock", N_("We could not let you in"))),
    (ConsentEnded, Look("lock", N_("There is no access to this client"))),
    (RightNotGiven, Look("lock", N_("The client has not allowed this"))),
    (ClientsSideOnly, Look("lock", N_("Only the client’s side does this"))),
    (AnotherPortal, Look("clock", N_("The page is of another portal"), repeat=True)),
    (NotAllowed, Look("lock", N_("This page is for administrators"))),
    (NotFound, Look("search", N_("There is nothing here"))),
    (BadInput, Look("pencil", N_("Something is filled in wrongly"))),
    (PageReadOnly, Look("eye", N_("This page is for reading only"), repeat=True)),
    (OpeningWaits, Look("clock", N_("Waiting for the portal"))),
    (SavedMeanwhile, Look("pencil", N_("Saved at the same moment"), repeat=True)),
    (Unavailable, Look("plug", N_("Our side does not answer"), "fail", repeat=True)),
    (PlanLapsed, Look("power", N_("The portal's plan has ended"), "fail")),
    (MarketplaceEnded, Look("power", N_("The Marketplace subscription has ended"), "fail")),
    (PortalLocked, Look("lock", N_("The portal is locked"), "fail")),
    (OpeningDenied, Look("lock", N_("The portal did not let the application in"), repeat=True)),
    (PortalError, Look("plug", N_("The portal did not answer as expected"), repeat=True)),
    (AppError, Look("fail", N_("Something went wrong on our side"), "fail", repeat=True)),
)

# Words for people of the web server's own refusals, by status.
HTTP_WORDS = {
    400: N_("The request could not be read."),
    405: N_("This address does not take such a request."),
    413: N_("What was sent is too large."),
    415: N_("What was sent is not a form."),
}


UNIQUE_VIOLATION = "23505"
AWAY = (OperationalError, InterfaceError, DisconnectionError, PoolTimeout)
LAST_WORDS = {
    "ru": "Что-то сломалось на нашей стороне. Откройте страницу ещё раз через минуту. Номер ошибки: {number}",
    "en": "Something went wrong on our side. Open the page again in a minute. Error number: {number}",
}


def show_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(AppError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unknown)


def _known(error: AppError) -> ResponseReturnValue:
    return _refuse(error, getattr(error, "message", error.public), error.status)


def _refuse(error: AppError, message: str, status: int) -> Response:
    let_go()
    number = request_number()
    details = {"reason": error.reason} if isinstance(error, Refused) else {}
    log.warning("request refused", error=type(error).__name__, **details)
    note_shown_error(error, error, number)
    return _answer(error, message, status, number)


def _http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, NoPage):
        return _known(NotFound())
    if isinstance(error, TooManyRequests):
        return _known(TooManyCalls() if request.path.startswith(API) else TooManyRefusals())
    if error.code is None or error.code < FIRST_REFUSAL:
        return make_response(error.get_response())
    words = HTTP_WORDS.get(error.code, HTTP_WORDS[400])
    answer = _refuse(BadInput(words), words, error.code)
    if isinstance(error, MethodNotAllowed):
        answer.allow.update(error.valid_methods or ())
    return answer


def _unknown(error: Exception) -> ResponseReturnValue:
    let_go()
    number, known = request_number(), as_known(error) or AppError()
    log.error("request failed", error=type(error).__name__, exc_info=error)
    note_shown_error(error, known, number)
    return _answer(known, known.public, known.status, number)


def _answer(error: AppError, message: str, status: int, number: str) -> Response:
    """Draw the answer; the page may be shown in any portal's frame, for there is nothing to press on it."""
    g.language, g.refused = reader_language(), "frame" not in g
    refresh()  # the language may have been chosen before the error
    try:
        response = _draw(error, message, number)
    except Exception as second:
        log.exception("the error page failed too", error=type(second).__name__, number=number)
        response = last_words(number, status)
    if status in (Unavailable.status, TooManyRefusals.status):
        response.headers["Retry-After"] = (
            str(wait_seconds()) if isinstance(error, OpeningWaits) else RETRY_AFTER
        )
    response.status_code = status
    return response


def _draw(error: AppError, message: str, number: str) -> Response:
    if request.path == "/events":
        code = error.reason.partition(":")[0] if isinstance(error, Refused) else "failed"
        return jsonify(status="error", error=code, number=number)
    if request.path.startswith(API):
        return jsonify(error=of_api(error, message, number))
    look = next(look for kind, look in LOOKS if isinstance(error, kind))
    values = {"look": look, "message": message, "number": number, "now": services().clock.now()}
    if isinstance(error, PortalError) and error.code:
        values["answered"] = str(error)[:LONGEST_ANSWER]
    if isinstance(error, OpeningWaits):
        values |= {
            "opening": seal_opening(),
            "seconds": wait_seconds(),
            "busy": isinstance(error, TooManyOpenings),
        }
    if isinstance(error, ConsentEnded | RightNotGiven):
        return draw_client_refusal(error, values)
    frame = g.get("frame")
    of_clients = isinstance(error, AnotherPortal | ClientsSideOnly) or (frame and frame.client)
    refused = frame if isinstance(error, NotAllowed) and not of_clients else None
    if refused is not None:
        values |= no_rights_values(refused)
    if htmx:
        note = render_template("web/problem_note.html", **values)
        response: Response = htmx_response(note, retarget="#notices", reswap="innerHTML")
        # what was pressed may select a part that a note does not have; the extension has no word for it
        response.headers[RESELECT] = "unset"
        return response
    template = _page_of(error) if refused is None else "states/no_rights.html"
    return make_response(render_template(template, **values))


def of_api(error: AppError, message: str, number: str) -> dict[str, object]:
    """An error in the form of the API: a stable code, words, and whether the same request may work later."""
    words = gettext(message)
    field = error.field if isinstance(error, BadInput) else ""
    return {"code": error.kind, "message": words, "field": field, "retry": error.retryable, "number": number}


def _page_of(error: AppError) -> str:
    """The page that shows an error: a portal's opening that waits is sent again by its own page."""
    if isinstance(error, OpeningWaits) and request.blueprint == "placements":
        return "states/opening_waits.html"
    return "states/administrator_first.html" if isinstance(error, AdministratorFirst) else "states/error.html"


def as_known(error: Exception) -> AppError | None:
    """An absent database or Redis, or a row that somebody began meanwhile, as an error of ours; None for anything else."""
    if isinstance(error, RedisError):
        return Unavailable()
    if isinstance(error, IntegrityError):
        return SavedMeanwhile() if is_taken(error) else None
    if not isinstance(error, AWAY):
        return None
    cause = getattr(error, "orig", None)  # SQLite calls a missing table or a wrong statement operational too
    mistake = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return None if mistake else Unavailable()


def is_taken(error: IntegrityError) -> bool:
    """Whether a unique key was taken: by its code, 23505 of PostgreSQL or the extended ones of SQLite."""
    if getattr(error.orig, "sqlstate", "") == UNIQUE_VIOLATION:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)


def let_go() -> None:
    """Leave the transaction; a connection that is lost already has nothing to give back."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session.remove()


def reader_language() -> str:
    """The language of whoever reads the page, from the request alone; Russian when nothing in it names one."""
    page = read_signature(_token())
    return choose_language(
        nearest_language(_sent("LANG"), "") or (page.language if page else ""), otherwise="ru"
    )


def _token() -> str:
    return request.headers.get(HEADER) or _sent(FIELD)


def _sent(field: str) -> str:
    """A field of the form, unless it is the form itself that could not be read."""
    try:
        return request.form.get(field, "")
    except HTTPException:
        return ""


def last_words(number: str, status: int) -> Response:
    """A page without a template, for the case that even the error page cannot be drawn."""
    language = g.get("language") or "ru"
    text = LAST_WORDS[language if language in LAST_WORDS else "en"].format(number=number)
    body = f'<!DOCTYPE html><html lang="{language}"><meta charset="utf-8"><title>{number}</title><p>{text}</p></html>'
    return Response(body, status, mimetype="text/html")
