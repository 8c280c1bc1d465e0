"""The event log of a portal: who signed in during the last days, the only kind of record that the documentation shows."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import md5
from typing import TYPE_CHECKING

from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
from sandbox.shop.pseudorandom import below

if TYPE_CHECKING:
    from sandbox.portal import Portal
    from sandbox.user import User

FIRST = 443_585
DAYS = 14
TABLE = "event_log"
SALT = 71


def event_log_of(portal: Portal) -> Table:
    """Return the portal's event log, written when it is first asked for: saved portals of earlier releases have none."""
    if TABLE not in portal.tables:
        portal.tables[TABLE] = _written(portal)
    return portal.tables[TABLE]


def _written(portal: Portal) -> Table:
    working = [user for user in portal.users if user.active and user.user_type == "employee"]
    signed = [(day, user) for day in range(DAYS, 0, -1) for user in working]
    return Table(
        (_signed_in(portal, FIRST + number, day, user) for number, (day, user) in enumerate(signed)), key="id"
    )


def _signed_in(portal: Portal, number: int, days_ago: int, user: User) -> Row:
    morning = portal.now().replace(hour=9, minute=0, second=0, microsecond=0)
    at = morning - timedelta(days=days_ago) + timedelta(seconds=below(3600, portal.world.seed, SALT, number))
    digest = md5(f"{portal.member_id}|{number}".encode(), usedforsecurity=False).hexdigest()
    said = {"userId": user.id, "requestId": f"{digest}-0", "method": "cookie"}
    return {
        "id": number,
        "timestampX": iso(at),
        "severity": "SECURITY",
        "auditTypeId": "USER_AUTHORIZE",
        "moduleId": "main",
        "itemId": str(user.id),
        "remoteAddr": "203.0.113.24",
        "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
        "requestUri": "/",
        "siteId": "s1",
        "userId": user.id,
        "guestId": 0,
        "description": json.dumps(said),
    }


def note_setting(portal: Portal, user: User, kind: str, module: str, item: str) -> Row:
    """Write a record about a setting into the log.

    Assumption: such a record names its module and the id of its object as USER_AUTHORIZE names the user. Which types a portal
    writes beyond that one is in no documentation: the caller chooses.
    """
    log = event_log_of(portal)
    number = max(log.ids, default=FIRST) + 1
    row: Row = {
        "id": number,
        "timestampX": iso(portal.now()),
        "severity": "INFO",
        "auditTypeId": kind,
        "moduleId": module,
        "itemId": item,
        "remoteAddr": "203.0.113.24",
        "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
        "requestUri": "/",
        "siteId": "s1",
        "userId": user.id,
        "guestId": 0,
        "description": "",
    }
    log.add(row)
    return row
