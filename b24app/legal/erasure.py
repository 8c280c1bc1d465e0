"""Erasure of a portal's data by its administrator, without removing the application: what a removal with CLEAN erases, and at once."""

import hashlib
from datetime import datetime

import structlog
from sqlalchemy import func, select

from b24app.database import db, every_portal
from b24app.errors import BadInput
from b24app.legal.model import ErasureRecord
from b24app.legal.stored_tables import StoredTable, stored_tables
from b24app.portals.model import Portal
from b24app.portals.uninstall import erase
from b24app.text.messages import N_

NOT_THIS = N_("Type the address of this portal exactly as it stands above.")
FIELD = "address"
log = structlog.get_logger(__name__)


def erase_everything(portal: Portal, typed: str, at: datetime) -> None:
    """Erase all that is stored about a portal in the transaction of this press; raises BadInput unless its address was typed.

    Nothing is left for a job, so that an opening right afterwards is a fresh installation and takes nothing back.
    """
    if not is_address_of(portal, typed):
        raise BadInput(NOT_THIS, FIELD)
    counted = count_rows(portal)
    record = ErasureRecord(digest=digest_of(portal.member_id), erased_at=at, rows=counted)
    db.session.add(record)
    erase(portal)
    log.info("a portal's data were erased by its administrator", rows=sum(counted.values()))


def lock_portal(portal_id: int) -> Portal | None:
    """The portal, which nobody else erases until the commit; None when somebody has."""
    return db.session.scalar(select(Portal).where(Portal.id == portal_id).with_for_update())


def is_address_of(portal: Portal, typed: str) -> bool:
    """Whether somebody has typed the portal's address; capitals, spaces around it and https:// do not count."""
    meant = typed.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    return meant == portal.domain.lower()


def digest_of(member_id: str) -> str:
    """The digest by which a record of an erasure is found from the portal's permanent id."""
    return hashlib.sha256(member_id.encode()).hexdigest()


def count_rows(portal: Portal) -> dict[str, int]:
    """How many rows of each table are there, the empty ones left out."""
    with every_portal():
        counted = {table.name: _count(table, portal) for table in stored_tables()}
    return {name: count for name, count in counted.items() if count}


def _count(table: StoredTable, portal: Portal) -> int:
    mine = select(func.count(table.key)).where(table.owner == table.owned_by(portal))
    return db.session.scalar(mine) or 0
