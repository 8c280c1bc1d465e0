"""Nightly work of portals: each has its own moment between one and five o'clock of its own time zone, kept as "due at"."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update

from b24app.database import changed_rows, db, every_portal
from b24app.jobs.job import Job, Lane
from b24app.jobs.model import NightRow
from b24app.portals.model import InstallStatus, Portal
from b24app.services import services

BEGINS, LASTS = time(1), timedelta(hours=4)
FARTHEST = timedelta(days=2)
AFTER_JUMP = timedelta(hours=12)
"""After a clock was put back, the next night begins later than this: the one that is near now has been already."""
MOST = 200
AT_ONCE = 20


def ask_nightly(jobs: Mapping[str, Job]) -> int:
    """Ask for the nightly work that is due, and set its next night; returns how much was asked for."""
    now, asked = services().clock.now(), 0
    due = or_(NightRow.due_at <= now, NightRow.due_at > now + FARTHEST)
    wanted = (
        select(NightRow.portal_id, NightRow.name, NightRow.due_at, Portal.time_zone, Portal.status)
        .join(Portal, Portal.id == NightRow.portal_id)
        .where(due)
        .order_by(NightRow.due_at)
        .limit(MOST)
    )
    with every_portal():
        for portal_id, name, due_at, zone, status in db.session.execute(wanted).all():
            begins = now if due_at <= now else now + AFTER_JUMP
            moved = _move(portal_id, name, due_at, next_night(portal_id, zone, begins))
            if moved and due_at <= now and name in jobs and status == InstallStatus.ACTIVE:
                services().queue.later(name, portal_id, lane=Lane.NIGHTLY)
                asked += 1
        db.session.commit()
    return asked


def _move(portal_id: int, name: str, before: datetime, after: datetime) -> bool:
    """Set the next night; True for the one process that did it."""
    mine = NightRow.portal_id == portal_id, NightRow.name == name, NightRow.due_at == before
    moved = update(NightRow).where(*mine).values(due_at=after)
    return changed_rows(db.session.execute(moved.execution_options(synchronize_session=False))) == 1


def next_night(portal_id: int, zone: str, after: datetime) -> datetime:
    """The next moment of a portal's nightly work: the same share of each night, so that portals are spread evenly.

    All of a portal's work has the same: a token that was renewed for one job serves the others within the hour.
    """
    share = int.from_bytes(hashlib.sha256(f"{portal_id}".encode()).digest()[:4]) / 2**32
    local = after.astimezone(ZoneInfo(zone))
    tonight = datetime.combine(local.date(), BEGINS, local.tzinfo) + LASTS * share
    return tonight if tonight > after else tonight + timedelta(days=1)


def plan_nights(jobs: Mapping[str, Job]) -> int:
    """Give every active portal its nightly work that it has not got yet; returns how many rows were added."""
    names = {job.name for job in jobs.values() if job.night}
    now, added = services().clock.now(), 0
    kept = (
        select(func.count())
        .where(NightRow.portal_id == Portal.id, NightRow.name.in_(names))
        .scalar_subquery()
    )
    lacking = select(Portal.id, Portal.time_zone).where(
        Portal.status == InstallStatus.ACTIVE, kept < len(names)
    )
    with every_portal():
        for number, (portal_id, zone) in enumerate(db.session.execute(lacking).all(), start=1):
            here = set(db.session.scalars(select(NightRow.name).where(NightRow.portal_id == portal_id)))
            for name in sorted(names - here):
                db.session.add(
                    NightRow(portal_id=portal_id, name=name, due_at=next_night(portal_id, zone, now))
                )
                added += 1
            if (
                number % AT_ONCE == 0
            ):  # after an update ten thousand portals lack their nights: pages write meanwhile
                db.session.commit()
        db.session.commit()
    return added
