"""Freshness: the age of the portal's data, and the runs that renew it: by a press, or by an opening after a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from b24app.checklist.engine.runs import latest_run, run_under_way, start_run
from b24app.portals.availability import get_availability
from b24app.terms.term import Author

OLD = timedelta(days=1)
PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Freshness:
    """The moment of the last finished run, whether it is a day ago, and whether another one is under way."""

    checked_at: datetime | None
    is_old: bool
    is_looking: bool
    may_look: bool


def read_freshness(at: datetime) -> Freshness:
    """The state of the data for the bar of every page; a moment ahead of the clock counts as old as one behind it."""
    done = latest_run(finished=True)
    checked_at = done.finished_at if done else None
    is_old = checked_at is not None and abs(at - checked_at) > OLD
    return Freshness(checked_at, is_old, run_under_way(at) is not None, not get_availability().refused)


def look_again(*, by: Author, at: datetime) -> None:
    """Queue a run unless one is under way."""
    if run_under_way(at) is None:
        start_run(by=by, at=at)


def look_after_a_day(*, by: Author, at: datetime) -> bool:
    """Queue a run when the last one is a day old: not while one is under way, and not right after one that failed."""
    freshness, newest = read_freshness(at), latest_run()
    if not freshness.is_old or not freshness.may_look or freshness.is_looking:
        return False
    if newest is not None and abs(at - newest.created_at) < PAUSE:
        return False
    start_run(by=by, at=at, kind="opened")
    return True
