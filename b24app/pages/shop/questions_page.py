"""Questions that only a person can answer: open one, answer it, see who answered before."""

from datetime import date, datetime

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from b24app.checklist.engine.board import CheckView, checklist_view
from b24app.checklist.questions.answers import answer_history, answer_question
from b24app.checklist.questions.evidence import give_file
from b24app.checklist.questions.question import Answered
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.shop.check_rows import Toast, draw_row, find
from b24app.text.messages import N_
from b24app.web import framed
from b24app.web.form_fields import as_file, read_file, size_text
from b24app.web.formats import zone

blueprint = Blueprint("questions_page", __name__)
blueprint.add_app_template_filter(size_text)

MOST_EARLIER = 20


@blueprint.get("/checklist/question/<code>")
@framed(admin=True)
def show_question(frame: Frame, code: str) -> str:
    """The question unfolded: how to find out, fields for the answer, the answer before."""
    view = checklist_view()
    row = find(view, code)
    if row.question is None:
        raise NotFound("question")
    return draw_row(frame, view, row, opened=True, earlier=earlier_answers(row))


@blueprint.post("/checklist/question/<code>")
@framed(admin=True)
def answer(frame: Frame, code: str) -> ResponseReturnValue:
    """Keep the answer with name and time; the row takes the place of the form."""
    view = checklist_view()
    row = find(view, code)
    if row.question is None:
        raise NotFound("question")
    form = request.form
    try:
        answer_question(
            code,
            form.get("outcome", ""),
            user_id=frame.user_id,
            user_name=frame.user_name,
            value=form.get("value", ""),
            note=form.get("note", ""),
            file=read_file("file"),
        )
    except BadInput as wrong:
        earlier = earlier_answers(row)
        return draw_row(frame, view, row, opened=True, form=form, wrong=wrong, earlier=earlier), 422
    view = checklist_view()
    return draw_row(frame, view, find(view, code), opened=False, toast=Toast(N_("The answer is kept")))


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


def earlier_answers(row: CheckView) -> tuple[Answered, ...]:
    """Who answered what and when, newest first."""
    return tuple(answer_history(row.code)[:MOST_EARLIER])
