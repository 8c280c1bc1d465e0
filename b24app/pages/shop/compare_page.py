"""The shop compared with its snapshot: what must be put back, every difference, the repeats after an activation."""

from datetime import datetime

from flask import Blueprint, render_template, request
from flask_babel import gettext

from b24app.checklist.engine.check import Severity
from b24app.checklist.engine.run_progress import UnderWay, run_in_progress
from b24app.checklist.engine.runs import latest_run, start_run
from b24app.checklist.model import RunState
from b24app.comparison.acceptance import accept_open, return_accepted_at
from b24app.comparison.after_activation import (
    proof,
    repeats_ahead,
    resume_repeats,
    schedule_after_activation,
    stop_repeats,
)
from b24app.comparison.compare import MISMATCH_TEXTS, Mismatch
from b24app.comparison.stored_comparison import (
    ComparisonView,
    compare_with_baseline,
    orders_of_window,
    snapshot_moment,
)
from b24app.errors import NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.shop.compare_rows import comparison_values
from b24app.services import services
from b24app.text.messages import N_, NN_, sentence
from b24app.web import author, framed, page, toast
from b24app.web.filters import clock, day, today, zone
from b24app.web.form_fields import read_stamp
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("compare", __name__)

PAGES = ("/shop/compare", "/renewal")
"""The pages that may show a comparison under way, and its result when it has ended."""
MICROSECONDS = 1_000_000
ACCEPTED = NN_("%(num)s difference accepted", "%(num)s differences accepted")
TIMES = {
    1: N_("We shall compare once more: %(times)s"),
    2: N_("We shall compare twice more: %(times)s"),
    3: N_("We shall compare three more times: %(times)s"),
    4: N_("We shall compare four more times: %(times)s"),
}
ENDED_BADLY = frozenset({RunState.FAILED, RunState.REFUSED, RunState.UNANSWERED, RunState.STOPPED})


def draw_compare(frame: Frame) -> str:
    """The whole page from what is stored; a run under way is at its head."""
    going, newest = (
        run_in_progress(),
        latest_run(),
    )  # read first: a run that ends meanwhile is asked for again
    view = compared()
    more = page_of(view) if view else {}
    return page(
        "compare.html",
        frame,
        going=going,
        going_on="/shop/compare",
        newest=newest if newest is not None and newest.state in ENDED_BADLY else None,
        snapshot_at=view.before.finished_at if view else snapshot_moment(),
        has_runs=latest_run(finished=True) is not None,
        **more,
    )


def compared() -> ComparisonView | None:
    """The newest comparison; None as long as the snapshot itself is the newest run."""
    view = compare_with_baseline()
    return view if view is not None and view.before.id != view.after.id else None


def page_of(view: ComparisonView) -> dict[str, object]:
    """The values of the page of a comparison."""
    ahead = repeats_ahead()
    doubts = [one for one in view.mismatches if one in {Mismatch.USER, Mismatch.RIGHTS}]
    return {
        **comparison_values(view),
        "doubt": doubts[0] if doubts and (view.open_lines or Mismatch.RIGHTS in doubts) else None,
        "mismatch_texts": MISMATCH_TEXTS,
        "repeats": repeats_text(ahead),
        "ahead": ahead,
        "orders": orders_of_window(view),
        "left": proof(),
        "cost": cost_of(view),
    }


def cost_of(view: ComparisonView) -> str:
    """What the lines that must be put back cost as long as they are not."""
    grave = {line.change.kind.severity for line in view.must_return}
    if grave == {Severity.ORDERS}:
        return gettext("Orders are lost without that.")
    return gettext("Some of the work stands still without that.") if grave else ""


def repeats_text(ahead: tuple[datetime, ...] | None) -> str:
    """«Сверим ещё дважды: завтра в 14:25 и 24 декабря»; nothing when none is ahead."""
    if not ahead:
        return ""
    times = [moment_words(one) for one in ahead]
    said = (
        times[0]
        if len(times) == 1
        else gettext("%(first)s and %(last)s", first=", ".join(times[:-1]), last=times[-1])
    )
    return gettext(TIMES[min(len(times), max(TIMES))], times=said)


