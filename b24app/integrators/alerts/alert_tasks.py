"""Tasks about what broke, in the integrator's own portal: asked for by a look, set once whatever happens, closed when it is green again."""

import secrets

import structlog
from sqlalchemy import select, update

from b24app.database import db, portal_scope
from b24app.errors import PortalError, WriteUncertain
from b24app.integrators.alerts.alert_causes import TASKED
from b24app.integrators.alerts.alert_readers import carers_of
from b24app.integrators.alerts.alert_task_writing import AlertTaskContext, close_task, set_task, sight_of
from b24app.integrators.alerts.model import AlertTask, ClientAlert
from b24app.integrators.alerts.task_states import AT_END, AlertTaskState
from b24app.integrators.pipeline.crm_calls import is_final
from b24app.integrators.pipeline.set_up import TryAgain
from b24app.integrators.pipeline.states import SETTLES
from b24app.integrators.pipeline.stored_pipeline import get_pipeline, working_pipeline
from b24app.portals.client_factory import open_client
from b24app.services import services

FOLLOW = "follow_alert_task"
log = structlog.get_logger(__name__)


def tasks_are_on() -> bool:
    """Whether the portal in scope wants tasks: its pipeline works and the switch of its set-up is on."""
    row = get_pipeline()
    return row is not None and row.tasks and working_pipeline() is not None


def switch_tasks(*, on: bool) -> None:
    """Turn tasks about what broke on or off; those that are set stay and close by themselves."""
    row = get_pipeline()
    if row is not None:
        row.tasks = on
        db.session.flush()


def ask_tasks(portal_id: int) -> None:
    """Ask for the work on every task that is to be set, or to be closed, in the portal in scope."""
    if tasks_are_on():
        _make_rows(portal_id)
    waiting = select(AlertTask.alert_id, AlertTask.state, ClientAlert.ended_at).join(
        ClientAlert, ClientAlert.id == AlertTask.alert_id
    )
    rows = db.session.execute(waiting.where(AlertTask.state.not_in(AT_END))).all()
    for alert_id, state, ended_at in rows:
        if state == AlertTaskState.WAITING or ended_at is not None:
            services().queue.later(FOLLOW, portal_id, alert_id)


def _make_rows(portal_id: int) -> None:
    """Add a row for each alert of something broken that has none: whose task it is, and its key."""
    query = (
        select(ClientAlert)
        .outerjoin(AlertTask, AlertTask.alert_id == ClientAlert.id)
        .where(ClientAlert.ended_at.is_(None), ClientAlert.cause.in_(TASKED), AlertTask.id.is_(None))
        .order_by(ClientAlert.id)
    )
    for alert in db.session.scalars(query).all():
        user_id = _responsible(portal_id, alert)
        if user_id:
            db.session.add(AlertTask(alert_id=alert.id, user_id=user_id, key=secrets.token_hex(8)))
    _give_to_others(portal_id)
    db.session.flush()


def _give_to_others(portal_id: int) -> None:
    """Give a task that is not begun yet to another person where the one it was meant for may not see its alert any more."""
    untouched = AlertTask.state == AlertTaskState.WAITING, AlertTask.adding_since.is_(None)
    query = select(AlertTask, ClientAlert).join(ClientAlert, ClientAlert.id == AlertTask.alert_id)
    for row, alert in db.session.execute(query.where(*untouched)).all():
        if sight_of(portal_id, row.user_id, alert) is None and (other := _responsible(portal_id, alert)):
            mine = update(AlertTask).where(AlertTask.id == row.id, *untouched).values(user_id=other)
            db.session.execute(mine.execution_options(synchronize_session=False))


def _responsible(portal_id: int, alert: ClientAlert) -> int:
    """Who looks after the client and may see what broke there; else who has set the pipeline up, else nobody."""
    line = get_pipeline()
    carers = carers_of({alert.client_id}).get(alert.client_id, ())
    names = [*sorted(carers), line.asked_by_id if line else 0]
    return next((one for one in names if sight_of(portal_id, one, alert) is not None), 0)


def follow_alert_task(portal_id: int, alert_id: int) -> None:
    """Bring one task in step with its alert: each step may be repeated, and adds nothing twice."""
    with portal_scope(portal_id):
        alert, row = _alert(alert_id), task_of(alert_id)
        if alert is None or row is None or row.state in AT_END:
            return
        try:
            _follow(
                AlertTaskContext(open_client(portal_id, background=True, person=True), portal_id, row.id),
                alert,
            )
        except (TryAgain, WriteUncertain) as uncertain:
            db.session.rollback()
            seconds = uncertain.seconds if isinstance(uncertain, TryAgain) else SETTLES.total_seconds()
            services().queue.later(FOLLOW, portal_id, alert_id, delay=seconds)
        except PortalError as error:
            db.session.rollback()
            if not is_final(error):
                raise
            log.warning("the task about an alert was not written", error=type(error).__name__)
            _fail(alert_id)
        db.session.commit()


def _follow(context: AlertTaskContext, alert: ClientAlert) -> None:
    if alert.ended_at is not None:
        close_task(context, alert)
    elif tasks_are_on():
        set_task(context, alert)


def _alert(alert_id: int) -> ClientAlert | None:
    return db.session.scalar(select(ClientAlert).where(ClientAlert.id == alert_id))


def task_of(alert_id: int) -> AlertTask | None:
    """The task of an alert of the portal in scope."""
    return db.session.scalar(select(AlertTask).where(AlertTask.alert_id == alert_id))


def _fail(alert_id: int) -> None:
    """A final refusal: the task is not tried again; the alert stays in the list."""
    row = task_of(alert_id)
    if row is not None:
        row.state = AlertTaskState.FAILED
