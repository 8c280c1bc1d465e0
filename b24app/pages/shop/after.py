"""What changed after the activation: the answer, the repeats, every difference, and what was accepted."""

from collections.abc import Sequence

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.checklist.engine.runs import get_run, latest_run, start_run
from b24app.checklist.model import ACTIVE, AfterStep, RunState
from b24app.comparison.after_activation import after_steps, proof, schedule_after_activation
from b24app.comparison.compare import MISMATCH_TEXTS, Difference
from b24app.comparison.stored_comparison import (
    REASONS,
    ComparisonView,
    accept_change,
    compare_with_baseline,
    orders_of_window,
    return_change,
)
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.shop.after_drawing import draw_group, draw_repeats, draw_unchanged, line_id
from b24app.services import services
from b24app.terms.term import Author
from b24app.web import framed, page

blueprint = Blueprint("after", __name__)

OWN = ("event", "widget")


@blueprint.get("/after")
@framed(admin=True)
def show_after(frame: Frame) -> str:
    """Compare the newest run with the snapshot before; `?all` also lists what is unchanged."""
    return draw_after(frame)


@blueprint.post("/after/run")
@framed(admin=True)
def compare_now(frame: Frame) -> str:
    """Run the same checks now."""
    start_run(by=Author(frame.user_id, frame.user_name), at=services().clock.now())
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
    start_run(by=Author(frame.user_id, frame.user_name), at=services().clock.now(), job="restore_and_run")
    return draw_after(frame)


@blueprint.post("/after/accept/<line>")
@framed(admin=True)
def accept(frame: Frame, line: str) -> ResponseReturnValue:
    """Explain a difference; exactly this one does not come back."""
    view = compare_with_baseline()
    found = next((one for one in (view.lines if view else ()) if line_id(one.change) == line), None)
    if found is None or view is None:
        raise NotFound("line")
    try:
        accept_change(
            view.after.id,
            found.change.kind.code,
            found.change.key,
            reason=request.form.get("reason", ""),
            explanation=request.form.get("note", "")[:300],
            by=Author(frame.user_id, frame.user_name),
            at=services().clock.now(),
        )
    except BadInput as wrong:
        return draw_after(frame, accepting=line, wrong=wrong), 422
    return draw_after(frame)


@blueprint.post("/after/return/<line>")
@framed(admin=True)
def count_again(frame: Frame, line: str) -> str:
    """Take an acceptance back."""
    view = compare_with_baseline()
    found = next((one for one in (view.lines if view else ()) if line_id(one.change) == line), None)
    if found is None:
        raise NotFound("line")
    return_change(found.change.kind.code, found.change.key)
    return draw_after(frame)


def draw_after(frame: Frame, *, accepting: str = "", wrong: BadInput | None = None) -> str:
    """The whole page."""
    newest = latest_run()  # read first: a run that ends meanwhile is in the comparison or asked for again
    view, steps = compare_with_baseline(), after_steps()
    return page(
        "after.html",
        frame,
        view=view,
        groups=[group for difference in Difference if (group := draw_group(view, difference))]
        if view
        else [],
        counts=count_lines(view),
        repeats=draw_repeats(steps, count_differences(steps), stopped_steps(steps)),
        under_way=newest is not None and newest.state in ACTIVE,
        stopped=newest if newest is not None and newest.state == RunState.STOPPED else None,
        has_runs=newest is not None,
        unchanged=draw_unchanged(view) if view else [],
        show_all="all" in request.args,
        reasons=list(REASONS.items()),
        accepting=accepting or request.args.get("accept", ""),
        own=OWN,
        orders=orders_of_window(view) if view and steps else None,
        left=proof() if view and steps else None,
        form=request.form,
        mismatch_texts=MISMATCH_TEXTS,
        wrong=wrong,
    )


def count_differences(steps: Sequence[AfterStep]) -> dict[str, int]:
    """How many differences each finished repeat has found."""
    found = {step.step: compare_with_baseline(step.run_id) for step in steps if step.run_id}
    return {step: len(view.lines) for step, view in found.items() if view and view.after.finished_at}


def stopped_steps(steps: Sequence[AfterStep]) -> frozenset[str]:
    """Which repeats a person has stopped."""
    return frozenset(
        one.step for one in steps if one.run_id and get_run(one.run_id).state == RunState.STOPPED
    )


def count_lines(view: ComparisonView | None) -> dict[str, int]:
    """How many lines of each difference."""
    return {str(difference): len(view.of(difference)) if view else 0 for difference in Difference}
