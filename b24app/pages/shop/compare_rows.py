"""Rows of the comparison, on «Shop» and on «Renewal»: how to put back, the portal's page, acceptance with a reason."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_htmx import make_response

from b24app.backup.settings_versions.listed_changes import ChangeRow, newest_of
from b24app.checklist.engine.run_jobs import rerun
from b24app.checklist.engine.run_results import levels_of_run
from b24app.comparison.acceptance import OFFERED, UNTIL_A_DAY, accept_change, return_change
from b24app.comparison.accepted_checks import REASONS
from b24app.comparison.compare import Change, Difference
from b24app.comparison.muted_lines import checks_telling
from b24app.comparison.resource import load_resources
from b24app.comparison.snapshot_details import came_after, check_of, former_fields, is_seen
from b24app.comparison.stored_comparison import ComparisonView, LineView, compare_with_baseline
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.shop.repeated_checks import Repeat, asked_since, stamp_of_now, state_of_repeat
from b24app.reports.comparison_texts import DIFFERENCE_TITLES, FILTERS, change_name
from b24app.services import services
from b24app.text.messages import N_, sentence
from b24app.web import author, framed, toast
from b24app.web.access import htmx
from b24app.web.filters import clock, day, today, zone
from b24app.web.form_fields import read_date
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("compare_rows", __name__)
for one in FILTERS:
    blueprint.add_app_template_filter(one)

OWN = ("event", "widget")
ORDER = (
    Difference.LOST,
    Difference.OFF,
    Difference.ALTERED,
    Difference.REPLACED,
    Difference.NEW,
    Difference.UNKNOWN,
)
MOST_SHOWN = 12
CHANGED = "compared"
"""The event by which the headline of a page learns that a row was accepted, taken back or put right."""
WHOLE_PAGE = {"path": "/shop/compare", "target": "#page", "select": "#page", "swap": "outerHTML"}
PANELS = frozenset({"how", "accept"})


@dataclass(frozen=True, slots=True)
class LineGroup:
    """The lines of one kind of difference, in the order of the page; beyond the first ones they are folded."""

    difference: Difference
    title: str
    lines: tuple[LineView, ...]

    @property
    def size(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    @property
    def shown(self) -> tuple[LineView, ...]:
        """The lines that are open."""
        return self.lines[:MOST_SHOWN]

    @property
    def folded(self) -> tuple[LineView, ...]:
        """The rest."""
        return self.lines[MOST_SHOWN:]


def comparison_values(view: ComparisonView) -> dict[str, object]:
    """What `compare/rows.html` needs: all groups, those that must be put back, and the others."""
    return {
        "view": view,
        "groups": _groups(view.lines),
        "must": _groups(view.must_return),
        "rest": _groups(tuple(line for line in view.lines if not line.stops_work)),
        "rest_open": sum(line.is_open and not line.stops_work for line in view.lines),
        **row_values(view),
    }


def row_values(view: ComparisonView) -> dict[str, object]:
    """The values that one row needs beside its line."""
    return {
        "came": came_after(view),
        "made": made_by(view),
        "own": OWN,
        "reasons": [(code, gettext(REASONS[code])) for code in OFFERED],
        "until_a_day": UNTIL_A_DAY,
        "panel": "",
        "form": {},
        "wrong": None,
    }


def made_by(view: ComparisonView) -> Mapping[str, ChangeRow]:
    """Who made a difference and when, by fingerprint, where the portal's journal named the object."""
    changes = [line.change for line in view.lines]
    known = newest_of((one.kind.code, one.key, one.difference) for one in changes)
    return {
        one.fingerprint: known[one.kind.code, one.key] for one in changes if (one.kind.code, one.key) in known
    }


def _groups(lines: tuple[LineView, ...]) -> tuple[LineGroup, ...]:
    return tuple(
        LineGroup(kind, DIFFERENCE_TITLES[kind], found)
        for kind in ORDER
        if (found := tuple(line for line in lines if line.change.difference is kind))
    )


def draw_line(frame: Frame, view: ComparisonView, line: LineView, **more: object) -> str:
    """One row as an answer of its own."""
    values = {**frame_values(frame), **row_values(view), "former": (), **more}
    return render_template("compare/line.html", **values, view=view, line=line)


def redraw_line(frame: Frame, wrong: BadInput) -> str:
    """The row with its acceptance open, and what is wrong with it."""
    view, line = find_line((request.view_args or {})["line"])
    return draw_line(frame, view, line, panel="accept", form=request.form, wrong=wrong)


@blueprint.get("/shop/compare/line/<line>")
@framed(admin=True, right=(Right.CHECKS, Right.CHANGES))
def show_line(frame: Frame, line: str) -> str:
    """One row; `?open=how` unfolds how to put it back with the very values, `?open=accept` the acceptance."""
    panel = request.args.get("open", "")
    view, found = find_line(line)
    former = former_fields(view, found.change) if panel == "how" else ()
    return draw_line(frame, view, found, panel=panel if panel in PANELS else "", former=former)


