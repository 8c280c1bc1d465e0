"""Jobs in tests: a queue with jobs of one's own, claims of named workers, rows by the name of their job."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Flask
from sqlalchemy import select

from b24app.database import db
from b24app.jobs import ledger
from b24app.jobs.job import Job, Lane
from b24app.jobs.ledger import HeldJob
from b24app.jobs.model import JobRow
from b24app.jobs.queue import Queue
from b24app.services import services


def a_queue(app: Flask, *jobs: Job) -> Queue:
    """A queue of these jobs, which the application asks from now on, until the next test."""
    queue = Queue({job.name: job for job in jobs})
    app.extensions["services"] = replace(app.extensions["services"], queue=queue)
    return queue


def claim_next(owner: str = "a worker", *lanes: Lane) -> HeldJob | None:
    """What this worker takes next."""
    return ledger.claim(owner, lanes or tuple(Lane), services().clock.now())


def jobs_of(name: str) -> Sequence[JobRow]:
    """The rows of one job, as they lie in the database now."""
    db.session.expire_all()
    return db.session.scalars(select(JobRow).where(JobRow.name == name).order_by(JobRow.id)).all()


def ask(name: str, *ids: int) -> None:
    """Ask for a job and commit."""
    services().queue.later(name, *ids)
    db.session.commit()
