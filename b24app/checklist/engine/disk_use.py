"""How much of the disk is in use: counted by a walk of the worker, or told by a person; kept and read back."""

from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation

from sqlalchemy import select

from b24app.checklist.engine.disk_walk import walk_disk
from b24app.checklist.engine.own_facts import DiskUse
from b24app.checklist.model import DiskCount
from b24app.checklist.questions.answers import current_answers
from b24app.database import current_portal_id, db, portal_scope
from b24app.plans.usage_records import list_usage
from b24app.portals.model import Portal
from b24app.services import services
from b24app.terms.corrections import current_plan

GB = 1024**3
Told = tuple[float, str, datetime]


def count_disk(portal_id: int) -> None:
    """Walk over the disk of a portal and keep the sum: a job that only reads."""
    from b24app.portals.client_factory import open_client

    portal = db.session.get(Portal, portal_id)
    if portal is None or "disk" not in portal.scopes:
        return
    with portal_scope(portal_id):
        client = open_client(portal_id, background=True)
        db.session.commit()
        walk = walk_disk(client)
        db.session.add(
            DiskCount(
                portal_id=current_portal_id(),
                size=walk.size,
                files=walk.files,
                folders=walk.folders,
                whole=walk.whole,
                counted_at=services().clock.now(),
            )
        )
        db.session.commit()


def latest_count() -> DiskCount | None:
    """The newest sum of this portal."""
    return db.session.scalar(select(DiskCount).order_by(DiskCount.id.desc()).limit(1))


def read_disk_use(license_code: str) -> DiskUse:
    """What is known of the disk: our sum, what a person said last, the limit of the plan."""
    row, said = latest_count(), max((_answered(), _measured()), key=_moment)
    value, who, at = said or (None, "", None)
    return DiskUse(
        counted=round(row.size / GB, 2) if row else None,
        counted_at=row.counted_at if row else None,
        whole=bool(row and row.whole),
        told=value,
        told_by=who,
        told_at=at,
        limit=_limit(license_code),
    )


def _moment(told: Told | None) -> datetime:
    return told[2] if told else datetime.min.replace(tzinfo=UTC)


def _answered() -> Told | None:
    """The gigabytes in the answer about the quota; a text that is no number tells nothing."""
    answer = current_answers().get("ask_plan_quota")
    try:
        value = Decimal(answer.value.strip().replace(",", ".")) if answer else None
    except InvalidOperation:
        return None
    if answer is None or value is None or not value.is_finite() or value <= 0:
        return None
    return float(value), answer.user_name, answer.answered_at


def _measured() -> Told | None:
    """The measure that a person wrote down on the page of the plan."""
    points = [point for point in list_usage().get("disk_gb", ()) if point.source == "person"]
    if not points:
        return None
    last = points[-1]
    return float(last.value), last.said_by, datetime.combine(last.day, time(), UTC)


def _limit(license_code: str) -> int | None:
    plan = current_plan(license_code)
    return plan.limit("disk_gb") if plan else None
