"""Questions that only a person can answer: a deck whose card is answered by one click, taken back, skipped or opened again."""

from datetime import date, datetime

from flask import Blueprint, Response, request

from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.questions.answers import (
    answer_history,
    answer_question,
    give_file,
    take_back_answer,
)
from b24app.checklist.questions.question import AnswerOutcome, Question, load_questions
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.shop.inbox import draw_parts
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.term import TermKind
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_, Sentence, sentence
from b24app.web import framed, toast
from b24app.web.access import author
from b24app.web.doubted_days import accept_day, day_source
from b24app.web.filters import zone
from b24app.web.form_fields import as_file, read_date, read_file

blueprint = Blueprint("questions_page", __name__)

MOST_EARLIER = 20
LOOKED = (AnswerOutcome.YES, AnswerOutcome.NO)
TERM_OF_QUESTION = {"ask_plan_end": TermKind.PLAN, "ask_marketplace": TermKind.MARKETPLACE}
ALL_PARTS = ("deck", "head", "blockers", "folds", "sum")
DONT_KNOW, NOT_USED = N_("I do not know"), N_("Not used here")


def draw_deck(frame: Frame, opened: str = "", *parts: str, **more: object) -> str:
    """The deck with the opened question, or with the first that is not answered, on top."""
    if opened and opened not in load_questions():
        raise NotFound("question")
    earlier = answer_history(opened)[:MOST_EARLIER] if opened else []
    return draw_parts(frame, checklist_view(), *(parts or ("deck",)), opened=opened, earlier=earlier, **more)


def redraw_answer(frame: Frame, wrong: BadInput) -> str:
    """The question with what was typed and what is wrong with it."""
    code = (request.view_args or {})["code"]
    return draw_deck(frame, code, form=request.form, wrong=wrong)


@blueprint.get("/shop/deck")
@framed(admin=True, right=Right.CHECKS)
def show_deck(frame: Frame) -> str:
    """The deck; questions that `?skip=` names come last."""
    return draw_deck(frame, focus=True)


@blueprint.get("/shop/question/<code>")
@framed(admin=True, right=Right.CHECKS)
def show_question(frame: Frame, code: str) -> str:
    """The deck with this question on top."""
    return draw_deck(frame, code, focus=True)


@blueprint.post("/shop/question/<code>")
@framed(admin=True, redraw=redraw_answer, right=(Right.CHECKS, Right.CASE))
def answer(frame: Frame, code: str) -> str:
    """Keep the answer with name and time; the next card takes its place, the note in the corner takes it back."""
    form, question = request.form, load_questions().get(code)
    value, outcome = form.get("value", "").strip(), form.get("outcome", "")
    moved = bool(value) and TERM_OF_QUESTION.get(code) == TermKind.MARKETPLACE
    if value and question is not None and question.day is not None:
        value = _answered_day(code, question.day, outcome, frame)
    row = answer_question(
        code,
        outcome,
        by=author(frame),
        at=services().clock.now(),
        value=value,
        note=form.get("note", ""),
        file=read_file("file"),
    )
    if question is not None:
        undo = "" if moved else f"/shop/answers/{row.id}/undo"
        toast(_answer_words(question, outcome), undo=undo, redraws="")
    return draw_deck(frame, "", *ALL_PARTS, focus=True)


@blueprint.post("/shop/answers/<int:answer_id>/undo")
@framed(admin=True, right=(Right.CHECKS, Right.CASE))
def undo_answer(frame: Frame, answer_id: int) -> str:
    """Take the newest answer to a question back; the one before it counts again."""
    code = take_back_answer(answer_id, by=author(frame), at=services().clock.now())
    return draw_deck(frame, code, "", *ALL_PARTS)


def _answer_words(question: Question, outcome: str) -> Sentence:
    """What was written down, and the place of the check by it, when that is not good."""
    words = {"yes": question.yes, "no": question.no, "later": DONT_KNOW, "unused": NOT_USED}[outcome]
    row = checklist_view().check(question.code)
    texts = {
        CountedPlace.BLOCKING: N_("Written down: “%(answer)s”. It blocks now."),
        CountedPlace.NOTED: N_("Written down: “%(answer)s”. It is a note now."),
        CountedPlace.UNCHECKED: N_("Written down: “%(answer)s”. It stays not checked."),
    }
    plain = N_("Written down: “%(answer)s”")
    return sentence(texts.get(row.counted_in, plain) if row else plain, answer=sentence(words))


def _answered_day(code: str, use: DayUse, outcome: str, frame: Frame) -> str:
    """The day of an answer as it is kept; the end of the subscription becomes its term, that of the plan must agree."""
    day, kind = read_date(request.form.get("value", ""), "value"), TERM_OF_QUESTION.get(code)
    known = find_paid_term(kind) if kind else None
    written = known.ends_on if known else None
    accept_day(day, use, "value", before=written)
    if outcome not in LOOKED or kind is None:
        return day.isoformat()
    if kind == TermKind.MARKETPLACE:
        now, source = services().clock.now(), day_source(frame)
        set_paid_term(kind, day, by=author(frame), at=now, source=source)
    elif outcome == AnswerOutcome.YES and written is not None and day != written:
        raise BadInput(
            N_("Another date is written down: choose “Another date”, or correct it among the terms."), "value"
        )
    return day.isoformat()


@blueprint.post("/shop/answers/<int:answer_id>/file")
@framed(admin=True, right=(Right.CHECKS, Right.PAPERS))
def download_evidence(frame: Frame, answer_id: int) -> Response:  # noqa: ARG001 - the frame is the permission
    """Give the file of one answer to be saved, never to be shown in place."""
    file, content = give_file(answer_id)
    return as_file(content, file.media, file.name)


@blueprint.app_template_filter("local_day")
def local_day(moment: datetime) -> date:
    """The visitor's calendar day of a moment."""
    return moment.astimezone(zone()).date()
