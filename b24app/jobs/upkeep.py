"""Upkeep of the queue itself: rows whose job is lost, nights of new portals, jobs that were given up long ago."""

from datetime import timedelta
from typing import cast

import structlog

from b24app.database import db, every_portal, portal_scope
from b24app.jobs import ledger
from b24app.jobs.job import Ids, Job
from b24app.jobs.night import plan_nights
from b24app.jobs.queue import Queue, is_asked
from b24app.services import services

KEEP_FAILED = timedelta(days=30)
MOST_AT_ONCE = 100
log = structlog.get_logger(__name__)


def keep_queue() -> None:
    """Ask again for lost work, give new portals their nights, forget old failures; runs every hour and when a worker starts."""
    ask_unfinished()
    plan_nights(_queue().jobs)
    ledger.prune_failed(services().clock.now() - KEEP_FAILED)


def ask_unfinished() -> int:
    """Ask for a job of every row that waits for one and has none; returns how many were asked for."""
    asked = 0
    for job in _queue().jobs.values():
        for portal_id, ids in find_lost(job):
            with portal_scope(portal_id) if portal_id is not None else every_portal():
                services().queue.later(job.name, *ids)
            log.warning("work whose job was lost begins again", job=job.name, ids=list(ids))
            asked += 1
            if asked % MOST_AT_ONCE == 0:
                db.session.commit()  # SQLite lets nobody else write meanwhile
        db.session.commit()
    return asked


def find_lost(job: Job) -> list[tuple[int | None, Ids]]:
    """The rows that wait for a job and have none, with the portal in whose scope they are found.

    One whose job ended while we looked waits no more when it is looked at again.
    """
    if job.unfinished is None:
        return []
    missing = {ids for ids in job.unfinished() if not is_asked(job.name, *ids)}
    db.session.commit()
    return [(_scope(), ids) for ids in job.unfinished() if ids in missing] if missing else []


def _scope() -> int | None:
    """The portal of the present scope, if there is one."""
    value = db.session().info.get("portal")
    return value if isinstance(value, int) else None


def _queue() -> Queue:
    return cast("Queue", services().queue)


JOBS = (Job("keep_queue", keep_queue, hour="*", minute="17", deadline=600),)
