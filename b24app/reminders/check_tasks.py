"""A check given to a person as a task of the portal: kept at once, set by a job, taken back with its task.

Source: api-reference/tasks/tasks-task-add.md and tasks-task-delete.md.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime

import structlog
from sqlalchemy import delete, select

from b24app.checklist.engine.checklist_view import CheckView, checklist_view
from b24app.checklist.engine.mutes_and_owners import name_owner, refuse_unknown
from b24app.database import current_portal_id, db, portal_scope
from b24app.errors import BadInput, PortalError
from b24app.input_limits import one_line
from b24app.portal_rows import PortalRows
from b24app.portals.client_factory import open_client
from b24app.portals.model import Portal, day_at
from b24app.reminders.channels import Message
from b24app.reminders.channels.task import find_marked, find_task, mark_of
from b24app.reminders.channels.task import send as set_task
from b24app.reminders.dispatch import compose, open_dispatcher
from b24app.reminders.kinds import MessageDraft, Screen
from b24app.reminders.model import CheckTask, TaskState
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_, sentence

TASKS = PortalRows(select(CheckTask).order_by(CheckTask.id))
LONGEST_DAYS = 370
ASK_AGAIN = N_("The portal did not answer as expected. Set the task once more.")
PROMISES = frozenset({PortalError.public})
"""Messages that promise another attempt."""
log = structlog.get_logger(__name__)


def tasks_of_checks() -> Mapping[str, CheckTask]:
    """The tasks given to people, by the code of their check."""
    return {row.code: row for row in TASKS.read()}


def give_task(code: str, person: tuple[int | None, str], due_on: date, *, by: Author, at: datetime) -> None:
    """Give a check to a person until a day; who had it before has it no more."""
    refuse_unknown(code)
    user_id, name = person
    if user_id is None:
        raise BadInput(N_("Choose who does it."), "owner_name")
    if not 0 <= (due_on - day_at(at)).days <= LONGEST_DAYS:
        raise BadInput(N_("Choose a day from today to a year from now."), "due_on")
    take_back_task(code, by=by, at=at)
    row = CheckTask(
        code=code, user_id=user_id, user_name=one_line(name)[:255], due_on=due_on, key=secrets.token_hex(8),
        by_id=by.user_id, by=by.name[:255], at=at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    name_owner(code, name, user_id, by=by, at=at)
    services().queue.later("set_check_task", current_portal_id(), row.id)


def take_back_task(code: str, *, by: Author, at: datetime) -> bool:
    """Take a check back: its task in the portal is deleted by a job; False when there was none."""
    row = db.session.scalar(select(CheckTask).where(CheckTask.code == code))
    if row is None:
        return False
    _drop_later(row)
    db.session.execute(delete(CheckTask).where(CheckTask.id == row.id))
    name_owner(code, "", None, by=by, at=at)
    return True


def _drop_later(row: CheckTask) -> None:
    """Have the task of a row deleted; one without a number may be in the portal all the same, so it is looked for."""
    number = int(row.task_id) if row.task_id else 0
    services().queue.later("drop_check_task", current_portal_id(), number, row.key, row.user_id)


def set_check_task(portal_id: int, row_id: int) -> None:
    """Set the task of a row in the portal: the job behind `give_task`. One that was taken back meanwhile is deleted again."""
    with portal_scope(portal_id):
        row = db.session.get(CheckTask, row_id)
        found = checklist_view().check(row.code) if row else None
        if row is None or found is None or row.state == TaskState.SET:
            return
        message, key, user_id = _message(row, found), row.key, row.user_id
        db.session.commit()
        try:
            kept = set_task(open_client(portal_id, background=True, person=True), message, user_id)
        except PortalError as error:
            db.session.rollback()
            log.warning("the task of a check was not set", error=type(error).__name__)
            _note(row_id, TaskState.FAILED, key=key, error=_public(error))
            return
        if not _note(row_id, TaskState.SET, key=key, task_id=kept.id):
            services().queue.later("drop_check_task", portal_id, int(kept.id), key, user_id)
        db.session.commit()


def _public(error: PortalError) -> str:
    """The message for a person; nothing retries by itself, so it promises no retry."""
    return ASK_AGAIN if error.retryable or error.public in PROMISES else error.public


def drop_check_task(portal_id: int, task_id: int, key: str = "", user_id: int = 0) -> None:
    """Delete a task of ours from the portal: the job behind `take_back_task`; one that is deleted or done already stays as it is.

    Without a number it is looked for by its key: the work that set it may have ended before it kept the number.
    """
    with portal_scope(portal_id):
        mark = mark_of(_full_key(key), user_id)
        db.session.commit()
        client = open_client(portal_id, background=True, person=True)
        number = str(task_id) if task_id else find_marked(client, mark, user_id)
        found = find_task(client, number) if number else None
        if found is not None and not found.closed:
            client.call("tasks.task.delete", {"taskId": int(number)}, write=True)


def fail_check_task(words: str, portal_id: int, row_id: int) -> None:
    """The work was given up: store that in the row."""
    with portal_scope(portal_id):
        row = db.session.get(CheckTask, row_id)
        if row is not None and row.state == TaskState.WAITING:
            _note(row_id, TaskState.FAILED, key=row.key, error=words)


def _note(row_id: int, state: TaskState, *, key: str, task_id: str = "", error: str = "") -> bool:
    """Keep what came of a giving; False when it was taken back meanwhile, though another may bear its number by now."""
    mine = CheckTask.id == row_id, CheckTask.key == key
    row = db.session.scalar(select(CheckTask).where(*mine).execution_options(populate_existing=True))
    if row is None:
        return False
    row.state, row.task_id, row.error = state, task_id, error
    db.session.commit()
    return True


def _full_key(key: str) -> str:
    """The key of the message behind a giving, as `compose` makes it."""
    return f"{db.session.get_one(Portal, current_portal_id()).member_id}:check:{key}"


def _message(row: CheckTask, found: CheckView) -> Message:
    dispatcher = open_dispatcher(db.session.get_one(Portal, current_portal_id()))
    place = (sentence(N_("Where to look: %(place)s"), place=sentence(found.place)),) if found.place else ()
    lines = (found.line, sentence(found.why), sentence(found.remedy), *place)
    draft = MessageDraft(
        found.title,
        tuple(line for line in lines if line),
        screen=Screen.CHECKLIST,
        deadline=row.due_on,
        public=True,
    )
    return compose(dispatcher, draft, f"check:{row.key}", row.code)
