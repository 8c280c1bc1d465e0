"""The page of test writes: the switch with its warning, the button, progress, every step of the outcome."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import gettext, ngettext

from b24app.checklist.engine.plan_usage import latest_count
from b24app.checklist.engine.run_jobs import rejudge
from b24app.checklist.model import WriteRun
from b24app.checklist.test_writes.stored_outcomes import outcomes, read_write_outcomes, steps_of
from b24app.checklist.test_writes.write_outcome import (
    KIND_TITLES,
    SCOPES,
    STEP_TITLES,
    StepDone,
    WriteKind,
    WriteStep,
)
from b24app.checklist.test_writes.write_runs import (
    latest_write_run,
    missing_scopes,
    read_switch,
    start_write_run,
    turn_switch,
    write_run_under_way,
)
from b24app.checklist.test_writes.write_sequence import WritesOff
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.renewal.guides import recognise
from b24app.services import services
from b24app.text.formats import number
from b24app.text.messages import N_
from b24app.web.access import author, framed
from b24app.web.page_drawing import frame_values, page

blueprint = Blueprint("test_writes", __name__)
blueprint.add_app_template_filter(recognise)
MB = 1024**2
TITLES = {"kind_titles": KIND_TITLES, "step_titles": STEP_TITLES}
SWEPT = (WriteStep.SWEPT, WriteStep.CLEAN)


@dataclass(frozen=True, slots=True)
class WriteProgress:
    """A test write under way: steps done of all, how long it takes, and of each kind its state and present step."""

    done: int
    total: int
    seconds: float
    kinds: tuple[tuple[WriteKind, str, WriteStep | None], ...]


def draw_test_writes(frame: Frame, wrong: BadInput | None = None, *, counting: bool = False) -> str:
    """Everything that is stored: the switch, the test write under way, the newest outcomes."""
    going, last = write_run_under_way(), latest_write_run()
    return page(
        "shop/test_writes.html",
        frame,
        **TITLES,
        switch=read_switch(),
        missing=missing_scopes(),
        going=progress_of(going) if going else None,
        outcomes=read_write_outcomes().rows,
        broken=last.error if last and not going and not outcomes(last) else "",
        broken_at=last.finished_at if last else None,
        wrong=wrong,
        count=latest_count(),
        counting=counting,
    )


def progress_of(row: WriteRun) -> WriteProgress:
    """The steps done of a test write, and the present one."""
    kinds = [kind for kind in WriteKind if SCOPES[kind] not in missing_scopes()]
    done = {kind: sum(step.kind is kind for step in steps_of(row)) for kind in kinds}
    now, _, step = row.phase.partition(".")
    waited = (services().clock.now() - row.created_at).total_seconds()
    states = tuple(
        (kind, "now", WriteStep(step)) if kind == now else (kind, "done" if done[kind] else "ahead", None)
        for kind in kinds
    )
    return WriteProgress(sum(done.values()), len(kinds) * len(WriteStep), waited, states)


@blueprint.get("/shop/test-writes")
@framed(admin=True, right=Right.CHECKS)
def show_test_writes(frame: Frame) -> str:
    """The whole page."""
    return draw_test_writes(frame)


@blueprint.post("/shop/test-writes/switch")
@framed(admin=True, redraw=draw_test_writes)
def switch_test_writes(frame: Frame) -> str:
    """Allow or forbid test writes in this portal; who did so and when is kept."""
    wish = request.form.get("on", "")
    if wish not in ("yes", "no"):
        raise BadInput(N_("Choose whether probes may write."), "on")
    turn_switch(on=wish == "yes", by=author(frame), at=services().clock.now())
    rejudge()
    return draw_test_writes(frame)


@blueprint.post("/shop/test-writes/run")
@framed(admin=True, redraw=draw_test_writes)
def try_now(frame: Frame) -> str:
    """Queue a test write and show its progress; one that is under way is shown instead."""
    try:
        start_write_run(by=author(frame), at=services().clock.now())
    except WritesOff as off:
        raise BadInput(off.public) from off
    return draw_test_writes(frame)


@blueprint.post("/shop/test-writes/count")
@framed(admin=True)
def count_now(frame: Frame) -> str:
    """Queue a walk over the disk, which only reads."""
    services().queue.later("count_disk", frame.portal_id)
    return draw_test_writes(frame, counting=True)


@blueprint.get("/shop/test-writes/progress")
@framed(admin=True, right=Right.CHECKS)
def show_progress(frame: Frame) -> str:
    """The card for the poll; once the test write has ended, the page takes its place."""
    going = write_run_under_way()
    if going is None:
        return render_template("shop/test_writes_ended.html", **frame_values(frame))
    return render_template(
        "shop/test_writes_under_way.html", **frame_values(frame), **TITLES, going=progress_of(going)
    )


@blueprint.app_template_filter("step_found")
def step_found(step: StepDone) -> str:
    """The result of one step of a test write."""
    if not step.ok:
        return gettext("it did not work")
    if step.step in SWEPT and step.number:
        return ngettext("%(num)s thing was deleted", "%(num)s things were deleted", step.number)
    if step.step is WriteStep.MADE and step.number:
        return gettext("number %(number)s", number=step.number)
    return ""


@blueprint.app_template_filter("disk_size")
def disk_size(size: int) -> str:
    """Gigabytes, or megabytes when there is less than one."""
    if size < MB * 1024:
        return gettext("%(mb)s MB", mb=number(round(size / MB, 1)))
    return gettext("%(gb)s GB", gb=number(round(size / MB / 1024, 1)))
