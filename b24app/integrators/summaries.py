"""Summaries of clients: one row a portal, made anew when its state or its day has changed; no portal is asked for it."""

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, or_, select

from b24app.clock import CLOCKS_DIFFER
from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import for_each_portal
from b24app.integrators.model import ClientSummary, Consent
from b24app.integrators.standards.found_values import keep_found_values
from b24app.integrators.summary_parts import access_part, checks_part, copy_part, term_part, usage_part
from b24app.portals.model import InstallStatus, Portal
from b24app.services import services
from b24app.single_rows import single_row
from b24app.state_version import portal_state
from b24app.terms.profile import get_profile
from b24app.text.host_names import to_unicode

SECONDS = 40.0
"""How long one turn lasts: the rest waits for the next minute, so that it blocks no other work."""

AT_ONCE = 20
OWN = frozenset({"id", "portal_id"})


def remake_changed() -> int:
    """Make the summaries of all clients whose state or day is another one; returns how many were made."""
    began, made = time.monotonic(), 0
    waiting = stale_portals(services().clock.now())
    for first in range(0, len(waiting), AT_ONCE):
        made += sum(done is not None for done in for_each_portal(waiting[first : first + AT_ONCE], remake))
        if time.monotonic() - began > SECONDS:
            break
    return made


def stale_portals(now: datetime) -> list[int]:
    """The portals with a living consent whose summary is missing, of another state, of a day that is over or of a moment to come.

    In random order, so that a portal that fails every time blocks no other one.
    """
    with every_portal():
        found = list(db.session.scalars(_stale(now)))
    db.session.commit()
    return found


def _stale(now: datetime) -> Select[int]:
    lives = and_(Consent.portal_id == Portal.id, Consent.ended_at.is_(None), Consent.ends_at > now)
    old = or_(
        ClientSummary.id.is_(None),
        ClientSummary.version != func.coalesce(portal_state.c.version, ""),
        ClientSummary.lasts_until <= now,
        ClientSummary.made_at > now + CLOCKS_DIFFER,
    )
    return (
        select(Portal.id)
        .outerjoin(ClientSummary, ClientSummary.portal_id == Portal.id)
        .outerjoin(portal_state, portal_state.c.portal_id == Portal.id)
        .where(select(Consent.id).where(lives).exists(), Portal.status != InstallStatus.DELETED, old)
        .order_by(func.random())
    )


def remake(portal_id: int) -> str:
    """Make the summary of one portal from what is stored; returns the version of its state.

    The version is read before everything else, so that what is written meanwhile makes the summary old.
    """
    now = services().clock.now()
    version = db.session.scalar(select(portal_state.c.version).where(portal_state.c.portal_id == portal_id))
    portal = db.session.get_one(Portal, portal_id)
    zone = ZoneInfo(portal.time_zone)
    day = now.astimezone(zone).date()
    fixed = {"version": version or "", "day": day, "made_at": now, "lasts_until": _end_of(day, zone)}
    with portal_scope(portal_id):
        name = get_profile().portal_name or to_unicode(portal.domain)
        values = {**_empty(), **read_parts(now, day), **fixed, **_names(name, portal.domain)}
        row = single_row(ClientSummary, portal_id=portal_id, begins=fixed)
        for column, value in values.items():
            setattr(row, column, value)
        db.session.flush()
        keep_found_values(portal_id, now)
    return str(fixed["version"])


def _names(name: str, domain: str) -> dict[str, str]:
    forms = dict.fromkeys((domain, to_unicode(domain)))  # whichever of both somebody types
    return {"name": name[:255], "search": " ".join((name, *forms)).lower()[:600]}


def read_parts(now: datetime, day: date) -> dict[str, object]:
    """All parts of the summary of the portal in scope."""
    return {
        **term_part(now, day), **checks_part(now), **access_part(), **copy_part(now), **usage_part(now, day),
    }  # fmt: skip


def _empty() -> dict[str, object]:
    """The empty value of every column: nothing of the summary before may stay."""
    columns = ClientSummary.__table__.columns
    named = {column.name: column for column in columns if column.name not in OWN}
    return {name: None if column.nullable else _nothing(column.default) for name, column in named.items()}


def _nothing(default: object) -> object:
    value = getattr(default, "arg", "")
    return [] if callable(value) else value


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time_of_day(), zone).astimezone(UTC)
