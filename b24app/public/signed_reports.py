"""Pages of reports outside the portal: the signed report, the letters that ask to agree to an address, the colour of a sheet.

An opening counts when a browser states that a person has gone to the page; what fetches it in advance or asks for its head does not.
"""

import re

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from b24app.errors import NotFound
from b24app.integrators.client_reports.own_colour import darken, tint
from b24app.integrators.client_reports.report_readers import answer_ask, read_ask
from b24app.integrators.client_reports.report_senders import confirm_sender, sender_asked
from b24app.integrators.client_reports.signed_report import note_opening, read_signed
from b24app.reports.client_sheet import draw_client_report
from b24app.services import services
from b24app.text.translation import nearest_language
from b24app.web.access import kept_deed, public

blueprint = Blueprint("signed_reports", __name__)
HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
COLOUR = re.compile(r"[0-9a-f]{6}")
FOR_A_YEAR = "public, max-age=31536000, immutable"


@blueprint.get("/client-reports/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """The report, as long as the access lives that it was made by."""
    now = services().clock.now()
    shown = read_signed(token, now)
    if is_opened_by_person():
        with kept_deed():
            note_opening(token, now)
    g.language = shown.content.language
    return _answer("client_report/page.html", shown=shown, sheet=draw_client_report(shown))


def is_opened_by_person() -> bool:
    """Whether a browser states that somebody has gone to this page: scanners of mail, previews and prefetching do not."""
    goes = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    ahead = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return goes and request.headers.get("Sec-Fetch-Dest") == "document" and "prefetch" not in ahead


@blueprint.get("/client-reports/colour/<code>.css")
@public
def give_colour(code: str) -> Response:
    """The colour of a sheet and its tint; any that was asked for is dark enough for text."""
    if COLOUR.fullmatch(code) is None:
        raise NotFound
    own = darken(f"#{code}")
    answer = Response(f".client-sheet{{--own:{own};--own-tint:{tint(own)}}}\n", mimetype="text/css")
    answer.headers["Cache-Control"] = FOR_A_YEAR
    return answer


@blueprint.get("/client-reports/reader/<code>")
@public
def show_reader(code: str) -> ResponseReturnValue:
    """Who asks, and about which client; opening it answers nothing, for mail servers open links too."""
    return _reader_page(code)


@blueprint.post("/client-reports/reader/<code>")
@public
def answer_reader(code: str) -> ResponseReturnValue:
    """The reader agrees, or wants nothing more."""
    with kept_deed():
        answer_ask(code, agrees=request.form.get("answer") == "yes", at=services().clock.now())
    return _reader_page(code, answered=True)


def _reader_page(code: str, *, answered: bool = False) -> Response:
    asked = read_ask(code, services().clock.now())
    g.language = nearest_language(asked.language)
    return _answer("client_report/reader.html", code=code, asked=asked, answered=answered)


@blueprint.get("/client-reports/sender/<code>")
@public
def show_sender(code: str) -> ResponseReturnValue:
    """What will come from this address; the button confirms."""
    name = sender_asked(code, services().clock.now())
    return _answer("client_report/sender.html", code=code, name=name, done=False)


@blueprint.post("/client-reports/sender/<code>")
@public
def keep_sender(code: str) -> ResponseReturnValue:
    """The reader of the address confirms it."""
    now = services().clock.now()
    name = sender_asked(code, now)
    with kept_deed():
        confirm_sender(code, now)
    return _answer("client_report/sender.html", code=code, name=name, done=True)


def _answer(template: str, **values: object) -> Response:
    answer = make_response(render_template(template, **values))
    answer.headers.update(HEADERS)
    return answer
