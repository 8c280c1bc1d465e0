"""Jobs of the renewal and its reminders: a plan that changed, a portal that refuses or answers again, reconciliation, messages."""

import structlog

from b24app.checklist.engine.runs import start_run
from b24app.database import db, portal_scope
from b24app.jobs.queue import Job
from b24app.portals.availability import note_answer
from b24app.reminders.dispatch import try_channel
from b24app.reminders.due_time import remind_everyone
from b24app.reminders.kinds.employee_messages import pass_report, send_notice
from b24app.reminders.kinds.lost_access_notice import tell_access_back, tell_access_lost
from b24app.reminders.reminder_jobs import remind_portal, send_waiting
from b24app.reminders.sending import send_due
from b24app.renewal.activation import (
    ANSWERS_AGAIN,
    PLAN_CHANGED,
    notice_activation,
    recognise_activation,
    recognise_activations,
    reconcile,
)
from b24app.renewal.situation_reading import ask_people, review_people
from b24app.services import services

log = structlog.get_logger(__name__)


def installed(portal_id: int) -> None:
    """A portal has just got the application: the first checks begin."""
    with portal_scope(portal_id):
        start_run(kind="first", at=services().clock.now())


def plan_changed(portal_id: int) -> None:
    """A portal reports another plan than before: look at it anew."""
    with portal_scope(portal_id):
        notice_activation(PLAN_CHANGED, services().clock.now())
        start_run(kind="noticed", at=services().clock.now())


def portal_back(portal_id: int) -> None:
    """A portal that refused REST answers again: the plan or the subscription has probably been renewed."""
    with portal_scope(portal_id):
        note_answer(services().clock.now())
        notice_activation(ANSWERS_AGAIN, services().clock.now())
        start_run(kind="noticed", at=services().clock.now())
        services().queue.later("access_back", portal_id)


def portal_refused(portal_id: int, *_answer: str) -> None:
    """Nothing: a queue of release 1.0 may hold this name; availability now keeps a refusal itself, at the next call."""
    log.info("a job of an earlier release was left out", portal=portal_id)


def learn_from_portal(portal_id: int) -> None:
    """Learn what a portal answers about its plan, and whether we still work in an administrator's name."""
    recognise_activation(portal_id)
    db.session.commit()
    review_people(portal_id)


JOBS = (
    Job("installed", installed),
    Job("plan_changed", plan_changed),
    Job("portal_refused", portal_refused),
    Job("portal_back", portal_back),
    Job("learn_portal", learn_from_portal),
    Job("learn_everyone", recognise_activations, hour="4", minute="30"),
    Job("reconcile", reconcile),
    Job("remind_portal", remind_portal),
    Job("remind_everyone", remind_everyone, hour="*", minute="5"),
    Job("ask_people", ask_people),
    Job("try_channel", try_channel),
    Job("send_notice", send_notice),
    Job("send_waiting", send_waiting),
    Job("watch_messages", send_waiting),
    Job("send_due", send_due, hour="*", minute="*"),
    Job("pass_report", pass_report),
    Job("access_lost", tell_access_lost),
    Job("access_back", tell_access_back),
)
