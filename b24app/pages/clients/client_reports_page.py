"""«Clients → Reports»: the queue of reports, «approve all», and what is done with one of them."""

from urllib.parse import urlencode

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.errors import BadInput, NotAllowed
from b24app.frames.page_token import Frame
from b24app.integrators.board_conditions import BoardConditions, BoardField, Condition
from b24app.integrators.board_query import BoardAt
from b24app.integrators.client_reports import report_drafts as drafts
from b24app.integrators.client_reports.model import ReportState
from b24app.integrators.client_reports.report_look import get_look
from b24app.integrators.client_reports.report_queue import QueuedReport, list_reports
from b24app.integrators.rights import INVITES
from b24app.pages.clients.board_page import board_at, conditions_of_page
from b24app.pages.clients.board_view import ConditionChip
from b24app.pages.clients.condition_names import FIELD_TITLES, names_of, values_of
from b24app.pages.clients.report_words import (
    answer_of,
    count_reports,
    line_of,
    moment_ahead,
    report_month,
)
from b24app.services import services
from b24app.text.messages import N_, P_
from b24app.web import fragment, framed, page, toast

blueprint = Blueprint("client_reports", __name__)
blueprint.add_app_template_filter(moment_ahead)
blueprint.add_app_template_filter(report_month)
HOME = "/clients/reports"
PAGE = 60
SHOWN = {
    "all": tuple(ReportState),
    "drafts": (ReportState.DRAFT,),
    "sent": (ReportState.SENT, ReportState.LEAVING, ReportState.FAILED),
}
OFFERED = (BoardField.GROUP, BoardField.PERSON, BoardField.PLAN)


def url_of(conditions: BoardConditions, shown: str = "all", first: int = 0) -> str:
    """The address of the queue under these conditions of the board."""
    pairs = [one for one in conditions.pairs if one[0] != "view"]
    pairs += [("shown", shown)] if shown != "all" else []
    pairs += [("first", str(first))] if first else []
    return f"{HOME}?{urlencode(pairs)}" if pairs else HOME


def shown_part() -> str:
    """Which reports of the queue are listed."""
    asked = request.values.get("shown", "all")
    return asked if asked in SHOWN else "all"


def draw_queue(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page."""
    at, conditions, part = board_at(frame), conditions_of_page(), shown_part()
    reports, look = list_reports(at, conditions), get_look()
    listed = [one for one in reports if one.row.state in SHOWN[part]]
    first = _first(len(listed))
    counts = count_reports(reports)
    return page(
        "clients/reports.html",
        frame,
        counts=counts,
        answer=answer_of(counts),
        look=look,
        leaves=drafts.next_sending(frame.portal_id, at.now) if counts.drafts else None,
        to_read=[line_of(one) for one in reports if one.is_draft and not one.may_go_unread][:PAGE],
        lines=[line_of(one) for one in listed[first : first + PAGE]],
        total=len(listed),
        listings=_listings(conditions, reports, part),
        earlier=url_of(conditions, part, max(0, first - PAGE)) if first else "",
        later=url_of(conditions, part, first + PAGE) if first + PAGE < len(listed) else "",
        span=(first + 1, min(first + PAGE, len(listed))),
        chips=_chips(at, conditions, part),
        carried=url_of(conditions).partition("?")[2],
        may_send=at.seat.role in INVITES,
        wrong=wrong.message if wrong else "",
    )


def _first(total: int) -> int:
    asked = request.args.get("first", "")
    first = int(asked) if asked.isdecimal() and len(asked) < 8 else 0
    return first if first < total else 0


def _listings(
    conditions: BoardConditions, reports: tuple[QueuedReport, ...], current: str
) -> list[dict[str, object]]:
    titles = {"all": N_("All"), "drafts": N_("Drafts"), "sent": P_("reports", "Sent")}
    return [
        {
            "title": titles[code],
            "count": sum(one.row.state in states for one in reports),
            "url": url_of(conditions, code),
            "current": code == current,
        }
        for code, states in SHOWN.items()
    ]


def _chips(at: BoardAt, conditions: BoardConditions, part: str) -> list[ConditionChip]:
    """The conditions, included and excluded, each with the address without it."""
    names = names_of(at, conditions)
    return [
        ConditionChip(
            names.get(one.field, {}).get(one.value, one.value),
            url_of(conditions.without(one), part),
            excluded=one.excluded,
            label=FIELD_TITLES.get(one.field, ""),
        )
        for one in conditions.chosen
    ]


@blueprint.get("/clients/reports")
@framed(own=True)
def show_reports(frame: Frame) -> str:
    """The queue under the conditions of the address."""
    return draw_queue(frame)


@blueprint.get("/clients/reports/conditions")
@framed(own=True)
def show_report_conditions(frame: Frame) -> ResponseReturnValue:
    """The values by which the queue is narrowed, each as wanted and as unwanted."""
    at, conditions = board_at(frame), conditions_of_page()
    values = values_of(at)
    offered = [
        (
            FIELD_TITLES[field],
            [
                (title, *(url_of(conditions.plus(Condition(field, value, excluded=no))) for no in (False, True)))
                for value, title in values[field].items()
            ],
        )
        for field in OFFERED
    ]  # fmt: skip
    return fragment("clients/conditions.html", "offered", frame, offered=offered)


@blueprint.post("/clients/reports/approve")
@framed(own=True, redraw=draw_queue)
def approve_all(frame: Frame) -> str:
    """Approve all that may go unread, of those that the page has shown."""
    at = board_at(frame)
    if at.seat.role not in INVITES:
        raise NotAllowed
    newest = request.form.get("newest", "")
    if not newest.isdecimal() or len(newest) > 18:
        raise BadInput(N_("Open the queue anew: it is not clear which reports were meant."), "newest")
    ready = [one.row.id for one in list_reports(at, conditions_of_page()) if one.may_go_unread]
    done = drafts.approve_all(at.seat, [one for one in ready if one <= int(newest)], services().clock.now())
    toast(N_("Approved") if done else N_("Nothing was approved: the drafts have changed meanwhile."))
    return draw_queue(frame)
