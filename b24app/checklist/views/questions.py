"""Questions that only a person can answer: open one, answer it, see who answered before."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from b24app.checklist.answers import answer_question
from b24app.checklist.board import checklist_view
from b24app.checklist.views import blueprint
from b24app.checklist.views.rows import draw_row, find
from b24app.errors import BadInput, NotFound
from b24app.portals.frames import Frame
from b24app.web import framed


@blueprint.get("/checklist/question/<code>")
@framed(admin=True)
def show_question(frame: Frame, code: str) -> str:
    """The question unfolded: how to find out, fields for the answer, the answer before."""
    view = checklist_view()
    row = find(view, code)
    if row.question is None:
        raise NotFound("question")
    return draw_row(frame, view, row, opened=True)


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
        )
    except BadInput as wrong:
        return draw_row(frame, view, row, opened=True, form=form, wrong=wrong), 422
    view = checklist_view()
    return draw_row(frame, view, find(view, code), opened=False, said={"text": gettext("The answer is kept")})
