"""Questions that only a person can answer: open one, answer it, see who answered before."""

from datetime import date, datetime

from flask import Blueprint, Response, request

from b24app.checklist.engine.board import checklist_view
from b24app.checklist.questions.answers import answer_history, answer_question, give_file
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.shop.check_rows import Toast, draw_row, find
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed
from b24app.web.access import author
from b24app.web.filters import zone
from b24app.web.form_fields import as_file, read_file

blueprint = Blueprint("questions_page", __name__)

MOST_EARLIER = 20


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
    form = request.form
    answer_question(
        code,
        form.get("outcome", ""),
        by=author(frame),
        at=services().clock.now(),
        value=form.get("value", ""),
        note=form.get("note", ""),
        file=read_file("file"),
    )
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
