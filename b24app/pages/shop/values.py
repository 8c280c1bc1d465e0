"""What the templates of the board share, whether they draw the page, a section or one row."""

from datetime import timedelta
from typing import Any

from b24app.checklist.engine.board import ChecklistView
from b24app.checklist.engine.mutes_and_owners import AREA_PREFIX
from b24app.errors import BadInput
from b24app.pages.shop.checks_drawing import draw_check, draw_chips, draw_parts
from b24app.web.formats import today

USUAL_SILENCE = timedelta(days=14)

RESTORED = ("own_events_bound", "own_widgets_bound", "own_events_arrive")
"""Checks of our own parts: one press binds them anew."""


def board_values(
    view: ChecklistView,
    *,
    frozen: bool = False,
    form: Any = None,
    wrong: BadInput | None = None,
    wrong_target: str = "",
) -> dict[str, Any]:
    """The view with its numbers; `frozen` is a run that is past or under way: its rows are only read."""
    return {
        "view": view,
        "chips": draw_chips(view),
        "parts": draw_parts(view.readiness),
        "draw_check": draw_check,
        "run_id": view.run_id if frozen else None,
        "frozen": frozen,
        "area_prefix": AREA_PREFIX,
        "restored": RESTORED,
        "silent_until": today() + USUAL_SILENCE,
        "form": form or {},
        "wrong": wrong,
        "wrong_target": wrong_target,
    }
