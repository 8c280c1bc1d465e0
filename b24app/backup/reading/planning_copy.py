"""Begins a copy: asks the portal for its time, its shape and its totals, and stores the entities in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from b24app.backup.entities.entity import Entity
from b24app.backup.model import BackupCopy, CopyEntity, CopyState, EntityState
from b24app.backup.reading.chain import last_done
from b24app.backup.reading.entity_work import Overtaken
from b24app.backup.reading.item_index import index_count
from b24app.backup.reading.list_params import counted
from b24app.backup.reading.portal_shape import (
    StoredShape,
    ask_file_fields,
    ask_list_files,
    ask_shape,
    entities_of_copy,
    lacks_scope,
    portal_time,
)
from b24app.database import before_network, changed_rows, current_portal_id, db
from b24app.errors import (
    FeatureNotInPlan,
    MethodMissing,
    PortalError,
    RequestWrong,
    RightMissing,
    ScopeMissing,
)
from b24app.portals.model import Portal
from b24app.rest_client import Answer, RestClient
from b24app.services import services

REFUSED = (ScopeMissing, MethodMissing, RightMissing, FeatureNotInPlan, RequestWrong)
"""Permanent errors that concern one entity."""
CLOCKS_DIFFER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class KnownPortal:
    """What the portal answered before the first row was read."""

    shape: StoredShape
    at: datetime | None
    totals: Mapping[str, int | PortalError | None]


def begin_copy(copy_id: int, client: RestClient) -> None:
    """Ask the portal, then store everything in one transaction."""
    portal = db.session.get_one(Portal, current_portal_id())
    scopes = list(portal.scopes)
    before_network()
    sent = client.requests_sent
    shape, moment = ask_shape(client, scopes), portal_time(client)
    copy = db.session.get(BackupCopy, copy_id)
    if copy is None:
        raise Overtaken
    with_files = copy.with_files
    db.session.commit()
    if with_files:
        ask_file_fields(client, shape)
        ask_list_files(client, shape)
    copy = db.session.get_one(BackupCopy, copy_id)
    copy.shape = shape.model_dump(mode="json")
    wanted = entities_of_copy(copy)
    db.session.rollback()
    totals = ask_totals(client, [one for one in wanted.values() if not lacks_scope(one, shape.scopes)])
    _write(copy_id, KnownPortal(shape, moment, totals), wanted, client.requests_sent - sent)


def ask_totals(client: RestClient, entities: Sequence[Entity]) -> dict[str, int | PortalError | None]:
    """How many rows each list has by the portal's own count, or the error in its place."""
    commands = {}
    for entity in entities:
        if entity.per_item is None and entity.method != "disk.folder.getChildren":
            commands[entity.code] = counted(entity)
    outcomes = client.batch(commands)
    return {code: one.total if isinstance(one, Answer) else one for code, one in outcomes.items()}


def _write(
    copy_id: int,
    known: KnownPortal,
    wanted: Mapping[str, Entity],
    requests: int,
) -> None:
    now = services().clock.now()
    taken = update(BackupCopy).where(
        BackupCopy.id == copy_id, BackupCopy.state.in_((CopyState.WAITING, CopyState.RESTING, CopyState.READING)),
        BackupCopy.begun_at.is_(None),
    )  # fmt: skip
    values = {
        "state": CopyState.READING, "begun_at": now, "shape": known.shape.model_dump(mode="json"), "portal_at": known.at,
        "requests": BackupCopy.requests + requests, "failures": 0, "rests_until": None, "error": "",
    }  # fmt: skip
    done = db.session.execute(taken.values(**values).execution_options(synchronize_session=False))
    if changed_rows(done) != 1:
        raise Overtaken
    copy = db.session.get_one(BackupCopy, copy_id)
    db.session.get_one(Portal, copy.portal_id).note_scopes(known.shape.scopes)
    db.session.add_all([_row(copy, place, entity, known) for place, entity in enumerate(wanted.values())])
    db.session.commit()


def _row(copy: BackupCopy, place: int, entity: Entity, known: KnownPortal) -> CopyEntity:
    total = known.totals.get(entity.code)
    row = CopyEntity(copy_id=copy.id, entity=entity.code, place=place, cursor={}, state=EntityState.WAITING)
    if lacks_scope(entity, known.shape.scopes):
        row.state, row.error = EntityState.LEFT_OUT, ScopeMissing.public
        return row
    if isinstance(total, REFUSED):
        row.state, row.error = EntityState.LEFT_OUT, total.public
        return row
    row.cursor = {"present_before": index_count(entity.code)}
    if isinstance(total, int):
        row.cursor |= {"total": total}
    if copy.portal_at is not None:
        row.cursor |= {"from": _safely(copy.portal_at, copy.begun_at).isoformat()}
    row.changed_from = _changed_from(copy, entity)
    return row


def _changed_from(copy: BackupCopy, entity: Entity) -> datetime | None:
    """Since when changes are read: the portal's time at the last reading, unless its clock was put back since."""
    before = last_done(copy, entity.code) if entity.changed else None
    if before is None or before.portal_at is None or copy.portal_at is None:
        return None
    if before.portal_at > copy.portal_at + CLOCKS_DIFFER:
        return None
    return _safely(before.portal_at, before.begun_at)


def _safely(known: datetime, ours: datetime | None) -> datetime:
    """A moment of the portal, earlier by the difference of its clock from ours: it may have been corrected a minute later."""
    return min(known, ours) - abs(known - ours) if ours is not None else known
