"""Work on many clients: the count before, the progress with a result for each client, once more for those that failed."""

from collections.abc import Mapping

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.errors import BadInput, NotAllowed, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.board import ClientRow, read_chosen
from b24app.integrators.board_query import BoardAt
from b24app.integrators.bulk.asking_schedules import EVERY, days_of_all
from b24app.integrators.bulk.date_requests import asked_lately
from b24app.integrators.bulk_plan import REASONS, REMEDIES, BulkPlan, may_do, plan_work
from b24app.integrators.bulk_work import (
    WorkView,
    begin_work,
    get_work,
    list_steps,
    repeat_failed,
    return_work,
    stop_work,
)
from b24app.integrators.client_groups import clients_in, demand_own_group, get_group, own_groups
from b24app.integrators.client_notes import check_member
from b24app.integrators.members import list_members
from b24app.integrators.model import BulkKind
from b24app.pages.clients.board_page import board_at, conditions_of_page, draw_board
from b24app.pages.clients.board_view import url_of
from b24app.pages.clients.bulk_view import (
    AFTER,
    BEFORE,
    DURING,
    LEADS,
    RETURNED,
    RETURNING,
    lines_of_work,
)
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, fragment, framed, page
from b24app.web.form_fields import read_id

blueprint = Blueprint("clients_bulk", __name__)
MOST_SHOWN = 200


def draw_again(frame: Frame, wrong: BadInput) -> str:
    """The board again, with what is wrong above it."""
    return draw_board(frame, conditions_of_page(), wrong)


def chosen_rows(at: BoardAt) -> tuple[ClientRow, ...]:
    """The clients that were ticked, or all that match the conditions; only those that this person sees."""
    if request.form.get("all") == "yes":
        return read_chosen(at, conditions_of_page())
    codes = frozenset(request.form.getlist("code"))
    return read_chosen(at, conditions_of_page(), codes) if codes else ()


def read_plan(at: BoardAt, kind: str, value: int | None = None) -> BulkPlan:
    """The clients that this press is about."""
    rows = chosen_rows(at)
    same = frozenset[int]()
    if kind == BulkKind.ASSIGN:
        same = frozenset(row.client_id for row in rows if value and row.responsible_id == value)
    if kind == BulkKind.GROUP and value:
        same = clients_in(get_group(value).id)
    if kind == BulkKind.CONFIRM:
        same = asked_lately(at.seat.portal_id, at.now)
    if kind == BulkKind.SCHEDULE and value is not None:
        stands = days_of_all()
        same = frozenset(row.client_id for row in rows if stands.get(row.client_id, 0) == value)
    return plan_work(at.seat, kind, rows, same=same)


@blueprint.post("/clients/bulk/before")
@framed(own=True, redraw=draw_again)
def show_before(frame: Frame) -> str:
    """How many clients it would be, and who is left out and why; changes nothing yet."""
    return draw_before(frame)


def draw_before(frame: Frame, wrong: BadInput | None = None) -> str:
    """The page before."""
    at, kind = board_at(frame), request.form.get("kind", "")
    if kind not in BEFORE:
        raise NotAllowed
    plan = read_plan(at, kind, None if wrong else read_id(request.form, "value"))
    return page(
        "clients/bulk_before.html",
        frame,
        kind=kind,
        plan=plan,
        title=BEFORE[kind],
        lead=LEADS.get(kind, ""),
        reasons=REASONS,
        remedies=REMEDIES,
        people=[(one.user_id, one.name) for one in list_members()],
        schedules=[(str(days), title) for days, title in EVERY.items()],
        groups=[(one.id, one.name) for one in own_groups(at.seat)],
        value=request.form.get("value", ""),
        codes=[] if request.form.get("all") == "yes" else request.form.getlist("code"),
        everything=request.form.get("all") == "yes",
        carried=request.form.get("conditions", ""),
        back=url_of(conditions_of_page()),
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.post("/clients/bulk")
@framed(own=True, redraw=draw_before)
def begin(frame: Frame) -> str:
    """Begin the work; a job does it."""
    at, kind = board_at(frame), request.form.get("kind", "")
    if kind not in DURING or kind not in BEFORE:
        raise NotAllowed
    value = _value(at, kind)
    plan = read_plan(at, kind, value)
    work_id = begin_work(plan, value, by=author(frame), at=services().clock.now())
    return draw_work(frame, at, work_id)


def _value(at: BoardAt, kind: str) -> int | None:
    """The person, the group or the days that are set; raises BadInput where one is missing, NotAllowed for a group of others."""
    value = read_id(request.form, "value")
    if kind == BulkKind.ASSIGN:
        return check_member(value)
    if kind == BulkKind.GROUP:
        if value is None:
            raise BadInput(N_("Choose a group."), "value")
        demand_own_group(at.seat, value)
    if kind == BulkKind.SCHEDULE and (value or 0) not in (0, *EVERY):
        raise BadInput(N_("Choose how often."), "value")
    return (value or 0) if kind == BulkKind.SCHEDULE else value


@blueprint.get("/clients/bulk/<int:work_id>")
@framed(own=True)
def show_work(frame: Frame, work_id: int) -> ResponseReturnValue:
    """The progress of a work; the page polls its own middle until the end."""
    at = board_at(frame)
    if request.args.get("part"):
        return fragment("clients/bulk.html", "work", frame, **work_values(at, work_id))
    return draw_work(frame, at, work_id)


def draw_work(frame: Frame, at: BoardAt, work_id: int) -> str:
    """The whole page of a work."""
    return page("clients/bulk.html", frame, **work_values(at, work_id))


def work_values(at: BoardAt, work_id: int) -> Mapping[str, object]:
    """The values of the page of a work."""
    work = _work_of(at, work_id)
    steps = list_steps(work_id)
    return {
        "work": work,
        "lines": lines_of_work(at, steps[:MOST_SHOWN]),
        "hidden": max(0, len(steps) - MOST_SHOWN),
        "during": DURING[BulkKind(work.kind)],
        "returning": RETURNING,
        "returned": RETURNED,
        "after": AFTER[BulkKind(work.kind)],
    }


@blueprint.post("/clients/bulk/<int:work_id>/repeat")
@framed(own=True)
def repeat(frame: Frame, work_id: int) -> str:
    """Try the failed clients once more, and no others."""
    at = board_at(frame)
    _work_of(at, work_id)
    repeat_failed(work_id, by=author(frame))
    return draw_work(frame, at, work_id)


@blueprint.post("/clients/bulk/<int:work_id>/undo")
@framed(own=True)
def undo(frame: Frame, work_id: int) -> str:
    """Put back what the work wrote, where nobody has changed it since."""
    at = board_at(frame)
    _work_of(at, work_id)
    return_work(work_id, by=author(frame), at=services().clock.now())
    return draw_work(frame, at, work_id)


@blueprint.post("/clients/bulk/<int:work_id>/stop")
@framed(own=True)
def stop(frame: Frame, work_id: int) -> str:
    """Let those be that still wait."""
    at = board_at(frame)
    _work_of(at, work_id)
    stop_work(work_id, at=services().clock.now())
    return draw_work(frame, at, work_id)


def _work_of(at: BoardAt, work_id: int) -> WorkView:
    """A work that this person may see and steer: of his role, and of a manager his own; raises NotFound, NotAllowed."""
    work = get_work(work_id)
    if at.seat.narrow and work.made_by_id != at.seat.user_id:
        raise NotFound("work")
    if not may_do(at.seat, work.kind):
        raise NotAllowed
    return work
