"""The history of runs: look at one, and choose which of them is the baseline."""

from flask import Blueprint

from b24app.checklist.engine.runs import choose_baseline, chosen_baseline, get_run, run_history
from b24app.checklist.engine.verdict import Level
from b24app.frames.page_token import Frame
from b24app.pages.shop.checks_page import draw_board
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_
from b24app.web import framed, page

blueprint = Blueprint("history", __name__)

KIND_TITLES = {
    "manual": N_("by hand"),
    "daily": N_("daily"),
    "first": N_("after the installation"),
    "baseline": N_("snapshot before"),
    "noticed": N_("activation noticed"),
    "after_at_once": N_("at once after activation"),
    "after_15m": N_("15 minutes after activation"),
    "after_24h": N_("24 hours after activation"),
    "after_72h": N_("72 hours after activation"),
}


@blueprint.get("/checklist/runs")
@framed(admin=True)
def show_runs(frame: Frame) -> str:
    """The last runs with their numbers."""
    return _draw(frame)


@blueprint.get("/checklist/runs/<int:run_id>")
@framed(admin=True)
def show_past_run(frame: Frame, run_id: int) -> str:
    """The page of checks as it was."""
    return draw_board(frame, run=get_run(run_id))


@blueprint.post("/checklist/runs/<int:run_id>/baseline")
@framed(admin=True)
def take_as_baseline(frame: Frame, run_id: int) -> str:
    """Compare with this run from now on."""
    get_run(run_id)
    choose_baseline(run_id, by=Author(frame.user_id, frame.user_name), at=services().clock.now())
    return _draw(frame)


def _draw(frame: Frame) -> str:
    return page(
        "checklist/runs.html",
        frame,
        runs=run_history(),
        kinds=KIND_TITLES,
        baseline=chosen_baseline(),
        levels=(Level.FAIL, Level.WARN, Level.ASK, Level.UNKNOWN, Level.PASS),
    )
