"""What support asks of a portal first, from stored data alone: versions, answers, jobs, runs, terms, deliveries, settings without secrets.

Codes, counts and moments only: no name, no contact, no text that a person or a portal has written.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select

from b24app.bitrix24.masking import mask_words
from b24app.checklist.model import Run
from b24app.database import current_portal_id, db
from b24app.jobs.model import JobRow
from b24app.portals.availability import get_availability
from b24app.portals.model import Portal
from b24app.portals.permissions import view_permissions
from b24app.reminders.model import Delivery
from b24app.reminders.reminder_settings import list_channels
from b24app.services import services
from b24app.settings import Settings
from b24app.terms.paid_terms import list_paid_terms
from b24app.terms.profile import get_profile
from b24app.web.shown_errors import newest_errors

State = Mapping[str, object]
MOST_RUNS, MOST_JOBS = 10, 50
DELIVERIES_SINCE = timedelta(days=14)
PLAIN_SETTINGS = (
    "edition",
    "allow_local_portals",
    "download_megabytes",
    "keep_call_log_days",
    "keep_uninstalled_days",
    "frame_token_minutes",
    "look_outside",
    "log_level",
    "web_workers",
    "web_threads",
    "proxies",
    "refusals_per_minute",
)
"""Settings whose values are numbers and switches; of every other one only whether it is set."""


def read_states(now: datetime) -> Mapping[str, object]:
    """Every state of the portal in scope, by part."""
    portal = db.session.get_one(Portal, current_portal_id())
    return {
        "application": read_versions(),
        "portal": read_portal(portal),
        "availability": read_availability(),
        "jobs": read_jobs(portal.id),
        "runs": read_runs(),
        "terms": read_terms(now),
        "channels": read_channels(now),
        "errors": [
            {"number": one.number, "at": moment(one.at), "kind": one.kind, "endpoint": one.endpoint}
            for one in newest_errors(now - DELIVERIES_SINCE)
        ],
        "settings": read_plain_settings(services().settings),
    }


def moment(value: datetime | None) -> str:
    """A moment as the file has it; nothing for none."""
    return value.isoformat(timespec="seconds") if value else ""


def read_versions() -> State:
    """The version of the application, its edition, the migration of its database and what that is."""
    heads = MigrationContext.configure(db.session.connection()).get_current_heads()
    manifest = services().manifest
    return {
        "code": manifest.code,
        "version": manifest.version,
        "edition": services().settings.edition,
        "migrations": sorted(heads),
        "database": db.engine.dialect.name,
    }


def read_portal(portal: Portal) -> State:
    """Which portal it is and what it granted."""
    profile = get_profile()
    return {
        "id": portal.id,
        "address": portal.domain,
        "status": portal.status,
        "installed_at": moment(portal.installed_at),
        "license": profile.license_code,
        "kind": profile.edition,
        "language": portal.language,
        "time_zone": portal.time_zone,
        "route": profile.route,
        "method": profile.method,
        "scopes_missing": [one.code for one in view_permissions(portal, services().manifest).missing],
    }


def read_availability() -> State:
    """Whether the portal answers; the code of its refusal, not its words."""
    known = get_availability()
    return {
        "answered_at": moment(known.answered_at),
        "refused_since": moment(known.refused_since),
        "refusal": known.kind,
        "silent_since": moment(known.silent_since),
        "silence": str(known.silence),
        "failures": known.failures,
        "rests_until": moment(known.rests_until),
        "access_lost_at": moment(known.access_lost_at),
    }


def read_jobs(portal_id: int) -> Sequence[State]:
    """Work of this portal that waits, runs or was given up."""
    rows = select(JobRow).where(JobRow.portal_id == portal_id).order_by(JobRow.id.desc()).limit(MOST_JOBS)
    return [
        {
            "name": row.name,
            "state": row.state,
            "lane": row.lane,
            "due_at": moment(row.due_at),
            "attempts": row.attempts,
            "lost": row.lost,
            "error": mask_words(row.error).partition(":")[0],
        }
        for row in db.session.scalars(rows)
    ]


def read_runs() -> Sequence[State]:
    """The last checks: kind, state, times, how many requests and what came of it."""
    rows = select(Run).order_by(Run.id.desc()).limit(MOST_RUNS)
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "state": row.state,
            "phase": row.phase,
            "created_at": moment(row.created_at),
            "finished_at": moment(row.finished_at),
            "requests": row.requests,
            "complete": row.complete,
            "counts": dict(row.counts),
        }
        for row in db.session.scalars(rows)
    ]


def read_terms(now: datetime) -> Sequence[State]:
    """Which terms have a known end; without their cost and who wrote them."""
    return [
        {
            "kind": one.kind,
            "known": one.ends_on is not None,
            "ends_on": one.ends_on.isoformat() if one.ends_on else "",
            "source": one.source,
            "to_confirm": one.needs_confirming(now),
        }
        for one in list_paid_terms()
    ]


def read_channels(now: datetime) -> Sequence[State]:
    """Which channels are on, and what became of their messages of two weeks, by the codes of their failures."""
    counted: dict[str, dict[str, int]] = {}
    query = (
        select(Delivery.channel, Delivery.state, Delivery.error, func.count())
        .where(Delivery.next_at >= now - DELIVERIES_SINCE)
        .group_by(Delivery.channel, Delivery.state, Delivery.error)
    )
    for channel, state, error, count in db.session.execute(query):
        code = f"{state} {error.partition(':')[0]}".strip()
        of_channel = counted.setdefault(channel, {})
        of_channel[code] = of_channel.get(code, 0) + count
    return [
        {"code": one.code, "enabled": one.enabled, "deliveries": counted.get(one.code, {})}
        for one in list_channels()
    ]


def read_plain_settings(settings: Settings) -> State:
    """The operator's settings without any secret and any address."""
    values = {name: getattr(settings, name) for name in PLAIN_SETTINGS}
    others = sorted(set(type(settings).model_fields) - set(PLAIN_SETTINGS))
    return {"values": values, "set": [name for name in others if getattr(settings, name)]}
