"""Errors as pages, as fragments for htmx, and as JSON for portals; each carries a number to name to support."""

from dataclasses import dataclass

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, TooManyRequests
from werkzeug.exceptions import NotFound as NoPage

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
    TooManyRefusals,
)
from b24app.services import services
from b24app.storage import db
from b24app.texts import N_
from b24app.web.numbers import request_number

log = structlog.get_logger(__name__)


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
    (NotAllowed, Look("lock", N_("This page is for administrators"))),
    (NotFound, Look("search", N_("There is nothing here"))),
    (BadInput, Look("pencil", N_("Something is filled in wrongly"))),
    (PlanLapsed, Look("power", N_("The portal's plan has ended"), "fail")),
    (MarketplaceEnded, Look("power", N_("The Marketplace subscription has ended"), "fail")),
    (PortalLocked, Look("lock", N_("The portal is locked"), "fail")),
    (PortalError, Look("plug", N_("The portal did not answer as expected"), repeat=True)),
    (AppError, Look("fail", N_("Something went wrong on our side"), "fail", repeat=True)),
)


def show_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(AppError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unknown)


def _known(error: AppError) -> ResponseReturnValue:
    db.session.rollback()
    number = request_number()
    details = {"reason": error.reason} if isinstance(error, Refused) else {}
    log.warning("request refused", error=type(error).__name__, **details)
    g.refused = isinstance(error, Refused | TooManyRefusals)
    return _answer(error, getattr(error, "message", error.public), error.status, number)


def _http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, NoPage):
        return _known(NotFound())
    if isinstance(error, TooManyRequests):
        return _known(TooManyRefusals())
    return make_response(error.get_response())


def _unknown(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    number = request_number()
    log.error("request failed", error=type(error).__name__, exc_info=error)
    return _answer(AppError(), AppError.public, 500, number)


def _answer(error: AppError, message: str, status: int, number: str) -> Response:
    if request.path == "/events":
        code = error.reason.partition(":")[0] if isinstance(error, Refused) else "failed"
        return _with_status(jsonify(status="error", error=code, number=number), status)
    look = next(look for kind, look in LOOKS if isinstance(error, kind))
    values = {"look": look, "message": message, "number": number, "now": services().clock.now()}
    if request.headers.get("HX-Request"):
        response = _with_status(make_response(render_template("web/problem_note.html", **values)), status)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#notices", "innerHTML"
        return response
    page = "states/administrator_first.html" if isinstance(error, AdministratorFirst) else "web/problem.html"
    return _with_status(make_response(render_template(page, **values)), status)


def _with_status(response: Response, status: int) -> Response:
    response.status_code = status
    return response
