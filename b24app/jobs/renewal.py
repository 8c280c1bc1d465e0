"""Jobs of the renewal and its reminders: a plan that changed, a portal that refuses or answers again, reconciliation, messages."""

from collections.abc import Iterator

import structlog
from sqlalchemy import exists, select

from b24app.checklist.engine.runs import start_run
from b24app.checklist.model import Run
from b24app.database import db, every_portal, portal_scope
from b24app.errors import PortalError
from b24app.jobs.job import Ids, Job, Lane
from b24app.portals.availability import note_answer
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders.check_tasks import drop_check_task, fail_check_task, set_check_task
from b24app.reminders.dispatch import try_channel
from b24app.reminders.due_time import remind_everyone
from b24app.reminders.kinds.employee_messages import pass_report, send_notice
from b24app.reminders.kinds.lost_access_notice import notify_access_back, notify_access_lost
from b24app.reminders.model import CheckTask, EmployeeReport, TaskState
from b24app.reminders.reminder_jobs import remind_portal, send_waiting
from b24app.reminders.sending import send_due
from b24app.renewal.activation import (
    ANSWERS_AGAIN,
    PLAN_CHANGED,
    fail_reconciliation,
    notice_activation,
    recognise_activation,
    reconcile,
)
from b24app.renewal.model import Reconciliation
from b24app.renewal.situation_reading import ask_people, review_people
from b24app.services import services
from b24app.terms.profile import note_license

log = structlog.get_logger(__name__)


def installed(portal_id: int) -> None:
    """Begin the first checks of a portal that has just got the application."""
    with portal_scope(portal_id):
        start_run(kind="first", at=services().clock.now())


def plan_changed(portal_id: int) -> None:
    """Look at a portal that reports another plan than before, once."""
    now = services().clock.now()
    with portal_scope(portal_id):
        if code := db.session.get_one(Portal, portal_id).plan_code:
            note_license(code, now)
        notice_activation(PLAN_CHANGED, now)
        start_run(kind="noticed", at=now)


def portal_back(portal_id: int) -> None:
    """A portal that refused REST answers again: look whether the plan or the subscription has been renewed."""
    with portal_scope(portal_id):
        note_answer(services().clock.now())
        notice_activation(ANSWERS_AGAIN, services().clock.now())
        start_run(kind="noticed", at=services().clock.now())
        services().queue.later("access_back", portal_id)


def learn_from_portal(portal_id: int) -> None:
    """Read from a portal its plan, and whether we still work in an administrator's name."""
    recognise_activation(portal_id)
    db.session.commit()
    review_people(portal_id)


def ask_portal(portal_id: int) -> None:
    """Ask the portal at a person's request what works now; a refusal or a silence is noted by the call itself."""
    try:
        recognise_activation(portal_id, person=True)
    except PortalError as error:
        log.info("a portal that was asked by a person does not answer", error=type(error).__name__)


def unfinished_reconciliations() -> Iterator[Ids]:
    """The reconciliations that wait for their counts."""
    with every_portal():
        wanted = select(Reconciliation.portal_id, Reconciliation.id).where(Reconciliation.state == "waiting")
        found = db.session.execute(wanted).all()
    yield from ((portal_id, row_id) for portal_id, row_id in found)


def unpassed_reports() -> Iterator[Ids]:
    """The reports of employees that were not handed on."""
    with every_portal():
        open_ones = EmployeeReport.passed_at.is_(None), EmployeeReport.settled_at.is_(None)
        found = db.session.execute(
            select(EmployeeReport.portal_id, EmployeeReport.id).where(*open_ones)
        ).all()
    yield from ((portal_id, row_id) for portal_id, row_id in found)


def unset_tasks() -> Iterator[Ids]:
    """The tasks of checks that wait to be set in their portals."""
    with every_portal():
        wanted = select(CheckTask.portal_id, CheckTask.id).where(CheckTask.state == TaskState.WAITING)
        found = db.session.execute(wanted).all()
    yield from ((portal_id, row_id) for portal_id, row_id in found)


def portals_without_runs() -> Iterator[Ids]:
    """The active portals whose first checks never began."""
    with every_portal():
        none = ~exists().where(Run.portal_id == Portal.id)
        found = db.session.scalars(select(Portal.id).where(Portal.status == InstallStatus.ACTIVE, none)).all()
    yield from ((portal_id,) for portal_id in found)


JOBS = (
    Job("installed", installed, lane=Lane.PEOPLE, unfinished=portals_without_runs),
    Job("plan_changed", plan_changed),
    Job("portal_back", portal_back),
    Job("ask_portal", ask_portal, lane=Lane.PEOPLE),
    Job("learn_portal", learn_from_portal, lane=Lane.NIGHTLY),
    Job(
        "reconcile",
        reconcile,
        lane=Lane.PEOPLE,
        failed=fail_reconciliation,
        unfinished=unfinished_reconciliations,
    ),
    Job("remind_portal", remind_portal, lane=Lane.REMINDERS),
    Job("remind_everyone", remind_everyone, hour="*", minute="5", lane=Lane.REMINDERS),
    Job("ask_people", ask_people),
    Job("try_channel", try_channel, lane=Lane.PEOPLE),
    Job("send_notice", send_notice, lane=Lane.PEOPLE),
    Job("send_waiting", send_waiting, lane=Lane.REMINDERS),
    Job("watch_messages", send_waiting, lane=Lane.REMINDERS),
    Job("send_due", send_due, hour="*", minute="*", lane=Lane.REMINDERS),
    Job("access_lost", notify_access_lost, lane=Lane.REMINDERS),
    Job("access_back", notify_access_back, lane=Lane.REMINDERS),
    Job("set_check_task", set_check_task, lane=Lane.PEOPLE, failed=fail_check_task, unfinished=unset_tasks),
    Job("drop_check_task", drop_check_task, lane=Lane.PEOPLE),
    Job("pass_report", pass_report, lane=Lane.PEOPLE, unfinished=unpassed_reports),
)
