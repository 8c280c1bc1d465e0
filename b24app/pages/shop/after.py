"""What changed after the activation: the answer, the repeats, every difference, and what was accepted."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, request
from flask_babel import gettext

from b24app.checklist.engine.runs import get_run, latest_run, start_run
from b24app.checklist.model import ACTIVE, AfterStep, RunState
from b24app.comparison.accepted_checks import REASONS
from b24app.comparison.after_activation import STEP_TITLES, after_steps, proof, schedule_after_activation
from b24app.comparison.compare import MISMATCH_TEXTS, Change, Difference
from b24app.comparison.stored_comparison import (
    ComparisonView,
    accept_change,
    compare_with_baseline,
    orders_of_window,
    return_change,
)
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.reports.comparison_texts import DIFFERENCE_TITLES, FILTERS
from b24app.services import services
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence
from b24app.web import framed, page
from b24app.web.access import author

blueprint = Blueprint("after", __name__)
for one in FILTERS:
    blueprint.add_app_template_filter(one)

OWN = ("event", "widget")
DIFFERENCES = NN_("%(num)s difference", "%(num)s differences")
WAITS = {"24h": N_("waiting for the first orders"), "72h": N_("delivery, telephony")}


@dataclass(frozen=True, slots=True)
class Repeat:
    """One repeat of the newest activation: when it is due, whether it is done, and what it has found or waits for."""

    title: str
    due_at: datetime
    state: str
    note: Sentence


def draw_after(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page; a difference that could not be accepted keeps its form open."""
    accepting = (request.view_args or {})["line"] if wrong else request.args.get("accept", "")
    newest = latest_run()  # read first: a run that ends meanwhile is in the comparison or asked for again
    view, steps = compare_with_baseline(), after_steps()
    return page(
        "after.html",
        frame,
        view=view,
        titles=DIFFERENCE_TITLES,
        counts={difference: len(view.of(difference)) if view else 0 for difference in Difference},
        repeats=tuple(repeats_of(steps)),
        under_way=newest is not None and newest.state in ACTIVE,
        stopped=newest if newest is not None and newest.state == RunState.STOPPED else None,
        has_runs=newest is not None,
        show_all="all" in request.args,
        reasons=[(code, gettext(title)) for code, title in REASONS.items()],
        accepting=accepting,
        own=OWN,
        orders=orders_of_window(view) if view and steps else None,
        left=proof() if view and steps else None,
        form=request.form,
        mismatch_texts=MISMATCH_TEXTS,
        wrong=wrong,
    )


def repeats_of(steps: list[AfterStep]) -> Iterator[Repeat]:
    """The four repeats of the newest activation in order."""
    first = next((step for step in steps if step.run_id is None), None)
    for step in steps:
        state = "done" if step.run_id else "now" if step is first else "ahead"
        yield Repeat(STEP_TITLES[step.step], step.due_at, state, _note(step))


def _note(step: AfterStep) -> Sentence:
    if step.run_id is None:
        return sentence(WAITS[step.step]) if step.step in WAITS else NOTHING
    if get_run(step.run_id).state == RunState.STOPPED:
        return sentence(N_("stopped"))
    view = compare_with_baseline(step.run_id)
    if view is None or not view.after.finished_at:
        return sentence(N_("is being compared"))
    found = len(view.lines)
    return sentence(DIFFERENCES, count=found) if found else sentence(N_("no differences"))


@blueprint.get("/after")
@framed(admin=True)
def show_after(frame: Frame) -> str:
    """Compare the newest run with the baseline; `?all` also lists what is unchanged."""
    return draw_after(frame)


@blueprint.post("/after/run")
@framed(admin=True)
def compare_now(frame: Frame) -> str:
    """Run the same checks now."""
    start_run(by=author(frame), at=services().clock.now())
    return draw_after(frame)


@blueprint.post("/after/schedule")
@framed(admin=True)
def plan_repeats(frame: Frame) -> str:
    """The plan has been activated: compare at once, after 15 minutes, 24 and 72 hours."""
    schedule_after_activation(services().clock.now())
    services().queue.later("start_due_repeats")
    return draw_after(frame)


@blueprint.post("/after/restore")
@framed(admin=True)
def restore_own(frame: Frame) -> str:
    """Bind our own events and widgets anew, then compare again."""
    start_run(by=author(frame), at=services().clock.now(), job="restore_and_run")
    return draw_after(frame)


@blueprint.post("/after/accept/<line>")
@framed(admin=True, redraw=draw_after)
def accept(frame: Frame, line: str) -> str:
    """Explain a difference; exactly this one does not come back."""
    view, change = find_change(line)
    accept_change(
        view.after.id,
        change.kind.code,
        change.key,
        reason=request.form.get("reason", ""),
        explanation=request.form.get("note", ""),
        by=author(frame),
        at=services().clock.now(),
    )
    return draw_after(frame)


@blueprint.post("/after/return/<line>")
@framed(admin=True)
def count_again(frame: Frame, line: str) -> str:
    """Take an acceptance back."""
    _view, change = find_change(line)
    return_change(change.kind.code, change.key)
    return draw_after(frame)


@blueprint.app_template_filter("line_id")
def line_id(change: Change) -> str:
    """A short name of a line, fit for an address and an element."""
    return hashlib.sha256(f"{change.kind.code}\n{change.key}".encode()).hexdigest()[:12]


def find_change(line: str) -> tuple[ComparisonView, Change]:
    """The comparison and the difference that a line of it is about; raises NotFound."""
    view = compare_with_baseline()
    if view is not None:
        for one in view.lines:
            if line_id(one.change) == line:
                return view, one.change
    raise NotFound("line")
