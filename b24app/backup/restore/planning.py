"""Makes a preview: reads the portal, compares it with the choices, stores operations and reasons."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete

from b24app.backup.archive.held_keys import KeyElsewhere, KeyNeeded
from b24app.backup.restore.data.copy_access import open_copy
from b24app.backup.restore.data.copy_preview import Sources
from b24app.backup.restore.data.data_kinds import plan_from_copy
from b24app.backup.restore.data.earlier_restores import items_put_back
from b24app.backup.restore.data.moved_pipelines import moved_pipelines
from b24app.backup.restore.data.shop.moved_settings import moved_settings
from b24app.backup.restore.given_ids import given_ids
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.restore.plan import (
    Action,
    Operation,
    RestoreChoice,
    RestorePlan,
    RestoreSource,
    dump_plan,
    load_plan,
    numbered,
)
from b24app.backup.restore.references import linked
from b24app.backup.restore.refusals import CLOSED
from b24app.backup.restore.setting_parts import with_parts_coming
from b24app.backup.restore.undoing import lines_of, undo_operations, unsettled
from b24app.backup.restore.writer import Writer, listed_kinds, load_writers
from b24app.checklist.engine.runs import step
from b24app.database import current_portal_id, db, every_portal, portal_scope
from b24app.errors import AppError, NotFound, PortalError, ScopeMissing
from b24app.rest_client import RestClient
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_, sentence

FORGOTTEN_AFTER = timedelta(days=2)
PLAN_SECONDS = 90.0
NOT_READ = N_("The portal did not answer in time, so nothing is shown yet. Press “Try again”.")
NOT_READABLE = N_("It could not be read: %(words)s")
NO_PERMISSION = N_(
    "The application has no permission for this part of the portal: “Settings → For developers” says which, and who grants it."
)
OTHER_RELEASE = N_(
    "This preview was made by another version of the application. Choose again what to put back."
)


def prepare(
    choices: Sequence[RestoreChoice],
    *,
    source: RestoreSource,
    title: str,
    by: Author,
    at: datetime,
    as_of: datetime | None = None,
    checks: Sequence[str] = (),
    copy_id: int | None = None,
    undoes_id: int | None = None,
    loss_id: int | None = None,
) -> int:
    """Store choices and queue the reading of the portal for the preview; returns its id. Nothing is written to the portal."""
    _forget_previews(at)
    plan = RestorePlan(source, tuple(choices), as_of, checks=tuple(checks))
    row = Restore(
        state=RestoreState.READING, source=source, title=title[:255], asked_by=by.user_id or 0,
        asked_by_name=by.name[:255], created_at=at, plan=dump_plan(plan), copy_id=copy_id, undoes_id=undoes_id,
        loss_id=loss_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    services().queue.later("plan_restore", row.id)
    return row.id


def read_again(restore_id: int) -> None:
    """Have the portal read anew for a preview."""
    row = get_restore(restore_id)
    if row.state == RestoreState.PREVIEW:
        row.state, row.error = RestoreState.READING, ""
        services().queue.later("plan_restore", restore_id)


def get_restore(restore_id: int) -> Restore:
    """One restore of this portal; raises NotFound."""
    row = db.session.get(Restore, restore_id)
    if row is None or row.portal_id != current_portal_id():
        raise NotFound("restore")
    return row


def portal_of_restore(restore_id: int) -> int | None:
    """The portal of a restore, for its jobs."""
    with every_portal():
        row = db.session.get(Restore, restore_id)
        return row.portal_id if row is not None else None


def plan_restore(restore_id: int) -> None:
    """Read the portal and store the preview: the job behind `prepare`."""
    portal_id = portal_of_restore(restore_id)
    if portal_id is None:
        return
    with portal_scope(portal_id):
        row = get_restore(restore_id)
        if not _is_to_be_read(row):
            return
        plan, error = load_plan(row.plan), ""
        if _waits_for_portal(row):
            return
        if plan is None:
            error = OTHER_RELEASE
        else:
            try:
                plan = _read_plan(row, plan)
            except KeyNeeded:
                return
            except KeyElsewhere:
                with step():
                    services().queue.later("plan_restore", restore_id, delay=2)
                return
            except AppError as no:
                error = NOT_READ if no.retryable else no.public
        db.session.rollback()
        with step():
            _show(restore_id, plan, error)


def _waits_for_portal(row: Restore) -> bool:
    """Whether the portal may still be executing what a dead worker sent: the undo is planned when it cannot be."""
    seconds = unsettled(lines_of(row.undoes_id)) if row.undoes_id is not None else 0.0
    if seconds:
        with step():
            services().queue.later("plan_restore", row.id, delay=seconds)
    return bool(seconds)


def _is_to_be_read(row: Restore) -> bool:
    """Whether the portal is still to be read for a preview, or its copy waits for its key."""
    waits = row.state == RestoreState.NEEDS_KEY and row.active is None
    return row.state == RestoreState.READING or waits


def _show(restore_id: int, plan: RestorePlan | None, error: str) -> None:
    row = get_restore(restore_id)
    if _is_to_be_read(row):
        row.state, row.error = RestoreState.PREVIEW, error
        if plan is not None:
            row.plan = dump_plan(plan)


def _read_plan(row: Restore, plan: RestorePlan) -> RestorePlan:
    undoes_id = row.undoes_id
    restore_id, user_id = row.id, row.asked_by
    moved, earlier, given = moved_pipelines(), items_put_back(), given_ids(listed_kinds())
    settings = moved_settings()
    client = client_of(row.portal_id, user_id)
    if plan.source is RestoreSource.COPY:
        with open_copy(restore_id, "plan_restore") as items, client.within(PLAN_SECONDS):
            sources = Sources(items, client, user_id, moved, earlier, settings)
            return plan_from_copy(plan, sources, services().clock.now())
    with client.within(PLAN_SECONDS):
        return make_plan(plan, PortalLook(client, given), services().clock.now(), undoes_id=undoes_id)


def client_of(portal_id: int, user_id: int) -> RestClient:
    """The client in the name of the person who asked, so that the portal checks his rights; a person without an account has no access of his own."""
    from b24app.portals.client_factory import open_client

    return open_client(portal_id, user_id=user_id or None, background=True, person=True)


def make_plan(
    plan: RestorePlan, look: PortalLook, at: datetime, *, undoes_id: int | None = None
) -> RestorePlan:
    """The plan of these choices over the portal's present state; removed ticks stay removed."""
    if undoes_id is not None:
        return replace(plan, read_at=at, operations=numbered(undo_operations(undoes_id, look)))
    parts: list[Sequence[Operation]] = []
    lanes = []
    for writer, choices in by_writer(plan.choices):
        try:
            parts.append(tuple(writer.plan(choices, look)))
            lanes += list(writer.lanes(choices, look))
        except CLOSED as no:
            parts.append(tuple(_unreadable(writer, choices, no)))
    return replace(
        plan, read_at=at, operations=with_parts_coming(linked(numbered(*parts))), lanes=tuple(lanes)
    )


