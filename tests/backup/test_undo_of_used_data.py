"""The way back of data leaves what people have used since: whatever the portal shows as bound to it, or added to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from b24app.backup.restore.data.choices import by_numbers
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action
from b24app.backup.restore.presses import start_undo
from b24app.backup.restore.writers import crm_item
from b24app.database import db, portal_scope
from b24app.services import services
from sandbox.portal import Portal
from sandbox.shop.formats import iso
from sandbox.shop.relations import relation_table
from sandbox.shop.tasks import blank_task
from sandbox.world import World
from tests.backup.copied_data import MARINA, Copied, Jobs, choose, lines, plan_of, press, stored
from tests.backup.test_restore_of_data import copied, lose

__all__ = ["copied"]
Use = Callable[[Portal, str], None]


def undo_of(copied: Copied, made: int, run_jobs: Jobs) -> int:
    """Ask for the preview of the way back."""
    with portal_scope(copied.actor.portal_id):
        undo = start_undo(made, by=MARINA, at=services().clock.now())
        db.session.commit()
    run_jobs()
    return undo


def comment(portal: Portal, deal: str) -> None:
    comments = relation_table(portal, "comment")
    comments.add({"ID": str(comments.next_id()), "ENTITY_ID": deal, "ENTITY_TYPE": "deal", "COMMENT": "Call after six",
                  "CREATED": iso(portal.now()), "AUTHOR_ID": "1"})  # fmt: skip


def add_invoice(portal: Portal, deal: str) -> None:
    invoices = portal.tables["invoice"]
    row = {**(invoices.get(invoices.ids[0]) or {}), "id": invoices.next_id(), "parentId2": int(deal)}
    invoices.add(row)


def order(portal: Portal, deal: str) -> None:
    relation_table(portal, "order_entity").add({"orderId": 5125, "ownerId": int(deal), "ownerTypeId": 2})


def task(portal: Portal, deal: str) -> None:
    tasks = portal.tables["task"]
    tasks.add(blank_task(portal, tasks.next_id(), 1) | {"title": "Call", "ufCrmTask": [f"D_{deal}"]})


@pytest.mark.parametrize(
    ("use", "why"),
    [
        (comment, crm_item.COMMENTED_SINCE),
        (add_invoice, crm_item.NAMED_SINCE),
        (order, crm_item.ORDERED_SINCE),
        (task, crm_item.TASKED_SINCE),
    ],
)
def test_a_deal_that_is_used_since_stays(
    copied: Copied, run_jobs: Jobs, world: World, use: Use, why: str
) -> None:
    portal = copied.actor.portal
    lose(portal, 150, 151)
    made = choose(copied, by_numbers("deal", ["150", "151"]), run_jobs)
    press(copied, made, run_jobs)
    used, untouched = [line.new_key for line in lines(copied, made)]
    world.clock.advance(hours=20)
    use(portal, used)
    undo = undo_of(copied, made, run_jobs)
    plan = plan_of(copied, undo)
    assert [one.id for one in plan.of(Action.REMOVE)] == [untouched]
    assert [(one.key, one.why.message) for one in plan.of(Action.CANNOT)] == [(used, why)]
    press(copied, undo, run_jobs)
    assert stored(copied, undo).state == RestoreState.DONE
    assert portal.tables["deal"].get(untouched) is None
    assert portal.tables["deal"].get(used) is not None


def a_deal_with_its_contact(copied: Copied, run_jobs: Jobs) -> tuple[int, str, str]:
    """Lose a deal and its contact, put both back: the restore, the new contact, the new deal."""
    portal = copied.actor.portal
    contact = (portal.tables["deal"].get(150) or {})["contactId"]
    lose(portal, 150)
    for deal in [row["id"] for row in portal.tables["deal"] if row["contactId"] == contact]:
        portal.tables["deal"].update(deal, contactId=None, contactIds=[])
    portal.tables["contact"].delete(contact)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    press(copied, made, run_jobs)
    new_contact, new_deal = [line.new_key for line in lines(copied, made)]
    return made, new_contact, new_deal


def test_what_came_back_together_leaves_together(copied: Copied, run_jobs: Jobs, world: World) -> None:
    portal = copied.actor.portal
    made, contact, deal = a_deal_with_its_contact(copied, run_jobs)
    world.clock.advance(hours=20)
    press(copied, undo_of(copied, made, run_jobs), run_jobs)
    assert portal.tables["contact"].get(contact) is None
    assert portal.tables["deal"].get(deal) is None


@pytest.mark.parametrize("field", ["contactId", "contactIds"])
def test_a_contact_that_a_new_deal_names_stays(
    copied: Copied, run_jobs: Jobs, world: World, field: str
) -> None:
    portal = copied.actor.portal
    made, contact, deal = a_deal_with_its_contact(copied, run_jobs)
    world.clock.advance(hours=20)
    value = {
        "contactId": None,
        "contactIds": [],
        field: int(contact) if field == "contactId" else [7, int(contact)],
    }
    new = portal.tables["deal"].next_id()
    portal.tables["deal"].add({**(portal.tables["deal"].get(151) or {}), "id": new, **value})
    undo = undo_of(copied, made, run_jobs)
    plan = plan_of(copied, undo)
    assert [one.id for one in plan.of(Action.REMOVE)] == [deal]
    assert [(one.key, one.why.message) for one in plan.of(Action.CANNOT)] == [(contact, crm_item.NAMED_SINCE)]


def test_a_contact_stays_when_the_deal_that_came_back_with_it_stays(
    copied: Copied, run_jobs: Jobs, world: World
) -> None:
    portal = copied.actor.portal
    made, contact, deal = a_deal_with_its_contact(copied, run_jobs)
    world.clock.advance(hours=20)
    comment(portal, deal)
    plan = plan_of(copied, undo_of(copied, made, run_jobs))
    assert not plan.of(Action.REMOVE)
    assert {one.key for one in plan.of(Action.CANNOT)} == {contact, deal}


def test_what_is_used_between_the_preview_and_the_press_stays(
    copied: Copied, run_jobs: Jobs, world: World
) -> None:
    portal = copied.actor.portal
    made, contact, deal = a_deal_with_its_contact(copied, run_jobs)
    world.clock.advance(hours=20)
    undo = undo_of(copied, made, run_jobs)
    assert len(plan_of(copied, undo).of(Action.REMOVE)) == 2
    comment(portal, deal)
    press(copied, undo, run_jobs)
    assert stored(copied, undo).state == RestoreState.PREVIEW
    assert portal.tables["deal"].get(deal) is not None
    assert portal.tables["contact"].get(contact) is not None


def test_more_items_than_a_page_that_leave_do_not_hide_one_that_stays(
    copied: Copied, run_jobs: Jobs, world: World
) -> None:
    portal = copied.actor.portal
    made, contact, deal = a_deal_with_its_contact(copied, run_jobs)
    world.clock.advance(hours=20)
    for _ in range(60):
        new = portal.tables["deal"].next_id()
        row = {**(portal.tables["deal"].get(151) or {}), "id": new, "contactId": int(contact)}
        portal.tables["deal"].add(row)
    plan = plan_of(copied, undo_of(copied, made, run_jobs))
    assert [one.id for one in plan.of(Action.REMOVE)] == [deal]
