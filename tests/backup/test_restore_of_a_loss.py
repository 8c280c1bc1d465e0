"""An alarm ends by itself when all that was lost has come back from the copy, and goes on when that is taken back."""

from __future__ import annotations

import pytest

from b24app.backup.proofs.model import MassLoss
from b24app.backup.proofs.open_losses import get_loss
from b24app.backup.restore.data.choices import by_numbers
from b24app.backup.restore.data.copy_choice import choices_of_loss
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.restore.plan import Action
from b24app.backup.restore.presses import start_undo
from b24app.database import db, portal_scope
from b24app.services import services
from tests.backup.copied_data import (
    MARINA,
    READ_AT,
    Copied,
    Jobs,
    choose,
    lines,
    plan_of,
    press,
    stored,
)
from tests.backup.test_restore_of_data import DEALS, copied, lose

__all__ = ["copied"]


def alarm(copied: Copied, lost: int, ids: list[int]) -> int:
    """An open loss of deals."""
    with portal_scope(copied.actor.portal_id):
        row = MassLoss(
            kind="items", entity="deal", lost=lost, before=300, since=READ_AT, found_at=READ_AT, content={"ids": ids}
        )  # fmt: skip
        db.session.add(row)
        db.session.commit()
        return row.id


def closed_how(copied: Copied, loss: int) -> str:
    db.session.expire_all()
    with portal_scope(copied.actor.portal_id):
        return db.session.get_one(MassLoss, loss).closed_how


def put_back(copied: Copied, loss: int, deals: list[int], run_jobs: Jobs) -> int:
    """Put these back, begun from the alarm."""
    made = choose(copied, by_numbers("deal", map(str, deals)), run_jobs)
    with portal_scope(copied.actor.portal_id):
        db.session.get_one(Restore, made).loss_id = loss
        db.session.commit()
    press(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.DONE
    return made


def test_the_alarm_ends_only_when_the_last_part_has_come_back(copied: Copied, run_jobs: Jobs) -> None:
    lose(copied.actor.portal, *DEALS)
    loss = alarm(copied, 3, list(DEALS))
    put_back(copied, loss, [150, 151], run_jobs)
    assert closed_how(copied, loss) == ""
    made = put_back(copied, loss, [152], run_jobs)
    assert closed_how(copied, loss) == "restored"
    with portal_scope(copied.actor.portal_id):
        assert db.session.get_one(MassLoss, loss).closed_by_name == MARINA.name
        undo = start_undo(made, by=MARINA, at=services().clock.now())
        db.session.commit()
    run_jobs()
    press(copied, undo, run_jobs)
    assert closed_how(copied, loss) == ""


@pytest.mark.parametrize("lost", [4, 300])
def test_more_were_lost_than_came_back_and_the_alarm_stays(copied: Copied, run_jobs: Jobs, lost: int) -> None:
    lose(copied.actor.portal, *DEALS)
    loss = alarm(copied, lost, list(DEALS))
    put_back(copied, loss, list(DEALS), run_jobs)
    assert closed_how(copied, loss) == ""


def test_what_the_copy_does_not_hold_keeps_the_alarm(copied: Copied, run_jobs: Jobs) -> None:
    lose(copied.actor.portal, *DEALS)
    loss = alarm(copied, 3, list(DEALS))
    put_back(copied, loss, [*DEALS, 999_999], run_jobs)
    assert closed_how(copied, loss) == ""


def test_a_restore_that_no_alarm_began_ends_none(copied: Copied, run_jobs: Jobs) -> None:
    lose(copied.actor.portal, *DEALS)
    loss = alarm(copied, 3, list(DEALS))
    made = choose(copied, by_numbers("deal", map(str, DEALS)), run_jobs)
    press(copied, made, run_jobs)
    assert len(lines(copied, made)) == 3
    assert closed_how(copied, loss) == ""


@pytest.mark.parametrize(
    ("entity", "key", "field", "empty"),
    [
        ("deal", "opportunity", "opportunity", 0),
        ("deal", "contact", "contactId", 0),
        ("deal", "title", "title", ""),
        ("contact", "last_name", "lastName", ""),
        ("contact", "phone", "fm", []),
        ("contact", "email", "fm", []),
    ],
)
def test_what_an_alarm_calls_an_emptied_column_is_filled_again(  # noqa: PLR0917 - a row of the table
    copied: Copied, run_jobs: Jobs, entity: str, key: str, field: str, empty: object
) -> None:
    table = copied.actor.portal.tables[entity]
    filled = [number for number in (DEALS if entity == "deal" else table.ids[:3]) if table.get(number)[field]]  # type: ignore[index]
    assert filled
    was = {number: table.get(number)[field] for number in filled}  # type: ignore[index]
    for number in filled:
        table.update(number, **{field: empty})
    with portal_scope(copied.actor.portal_id):
        row = MassLoss(
            kind="column", entity=entity, key=key, lost=3, before=300, since=READ_AT, found_at=READ_AT, content={}
        )  # fmt: skip
        db.session.add(row)
        db.session.commit()
        chosen = choices_of_loss(get_loss(row.id))
    made = choose(copied, chosen, run_jobs)
    assert {one.key for one in plan_of(copied, made).of(Action.CHANGE)} == set(map(str, filled))
    press(copied, made, run_jobs)
    assert {line.state for line in lines(copied, made)} == {"changed"}
    assert all(table.get(number)[field] for number in was)  # type: ignore[index]
