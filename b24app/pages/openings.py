"""The addresses that a portal opens: the application's page, its installation, its placements; and the token of an open page."""

from http import HTTPStatus

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from b24app.checklist.engine.freshness import look_after_a_day
from b24app.database import db, portal_scope
from b24app.errors import NotFound
from b24app.frames.keeping import keep
from b24app.frames.last_tab import TABS, last_tab, note_tab
from b24app.frames.page_token import Frame, sign_frame
from b24app.frames.verification import renew_frame, verify_opening
from b24app.pages.wizard import open_wizard
from b24app.placements import RETIRED, load_placements
from b24app.portals.incoming_forms import read_frame_post
from b24app.portals.model import InstallStatus, Portal
from b24app.services import services
from b24app.web.access import HEADER, author, framed, public, show_path
from b24app.web.opening_form import opening_form

blueprint = Blueprint("placements", __name__)


@blueprint.route("/app", methods=["GET", "POST"])
@public
def open_app() -> ResponseReturnValue:
    """The application's own page; where the card has no address of its own for sign-ins, the code arrives here."""
    if request.method == "GET" and {"code", "state"} <= request.args.keys():
        return redirect(f"/sign-in/callback?{request.query_string.decode()}")
    return _open("DEFAULT")


@blueprint.route("/placements/<code>", methods=["GET", "POST"])
@public
def open_placement(code: str) -> ResponseReturnValue:
    """One widget, by its code in lower case."""
    known = "DEFAULT" if code.upper() in RETIRED else code.upper()
    if known not in load_placements():
        raise NotFound
    return _open(known)


@blueprint.route("/install", methods=["GET", "POST"])
@public
def install() -> ResponseReturnValue:
    """The installation wizard, which a portal opens until it is finished."""
    if request.method != "POST":
        return render_template("web/about.html")
    return open_wizard(_read_frame())


@blueprint.post("/frame/renew")
@public
def renew_token() -> Response:
    """Give the page whose token is in the header a fresh one, for another hour, after the portal was asked again."""
    frame = renew_frame(request.headers.get(HEADER, ""), request.form)
    g.frame = frame
    return Response(status=204, headers={HEADER: sign_frame(frame)})


@blueprint.post("/frame/check")
@framed(own=True)
def check_token(_frame: Frame) -> Response:
    """Answer 204 while the page's token is good: a form that opens a file in a new tab asks before it goes."""
    return Response(status=204)


@blueprint.after_app_request
def keep_tab(response: Response) -> Response:
    """Store the tab that an administrator has opened; a page for reading only writes nothing."""
    frame, tab = g.get("frame"), request.path.strip("/")
    opened = request.method == "GET" and tab in TABS and response.status_code == HTTPStatus.OK
    if (
        opened
        and isinstance(frame, Frame)
        and frame.is_admin
        and frame.client is None
        and not frame.read_only
        and last_tab(frame) != tab
    ):
        keep(lambda: note_tab(frame, tab))
    return response


def _open(code: str) -> ResponseReturnValue:
    if request.method != "POST":
        # A person outside a portal, or the marketplace's HEAD request that looks for 200 (vendor's documentation, faq.md).
        return render_template("web/about.html")
    frame = _read_frame()
    if db.session.get_one(Portal, frame.portal_id).status == InstallStatus.NEW:
        return open_wizard(frame)
    look_after_a_day_away(frame)
    return show_path(load_placements()[code].choose(frame), frame)


def look_after_a_day_away(frame: Frame) -> None:
    """Begin a fresh look when an administrator opens the application after a day."""
    if frame.is_admin and not frame.read_only:
        with portal_scope(frame.portal_id):
            look_after_a_day(by=author(frame), at=services().clock.now())


def _read_frame() -> Frame:
    return verify_opening(read_frame_post(request.args, opening_form()))