def moment_words(moment: datetime) -> str:
    """«сегодня в 14:25», «завтра в 14:25», «24 декабря»."""
    local = moment.astimezone(zone()).date()
    match (local - today()).days:
        case 0:
            return gettext("today at %(time)s", time=clock(moment))
        case 1:
            return gettext("tomorrow at %(time)s", time=clock(moment))
    return day(local)


@blueprint.app_template_filter("since_when")
def since_when(moment: datetime) -> str:
    """«28 ноября», or «09:40» of today: fits after «с»."""
    local = moment.astimezone(zone()).date()
    return clock(moment) if local == today() else day(local)


@blueprint.app_template_filter("comparison_name")
def comparison_name(moment: datetime | None) -> str:
    """«Сверка с 28 ноября»; without a date while the snapshot is of today, or there is none."""
    if moment is None or moment.astimezone(zone()).date() == today():
        return gettext("Comparison")
    return gettext("Compared with %(day)s", day=since_when(moment))


@blueprint.get("/shop/compare")
@framed(admin=True, right=(Right.CHECKS, Right.CHANGES))
def show_compare(frame: Frame) -> str:
    """Compare the newest run with the snapshot."""
    return draw_compare(frame)


@blueprint.get("/shop/compare/progress")
@framed(admin=True, right=(Right.CHECKS, Right.CHANGES))
def show_progress(frame: Frame) -> str:
    """The progress of the run; once it has ended, the page `?on=` replaces this one."""
    on = request.args.get("on", PAGES[0])
    if on not in PAGES:
        raise NotFound
    return draw_progress(frame, run_in_progress(), on)


def draw_progress(frame: Frame, going: UnderWay | None, on: str) -> str:
    """The card of a comparison under way, or, once it has ended, what brings its result."""
    inside = "inside" in request.args
    return render_template(
        "compare/under_way.html", **frame_values(frame), going=going, going_on=on, inside=inside
    )


@blueprint.post("/shop/compare/run")
@framed(admin=True, right=(Right.RUN, Right.CHANGES))
def compare_now(frame: Frame) -> str:
    """Run the same checks now."""
    start_run(by=author(frame), at=services().clock.now())
    return draw_compare(frame)


@blueprint.post("/shop/compare/restore")
@framed(admin=True)
def restore_own(frame: Frame) -> str:
    """Bind our own events and widgets anew, then compare again."""
    start_run(by=author(frame), at=services().clock.now(), job="restore_and_run")
    return draw_compare(frame)


@blueprint.post("/shop/compare/accept-all")
@framed(admin=True)
def accept_all(frame: Frame) -> str:
    """Accept every difference that does not stop work; one press takes all of it back."""
    view, at = compared(), services().clock.now()
    if view is None:
        raise NotFound("comparison")
    count = accept_open(view.after.id, by=author(frame), at=at)
    stamp = round(at.timestamp() * MICROSECONDS)
    toast(sentence(ACCEPTED, count=count), undo=f"/shop/compare/return-all?at={stamp}")
    return draw_compare(frame)


@blueprint.post("/shop/compare/return-all")
@framed(admin=True)
def return_all(frame: Frame) -> str:
    """Take back what was accepted with that press."""
    at = read_stamp(request.args, "at", per_second=MICROSECONDS)
    if at is None:
        raise NotFound
    return_accepted_at(at, by=author(frame))
    return draw_compare(frame)


@blueprint.post("/shop/compare/schedule")
@framed(admin=True)
def plan_repeats(frame: Frame) -> str:
    """The plan has been activated: compare at once, after 15 minutes, 24 and 72 hours; or go on with what was stopped."""
    now = services().clock.now()
    if not (resume_repeats(now) or repeats_ahead()):
        schedule_after_activation(now)
        services().queue.later("start_due_repeats")
    return draw_compare(frame)


@blueprint.post("/shop/compare/stop")
@framed(admin=True, right=(Right.RUN, Right.CHANGES))
def stop(frame: Frame) -> str:
    """No more repeats after this activation; those that were done stay."""
    undo = "/shop/compare/schedule" if stop_repeats() else ""
    toast(N_("We shall not compare again by ourselves"), undo=undo)
    return draw_compare(frame)
