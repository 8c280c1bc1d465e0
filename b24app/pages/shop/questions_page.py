"""Questions that only a person can answer: open one, answer it, see who answered before."""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from b24app.checklist.engine.board import CheckView, checklist_view
from b24app.checklist.questions.answers import answer_history, answer_question
from b24app.checklist.questions.evidence import give_file
from b24app.checklist.questions.question import Answered, AnswerOutcome
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.shop.rows import draw_row, find
from b24app.text.messages import N_
from b24app.web import framed
from b24app.web.form_fields import as_file, read_file
from b24app.web.formats import day, moment, size_text, zone

blueprint = Blueprint("questions_page", __name__)

OTHERWISE = {AnswerOutcome.LATER: N_("Later"), AnswerOutcome.UNUSED: N_("Not used here")}
MOST_EARLIER = 20


@blueprint.get("/checklist/question/<code>")
@framed(admin=True)
def show_question(frame: Frame, code: str) -> str:
    """The question unfolded: how to find out, fields for the answer, the answer before."""
    view = checklist_view()
    row = find(view, code)
    if row.question is None:
        raise NotFound("question")
    return draw_row(frame, view, row, opened=True, earlier=draw_earlier(row))


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
        earlier = draw_earlier(row)
        return draw_row(frame, view, row, opened=True, form=form, wrong=wrong, earlier=earlier), 422
    view = checklist_view()
    return draw_row(frame, view, find(view, code), opened=False, said={"text": gettext("The answer is kept")})


@blueprint.post("/checklist/answers/<int:answer_id>/file")
@framed(admin=True)
def download_evidence(frame: Frame, answer_id: int) -> Response:  # noqa: ARG001 - the frame is the permission
    """Give the file of one answer to be saved, never to be shown in place."""
    file, content = give_file(answer_id)
    return as_file(content, file.media, file.name)


def draw_earlier(row: CheckView) -> list[dict[str, Any]]:
    """Who answered what and when, newest first, each with its file."""
    if row.question is None:
        return []
    titles = {AnswerOutcome.YES: row.question.yes, AnswerOutcome.NO: row.question.no} | OTHERWISE
    return [
        _draw_answer(one, gettext(titles[one.outcome])) for one in answer_history(row.code)[:MOST_EARLIER]
    ]


def _draw_answer(one: Answered, word: str) -> dict[str, Any]:
    said = "; ".join(part for part in (word, one.value, one.note) if part)
    file = one.file
    return {
        "said": said,
        "who": f"{one.user_name}, {moment(one.answered_at)}",
        "until": day(one.valid_until.astimezone(zone()).date()),
        "file": f"{file.name}, {size_text(file.size)}" if file else "",
        "url": f"/checklist/answers/{file.answer_id}/file" if file else "",
    }