@blueprint.post("/shop/compare/accept/<line>")
@framed(admin=True, redraw=redraw_line)
def accept(frame: Frame, line: str) -> Response:
    """Explain a difference; exactly this one does not come back, or not before its day."""
    view, found = find_line(line)
    reason = request.form.get("reason", "")
    until = read_date(request.form.get("until", ""), "until") if reason == UNTIL_A_DAY else None
    if until is not None and until <= today():
        raise BadInput(N_("Choose a day that is still to come."), "until")
    accept_change(
        view.after.id,
        found.change.kind.code,
        found.change.key,
        reason=reason,
        explanation=request.form.get("note", ""),
        by=author(frame),
        at=services().clock.now(),
        until=until,
    )
    told = sentence(N_("Accepted: %(what)s"), what=change_name(found.change))
    toast(told, undo=f"/shop/compare/return/{line}", redraws="")
    return _counted(draw_line(frame, *find_line(line)))


@blueprint.post("/shop/compare/return/<line>")
@framed(admin=True)
def count_again(frame: Frame, line: str) -> Response:
    """Take an acceptance back, in its row or by the toast: the row comes out of band."""
    _view, found = find_line(line)
    return_change(found.change.kind.code, found.change.key)
    return _counted(draw_line(frame, *find_line(line), oob=True))


@blueprint.post("/shop/compare/line/<line>/check")
@framed(admin=True, right=(Right.RUN, Right.CHANGES))
def check_line(frame: Frame, line: str) -> str:
    """Ask the portal whether it was put back, for every check that shows it; the panel waits for the answer by itself."""
    view, found = find_line(line)
    since = stamp_of_now()
    target = check_of(found.change.kind)
    for code in {target, *checks_telling(found.change, levels_of_run(view.after.id))}:
        rerun(view.after.id, code)
    waited = {"since": since, "target": target, "kind": found.change.kind.code, "key": found.change.key}
    return _panel(frame, "checking", line, poll=f"/shop/compare/line/{line}/check?{urlencode(waited)}")


@blueprint.get("/shop/compare/line/<line>/check")
@framed(admin=True, right=(Right.CHECKS, Right.CHANGES))
def show_answer(frame: Frame, line: str) -> ResponseReturnValue:
    """What the portal answered: put back, still as it was, or nothing yet."""
    since, target = asked_since(), request.args.get("target", "")
    view, kind, key = compare_with_baseline(), request.args.get("kind", ""), request.args.get("key", "")
    if view is None or since is None or id_of(kind, key) != line:
        raise NotFound("line")
    repeat = state_of_repeat(view.after.id, target, since)
    if repeat is Repeat.WAITING:
        return "", 204
    left = next((one for one in view.lines if line_id(one.change) == line), None)
    answered = repeat is Repeat.JUDGED and is_seen(view, load_resources()[kind], key)
    state = "silent" if not answered else "still" if left is not None and left.is_open else "back"
    return _counted(_panel(frame, state, line, left=left))


def _panel(frame: Frame, state: str, line: str, **more: object) -> str:
    values = {**frame_values(frame), "now": services().clock.now(), "left": None, **more}
    return render_template("compare/checked.html", **values, state=state, id=line)


def _counted(answer: str) -> Response:
    """With the news for the headline of the page that holds the row."""
    of_last_release = htmx.target == "page"  # a page without rows
    counted: Response = make_response(
        answer, trigger=CHANGED, location=WHOLE_PAGE if of_last_release else None
    )
    return counted


@blueprint.app_template_filter("line_id")
def line_id(change: Change) -> str:
    """A short name of a line, fit for an address and an element."""
    return id_of(change.kind.code, change.key)


def id_of(kind: str, key: str) -> str:
    """The name of the line of one object."""
    return hashlib.sha256(f"{kind}\n{key}".encode()).hexdigest()[:12]


def find_line(line: str) -> tuple[ComparisonView, LineView]:
    """The comparison and the line of it that is meant; raises NotFound."""
    view = compare_with_baseline()
    for one in view.lines if view is not None else ():
        if view is not None and line_id(one.change) == line:
            return view, one
    raise NotFound("line")


@blueprint.app_template_filter("came_when")
def came_when(came: Mapping[str, datetime], change: Change) -> str:
    """«сегодня после 09:40», «вчера после 18:42», «28 ноября после 18:42»: after which run a difference came."""
    moment = came[change.fingerprint]
    local, time = moment.astimezone(zone()).date(), clock(moment)
    match (today() - local).days:
        case 0:
            return gettext("today after %(time)s", time=time)
        case 1:
            return gettext("yesterday after %(time)s", time=time)
    return gettext("%(day)s after %(time)s", day=day(local), time=time)
