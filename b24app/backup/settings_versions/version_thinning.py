"""Keeps a year of versions bounded: all of 30 days, then the last of each week; what a baseline uses stays.

So an entity has at most one version a night for 30 days and one a week before that: about 80 a year, and those of baselines.
The state of settings in an older week is known to the week only.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from b24app.backup.settings_versions.model import SettingsVersion
from b24app.checklist.engine.thinning import kept_baselines
from b24app.checklist.model import Run
from b24app.database import db

WHOLE_FOR = timedelta(days=30)
YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class OldVersion:
    """A version without its rows."""

    id: int
    entity: str
    taken_at: datetime


def thin_versions(now: datetime) -> int:
    """Delete surplus versions in the portal of the scope; returns how many."""
    query = select(SettingsVersion.id, SettingsVersion.entity, SettingsVersion.taken_at)
    found = [
        OldVersion(*row)
        for row in db.session.execute(query.order_by(SettingsVersion.taken_at, SettingsVersion.id))
    ]
    by_entity: dict[str, list[OldVersion]] = {}
    for one in found:
        by_entity.setdefault(one.entity, []).append(one)
    moments = _moments_of_baselines()
    going = [number for versions in by_entity.values() for number in surplus(versions, now, moments)]
    if going:
        db.session.execute(delete(SettingsVersion).where(SettingsVersion.id.in_(going)))
    return len(going)


def surplus(versions: list[OldVersion], now: datetime, moments: Collection[datetime]) -> list[int]:
    """The versions of one entity, oldest first, that may be deleted: never the newest, nor one valid at a moment of `moments`."""
    staying = {versions[-1].id} if versions else set()
    staying |= {one.id for at in (*moments, now - YEAR) for one in _holding(versions, at)}
    last_of_week = {one.taken_at.isocalendar()[:2]: one.id for one in versions}
    for one in versions:
        age = now - one.taken_at
        if age <= WHOLE_FOR or (age <= YEAR and one.id in last_of_week.values()):
            staying.add(one.id)
    return [one.id for one in versions if one.id not in staying]


def _holding(versions: list[OldVersion], at: datetime) -> Iterable[OldVersion]:
    """The version that was in force at a moment."""
    return [one for one in versions if one.taken_at <= at][-1:]


def _moments_of_baselines() -> list[datetime]:
    query = select(Run.finished_at).where(Run.id.in_(kept_baselines()), Run.finished_at.is_not(None))
    return [at for at in db.session.scalars(query) if at is not None]
