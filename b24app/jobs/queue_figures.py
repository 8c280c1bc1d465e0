"""The figures of the queue, in two statements for whoever runs us: what waits and since when, what was given up, who works."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from b24app.database import db
from b24app.jobs.model import FAILED, RUNNING, WAITING, JobRow, ScheduleRow, WorkerRow, in_state
from b24app.services import LaneFigures, QueueFigures

GIVEN_UP_WITHIN = timedelta(hours=1)


def read_figures(now: datetime, alive: ColumnElement[bool]) -> QueueFigures:
    """Count jobs by lane and workers by their heartbeats; `alive` separates the workers that have shown themselves lately."""
    given_up = select(func.count()).where(in_state(JobRow, FAILED), JobRow.ended_at > now - GIVEN_UP_WITHIN)
    workers = select(func.count()).select_from(WorkerRow).where(alive)
    beat, fired = select(func.max(WorkerRow.seen_at)), select(func.max(ScheduleRow.last))
    parts = (given_up, workers, beat, fired)
    row = db.session.execute(select(*(one.scalar_subquery() for one in parts))).one()
    return QueueFigures(
        lanes=tuple(_lanes(now)),
        given_up=int(row[0]),
        workers=int(row[1]),
        beat_seconds=seconds_since(row[2], now),
        schedule_seconds=seconds_since(row[3], now),
    )


def _lanes(now: datetime) -> list[LaneFigures]:
    count, oldest = func.count(), func.min(JobRow.due_at)
    query = select(JobRow.lane, JobRow.state, count, oldest).where(JobRow.state.in_((WAITING, RUNNING)))
    rows = {
        (lane, state): (many, due)
        for lane, state, many, due in db.session.execute(query.group_by(JobRow.lane, JobRow.state))
    }
    return [
        LaneFigures(
            lane=lane,
            waiting=rows.get((lane, WAITING), (0, None))[0],
            running=rows.get((lane, RUNNING), (0, None))[0],
            oldest_seconds=seconds_since(rows.get((lane, WAITING), (0, None))[1], now) or 0.0,
        )
        for lane in sorted({lane for lane, _ in rows})
    ]


def seconds_since(at: datetime | None, now: datetime) -> float | None:
    """How long ago something was; zero for a future moment, None for what never was."""
    return None if at is None else max(0.0, (now - at).total_seconds())
