"""Carries one claimed job out: its own application context, its name in every log line, and what follows from a failure."""

import secrets
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta

import structlog
from flask import Flask
from structlog.contextvars import bound_contextvars

from b24app.bitrix24.no_answer import PortalRests
from b24app.database import db
from b24app.each_portal import naming
from b24app.errors import AppError, OperationLimited
from b24app.jobs import ledger
from b24app.jobs.job import ATTEMPTS, Job, Lane
from b24app.jobs.ledger import MOST_LOST, HeldJob
from b24app.services import services
from b24app.text.messages import N_

RETRY_DELAY_SECONDS = 30
LIMITED_FOR = timedelta(days=1)
UNKNOWN_AGAIN = timedelta(minutes=5)
FAILED = N_("The work failed several times and was given up. Begin it again.")
INTERRUPTED = N_("The work was interrupted several times and was given up. Begin it again.")
TOO_LONG = N_("The work took too long and was ended. Begin it again.")
log = structlog.get_logger(__name__)


class TookTooLong(BaseException):
    """Raised inside a job whose deadline has passed: no handler of ordinary errors may catch it."""


def carry_out(jobs: Mapping[str, Job], claim: HeldJob) -> None:
    """Do a claimed job and keep what became of it; runs in an application context of its own."""
    with bound_contextvars(job=claim.name, execution=secrets.token_hex(4)), _portal(claim):
        job = jobs.get(claim.name)
        if job is None:
            _wait_for_release(claim)
            return
        try:
            job.work(*claim.ids)
            _finish(claim)
        except TookTooLong:
            db.session.rollback()
            log.warning("job ended by its deadline")
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, the job has an end
            db.session.rollback()
            _fail(job, claim, error)


def _portal(claim: HeldJob) -> AbstractContextManager[None]:
    return naming(claim.portal_id) if claim.portal_id is not None else nullcontext()


def _finish(claim: HeldJob) -> None:
    """The last commit of the work and the end of the job are one."""
    if ledger.finish(claim):
        db.session.commit()
    else:
        db.session.rollback()
        log.warning("job was taken over while it ran, its last step is undone")


def _wait_for_release(claim: HeldJob) -> None:
    """A job of a newer release waits for a worker that has its code."""
    now = services().clock.now()
    if now - claim.asked_at > LIMITED_FOR:
        ledger.give_up(claim, "unknown job", now)
        db.session.commit()
    else:
        ledger.put_back(claim, now + UNKNOWN_AGAIN, "unknown job", attempts=claim.attempt - 1)


def _fail(job: Job, claim: HeldJob, error: BaseException) -> None:
    now, name = services().clock.now(), type(error).__name__
    if isinstance(error, OperationLimited | PortalRests) and now - claim.asked_at < LIMITED_FOR:
        ledger.put_back(claim, _rested(error.reset_at, now), name, attempts=claim.attempt - 1)
        return
    expected = error if isinstance(error, AppError) else None
    (log.warning if expected else log.exception)("job failed", error=name)
    if claim.attempt < ATTEMPTS and (expected is None or expected.retryable):
        ledger.put_back(claim, now + delay_of(claim.attempt), name, attempts=claim.attempt)
    else:
        give_up(job, claim, expected.public if expected else FAILED, name)


def _rested(reset_at: datetime | None, now: datetime) -> datetime:
    """When a limited method, or a portal that rests, may be asked again; meanwhile the worker does other jobs."""
    soonest = now + timedelta(seconds=1 if reset_at else RETRY_DELAY_SECONDS)
    return max(soonest, reset_at) if reset_at else soonest


def delay_of(attempt: int) -> timedelta:
    """The delay of an attempt: half a minute, doubled each time, with up to a tenth more so that many do not come back at once."""
    jitter = 1 + secrets.randbelow(100) / 1000
    return timedelta(seconds=RETRY_DELAY_SECONDS * 2 ** (attempt - 1) * jitter)


def give_up(job: Job | None, claim: HeldJob, words: str, error: str) -> None:
    """End a job as failed and store why in its own row, in one step; what fails here leaves the job failed all the same."""
    try:
        ended = _give_up_and_tell(job, claim, words, error)
    except Exception as failure:
        db.session.rollback()
        log.exception("the row of a failed job was not told", error=type(failure).__name__)
        ended = _give_up_and_tell(None, claim, words, error)
    if ended:
        log.error("job given up", job=claim.name, error=error)


def _give_up_and_tell(job: Job | None, claim: HeldJob, words: str, error: str) -> bool:
    """Give up and mark the row in one transaction: a row that still waits would be asked for again as if its job were lost."""
    ended = ledger.give_up(claim, error, services().clock.now())
    if ended and job is not None and job.failed is not None:
        job.failed(words, *claim.ids)
    db.session.commit()
    return ended


def take_over(jobs: Mapping[str, Job], claim: HeldJob) -> None:
    """Let a job of a dead worker wait again; one during which three workers died ends as failed."""
    lost, now = claim.lost + 1, services().clock.now()
    if lost >= MOST_LOST:
        give_up(jobs.get(claim.name), claim, INTERRUPTED, "interrupted")
    elif ledger.put_back(claim, now, "interrupted", attempts=claim.attempt - 1, lost=lost):
        log.warning("job taken over from a dead worker", job=claim.name, lost=lost)


def do_due(app: Flask, jobs: Mapping[str, Job]) -> int:
    """Do every job that is due, one after the other, in this thread; returns how many ran. For tests and measurements."""
    done = 0
    with app.app_context():
        while (claim := ledger.claim("in place", tuple(Lane), services().clock.now())) is not None:
            with app.app_context():
                carry_out(jobs, claim)
            done += 1
    return done
