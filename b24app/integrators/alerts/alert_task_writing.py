"""Writes the task about an alert: added once whatever happens, found again by its mark, closed with what may be shown.

Sources: api-reference/tasks/tasks-task-add.md, tasks-task-list.md, tasks-task-update.md, tasks-task-complete.md.
"""

from dataclasses import dataclass
from datetime import datetime

from b24app.checklist.engine.checklist_view import CheckView, checklist_view
from b24app.checklist.engine.runs import latest_run
from b24app.database import before_network, db, portal_scope
from b24app.errors import PortalError, WriteUncertain
from b24app.integrators.acting_persons import person_of
from b24app.integrators.adding_claims import claim_adding
from b24app.integrators.alerts.alert_causes import TITLES, AlertCause, AlertEnd, may_hear, right_of
from b24app.integrators.alerts.alert_readers import ALERT_SEEN
from b24app.integrators.alerts.client_sight import board_at, rows_of
from b24app.integrators.alerts.model import AlertTask, ClientAlert
from b24app.integrators.alerts.red_causes import may_know
from b24app.integrators.alerts.task_states import AlertTaskState
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.board import ClientRow
from b24app.integrators.members import find_seat
from b24app.integrators.pipeline.deal_fields import deal_words
from b24app.integrators.pipeline.set_up import TryAgain
from b24app.integrators.pipeline.states import SETTLES, seconds_until_settled
from b24app.json_values import Json, JsonObject, is_object
from b24app.reminders.channels.task import METHOD, find_marked, find_task, mark_of
from b24app.reminders.dispatch import deep_link
from b24app.reminders.kinds import Screen
from b24app.rest_client import RestClient
from b24app.services import services
from b24app.text.messages import N_, Sentence, sentence

LONGEST_TITLE = 250
TITLE = N_("%(client)s: %(what)s")
OPEN_CLIENT = N_("The client in “Renewal without downtime”: %(address)s")
BY_ITSELF = N_("The task closes by itself when it is in order again.")
REMEDY = N_("%(title)s: %(remedy)s")
NEUTRAL_TITLE = N_("The task is not needed any more")
NEUTRAL = N_(
    "There is no access to the client any more, so the task was closed. What it was about stands here no longer."
)


@dataclass(frozen=True, slots=True)
class AlertTaskContext:
    """What writing needs: the integrator's portal, and the row of the task."""

    client: RestClient
    portal_id: int
    row_id: int

    def row(self) -> AlertTask:
        """The row as it is stored now."""
        db.session.flush()
        return db.session.get_one(AlertTask, self.row_id, populate_existing=True)

    def ask(self, method: str, params: JsonObject) -> Json:
        """Send one write; what was done so far is committed before it."""
        before_network()
        return self.client.call(method, params, write=True).result


def set_task(context: AlertTaskContext, alert: ClientAlert) -> None:
    """Find the task by its mark, or add it: a write that may be under way is waited for, so none is added twice."""
    row = context.row()
    if row.state != AlertTaskState.WAITING:
        return
    if found := _find(context):
        _adopt(context, found)
        return
    seen = context.row().adding_since
    unadded = AlertTask.id == context.row_id, AlertTask.task_id == ""
    if not claim_adding(AlertTask.adding_since, seen, services().clock.now(), *unadded):
        raise TryAgain(SETTLES.total_seconds())
    _send(context, alert)


def _find(context: AlertTaskContext) -> str:
    """The number of a task that an earlier attempt may have added; raises TryAgain while that may be under way."""
    row = context.row()
    if row.adding_since is None:
        return ""
    if left := seconds_until_settled(row.adding_since, services().clock.now()):
        raise TryAgain(left)
    mark, user_id = mark_of(row.key, row.user_id), row.user_id
    before_network()
    return find_marked(context.client, mark, user_id)


def _send(context: AlertTaskContext, alert: ClientAlert) -> None:
    """Add it, if the client still allows it; what was clearly refused, or not sent at all, was not added."""
    fields = _fields(context, alert)
    if fields is None:
        _begin_anew(context)
        return
    try:
        answer = context.ask(METHOD, {"fields": fields})
    except WriteUncertain:
        raise
    except PortalError:
        _begin_anew(context)
        raise
    task = answer.get("task") if is_object(answer) else None
    number = str(task.get("id")) if is_object(task) else ""
    if not number.isdecimal():
        raise WriteUncertain("", "tasks.task.add answered without the number of a task")
    _adopt(context, number)


