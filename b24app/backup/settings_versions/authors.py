"""Asks the portal's journal (REST 3.0) who made the changes of a run, and stores its answers."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select

from b24app.backup.settings_versions.journal_matching import JournalEntry, author_of
from b24app.backup.settings_versions.model import SettingsChange
from b24app.backup.settings_versions.versions import rows_at
from b24app.database import db, portal_scope
from b24app.errors import NotFound, PortalError
from b24app.json_values import Json, is_array, is_object
from b24app.portals.client_factory import open_client
from b24app.portals.model import InstallStatus, Person, Portal
from b24app.rest_client import RestClient
from b24app.services import services

SCOPE = "main"
METHOD = "api/main.eventlog.list"
"""Paths of REST 3.0 methods begin with `api/` (rest-v3.md)."""
FIELDS = ("id", "timestampX", "auditTypeId", "moduleId", "itemId", "userId")
PAGE, MOST_PAGES = 50, 20
SECONDS = 60.0
log = structlog.get_logger(__name__)


def name_authors(portal_id: int, run_id: int) -> int:
    """Store who made the changes of a run, where the journal names the object; returns how many authors were found."""
    with portal_scope(portal_id):
        portal = db.session.get(Portal, portal_id)
        changes = _nameless(run_id)
        if (
            portal is None
            or portal.status != InstallStatus.ACTIVE
            or SCOPE not in portal.scopes
            or not changes
        ):
            return 0
        zone = ZoneInfo(portal.time_zone)
        since, until = min(one.since for one in changes), max(one.seen_at for one in changes)
    try:
        client = open_client(portal_id, background=True)
        with client.within(SECONDS):
            entries = read_journal(client, since.astimezone(zone), until.astimezone(zone))
    except (PortalError, NotFound) as error:
        log.info("the journal did not tell", error=type(error).__name__)
        return 0
    with portal_scope(portal_id):
        named = _name(_nameless(run_id), entries)
        db.session.commit()
    return named


def _nameless(run_id: int) -> list[SettingsChange]:
    mine = SettingsChange.run_id == run_id, SettingsChange.user_id.is_(None)
    return list(db.session.scalars(select(SettingsChange).where(*mine)))


def read_journal(client: RestClient, since: datetime, until: datetime) -> list[JournalEntry]:
    """The records of this time but for sign-ins, page by page, oldest first; raises the PortalError family.

    Empty for a journal that is too long to be read whole: in the unread part another person may have changed the same.
    """
    found: list[JournalEntry] = []
    for page in range(1, MOST_PAGES + 1):
        asked: dict[str, Json] = {
            "select": list(FIELDS),
            "filter": [
                ["timestampX", ">=", since.isoformat(timespec="seconds")],
                ["timestampX", "<=", until.isoformat(timespec="seconds")],
                ["auditTypeId", "!=", "USER_AUTHORIZE"],
            ],
            "order": {"id": "ASC"},
            "pagination": {"page": page, "limit": PAGE},
        }
        result = client.call(METHOD, asked, write=False).result
        items = result.get("items") if is_object(result) else None
        rows = items if is_array(items) else ()
        found += [entry for row in rows if (entry := read_entry(row)) is not None]
        if len(rows) < PAGE:
            return found
    return []


def read_entry(row: Json) -> JournalEntry | None:
    """One record; None where it has another format."""
    if not is_object(row):
        return None
    try:
        at = datetime.fromisoformat(str(row.get("timestampX")))
        user_id = int(str(row.get("userId") or 0))
    except ValueError:
        return None
    told = (str(row.get(name) or "") for name in ("auditTypeId", "moduleId", "itemId"))
    return JournalEntry(at, user_id, *told) if at.tzinfo is not None else None


def _name(changes: list[SettingsChange], entries: list[JournalEntry]) -> int:
    names, named = names_of_people(services().clock.now()), 0
    for one in changes:
        entry = author_of(one.kind, one.key, one.since, one.seen_at, entries)
        if entry is not None and entry.user_id in names:
            one.user_id, one.user_name, one.happened_at = entry.user_id, names[entry.user_id][:255], entry.at
            named += 1
    return named


def names_of_people(now: datetime) -> Mapping[int, str]:
    """Names by id: employees from this night's settings, and those who have opened the application."""
    rows = rows_at("employee", now) or []
    told = {
        str(row.get("ID")): f"{row.get('NAME') or ''} {row.get('LAST_NAME') or ''}".strip() for row in rows
    }
    found = {int(number): name for number, name in told.items() if number.isdigit() and name}
    return {row.user_id: row.name for row in db.session.scalars(select(Person)) if row.name} | found