def _unreadable(writer: Writer, choices: Sequence[RestoreChoice], no: PortalError) -> Iterator[Operation]:
    """Reasons for what the portal does not let us read: it is not restored; the rest is."""
    denied = isinstance(no, ScopeMissing)
    why = sentence(NO_PERMISSION) if denied else sentence(NOT_READABLE, words=sentence(no.public))
    for one in choices:
        yield Operation(
            number=0, kind=writer.kind, entity=one.entity, key=one.key, name=one.name, action=Action.CANNOT,
            title=writer.title, why=why,
        )  # fmt: skip


def by_writer(choices: Sequence[RestoreChoice]) -> Iterator[tuple[Writer, list[RestoreChoice]]]:
    """The choices of each writer, in the order of writing."""
    for kind, writer in load_writers().items():
        mine = [one for place, one in enumerate(choices) if one.kind == kind and one not in choices[:place]]
        if mine:
            yield writer, mine


def _forget_previews(at: datetime) -> None:
    """Delete old previews that were not started: they hold values that are not needed."""
    waiting = Restore.state.in_([RestoreState.READING, RestoreState.PREVIEW, RestoreState.NEEDS_KEY])
    db.session.execute(
        delete(Restore).where(waiting, Restore.active.is_(None), Restore.created_at < at - FORGOTTEN_AFTER)
    )
