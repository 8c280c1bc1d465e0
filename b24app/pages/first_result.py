"""The first result of an installation: the answer by the date, and what the first look has found so far."""

from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.engine.run_progress import run_in_progress
from b24app.checklist.engine.runs import latest_run
from b24app.checklist.model import RunState
from b24app.renewal.headline import write_headline
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.web.filters import today

MOST_BLOCKERS = 3
UNSEEN = frozenset({RunState.REFUSED, RunState.UNANSWERED, RunState.FAILED, RunState.STOPPED})


def first_result() -> dict[str, object]:
    """What step 3 of the wizard is drawn from; it polls while the look is going or has not begun."""
    situation = main_situation(services().clock.now(), today())
    going, begun = run_in_progress(), latest_run() is not None
    view = going.view if going else checklist_view()
    state = view.progress.state if view.progress else None
    blockers = view.of(CountedPlace.BLOCKING) if begun else ()
    return {
        "headline": write_headline(situation) if situation else None,
        "going": going,
        "waits": going is not None or not begun,
        "unseen": going is None and state in UNSEEN,
        "numbers": view.numbers,
        "blockers": blockers[:MOST_BLOCKERS],
    }
