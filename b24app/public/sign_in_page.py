"""The entrance for integrators outside their portal: by Bitrix24, or by a one-time link for the day when the portal is dark."""

import secrets
import time

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from b24app.errors import AppError, BadInput, Refused
from b24app.integrators.outside.outside_sessions import BY_LINK, BY_PORTAL, begin_session, end_session
from b24app.integrators.outside.sign_in import come_back, leave_for_portal
from b24app.integrators.outside.sign_in_links import confirm_address, send_links, use_link
from b24app.portals.addresses import admits_plain_http
from b24app.services import services
from b24app.text.mail_addresses import check_mail
from b24app.text.messages import N_
from b24app.web.access import kept_deed, kept_in, public
from b24app.web.edge import POLICY
from b24app.web.outside_access import (
    NONCE_COOKIE,
    give_cookie,
    give_nonce,
    present_session,
    take_cookie,
)

blueprint = Blueprint("sign_in", __name__)
HOME = "/clients"
EVENLY = 0.3
"""Seconds until the answer to who asks for a link, whether the address is stored here or not."""
NOT_FROM_HERE = N_("This form was not opened here, or too long ago. Please press once more.")
NOT_INDEXED = "noindex, nofollow"


@blueprint.get("/sign-in")
@public
def show_sign_in() -> ResponseReturnValue:
    """Which portal; who is in already goes on."""
    return redirect(HOME) if present_session() else draw_sign_in()


@blueprint.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Go to the portal that was typed."""
    try:
        demand_own_form()
        departure = leave_for_portal(request.form.get("portal", ""))
    except BadInput as wrong:
        return draw_sign_in(wrong), wrong.status
    response = redirect(departure.address, code=303)
    give_nonce(response, departure.nonce)
    return response


@blueprint.get("/sign-in/callback")
@public
def finish_sign_in() -> ResponseReturnValue:
    """The portal sends the browser back with a code."""
    agent = request.headers.get("User-Agent", "")
    try:
        with kept_deed():
            seat, _visitor = come_back(request.args, request.cookies.get(NONCE_COOKIE, ""))
            secret = begin_session(seat, BY_PORTAL, agent, services().clock.now())
    except AppError as error:
        return draw_sign_in(
            refused=error.message if isinstance(error, Refused) else error.public
        ), error.status
    response = redirect(HOME, code=303)
    give_cookie(response, secret)
    return response


@blueprint.post("/sign-in/link")
@public
def ask_link() -> ResponseReturnValue:
    """Write a link to a confirmed address; the answer is the same for every address."""
    try:
        demand_own_form()
        email = read_email()
    except BadInput as wrong:
        return draw_sign_in(wrong), wrong.status
    began = time.monotonic()
    with kept_deed():
        send_links(email, services().clock.now())
    services().sleep(max(0.0, EVENLY - (time.monotonic() - began)))
    return draw_sign_in(asked=email)


@blueprint.get("/sign-in/link/<secret>")
@public
def show_link(secret: str) -> ResponseReturnValue:
    """Opening the link changes nothing, for mail servers open links too; the button does, in the same browser."""
    nonce = secrets.token_urlsafe(24)
    answer = _answer("outside/sign_in_link.html", secret=secret, nonce=nonce)
    give_nonce(answer, nonce)
    return answer


@blueprint.post("/sign-in/link/<secret>")
@public
def open_link(secret: str) -> ResponseReturnValue:
    """Enter by a link, once; a form of another site would put the visitor into a stranger's session."""
    demand_own_form()
    now = services().clock.now()
    with kept_deed():
        seat = use_link(secret, now)
        session = begin_session(seat, BY_LINK, request.headers.get("User-Agent", ""), now)
    response = redirect(HOME, code=303)
    give_cookie(response, session)
    return response


@blueprint.get("/sign-in/address/<code>")
@public
def show_address(code: str) -> ResponseReturnValue:
    """What will come to this address; the button confirms."""
    return _answer("outside/sign_in_address.html", code=code, done=False)


@blueprint.post("/sign-in/address/<code>")
@public
def keep_address(code: str) -> ResponseReturnValue:
    """The reader of the letter confirms."""
    with kept_deed():
        confirm_address(code, services().clock.now())
    return _answer("outside/sign_in_address.html", code=code, done=True)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this browser's session; a form of another site brings no cookie of ours, so it ends nothing."""
    response = redirect("/sign-in", code=303)
    if (session := present_session()) is not None:
        with kept_in(session.portal_id):
            end_session(session.id, session.user_id, services().clock.now())
        take_cookie(response)
    return response


def demand_own_form() -> None:
    """The form has to come from our own page in this browser; raises BadInput."""
    known, sent = request.cookies.get(NONCE_COOKIE, ""), request.form.get("nonce", "")
    if not known or not secrets.compare_digest(known.encode(), sent.encode(errors="replace")):
        raise BadInput(NOT_FROM_HERE, "form")


def read_email() -> str:
    """The address that was typed; raises BadInput."""
    return check_mail(request.form.get("email", ""))


def draw_sign_in(wrong: BadInput | None = None, *, refused: str = "", asked: str = "") -> Response:
    """The page, with what was wrong or what was sent; its form leads to a portal, which the policy of this page alone allows."""
    nonce = secrets.token_urlsafe(24)
    answer = _answer(
        "outside/sign_in.html",
        nonce=nonce,
        form=request.form,
        wrong={wrong.field: wrong.message} if wrong else {},
        refused=refused,
        asked=asked,
    )
    give_nonce(answer, nonce)
    anywhere = "form-action 'self' https:" + (" http:" if admits_plain_http() else "")
    policy = POLICY.format(ancestors="'none'").replace("form-action 'self'", anywhere)
    answer.headers["Content-Security-Policy"] = policy
    return answer


def _answer(template: str, **values: object) -> Response:
    answer = make_response(render_template(template, **values))
    answer.headers["X-Robots-Tag"] = NOT_INDEXED
    return answer
