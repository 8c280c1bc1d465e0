"""The estimate of a full copy before it is begun: rows by the portal's own counts, and from them requests, time and size."""

from dataclasses import dataclass
from math import ceil

from sqlalchemy import select

from b24app.backup.entities.entity import Entity, Tier, entities_of
from b24app.backup.model import BackupCopy, CopyState
from b24app.backup.reading.planning_copy import ask_totals
from b24app.backup.reading.portal_shape import ask_shape, lacks_scope, to_shape
from b24app.backup.reading.progress import A_REQUEST, OWNERS_A_REQUEST
from b24app.backup.reading.shares import share_at
from b24app.bitrix24.rate_limit import bucket_of
from b24app.database import current_portal_id, db
from b24app.portals.client_factory import open_client
from b24app.portals.model import Portal
from b24app.services import services

SECONDS = 20.0
BYTES_A_ROW = 300
"""Sealed bytes of a row where no copy of the portal has shown it yet."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimate; `rows` counts what lists hold, not what hangs on each item."""

    rows: int
    requests: int
    seconds: float
    size: int


def estimate() -> Estimate:
    """Ask the portal of the scope for its counts; commit before. Raises the PortalError family."""
    portal = db.session.get_one(Portal, current_portal_id())
    scopes, plan, zone = list(portal.scopes), portal.plan_code, portal.time_zone
    a_row = _bytes_a_row()
    client = open_client(
        portal.id, background=True, person=True, share=share_at(services().clock.now(), zone)
    )
    try:
        with client.within(SECONDS):
            shape = to_shape(ask_shape(client, scopes))
            wanted = [one for one in entities_of(shape, Tier.DATA) if not lacks_scope(one, shape.scopes)]
            totals = {
                code: total for code, total in ask_totals(client, wanted).items() if isinstance(total, int)
            }
    finally:
        client.close()
    requests = sum(requests_for(one, totals) for one in wanted)
    bucket, share = bucket_of(plan), share_at(services().clock.now(), zone)
    seconds = max(float(requests), (requests - bucket.size * share) / (bucket.drain * share))
    rows = sum(totals.values())
    return Estimate(rows, requests, seconds, int(rows * a_row))


def requests_for(entity: Entity, totals: dict[str, int]) -> int:
    """About how many requests an entity needs."""
    if entity.per_item is not None:
        return ceil(totals.get(entity.per_item.owner, 0) / OWNERS_A_REQUEST)
    total = totals.get(entity.code, 0)
    return 1 if total <= OWNERS_A_REQUEST else 3 + ceil(total / A_REQUEST)


def _bytes_a_row() -> float:
    """The sealed bytes of a row in the last full copy."""
    last = db.session.scalar(
        select(BackupCopy)
        .where(
            BackupCopy.base_id.is_(None), BackupCopy.rows > 0,
            BackupCopy.state.in_((CopyState.DONE, CopyState.UNPROVEN)),
        )
        .order_by(BackupCopy.id.desc())
        .limit(1)
    )  # fmt: skip
    return last.sealed_bytes / last.rows if last else BYTES_A_ROW
