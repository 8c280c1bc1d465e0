"""The report of readiness: in the frame, as files, and by a signed address outside the portal."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext, ngettext

from b24app.database import db
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.portals.model import Portal
from b24app.public.status_page import open_link
from b24app.renewal.signed_links import LinkView, list_links, make_link, revoke_link
from b24app.reports.report import Report, build_report
from b24app.reports.report_files import draw_body, write_json, write_pdf, write_xlsx
from b24app.reports.report_texts import FILTERS
from b24app.services import services
from b24app.text.messages import N_
from b24app.text.translation import LANGUAGES
from b24app.web.access import author, framed, kept_in, public
from b24app.web.filters import day, today
from b24app.web.page_drawing import page

blueprint = Blueprint("report", __name__)
for one in FILTERS:
    blueprint.add_app_template_filter(one)

DAYS = (1, 7, 14, 30, 90)
Writer = Callable[[Report], bytes | str]
FILES: Mapping[str, tuple[str, Writer]] = {
    "pdf": ("application/pdf", write_pdf),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "json": ("application/json", write_json),
}


def draw_report(frame: Frame, wrong: BadInput | None = None) -> str:
    """The page in the frame; the report itself may be in another language than the page."""
    language = _language(request.args.get("language", ""), frame.language)
    report = build_report(db.session.get_one(Portal, frame.portal_id))
    with force_locale(language):
        body = draw_body(report)
    return page(
        "report.html",
        frame,
        body=body,
        language=language,
        has_run=report.run is not None,
        links=[link for link in list_links() if link.purpose == "report" and _is_alive(link)],
        days=[(str(days), _say_days(days)) for days in DAYS],
        wrong=wrong,
    )


@blueprint.get("/report")
@framed(admin=True)
def show_report(frame: Frame) -> str:
    """The report on the screen, in the language of `?language=`."""
    return draw_report(frame)


@blueprint.post("/report.<kind>")
@framed(admin=True)
def download_report(frame: Frame, kind: str) -> Response:
    """The report as a file: pdf, xlsx or json."""
    if kind not in FILES:
        raise NotFound
    portal = db.session.get_one(Portal, frame.portal_id)
    with force_locale(_language(request.form.get("language", ""), frame.language)):
        return _file(build_report(portal), kind)


@blueprint.post("/report/links")
@framed(admin=True, redraw=draw_report)
def open_address(frame: Frame) -> str:
    """Make an address of the report for somebody outside; it always has a last day."""
    last_day = today() + timedelta(days=_days(request.form.get("days", "")))
    make_link("report", by=author(frame), at=services().clock.now(), expires_on=last_day)
    return draw_report(frame)


@blueprint.post("/report/links/<int:link_id>/revoke")
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
        body = draw_body(build_report(portal, outside=True))
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
    """The same as a file."""
    _link, portal = open_link(token, "report")
    with kept_in(portal.id):
        answer = _file(build_report(portal, outside=True), "pdf")
    return _hidden(answer)


def _hidden(answer: Response) -> Response:
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _file(report: Report, kind: str) -> Response:
    mimetype, write = FILES[kind]
    name = f"report-{report.number}-{report.checked_at:%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write(report), mimetype=mimetype, headers=headers)


def _language(asked: str, otherwise: str) -> str:
    return asked if asked in LANGUAGES else otherwise


def _days(text: str) -> int:
    if text not in {str(days) for days in DAYS}:
        raise BadInput(N_("Choose one of the offered values."), "days")
    return int(text)


def _is_alive(link: LinkView) -> bool:
    return link.expires_on is None or link.expires_on >= today()


def _say_days(days: int) -> str:
    return ngettext("%(num)s day", "%(num)s days", days)
