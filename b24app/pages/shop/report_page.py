"""The report of readiness: in the frame, as files, and by a signed address outside the portal."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext, ngettext

from b24app.database import db
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame, sign_frame
from b24app.integrators.rights import Right
from b24app.portals.model import Portal
from b24app.public.status_page import open_link
from b24app.renewal.signed_links import LinkView, list_links, make_link, revoke_link
from b24app.reports.model import FileState, ReportFile
from b24app.reports.report import build_report
from b24app.reports.report_files import draw_body
from b24app.reports.report_making import WantedReport, ask_report, find_report, state_of
from b24app.reports.report_texts import FILTERS
from b24app.services import services
from b24app.text.messages import N_
from b24app.text.offered_languages import WHOLE
from b24app.web.access import author, framed, kept_in, public
from b24app.web.downloads import is_fetched, not_made, still_made
from b24app.web.filters import day, today, zone
from b24app.web.page_drawing import page

blueprint = Blueprint("report", __name__)
for one in FILTERS:
    blueprint.add_app_template_filter(one)

DAYS = (1, 7, 14, 30, 90)
BROKE_OFF = N_("The report could not be made. Press once more.")
MOST_DIGITS = 10  # a number of a file is an integer of the database
MIMETYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
PHASES = {
    FileState.WAITING: N_("Waits for a free worker"),
    FileState.COLLECTING: N_("Collects what is known"),
    FileState.DRAWING: N_("Lays out the pages"),
}


def draw_report(frame: Frame, wrong: BadInput | None = None) -> str:
    """The page in the frame; the report itself may be in another language than the page."""
    language = _language(request.args.get("language", ""), frame.language)
    report = build_report(db.session.get_one(Portal, frame.portal_id))
    with force_locale(language):
        body = draw_body(report, folded=True)
    return page(
        "report.html",
        frame,
        body=body,
        language=language,
        has_run=report.run is not None,
        links=[
            link for link in list_links() if link.purpose == "report" and _is_alive(link) and not frame.client
        ],
        days=[(str(days), _say_days(days)) for days in DAYS],
        wrong=wrong,
    )


@blueprint.get("/shop/report")
@framed(admin=True, right=(Right.CHECKS, Right.PAPERS, Right.CHANGES))
def show_report(frame: Frame) -> str:
    """The report on the screen, in the language of `?language=`."""
    return draw_report(frame)


@blueprint.post("/shop/report.<kind>")
@framed(admin=True, right=(Right.CHECKS, Right.PAPERS, Right.CHANGES))
def download_report(frame: Frame, kind: str) -> ResponseReturnValue:
    """The report as a file: pdf, xlsx or json; made by a worker, with a page that waits for it."""
    if kind not in MIMETYPES:
        raise NotFound
    language = _language(request.form.get("language", ""), frame.language)
    fields = {"frame_token": sign_frame(frame), "language": language}
    form = WantedReport(kind, language, zone().key)
    return _give(frame.portal_id, form, request.form, method="post", fields=fields)


@blueprint.post("/shop/report/links")
@framed(admin=True, redraw=draw_report)
def open_address(frame: Frame) -> str:
    """Make an address of the report for somebody outside; it always has a last day."""
    last_day = today() + timedelta(days=_days(request.form.get("days", "")))
    make_link("report", by=author(frame), at=services().clock.now(), expires_on=last_day)
    return draw_report(frame)


@blueprint.post("/shop/report/links/<int:link_id>/revoke")
@framed(admin=True)
def close_address(frame: Frame, link_id: int) -> str:
    """Close an address for ever."""
    revoke_link(link_id, services().clock.now())
    return draw_report(frame)


@blueprint.get("/report/<token>")
@public
def show_outside(token: str) -> ResponseReturnValue:
    """The report for whoever holds the address; nothing of the log of calls is on it."""
    link, portal = open_link(token, "report")
    with kept_in(portal.id):
        body = draw_body(build_report(portal, outside=True), folded=True)
    answer = make_response(
        render_template(
            "report/outside.html",
            lang=g.language,
            about=gettext("the address works until %(day)s", day=day(link.expires_on)),
            body=body,
            pdf_url=f"/report/{token}.pdf?lang={g.language}",
        )
    )
    return _hidden(answer)


@blueprint.get("/report/<token>.pdf")
@public
def download_outside(token: str) -> Response:
    """The same as a file; a page waits while a worker makes it."""
    _link, portal = open_link(token, "report")
    form = WantedReport("pdf", g.language, zone().key, outside=True)
    with kept_in(portal.id):
        answer = _give(portal.id, form, request.args, method="get", fields={"lang": g.language})
    return _hidden(make_response(answer))


def _give(
    portal_id: int, form: WantedReport, asked: Mapping[str, str], *, method: str, fields: Mapping[str, str]
) -> ResponseReturnValue:
    """The file when it is there; else a page that asks again automatically until it is, and then takes it."""
    number = asked.get("file", "")
    row = find_report(int(number), form) if number.isdecimal() and len(number) < MOST_DIGITS else None
    again = row is not None and state_of(row) is FileState.FAILED and "again" in asked
    if row is None or again:
        row = ask_report(portal_id, form)
    state = state_of(row)
    if state is FileState.DONE and "wait" not in asked:
        return _file(row)
    if is_fetched():
        return (
            not_made(row.failure or BROKE_OFF)
            if state is FileState.FAILED
            else still_made(row.id, PHASES[state])
        )
    page = render_template(
        "report/file.html",
        state=state,
        kind=form.kind.upper(),
        row=row,
        phases=[{"title": title, "state": _phase(state, one)} for one, title in PHASES.items()],
        step=list(PHASES).index(state) if state in PHASES else len(PHASES),
        method=method,
        fields=fields,
        frame_token=fields.get("frame_token", ""),
        lang=g.frame.language if "frame" in g else g.language,
    )
    return page, 200 if state in {FileState.DONE, FileState.FAILED} else 202


def _phase(state: FileState, phase: FileState) -> str:
    order = list(PHASES)
    if state not in order:
        return "done"
    return "now" if state is phase else "done" if order.index(phase) < order.index(state) else "ahead"


def _hidden(answer: Response) -> Response:
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _file(row: ReportFile) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{row.name}"'}
    return Response(row.content, mimetype=MIMETYPES[row.kind], headers=headers)


def _language(asked: str, otherwise: str) -> str:
    return asked if asked in WHOLE else otherwise


def _days(text: str) -> int:
    if text not in {str(days) for days in DAYS}:
        raise BadInput(N_("Choose one of the offered values."), "days")
    return int(text)


def _is_alive(link: LinkView) -> bool:
    return link.expires_on is None or link.expires_on >= today()


def _say_days(days: int) -> str:
    return ngettext("%(num)s day", "%(num)s days", days)
