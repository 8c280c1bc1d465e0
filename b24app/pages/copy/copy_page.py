"""The tab «Copy»: one page for every state, from the first three steps over a copy under way to a proven one or an alarm."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request

from b24app.backup.archive.chosen_keys import read_chosen_keys
from b24app.backup.backup_plan import CopyChoices, choose_contents, read_choices
from b24app.backup.copy_estimate import KeptEstimate, ask_estimate, read_estimate
from b24app.backup.files_estimate import ExpectedFiles, expect_files
from b24app.backup.model import CopyState
from b24app.backup.not_in_copy import NOT_IN_COPY
from b24app.backup.proofs.copy_state import standing
from b24app.backup.proofs.missed_nights import find_missed_nights
from b24app.backup.proofs.open_losses import open_losses
from b24app.checklist.engine.plan_usage import latest_count
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.copy.alarm_view import alarm_values
from b24app.pages.copy.copy_answer import write_first_answer, write_moved_answer
from b24app.pages.copy.copy_list import list_copies
from b24app.pages.copy.first_steps import estimate_words, first_steps
from b24app.pages.copy.going_view import going_values
from b24app.pages.copy.next_copy import next_copy_at
from b24app.pages.copy.progress_view import GoingCopy, going_copy, stopped_last
from b24app.pages.copy.target_part import target_values
from b24app.pages.copy.whole_copy import whole_copy_values, write_missed
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.text.messages import N_, NOTHING, Sentence
from b24app.web import framed, page
from b24app.web.filters import today
from b24app.web.kept_pages import do_not_keep, kept
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("copy_page", __name__)

SWITCHED = {"on": True, "off": False}


def draw_copy(frame: Frame, wrong: BadInput | None = None, note: Sentence = NOTHING) -> str:
    """The whole page from what is stored: an alarm first, then what is under way, then the newest whole copy."""
    going = going_copy()
    if going:
        do_not_keep()
    state, values = find_state(going, of_client=frame.client is not None)
    own = wrong is not None and wrong.field == "reason" and state == "alarm"
    return page(
        "copy/page.html",
        frame,
        state=state,
        going=going,
        choices=read_choices(),
        told=note,
        wrong=None if own else wrong,
        reason_wrong=wrong.message if own and wrong else "",
        form=request.form if wrong else {},
        **values,
    )


def find_state(going: GoingCopy | None, *, of_client: bool = False) -> tuple[str, Mapping[str, object]]:
    """The state of the page, and the values of its template; of a client's portal neither the lost rows, nor storage and key."""
    now, losses = services().clock.now(), open_losses()
    if losses and not of_client:
        return "alarm", alarm_values(losses)
    known = standing(now)
    wants_going = "going" in request.args or known.copy is None
    if going is not None and (wants_going or going.by or going.state == CopyState.PAUSED):
        return "running", going_values(going)
    if known.copy is not None:
        return "ok", whole_copy_values(known, read_choices())
    if of_client:
        return "none", {"may_start": read_choices().is_ready}
    before, situation = known.elsewhere, main_situation(now, today())
    answer = write_moved_answer(before, situation) if before else write_first_answer(situation)
    return "empty", {
        "answer": answer,
        "lies_elsewhere": before is not None,
        "stopped": stopped_last(),
        "missed": write_missed(find_missed_nights(), now),
        **setup_values(),
    }


def setup_values() -> Mapping[str, object]:
    """The steps and the two lists: what is inside and what is not."""
    choices, kept = read_choices(), read_estimate(services().clock.now())
    return {
        "steps": first_steps(choices),
        "disk": latest_count(),
        "not_in_copy": NOT_IN_COPY,
        "keys": read_chosen_keys(),
        "next_at": next_copy_at(services().clock.now()),
        "typed": {},
        **target_values(),
        "estimate": estimate_words(kept, choices, expected_files(choices)) if kept else None,
    }


@blueprint.get("/copy")
@framed(admin=True, right=Right.COPY)
@kept
def show_copy(frame: Frame) -> str:
    """The state of the copy, with what can be done in it; `?going` shows a nightly one that is under way."""
    return draw_copy(frame)


@blueprint.get("/copy/setup")
@framed(admin=True)
def show_setup(frame: Frame) -> str:
    """Storage, key and contents, to be changed."""
    return page("copy/page.html", frame, state="setup", choices=read_choices(), **setup_values())


@blueprint.get("/copy/all")
@framed(admin=True, right=Right.COPY)
def show_all(frame: Frame) -> str:
    """The list of copies."""
    return page("copy/page.html", frame, state="all", copies=list_copies())


@blueprint.post("/copy/estimate")
@framed(admin=True, right=Right.COPY)
def count_copy(frame: Frame) -> str:
    """Ask for the estimate of a copy; the sentence polls until the answer is there."""
    kept = read_estimate(services().clock.now())
    if kept is None:
        ask_estimate()
    return draw_estimate(frame, kept)


@blueprint.get("/copy/estimate")
@framed(admin=True, right=Right.COPY)
def show_estimate(frame: Frame) -> str:
    """The sentence again: the estimate of a copy, once it was counted."""
    return draw_estimate(frame, read_estimate(services().clock.now()))


def expected_files(choices: CopyChoices) -> ExpectedFiles | None:
    """What is expected of the files, where they are copied."""
    return expect_files() if choices.with_files else None


def draw_estimate(frame: Frame, kept: KeptEstimate | None) -> str:
    """The sentence alone."""
    do_not_keep()
    choices = read_choices()
    words = estimate_words(kept, choices, expected_files(choices)) if kept else None
    return render_template("copy/estimate.html", **frame_values(frame), estimate=words, asked=kept is None)


@blueprint.post("/copy/contents")
@framed(admin=True, asks_portal=True)
def change_contents(frame: Frame) -> str:
    """Switch data, files or the copies of the night on or off."""
    part, state = request.form.get("part", ""), request.form.get("state", "")
    if part not in ("data", "files", "nightly") or state not in SWITCHED:
        raise BadInput(N_("Choose one of the offered values."), "part")
    on = SWITCHED[state]
    choose_contents(
        with_data=on if part == "data" else None,
        with_files=on if part == "files" else None,
        nightly=on if part == "nightly" else None,
    )
    return show_setup_or_first(frame)


def show_setup_or_first(frame: Frame) -> str:
    """The page that holds the switches: the first steps, or storage and key."""
    if standing(services().clock.now()).copy is None:
        return draw_copy(frame)
    return page("copy/page.html", frame, state="setup", choices=read_choices(), **setup_values())


@blueprint.app_template_filter("capitalize_first")
def capitalize_first(text: str) -> str:
    """The same text with a large first letter; the rest stays as it is."""
    return text[:1].upper() + text[1:]
