"""What tests of putting back begin with: a preview of lines of the comparison, the press, what the portal holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from b24app.backup.restore.choosing import prepare_lines
from b24app.backup.restore.model import Restore, RestoreLine
from b24app.backup.restore.plan import RestorePlan, load_plan
from b24app.backup.restore.presses import allow_restores, begin
from b24app.backup.restore.undoing import lines_of
from b24app.clock import SetClock
from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.database import db, portal_scope
from b24app.services import services
from b24app.terms.term import Author
from tests.actors import Actor

Jobs = Callable[[], int]
MARINA = Author(1, "Марина")


def choose(actor: Actor, *kinds: str) -> int:
    """Ask for the preview of every line of these kinds of the comparison."""
    with portal_scope(actor.portal_id):
        view = compare_with_baseline()
        assert view is not None
        changes = [line.change for line in view.lines if line.change.kind.code in kinds]
        assert changes, [line.change.kind.code for line in view.lines]
        at = services().clock.now()
        made = prepare_lines(view, changes, title="Back", by=MARINA, at=at)
        db.session.commit()
    return made


def press(actor: Actor, restore_id: int, *left_out: str) -> None:
    """Allow restores and begin this one."""
    with portal_scope(actor.portal_id):
        allow_restores(by=MARINA, at=services().clock.now())
        begin(restore_id, by=MARINA, left_out=left_out)
        db.session.commit()


def stored(actor: Actor, restore_id: int) -> Restore:
    """The row as it is now."""
    db.session.expire_all()
    with portal_scope(actor.portal_id):
        row = db.session.get(Restore, restore_id)
    assert row is not None
    return row


def plan_of(actor: Actor, restore_id: int) -> RestorePlan:
    """Its preview."""
    plan = load_plan(stored(actor, restore_id).plan)
    assert plan is not None
    return plan


def lines(actor: Actor, restore_id: int) -> list[RestoreLine]:
    """Its lines."""
    db.session.expire_all()
    with portal_scope(actor.portal_id):
        return lines_of(restore_id)


def states(actor: Actor, restore_id: int) -> list[str]:
    """The states of its lines."""
    return [str(line.state) for line in lines(actor, restore_id)]


def stage(actor: Actor, key: str) -> dict[str, Any] | None:
    """A stage of the portal."""
    rows = actor.portal.tables["status"].all()
    return next((row for row in rows if f"{row['ENTITY_ID']}:{row['STATUS_ID']}" == key), None)


def pass_a_minute(clock: SetClock) -> None:
    """Let the portal's own bound of a request go by."""
    clock.at += timedelta(seconds=70)
