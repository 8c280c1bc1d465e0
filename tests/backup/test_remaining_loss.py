"""An alarm that people call over is over only when the portal shows that what was lost is there again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from b24app.backup.proofs.counted_portal import Counted
from b24app.backup.proofs.loss_rules import clocks
from b24app.backup.proofs.loss_watch import look_by_night
from b24app.backup.proofs.open_losses import WHOLE_TYPE, LossKind, LossView, open_losses
from b24app.backup.restore.data.remaining_loss import remaining_of
from b24app.database import db, portal_scope
from sandbox.rest.table import Row
from tests.actors import Actor
from tests.backup import copies_of_a_shop
from tests.backup.copied_data import READ_AT, Copied, lines
from tests.backup.test_restore_of_a_loss import alarm, closed_how, put_back
from tests.backup.test_restore_of_data import DEALS, copied
from tests.backup.test_restore_of_data import lose as lose_deals
from tests.web.copies import add_loss, get_ready

pytestmark = pytest.mark.usefixtures("first_checks")

__all__ = ["copied"]

ENTITY, COUNT = "deal", 25


def lose(actor: Actor) -> list[Row]:
    """Deals are deleted after a look, and the look after it finds that they are gone."""
    with portal_scope(actor.portal_id):
        db.session.commit()
    assert look_by_night(actor.portal_id) == []
    table = actor.portal.tables[ENTITY]
    rows = [dict(table.get(one) or {}) for one in list(table.ids)[:COUNT]]
    for row in rows:
        assert table.delete(row["id"])
    actor.portal.world.clock.advance(minutes=1)
    assert len(look_by_night(actor.portal_id)) == 1
    return rows


def press(actor: Actor, how: str, *, refuse: str = "") -> str:
    with portal_scope(actor.portal_id):
        ids = [one.id for one in open_losses()]
        db.session.commit()
    page = actor.opens(lang="en")
    if refuse:
        actor.portal.faults.refuse_next("ACCESS_DENIED", method=refuse)
    return page.post("/copy/alarm/close", loss=ids, how=how).text


def is_open(actor: Actor) -> bool:
    db.session.expire_all()
    with portal_scope(actor.portal_id):
        return bool(open_losses())


@pytest.mark.parametrize("how", ["bin", "restored", "support"])
def test_the_alarm_goes_on_until_the_portal_has_all_of_it(north: Actor, how: str) -> None:
    copies_of_a_shop.make_small(north.portal)
    get_ready(north, north.portal.world.clock.now())
    rows = lose(north)
    assert "Not in the portal yet: 25 deals" in press(north, how)
    assert is_open(north)
    for row in rows[:-1]:
        north.portal.tables[ENTITY].add(row)
    assert "Not in the portal yet: 1 deal" in press(north, how)
    north.portal.tables[ENTITY].add(rows[-1])
    assert "It is back: we looked" in press(north, how)
    assert not is_open(north)


def test_what_the_portal_does_not_show_ends_no_alarm(north: Actor) -> None:
    copies_of_a_shop.make_small(north.portal)
    get_ready(north, north.portal.world.clock.now())
    rows = lose(north)
    for row in rows:
        north.portal.tables[ENTITY].add(row)
    assert "did not show whether it is back" in press(north, "bin", refuse="batch")
    assert is_open(north)


def make_deals(actor: Actor, count: int) -> None:
    """People go on working: new deals, none of those that were lost."""
    table = actor.portal.tables[ENTITY]
    sample = dict(table.get(next(iter(table.ids))) or {})
    for number in range(900_000, 900_000 + count):
        table.add(sample | {"id": number})


def test_new_deals_stand_for_none_of_those_that_a_loss_names(
    copied: Copied, run_jobs: Callable[[], int]
) -> None:
    lose_deals(copied.actor.portal, *DEALS)
    gone = alarm(copied, len(DEALS), list(DEALS))
    make_deals(copied.actor, 20)
    put_back(copied, gone, [150, 151], run_jobs)
    assert "Not in the portal yet: 1 deal." in press(copied.actor, "restored")
    assert closed_how(copied, gone) == ""


@pytest.mark.parametrize("how", ["bin", "restored", "support"])
def test_what_came_back_from_the_copy_is_found_under_its_new_numbers(
    copied: Copied, run_jobs: Callable[[], int], how: str
) -> None:
    """One from the recycle bin with its number, the others by a restore that was begun from another page than the alarm."""
    kept = dict(copied.actor.portal.tables[ENTITY].get(150) or {})
    lose_deals(copied.actor.portal, *DEALS)
    gone, other = (
        alarm(copied, len(DEALS), list(DEALS)),
        add_loss(copied.actor, READ_AT, entity="lead", lost=3),
    )
    copied.actor.portal.tables[ENTITY].add(kept)
    for lead in (11, 12, 13):
        copied.actor.portal.tables["lead"].delete(lead)
    put_back(copied, other, [151, 152], run_jobs)
    text = press(copied.actor, how)
    assert closed_how(copied, gone) == how
    assert "A part is back: its alarm is over" in text
    assert "Not in the portal yet: 3 leads" in text
    assert closed_how(copied, other) == ""


def test_of_items_that_nobody_named_those_are_back_that_a_restore_made(
    copied: Copied, run_jobs: Callable[[], int]
) -> None:
    lose_deals(copied.actor.portal, *DEALS)
    gone = alarm(copied, len(DEALS), [150])
    make_deals(copied.actor, 20)
    made = put_back(copied, gone, [150, 151], run_jobs)
    assert "Not in the portal yet: 1 deal." in press(copied.actor, "restored")
    for line in lines(copied, made):
        copied.actor.portal.tables[ENTITY].delete(line.new_key)
    assert "Not in the portal yet: 3 deals." in press(copied.actor, "restored")
    assert closed_how(copied, gone) == ""


def loss(kind: LossKind, key: str = "", name: str = "", **numbers: int) -> LossView:
    at = datetime(2026, 11, 29, tzinfo=UTC)
    lost, before = numbers.get("lost", 1), numbers.get("before", 3)
    return LossView(
        1, kind, "deal", key, name, lost, before, at - timedelta(hours=1), at, (), clocks(at.date(), None), {}
    )


def test_a_pipeline_is_back_by_its_key_or_under_its_name() -> None:
    gone = loss(LossKind.PIPELINE, "3", "Repeat orders")
    assert remaining_of(gone, Counted(pipelines={"deal": {"0": "General"}}), None) == 1
    assert remaining_of(gone, Counted(pipelines={"deal": {"9": "Repeat orders"}}), None) == 0
    assert remaining_of(gone, Counted(), None) is None
    kind = loss(LossKind.PIPELINE, WHOLE_TYPE, "Purchases")
    assert remaining_of(kind, Counted(titles={"item_9": "Purchases"}), None) is None
    assert remaining_of(kind, Counted(titles={"item_9": "Purchases"}, knows_types=True), None) == 0


def test_a_column_is_back_when_as_much_is_filled_as_before() -> None:
    emptied = loss(LossKind.COLUMN, "title", lost=80, before=100)
    assert remaining_of(emptied, Counted(filled={"deal": {"title": 60}}), None) == 40
    assert remaining_of(emptied, Counted(filled={"deal": {"title": 100}}), None) == 0
    assert remaining_of(emptied, Counted(), None) is None
