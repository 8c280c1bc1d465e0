"""Questions that only a person can answer, and the register of other applications: open one, answer it, see who answered."""

from collections.abc import Mapping
from datetime import date, datetime

from flask import Blueprint, Response, request

from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.model import REGISTER_KINDS
from b24app.checklist.questions.answers import (
    RegisterDraft,
    answer_history,
    answer_question,
    change_registered,
    get_registered,
    give_file,
    register_application,
    registered_applications,
    strike_from_register,
)
from b24app.checklist.questions.question import AnswerOutcome, load_questions
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.shop.check_rows import Toast, draw_row, find
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.term import Author, TermKind
from b24app.terms.typed_days import DayUse
from b24app.text.formats import day_field
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.access import author
from b24app.web.doubted_days import accept_day
from b24app.web.filters import zone
from b24app.web.form_fields import as_file, read_date, read_file, read_id

blueprint = Blueprint("questions_page", __name__)

MOST_EARLIER = 20
LOOKED = (AnswerOutcome.YES, AnswerOutcome.NO)
TERM_OF_QUESTION = {"ask_plan_end": TermKind.PLAN, "ask_marketplace": TermKind.MARKETPLACE}


def draw_question(frame: Frame, code: str, **more: object) -> str:
    """The question unfolded: how to find out, fields for the answer, the answers before."""
    view = checklist_view()
    row = find(view, code)
    if row.question is None:
        raise NotFound("question")
    earlier = answer_history(code)[:MOST_EARLIER]
    return draw_row(frame, view, row, opened=True, earlier=earlier, **more)


def redraw_answer(frame: Frame, wrong: BadInput) -> str:
    """The question with what was typed and what is wrong with it."""
    return draw_question(frame, (request.view_args or {})["code"], form=request.form, wrong=wrong)


@blueprint.get("/checklist/question/<code>")
@framed(admin=True)
def show_question(frame: Frame, code: str) -> str:
    """The question in place of its row."""
    return draw_question(frame, code)


@blueprint.post("/checklist/question/<code>")
@framed(admin=True, redraw=redraw_answer)
def answer(frame: Frame, code: str) -> str:
    """Keep the answer with name and time; the row takes the place of the form."""
    form, question = request.form, load_questions().get(code)
    value, outcome = form.get("value", "").strip(), form.get("outcome", "")
    if value and question is not None and question.day is not None:
        value = _answered_day(code, question.day, outcome, author(frame))
    answer_question(
        code,
        outcome,
        by=author(frame),
        at=services().clock.now(),
        value=value,
        note=form.get("note", ""),
        file=read_file("file"),
    )
    view = checklist_view()
    return draw_row(frame, view, find(view, code), opened=False, toast=Toast(N_("The answer is kept")))


def _answered_day(code: str, use: DayUse, outcome: str, by: Author) -> str:
    """The day of an answer as it is kept; the end of the subscription becomes its term, that of the plan must agree."""
    day, kind = read_date(request.form.get("value", ""), "value"), TERM_OF_QUESTION.get(code)
    known = find_paid_term(kind) if kind else None
    written = known.ends_on if known else None
    accept_day(day, use, "value", before=written)
    if outcome not in LOOKED or kind is None:
        return day.isoformat()
    if kind == TermKind.MARKETPLACE:
        set_paid_term(kind, day, by=by, at=services().clock.now())
    elif outcome == AnswerOutcome.YES and written is not None and day != written:
        raise BadInput(
            N_("Another date is written down: choose “They differ”, or correct it among the terms."), "value"
        )
    return day.isoformat()


@blueprint.post("/checklist/answers/<int:answer_id>/file")
@framed(admin=True)
def download_evidence(frame: Frame, answer_id: int) -> Response:  # noqa: ARG001 - the frame is the permission
    """Give the file of one answer to be saved, never to be shown in place."""
    file, content = give_file(answer_id)
    return as_file(content, file.media, file.name)


@blueprint.app_template_filter("local_day")
def local_day(moment: datetime) -> date:
    """The visitor's calendar day of a moment."""
    return moment.astimezone(zone()).date()


TEXTS = ("kind", "name", "owner_name", "host", "purpose")

KIND_TITLES = {
    "application": N_("Application"),
    "incoming_webhook": N_("Incoming webhook"),
    "outgoing_webhook": N_("Outgoing webhook"),
    "other": N_("Something else"),
}


def draw_register(
    frame: Frame,
    editing: int | None = None,
    form: Mapping[str, object] | None = None,
    wrong: BadInput | None = None,
) -> str:
    """The whole page; `editing` is the entry that stands in the form."""
    return page(
        "checklist/register.html",
        frame,
        rows=registered_applications(),
        kinds=[(kind, KIND_TITLES[kind]) for kind in REGISTER_KINDS],
        titles=KIND_TITLES,
        editing=editing,
        form=form or {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def redraw_form(frame: Frame, wrong: BadInput) -> str:
    """The page with what was typed and what is wrong with it."""
    return draw_register(frame, (request.view_args or {}).get("entry_id"), request.form, wrong)


@blueprint.get("/checklist/register")
@framed(admin=True)
def show_register(frame: Frame) -> str:
    """List what was written down, with a form for the next one; `?edit=<id>` opens an entry in the form."""
    editing = read_id(request.args, "edit")
    return draw_register(frame, editing, _form_of(editing) if editing else {})


@blueprint.post("/checklist/register")
@framed(admin=True, redraw=redraw_form)
def write_into_register(frame: Frame) -> str:
    """Write one application or webhook down."""
    draft = _read_draft()
    accept_day(draft.expires_on, DayUse.OTHER, "expires_on")
    register_application(draft, by=author(frame), at=services().clock.now())
    return draw_register(frame)


@blueprint.post("/checklist/register/<int:entry_id>")
@framed(admin=True, redraw=redraw_form)
def correct_register(frame: Frame, entry_id: int) -> str:
    """Correct an entry."""
    draft, known = _read_draft(), get_registered(entry_id)
    accept_day(draft.expires_on, DayUse.OTHER, "expires_on", before=known.expires_on)
    change_registered(entry_id, draft, by=author(frame), at=services().clock.now())
    return draw_register(frame)


@blueprint.post("/checklist/register/<int:entry_id>/strike")
@framed(admin=True)
def strike(frame: Frame, entry_id: int) -> str:
    """Take one out of the register."""
    strike_from_register(entry_id)
    return draw_register(frame)


def _read_draft() -> RegisterDraft:
    form = request.form
    return RegisterDraft(
        **{name: form.get(name, "") for name in TEXTS},
        owner_id=read_id(form, "owner_id"),
        expires_on=read_date(form["expires_on"], "expires_on") if form.get("expires_on") else None,
    )


def _form_of(entry_id: int) -> dict[str, object]:
    row = get_registered(entry_id)
    return {name: getattr(row, name) for name in (*TEXTS, "owner_id")} | {
        "expires_on": day_field(row.expires_on)
    }
