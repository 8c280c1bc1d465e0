"""Putting back: the preview, the press, its progress, what came of it, and undoing it."""

from datetime import datetime

from flask import Blueprint, Response, request
from flask_babel import gettext
from flask_htmx import make_response as htmx_response

from b24app.backup.archive.held_keys import key_request
from b24app.backup.restore.choosing import may_be_returned, prepare_change, prepare_lines
from b24app.backup.restore.data.copy_access import purpose_of
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.planning import get_restore, read_again
from b24app.backup.restore.presses import (
    allow_restores,
    begin,
    forbid_restores,
    go_on,
    note_by_hand,
    start_undo,
    stop,
)
from b24app.backup.settings_versions.listed_changes import find_change
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.restore.journal_file import write_journal
from b24app.pages.restore.restore_view import RestoreView, view_of
from b24app.pages.shop.compare_page import compared
from b24app.pages.shop.compare_rows import line_id
from b24app.reports.comparison_texts import change_name
from b24app.services import services
from b24app.text.messages import N_
from b24app.web.access import author, framed
from b24app.web.filters import zone
from b24app.web.form_fields import as_file
from b24app.web.page_drawing import fragment, page

blueprint = Blueprint("restore", __name__)
NOTHING_CHOSEN = N_("Choose what to put back.")
MOST_LINES = 100
MOST_DIGITS = 9
blueprint.add_app_template_filter(may_be_returned)
blueprint.add_app_template_test(may_be_returned)


@blueprint.app_template_filter("clock_seconds")
def clock_seconds(moment: datetime | None) -> str:
    """«10:02:08» in the portal's time."""
    return moment.astimezone(zone()).strftime("%H:%M:%S") if moment is not None else ""


def draw_restore(frame: Frame, restore_id: int, wrong: BadInput | None = None) -> str:
    """The whole page of one restore, by its state."""
    view = find_view(restore_id)
    asks = view.row.state == RestoreState.NEEDS_KEY
    return page(
        "restore/page.html",
        frame,
        tab="copy" if view.from_copy or view.row.loss_id else "",
        view=view,
        wrong=wrong,
        key_request=key_request(purpose_of(restore_id)) if asks else None,
    )


def find_view(restore_id: int) -> RestoreView:
    """One restore of this portal; raises NotFound."""
    return view_of(get_restore(restore_id))


def redraw_restore(frame: Frame, wrong: BadInput) -> str:
    """The page with what is wrong."""
    return draw_restore(frame, int((request.view_args or {})["restore_id"]), wrong)


def moved_to(frame: Frame, restore_id: int) -> Response:
    """The page of a restore under its own address."""
    answer: Response = htmx_response(draw_restore(frame, restore_id), push_url=f"/restore/{restore_id}")
    return answer


@blueprint.post("/restore/new")
@framed(admin=True, right=Right.RESTORE)
def choose_lines(frame: Frame) -> Response:
    """Make the preview of lines of the comparison, named by `line`, of all that must be put back, or of a `change` of the year."""
    if "change" in request.form:
        return _choose_change(frame, request.form["change"])
    view, wanted = compared(), request.form.getlist("line")[:MOST_LINES]
    if view is None:
        raise NotFound("comparison")
    lines = view.must_return if "must" in request.form else view.lines
    chosen = [
        line.change
        for line in lines
        if may_be_returned(line.change) and ("must" in request.form or line_id(line.change) in wanted)
    ]
    if not chosen:
        raise BadInput(NOTHING_CHOSEN)
    title = ", ".join(change_name(change) for change in chosen)
    made = prepare_lines(view, chosen, title=title, by=author(frame), at=services().clock.now())
    return moved_to(frame, made)


def _choose_change(frame: Frame, named: str) -> Response:
    """Make the preview of one change of the year's list."""
    if not named.isascii() or not named.isdecimal() or len(named) > MOST_DIGITS:
        raise NotFound("change")
    now = services().clock.now()
    listed = find_change(int(named), now, zone())
    title = change_name(listed.change) if listed.change is not None else ""
    return moved_to(frame, prepare_change(listed, title=title, by=author(frame), at=now))


@blueprint.get("/restore/<int:restore_id>")
@framed(admin=True, right=Right.RESTORE)
def show_restore(frame: Frame, restore_id: int) -> str:
    """One restore: its preview, its progress, or its journal."""
    return draw_restore(frame, restore_id)


@blueprint.get("/restore/<int:restore_id>/progress")
@framed(admin=True, right=Right.RESTORE)
def show_progress(frame: Frame, restore_id: int) -> str:
    """The part that polls; once the state has changed, the whole page takes its place."""
    view = find_view(restore_id)
    return fragment("restore/going.html", "going", frame, view=view, was=request.args.get("was", ""))


@blueprint.post("/restore/<int:restore_id>/begin")
@framed(admin=True, asks_portal=True, redraw=redraw_restore)
def begin_restore(frame: Frame, restore_id: int) -> str:
    """Write it."""
    get_restore(restore_id)
    at, by = services().clock.now(), author(frame)
    if request.form.get("allow") == "yes":
        allow_restores(by=by, at=at)
    kept = request.form.getlist("with")
    offered = request.form.getlist("offered")
    begin(restore_id, by=by, left_out=[one for one in offered if one not in kept])
    return draw_restore(frame, restore_id)


@blueprint.post("/restore/<int:restore_id>/go-on")
@framed(admin=True, asks_portal=True, redraw=redraw_restore)
def go_on_with_restore(frame: Frame, restore_id: int) -> str:
    """Go on with what was stopped or cut short."""
    get_restore(restore_id)
    go_on(restore_id, by=author(frame))
    return draw_restore(frame, restore_id)


@blueprint.post("/restore/<int:restore_id>/stop")
@framed(admin=True)
def stop_restore(frame: Frame, restore_id: int) -> str:
    """Stop after the batch that is under way."""
    stop(restore_id)
    return draw_restore(frame, restore_id)


@blueprint.post("/restore/<int:restore_id>/again")
@framed(admin=True, right=Right.RESTORE)
def read_portal_again(frame: Frame, restore_id: int) -> str:
    """Read the portal anew for the preview."""
    read_again(restore_id)
    return draw_restore(frame, restore_id)


@blueprint.post("/restore/<int:restore_id>/undo")
@framed(admin=True, redraw=redraw_restore)
def undo_restore(frame: Frame, restore_id: int) -> Response:
    """The preview of undoing: a restore of its own."""
    return moved_to(frame, start_undo(restore_id, by=author(frame), at=services().clock.now()))


@blueprint.post("/restore/<int:restore_id>/by-hand")
@framed(admin=True)
def mark_by_hand(frame: Frame, restore_id: int) -> str:
    """Mark the part that was left for a person as done, or as not done."""
    done = request.form.get("done") == "yes"
    note_by_hand(restore_id, done=done, by=author(frame), at=services().clock.now())
    return draw_restore(frame, restore_id)


@blueprint.post("/restore/<int:restore_id>/forbid")
@framed(admin=True)
def forbid(frame: Frame, restore_id: int) -> str:
    """Take the permission to write back away from this portal's application."""
    get_restore(restore_id)
    forbid_restores()
    return draw_restore(frame, restore_id)


@blueprint.post("/restore/<int:restore_id>/journal")
@framed(admin=True)
def give_journal(_frame: Frame, restore_id: int) -> Response:
    """The journal as a file."""
    view = find_view(restore_id)
    if view.row.state == RestoreState.PREVIEW:
        raise NotFound("journal")
    name = gettext("restore journal %(number)s", number=restore_id) + ".csv"
    return as_file(write_journal(view), "text/csv", name)
