"""Schedules of jobs that run by themselves (cron): at hours of UTC, each once however many workers run; a missed time is made up for once."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from cronsim import CronSim
from sqlalchemy import Update, update
from sqlalchemy.exc import IntegrityError

from b24app.database import changed_rows, db
from b24app.jobs.job import Job
from b24app.jobs.model import ScheduleRow
from b24app.services import services

AHEAD = timedelta(hours=1)


def ask_scheduled(jobs: Mapping[str, Job]) -> None:
    """Ask for every job whose time has come since it was last asked for."""
    now = services().clock.now()
    for job in jobs.values():
        if job.hour and _moves_on(job.name, last_time(job, now), now):
            services().queue.later(job.name)
        db.session.commit()


def last_time(job: Job, now: datetime) -> datetime:
    """The newest moment of a job's schedule that has passed."""
    found: datetime = next(
        CronSim(f"{job.minute} {job.hour} * * *", now + timedelta(seconds=1), reverse=True)
    )
    return found


def _moves_on(name: str, slot: datetime, now: datetime) -> bool:
    """Whether this process is the one that moves the schedule on; the first time of all is only noted."""
    mine = ScheduleRow.name == name
    if _moved(update(ScheduleRow).where(mine, ScheduleRow.last < slot).values(last=slot)):
        return True
    _moved(
        update(ScheduleRow).where(mine, ScheduleRow.last > now + AHEAD).values(last=slot)
    )  # a clock that jumped
    if db.session.get(ScheduleRow, name) is None:
        _note_first(name, slot)
    return False


def _moved(statement: Update) -> bool:
    return changed_rows(db.session.execute(statement)) == 1


def _note_first(name: str, slot: datetime) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(ScheduleRow(name=name, last=slot))
    except IntegrityError:  # another worker was first
        return
