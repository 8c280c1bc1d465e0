"""«Clients → Standards»: what is expected of a set of clients, where that differs, and what is done about a difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, request

from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.board_query import BoardAt
from b24app.integrators.members import MemberView, demand_seat, list_members
from b24app.integrators.rights import MemberRole, Right
from b24app.integrators.standards.decisions import REASONS, ValueDifference, accept, hand_on, take_back
from b24app.integrators.standards.deviation_list import SHOWN, find_difference, list_deviations
from b24app.integrators.standards.deviation_query import count_standard
from b24app.integrators.standards.stored_standards import (
    DECIDE,
    EDIT,
    SEE,
    StandardView,
    find_standard,
    list_standards,
)
from b24app.pages.clients import standards_view
from b24app.pages.clients.board_view import surname
from b24app.pages.clients.board_view import url_of as board_url
from b24app.pages.clients.condition_names import FIELD_TITLES, names_of
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed, page, toast
from b24app.web.filters import today
from b24app.web.form_fields import read_date, read_id

blueprint = Blueprint("clients_standards", __name__)
GIVES = {"task": 3, "accept": 14}
"""How many days from today a panel offers first."""


@dataclass(frozen=True, slots=True)
class OpenPanel:
    """Which row has its panel open: to accept it, or to hand it on."""

    kind: str = ""
    row: str = ""


def standards_at(frame: Frame, roles: frozenset[MemberRole] = SEE) -> BoardAt:
    """The board of the person at this moment; raises NotAllowed for a role that is not among these."""
    return BoardAt(demand_seat(frame.portal_id, frame.user_id, roles), services().clock.now(), today())


def draw_standards(
    frame: Frame, wrong: BadInput | None = None, panel: OpenPanel | None = None, standard_id: int = 0
) -> str:
    """The whole page; after a press the standard is in the path, else in the address."""
    at, standards = standards_at(frame), list_standards()
    standard = _chosen(standards, standard_id)
    if standard is None:
        return page("clients/standards.html", frame, standard=None, may_edit=at.seat.role in EDIT)
    shown, after = _shown(), request.values.get("after", "")[:40]
    found = count_standard(at, standard)
    rows = list_deviations(at, standard, shown, after) if standards_view.has_rows(found, shown) else ()
    people = list_members()
    names = {one.user_id: surname(one.name) for one in people}
    return page(
        "clients/standards.html",
        frame,
        standard=standard,
        standards=[(one.id, one.name) for one in standards],
        found=found,
        answer=standards_view.answer_of(found),
        lead=standards_view.lead_of(found),
        rules=standards_view.rule_lines(standard, found),
        list_parts=standards_view.part_chips(standard, shown, found),
        who=standards_view.who_chips(standard, names_of(at, standard.conditions), FIELD_TITLES),
        lines=standards_view.deviation_lines(standard, rows, names, at.now),
        more=standards_view.next_url(standard, shown, rows),
        shown=shown,
        after=after,
        url_of=standards_view.url_of,
        carried=board_url(standard.conditions).partition("?")[2],
        clients_url=board_url(standard.conditions),
        may_edit=at.seat.role in EDIT,
        may_run=Right.RUN in at.seat.rights,
        **_panel_values(at, people, wrong, panel),
    )


def _panel_values(
    at: BoardAt, people: Sequence[MemberView], wrong: BadInput | None, panel: OpenPanel | None
) -> dict[str, object]:
    """The values of the row whose panel is open: what it offers, and its mistakes."""
    return {
        "panel": panel or OpenPanel(request.args.get("panel", ""), request.args.get("row", "")),
        "reasons": list(REASONS.items()),
        "people": [(one.user_id, one.name) for one in people if one.role is not MemberRole.ACCOUNTANT],
        "days": {kind: (at.today + timedelta(days=number)).isoformat() for kind, number in GIVES.items()},
        "may_decide": at.seat.role in DECIDE,
        "form": request.form if wrong else {},
        "wrong": {wrong.field: wrong.message} if wrong else {},
    }


def _chosen(standards: tuple[StandardView, ...], standard_id: int) -> StandardView | None:
    """The standard of the path or of the address, else the first one; raises NotFound for an unknown number in a GET."""
    named = standard_id or (request.view_args or {}).get("standard_id")
    wanted = named or read_id(request.args, "standard")
    if wanted is None:
        return standards[0] if standards else None
    found = next((one for one in standards if one.id == wanted), None)
    if found is None and request.method == "GET":
        raise NotFound("standard")
    return found or (standards[0] if standards else None)


def _shown() -> str:
    asked = request.values.get("shown", "all")
    return asked if asked in SHOWN else "all"


@blueprint.get("/clients/standards")
@framed(own=True)
def show_standards(frame: Frame) -> str:
    """A standard with its differences."""
    return draw_standards(frame)


def _pressed(frame: Frame) -> tuple[BoardAt, ValueDifference]:
    """The difference that a press is about, as it is at this moment; raises NotFound, NotAllowed."""
    at, named = standards_at(frame, DECIDE), request.view_args or {}
    standard = find_standard(int(named["standard_id"]))
    _row, difference = find_difference(at, standard, str(named["code"]), str(named["rule"]))
    return at, difference


def redraw_panel(frame: Frame, wrong: BadInput) -> str:
    """The page with the panel open again, and what is wrong in it."""
    named = request.view_args or {}
    kind = "accept" if request.path.endswith("/accept") else "task"
    return draw_standards(frame, wrong, OpenPanel(kind, f"{named.get('code')}:{named.get('rule')}"))


@blueprint.post("/clients/standards/<int:standard_id>/<code>/<rule>/accept")
@framed(own=True, redraw=redraw_panel)
def accept_value(frame: Frame, standard_id: int, code: str, rule: str) -> str:  # noqa: ARG001
    """Accept a value until a day, with a reason."""
    at, one = _pressed(frame)
    form = request.form
    until = read_date(form.get("until", ""), "until")
    accept(one, at.seat, form.get("reason", ""), form.get("note", ""), until, today=at.today, at=at.now)
    toast(N_("Accepted: it comes back the day after"))
    return draw_standards(frame, panel=OpenPanel())


@blueprint.post("/clients/standards/<int:standard_id>/<code>/<rule>/task")
@framed(own=True, redraw=redraw_panel)
def hand_value_on(frame: Frame, standard_id: int, code: str, rule: str) -> str:  # noqa: ARG001
    """Hand a difference on to a colleague; a job sets the task in the own portal."""
    at, one = _pressed(frame)
    until = read_date(request.form.get("until", ""), "until")
    done = hand_on(one, at.seat, read_id(request.form, "user"), until, today=at.today, at=at.now)
    toast(N_("The task is being set") if done else N_("It is handed on already"))
    return draw_standards(frame, panel=OpenPanel())


@blueprint.post("/clients/standards/<int:standard_id>/<code>/<rule>/back")
@framed(own=True)
def take_decision_back(frame: Frame, standard_id: int, code: str, rule: str) -> str:  # noqa: ARG001
    """Take back what was decided; the task of it is deleted."""
    at, one = _pressed(frame)
    toast(N_("Taken back") if take_back(one, at.seat, at=at.now) else N_("Nothing was decided about it"))
    return draw_standards(frame, panel=OpenPanel())
