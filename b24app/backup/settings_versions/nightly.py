"""The nightly reading of the settings: read, keep what changed, thin out; `SettingsNight` holds what was left out and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update

from b24app.backup.reading.whole_view import demand_whole_view
from b24app.backup.settings_versions.model import SettingsNight
from b24app.backup.settings_versions.normalised_rows import OWNER
from b24app.backup.settings_versions.settings_reading import SettingsRead, read_settings
from b24app.backup.settings_versions.version_thinning import thin_versions
from b24app.backup.settings_versions.versions import keep_versions, rows_at
from b24app.checklist.engine.fact import REASON_TEXTS, Reason
from b24app.checklist.engine.own_facts_reading import salt_of
from b24app.database import db, portal_scope
from b24app.errors import NotFound, PortalError
from b24app.json_values import JsonObject
from b24app.portals.availability import get_availability
from b24app.portals.client_factory import open_client
from b24app.portals.model import InstallStatus, Portal
from b24app.services import services
from b24app.single_rows import single_row

SECONDS = 240.0
"""The time of one reading, including the wait for its turn."""
FRESH = timedelta(minutes=30)
"""A reading is not repeated for a baseline that was taken within this time after it."""
JUMP = timedelta(days=60)
log = structlog.get_logger(__name__)


def keep_settings(portal_id: int) -> None:
    """Read the settings of a portal and keep what changed: the job. A portal that refuses or rests is skipped."""
    with portal_scope(portal_id):
        portal, now = db.session.get(Portal, portal_id), services().clock.now()
        known = get_availability()
        if not _is_active(portal) or portal is None or known.refused or known.is_left_alone(now):
            return
        scopes, salt, language = tuple(portal.scopes), salt_of(portal), portal.language
        _night().asked_at = now
        db.session.commit()
    try:
        client = open_client(portal_id, background=True)
        with client.within(SECONDS):
            read = read_settings(client, scopes, salt, language)
            demand_whole_view(client)
    except (PortalError, NotFound) as error:
        db.session.rollback()
        _note_failure(portal_id, error.public)
        return
    with portal_scope(portal_id):
        store_reading(portal_id, read, requests=client.requests_sent)
        db.session.commit()


def keep_settings_of_baseline(portal_id: int) -> None:
    """The settings as they are while a run that became the baseline is fresh: the job behind a run."""
    with portal_scope(portal_id):
        at = db.session.scalar(select(SettingsNight.read_at))
        fresh = at is not None and abs(services().clock.now() - at) < FRESH
    db.session.commit()
    if not fresh:
        keep_settings(portal_id)


def store_reading(portal_id: int, read: SettingsRead, *, requests: int) -> None:
    """Store what was read in the scope of its portal; nothing where the application was uninstalled meanwhile."""
    now = services().clock.now()
    if not _is_active(db.session.get(Portal, portal_id)):
        return
    if not read.rows:
        reason = next(iter(read.left_out.values()), Reason.UNREACHABLE)
        _note_error(REASON_TEXTS[reason])
        return
    night = _held_night(now)
    changed = keep_versions({code: rows_to_keep(code, read, now) for code in read.rows}, now)
    usual = night.read_at is not None and abs(now - night.read_at) < JUMP
    night.read_at, night.requests, night.error = now, requests, ""
    night.entities, night.changed = len(read.rows), len(changed)
    night.left_out = {code: str(reason) for code, reason in sorted(read.left_out.items())}
    gone = thin_versions(now) if usual else 0  # a clock that differs much from the night before may be wrong
    log.info(
        "settings kept",
        entities=len(read.rows),
        changed=len(changed),
        left_out=len(read.left_out),
        thinned=gone,
    )


def rows_to_keep(code: str, read: SettingsRead, now: datetime) -> list[JsonObject]:
    """The rows that were read, and the kept rows of owners whose rows the portal did not return."""
    refused: Collection[str] = read.owners_left_out.get(code, frozenset())
    known = rows_at(code, now) or [] if refused else []
    return [*read.rows[code], *(row for row in known if str(row.get(OWNER)) in refused)]


@dataclass(frozen=True, slots=True)
class ReadingView:
    """What a page shows of the newest reading."""

    read_at: datetime | None
    entities: int
    left_out: dict[str, Reason]
    error: str


def last_reading() -> ReadingView | None:
    """The newest reading in the portal of the scope; None before the first."""
    row = db.session.scalar(select(SettingsNight))
    if row is None:
        return None
    reasons = {code: Reason(one) for code, one in row.left_out.items() if one in set(Reason)}
    return ReadingView(row.read_at, row.entities, reasons, row.error)


def _is_active(portal: Portal | None) -> bool:
    return portal is not None and portal.status == InstallStatus.ACTIVE


def _night() -> SettingsNight:
    return single_row(SettingsNight)


def _held_night(now: datetime) -> SettingsNight:
    """The row, written first: two workers that keep versions of one portal wait for each other here."""
    row = _night()
    db.session.execute(update(SettingsNight).where(SettingsNight.id == row.id).values(asked_at=now))
    db.session.refresh(row)
    return row


def _note_failure(portal_id: int, words: str) -> None:
    with portal_scope(portal_id):
        if _is_active(db.session.get(Portal, portal_id)):
            _note_error(words)
        db.session.commit()


def _note_error(words: str) -> None:
    _night().error = words[:300]
