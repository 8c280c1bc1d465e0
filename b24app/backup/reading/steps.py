"""The steps of a copy: each lasts about a minute and asks for the next, so that a worker is never blocked for long and a kill costs little."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import select, update

from b24app.backup.archive.packs import PackWriter
from b24app.backup.entities.entity import Entity, Tier
from b24app.backup.model import UNDER_WAY, BackupCopy, BackupPlan, CopyEntity, CopyState, EntityState
from b24app.backup.proofs.proving import prove_step
from b24app.backup.proofs.trial import trial_of
from b24app.backup.reading.beside_packs import store_beside
from b24app.backup.reading.chain import last_done, mark_of, root_of
from b24app.backup.reading.disk_walk import DiskWalk
from b24app.backup.reading.entity_work import (
    EntityWork,
    LeftAlone,
    Overtaken,
    count_unknown,
    demand_reading,
    leave_out,
)
from b24app.backup.reading.file_contents import FileContents
from b24app.backup.reading.file_retries import RetryRound, next_retry
from b24app.backup.reading.list_pass import ListPass
from b24app.backup.reading.manifest_writing import store_manifest
from b24app.backup.reading.missing_files import MissingFiles
from b24app.backup.reading.owner_pass import OwnerPass
from b24app.backup.reading.pack_keeper import PackKeeper, Trial
from b24app.backup.reading.planning_copy import REFUSED, begin_copy
from b24app.backup.reading.portal_shape import entities_of_copy
from b24app.backup.reading.resting import fail_copy, rest_copy, rest_left
from b24app.backup.reading.shares import share_at
from b24app.backup.reading.starting_over import read_anew, read_old_again, read_until
from b24app.backup.reading.step_end import StepEnd
from b24app.backup.reading.whole_view import ViewNarrowed, demand_whole_view
from b24app.backup.targets.open_target import open_target
from b24app.backup.targets.target import Target, TargetFailed
from b24app.backup.targets.target_check import note_storage
from b24app.database import changed_rows, db, every_portal, portal_scope
from b24app.errors import NotFound, PortalError, UnknownRefusal
from b24app.portals.client_factory import open_client, pace
from b24app.portals.model import InstallStatus, Portal
from b24app.rest_client import RestClient
from b24app.services import services
from b24app.text.messages import N_

STEP_SECONDS = 60.0
OTHERS_FIRST = 5.0
"""Seconds until the next step when other work of the portal waited for the end of this one."""
UNINSTALLED = N_("The application was removed from the portal.")
OTHER_TARGET = N_("The key or the storage was changed while the copy was made. Begin a new one.")
log = structlog.get_logger(__name__)


def make_copy(copy_id: int) -> None:
    """Do one step of a copy and ask for the next: the job behind `start_copy`. Does nothing for one that has ended or is paused."""
    with every_portal():
        copy = db.session.get(BackupCopy, copy_id)
        if copy is None or copy.state not in UNDER_WAY:
            return
        portal_id = copy.portal_id
        installed = db.session.scalar(select(Portal.status).where(Portal.id == portal_id))
    with portal_scope(portal_id):
        if installed != InstallStatus.ACTIVE:
            fail_copy(copy_id, UNINSTALLED)
            return
        try:
            delay = _step(copy_id, portal_id)
        except (Overtaken, LeftAlone) as left:
            db.session.rollback()
            log.info("copy left", copy=copy_id, why=type(left).__name__)
            return
        except NotFound:
            fail_copy(copy_id, UNINSTALLED)
            return
        except ViewNarrowed as error:
            read_anew(copy_id)
            delay = rest_copy(copy_id, error)
        except (PortalError, TargetFailed) as error:
            db.session.rollback()
            delay = rest_copy(copy_id, error)
        if delay is not None:
            services().queue.later("make_copy", copy_id, delay=delay)
            db.session.commit()


def _step(copy_id: int, portal_id: int) -> float | None:
    """One step; returns the seconds until the next one, None when there is none."""
    copy = db.session.get_one(BackupCopy, copy_id)
    now = services().clock.now()
    if copy.state == CopyState.RESTING and (left := rest_left(copy.rests_until, now)):
        return left
    if copy.state == CopyState.PROVING:
        db.session.commit()
        return None if prove_step(copy_id) else 0
    if not _is_same_target(copy):
        fail_copy(copy_id, OTHER_TARGET)
        return None
    with_shape, zone = copy.begun_at is not None, _zone(portal_id)
    db.session.commit()
    client = open_client(portal_id, background=True, faults=2, share=share_at(now, zone))
    try:
        if with_shape:
            demand_whole_view(client)
        else:
            begin_copy(copy_id, client)
        _take(copy_id)
        return _read(copy_id, portal_id, client)
    finally:
        client.close()


def _zone(portal_id: int) -> str:
    return db.session.get_one(Portal, portal_id).time_zone


def _is_same_target(copy: BackupCopy) -> bool:
    plan = db.session.scalar(select(BackupPlan))
    return plan is not None and mark_of(plan) == copy.chain_mark


def _take(copy_id: int) -> None:
    """Set a waiting or resting copy to reading; raises LeftAlone for one that was paused or stopped meanwhile."""
    waiting = update(BackupCopy).where(
        BackupCopy.id == copy_id,
        BackupCopy.state.in_((CopyState.WAITING, CopyState.RESTING, CopyState.READING)),
    )
    taken = waiting.values(state=CopyState.READING, rests_until=None, error="")
    done = db.session.execute(taken.execution_options(synchronize_session=False))
    db.session.commit()
    if changed_rows(done) != 1:
        raise LeftAlone


def _read(copy_id: int, portal_id: int, client: RestClient) -> float | None:
    """Read entity after entity until a minute has passed."""
    target = open_target(portal_id)
    steady = pace().steady
    over = StepEnd(portal_id, steady, steady() + STEP_SECONDS)
    reading = Reading(copy_id, client, target, steady, over)
    try:
        while not reading.over():
            if not reading.go_on():
                demand_whole_view(client)
                return _end_reading(copy_id, target)
        demand_whole_view(client)
    finally:
        target.close()
    return OTHERS_FIRST if over.waited_for else 0


def _end_reading(copy_id: int, target: Target) -> float | None:
    """Write the manifest after the reading; the proofs follow. The moment is kept first, for it is in the manifest."""
    reading = BackupCopy.id == copy_id, BackupCopy.state == CopyState.READING
    first = update(BackupCopy).where(*reading, BackupCopy.read_at.is_(None))
    db.session.execute(
        first.values(read_at=read_until(copy_id) or services().clock.now()).execution_options(
            synchronize_session=False
        )
    )
    db.session.commit()
    demand_reading(copy_id)
    store_beside(target)
    store_manifest(copy_id, target)
    proving = update(BackupCopy).where(*reading).values(state=CopyState.PROVING)
    db.session.execute(proving.execution_options(synchronize_session=False))
    note_storage(None)
    db.session.commit()
    return 0


@dataclass(frozen=True, slots=True)
class Reading:
    """The context of the reading in one step."""

    copy_id: int
    client: RestClient
    target: Target
    steady: Callable[[], float]
    over: Callable[[], bool]

    def go_on(self) -> bool:
        """Read the first entity that is not done; False when there is none."""
        found = self._next()
        if found is None:
            return self._retry_files() or read_old_again(self.copy_id, services().clock.now())
        work, recipients, trial = found
        if (reason := self._owner_left_out(work)) is not None:
            leave_out(work, reason, services().clock.now())
            db.session.commit()
            return True
        try:
            self._pass(work, self._keeper(work, recipients, trial)).run()
        except ViewNarrowed:
            raise
        except REFUSED as error:
            db.session.rollback()
            demand_whole_view(self.client)
            log.warning("an entity of a copy is refused", entity=work.entity.code, error=type(error).__name__)
            leave_out(work, error.public, services().clock.now())
            db.session.commit()
        except UnknownRefusal as error:
            db.session.rollback()
            if not count_unknown(work):
                raise
            log.warning("an entity of a copy is refused again and again", entity=work.entity.code)
            leave_out(work, error.public, services().clock.now())
            db.session.commit()
        return True

    def _owner_left_out(self, work: EntityWork) -> str | None:
        """Why the owners of an entity are not in this copy: then their rows are not either."""
        if work.entity.per_item is None:
            return None
        owner = CopyEntity.copy_id == self.copy_id, CopyEntity.entity == work.entity.per_item.owner
        wanted = select(CopyEntity.error).where(*owner, CopyEntity.state == EntityState.LEFT_OUT)
        reason = db.session.scalar(wanted)
        db.session.commit()
        return reason

    def _keeper(self, work: EntityWork, recipients: list[str], trial: Trial | None) -> PackKeeper:
        return PackKeeper(
            work, self.target, PackWriter(recipients), services().clock.now, self.steady,
            lambda: self.client.requests_sent, trial,
        )  # fmt: skip

    def _retry_files(self) -> bool:
        """Retry files that did not come, when all else is read; False when there are none. Raises FilesLate."""
        row = next_retry(self.copy_id, services().clock.now())
        copy = db.session.get_one(BackupCopy, self.copy_id)
        entity = entities_of_copy(copy).get(row.entity) if row is not None else None
        if row is None or entity is None:
            db.session.commit()
            return False
        work, recipients, trial = self._work(copy, row, entity)
        keeper = self._keeper(work, recipients, trial)
        file_pass = self._pass(work, keeper)
        if file_pass.contents is None:
            return False
        try:
            RetryRound(file_pass, file_pass.contents, self.over).run()
        except PortalError:
            keeper.flush()
            raise
        return True

    def _pass(self, work: EntityWork, keeper: PackKeeper) -> ListPass | OwnerPass | DiskWalk:
        contents = None
        if work.entity.tier == Tier.FILES:
            missing = MissingFiles(work, services().clock.now)
            contents = FileContents(keeper, self.client, services().http, missing)
        if work.entity.code == "disk" and contents is not None:
            return DiskWalk(self.client, work, keeper, self.over, contents)
        if work.entity.per_item is None:
            return ListPass(self.client, work, keeper, self.over, contents)
        copy = db.session.get_one(BackupCopy, self.copy_id)
        owner = entities_of_copy(copy)[work.entity.per_item.owner]
        db.session.commit()
        return OwnerPass(self.client, work, keeper, self.over, owner, contents)

    def _next(self) -> tuple[EntityWork, list[str], Trial | None] | None:
        copy = db.session.get_one(BackupCopy, self.copy_id)
        unfinished = CopyEntity.state.in_((EntityState.WAITING, EntityState.READING))
        row = db.session.scalar(
            select(CopyEntity)
            .where(CopyEntity.copy_id == self.copy_id, unfinished)
            .order_by(CopyEntity.place)
            .limit(1)
        )
        if row is None:
            db.session.commit()
            return None
        entity = entities_of_copy(copy).get(row.entity)
        if entity is None:  # a release without this entity
            row.state, row.ended_at = EntityState.LEFT_OUT, services().clock.now()
            db.session.commit()
            return self._next()
        if row.state == EntityState.WAITING:
            row.state, row.begun_at = EntityState.READING, services().clock.now()
        return self._work(copy, row, entity)

    def _work(
        self, copy: BackupCopy, row: CopyEntity, entity: Entity
    ) -> tuple[EntityWork, list[str], Trial | None]:
        """The next work as plain values, with the keys it is sealed to."""
        plan = db.session.scalars(select(BackupPlan)).one()
        before, root = last_done(copy, row.entity), root_of(copy)
        work = EntityWork(
            row.id, copy.id, root, entity, row.version, row.last_id, dict(row.cursor), row.changed_from,
            before.id + 1 if before else root, row.rows, row.gone,
        )  # fmt: skip
        recipients = [one for one in (plan.recipient, plan.second_recipient) if one]
        trial = trial_of(copy.id)
        db.session.commit()
        return work, recipients, trial