def _begin_anew(context: AlertTaskContext) -> None:
    context.row().adding_since = None
    db.session.commit()


def _adopt(context: AlertTaskContext, number: str) -> None:
    row = context.row()
    row.task_id, row.state, row.adding_since = number, AlertTaskState.SET, None
    db.session.commit()


def _fields(context: AlertTaskContext, alert: ClientAlert) -> JsonObject | None:
    """The fields of the task; None where the client gives it no more. The client's journal records where it went."""
    row, now = context.row(), services().clock.now()
    seen = sight_of(context.portal_id, row.user_id, alert)
    if seen is None:
        return None
    words = deal_words(context.portal_id)
    title = sentence(TITLE, client=seen.name, what=sentence(TITLES[AlertCause(alert.cause)]))
    address = f"{deep_link(words.portal, Screen.OVERVIEW)}&params%5Bclient%5D={alert.client_id}"
    lines = (*_remedies(alert), sentence(OPEN_CLIENT, address=address), sentence(BY_ITSELF))
    _write_down(context, row.user_id, seen, alert.cause, now)
    return {
        "TITLE": words.say(title)[:LONGEST_TITLE],
        "DESCRIPTION": "\n".join([*(words.say(line) for line in lines), "", mark_of(row.key, row.user_id)]),
        "RESPONSIBLE_ID": row.user_id,
    }


def sight_of(portal_id: int, user_id: int, alert: ClientAlert) -> ClientRow | None:
    """The client of an alert as a person sees it at this moment; None for who is not there, or may not see it by his role or the consent."""
    seat, now = find_seat(portal_id, user_id), services().clock.now()
    if seat is None or not may_hear(seat.role, alert.cause):
        return None
    seen = rows_of(board_at(seat, now), {alert.client_id}).get(alert.client_id)
    return seen if seen is not None and may_know(seen, alert.cause) else None


def _remedies(alert: ClientAlert) -> tuple[Sentence, ...]:
    """Each check that is red, and what to do about it."""
    with portal_scope(alert.client_id):
        run = latest_run(finished=True)
        if run is None or not alert.codes:
            return ()
        rows = checklist_view(run)
        found = [one for code in alert.codes if (one := rows.check(code)) is not None]
    return tuple(_remedy(one) for one in found)


def _remedy(one: CheckView) -> Sentence:
    return sentence(REMEDY, title=one.line or one.title, remedy=sentence(one.remedy))


def _write_down(context: AlertTaskContext, user_id: int, seen: ClientRow, cause: str, now: datetime) -> None:
    seat = find_seat(context.portal_id, user_id)
    who = person_of(seat) if seat else AuditPerson("", user_id)
    with portal_scope(seen.client_id):
        write_line(seen.code, who, Deed.LOOKED, now, right=right_of(cause), detail=ALERT_SEEN)


def close_task(context: AlertTaskContext, alert: ClientAlert) -> None:
    """Close the task of an alert that is over; where the client may not be shown any more its text is emptied too."""
    number = context.row().task_id or _find(context)
    if not number:
        _end(context, AlertTaskState.CLOSED)
        return
    before_network()
    found = find_task(context.client, number)
    if found is None:
        _end(context, AlertTaskState.GONE)
        return
    if alert.end == AlertEnd.HIDDEN:
        context.ask("tasks.task.update", {"taskId": number, "fields": _neutral(context)})
    if not found.closed:
        context.ask("tasks.task.complete", {"taskId": number})
    _end(context, AlertTaskState.CLOSED)


def _neutral(context: AlertTaskContext) -> JsonObject:
    words = deal_words(context.portal_id)
    return {"TITLE": words.say(NEUTRAL_TITLE), "DESCRIPTION": words.say(NEUTRAL)}


def _end(context: AlertTaskContext, state: AlertTaskState) -> None:
    row = context.row()
    row.state, row.adding_since = state, None
    db.session.commit()
