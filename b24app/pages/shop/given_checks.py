"""The line of a check that was given to a person: it polls for the number of its task."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from b24app.checklist.engine.checklist_view import checklist_view
from b24app.errors import NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.shop.inbox import TASK_SECONDS, draw_parts, find
from b24app.reminders.check_tasks import tasks_of_checks
from b24app.reminders.model import TaskState
from b24app.services import services
from b24app.web import framed

blueprint = Blueprint("given_checks", __name__)


@blueprint.get("/shop/given/<target>")
@framed(admin=True, right=Right.CHECKS)
def show_given(frame: Frame, target: str) -> ResponseReturnValue:
    """The line once its task is set or refused, or once nobody should wait any longer; nothing until then."""
    view = checklist_view()
    row, task = find(view, target), tasks_of_checks().get(target)
    if task is None:
        raise NotFound("task")
    age = (services().clock.now() - task.at).total_seconds()
    if task.state == TaskState.WAITING and age <= TASK_SECONDS:
        return "", 204
    return draw_parts(frame, view, "given_line", row=row)
