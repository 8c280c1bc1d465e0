"""Data that were lost come back from the copy: once, with what hung on them, and can be taken back again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from b24app.backup.archive.held_keys import key_request
from b24app.backup.restore.data.choices import all_gone, by_field, by_numbers
from b24app.backup.restore.data.copy_access import CopyGone, purpose_of
from b24app.backup.restore.data.copy_preview import CAME_BACK, LOSSES
from b24app.backup.restore.data.imported_fields import ItemLoss
from b24app.backup.restore.model import Restore, RestoreLine, RestoreLineState, RestoreState
from b24app.backup.restore.plan import Action, RestoreSource
from b24app.backup.restore.planning import prepare
from b24app.backup.restore.presses import start_undo
from b24app.database import db, portal_scope
from b24app.services import services
from sandbox.portal import Portal
from sandbox.shop.formats import iso
from sandbox.shop.relations import forget_relations, relation_table
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copied_data import (
    MARINA,
    Copied,
    Jobs,
    choose,
    lines,
    make_copy,
    plan_of,
    press,
    rows_of_deals,
    stored,
)

pytestmark = pytest.mark.usefixtures("first_checks")

DEALS = range(150, 153)


def hang(portal: Portal, deal: int) -> None:
    """Two product rows, a comment, an open task and a call on a deal."""
    rows = relation_table(portal, "product_row")
    for number in (1, 2):
        rows.add({"id": rows.next_id(), "ownerId": deal, "ownerType": "D", "productId": 1200 + number, "productName": f"Cup {number}",
                  "price": 100 * number, "quantity": number, "discountTypeId": 2, "discountRate": 0, "discountSum": 0, "taxRate": None,
                  "taxIncluded": "N", "measureCode": 796, "sort": 10})  # fmt: skip
    comments = relation_table(portal, "comment")
    comments.add({"ID": str(comments.next_id()), "ENTITY_ID": str(deal), "ENTITY_TYPE": "deal", "COMMENT": f"About {deal}",
                  "CREATED": "2026-11-20T12:00:00+03:00", "AUTHOR_ID": "1"})  # fmt: skip
    for provider, subject, done in (
        ("CRM_TODO", "Call back", "N"),
        ("VOXIMPLANT_CALL", "Outgoing call", "Y"),
    ):
        table = relation_table(portal, "activity")
        table.add({"ID": str(table.next_id()), "OWNER_ID": str(deal), "OWNER_TYPE_ID": "2", "TYPE_ID": "6" if done == "N" else "2",
                   "PROVIDER_ID": provider, "SUBJECT": subject, "DESCRIPTION": "", "COMPLETED": done, "RESPONSIBLE_ID": "1",
                   "DEADLINE": "2026-12-03T15:00:00+03:00", "START_TIME": "2026-11-20T12:00:00+03:00",
                   "CREATED": "2026-11-20T12:00:00+03:00"})  # fmt: skip


def lose(portal: Portal, *deals: int) -> None:
    """Delete deals with what hangs on them, as people do in the portal."""
    for deal in deals:
        portal.tables["deal"].delete(deal)
        forget_relations(portal, 2, deal)


def around(portal: Portal, name: str, field: str, item: str) -> list[dict[str, Any]]:
    return [row for row in relation_table(portal, name) if str(row[field]) == item]


@pytest.fixture
def copied(first_checks: Actor, tmp_path: Path) -> Copied:
    portal = first_checks.portal
    for deal in DEALS:
        hang(portal, deal)
    return make_copy(first_checks, tmp_path, rows_of_deals(portal, DEALS))


def test_lost_deals_come_back_with_all_that_hung_on_them(copied: Copied, run_jobs: Jobs) -> None:
    portal = copied.actor.portal
    before = {deal: dict(portal.tables["deal"].get(deal) or {}) for deal in DEALS}
    lose(portal, *DEALS)
    made = choose(copied, by_numbers("deal", map(str, DEALS)), run_jobs)
    plan = plan_of(copied, made)
    assert (plan.count(Action.CREATE), plan.count(Action.CANNOT)) == (3, 0)
    press(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.DONE
    assert [line.state for line in lines(copied, made)] == ["created"] * 3
    for line in lines(copied, made):
        deal = portal.tables["deal"].get(line.new_key)
        assert deal is not None
        former = before[int(line.key)]
        for field in (
            "title",
            "stageId",
            "opportunity",
            "contactIds",
            "contactId",
            "assignedById",
            "categoryId",
        ):
            assert deal[field] == former[field], field
        products = around(portal, "product_row", "ownerId", line.new_key)
        assert [(row["price"], row["quantity"]) for row in products][-2:] == [(100, 1), (200, 2)]
        comments = around(portal, "comment", "ENTITY_ID", line.new_key)
        assert f"About {line.key}" in comments[-1]["COMMENT"]
        todo = around(portal, "activity", "OWNER_ID", line.new_key)[-1]
        assert (todo["SUBJECT"], todo["DEADLINE"]) == ("Call back", "2026-12-03T15:00:00+03:00")
        log = around(portal, "log_message", "entityId", line.new_key)
        assert "Outgoing call" in [row["title"] for row in log]
        assert line.key in log[0]["text"]


def test_pressed_twice_nothing_is_doubled(copied: Copied, run_jobs: Jobs, world: World) -> None:
    lose(copied.actor.portal, *DEALS)
    choices = by_numbers("deal", map(str, DEALS))
    press(copied, choose(copied, choices, run_jobs), run_jobs)
    count = len(copied.actor.portal.tables["deal"])
    again = choose(copied, choices, run_jobs)
    plan = plan_of(copied, again)
    assert (plan.count(Action.CREATE), plan.count(Action.CANNOT)) == (0, 3)
    assert len(copied.actor.portal.tables["deal"]) == count


def test_what_came_back_is_known_when_an_exchange_has_set_its_own_origin(
    copied: Copied, run_jobs: Jobs
) -> None:
    deals = copied.actor.portal.tables["deal"]
    lose(copied.actor.portal, *DEALS)
    choices = by_numbers("deal", map(str, DEALS))
    first = choose(copied, choices, run_jobs)
    press(copied, first, run_jobs)
    made = {line.key: line.new_key for line in lines(copied, first)}
    for former, new in made.items():
        deals.update(new, originatorId="1C", originId=f"x{former}", title="Renamed")
    again = choose(copied, choices, run_jobs)
    assert {one.why.message for one in plan_of(copied, again).of(Action.CANNOT)} == {CAME_BACK}
    gone = choose(copied, all_gone("deal"), run_jobs)
    assert plan_of(copied, gone).count(Action.CREATE) == 0
    deals.delete(made["150"])
    rest = choose(copied, choices, run_jobs)
    assert [one.key for one in plan_of(copied, rest).of(Action.CREATE)] == ["150"]


def test_a_deal_names_the_contact_that_came_back_although_its_origin_was_changed(
    copied: Copied, run_jobs: Jobs
) -> None:
    portal = copied.actor.portal
    contact = (portal.tables["deal"].get(150) or {})["contactId"]
    lose(portal, 150)
    portal.tables["contact"].delete(contact)
    first = choose(copied, by_numbers("contact", [str(contact)]), run_jobs)
    press(copied, first, run_jobs)
    (new,) = [line.new_key for line in lines(copied, first)]
    portal.tables["contact"].update(new, originatorId="1C", originId="77")
    second = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    assert [one.entity for one in plan_of(copied, second).of(Action.CREATE)] == ["deal"]
    press(copied, second, run_jobs)
    (made,) = lines(copied, second)
    assert (portal.tables["deal"].get(made.new_key) or {})["contactIds"] == [int(new)]


def test_the_way_back_takes_away_what_nobody_has_used_since(copied: Copied, run_jobs: Jobs) -> None:
    portal = copied.actor.portal
    lose(portal, *DEALS)
    made = choose(copied, by_numbers("deal", map(str, DEALS)), run_jobs)
    press(copied, made, run_jobs)
    kept, used, untouched = [line.new_key for line in lines(copied, made)]
    copied.actor.portal.world.clock.advance(minutes=5)
    portal.tables["deal"].update(kept, title="Changed by a person", updatedTime=iso(portal.now()))
    activities = relation_table(portal, "activity")
    activities.add(
        {
            "ID": str(activities.next_id()),
            "OWNER_ID": used,
            "OWNER_TYPE_ID": "2",
            "CREATED": iso(portal.now()),
        }
    )
    with portal_scope(copied.actor.portal_id):
        undo = start_undo(made, by=MARINA, at=services().clock.now())
        db.session.commit()
    run_jobs()
    plan = plan_of(copied, undo)
    assert {one.id for one in plan.of(Action.REMOVE)} == {untouched}
    assert {one.key for one in plan.of(Action.CANNOT)} == {kept, used}
    press(copied, undo, run_jobs)
    assert stored(copied, undo).state == RestoreState.DONE
    assert portal.tables["deal"].get(untouched) is None
    assert portal.tables["deal"].get(kept) is not None
    assert portal.tables["deal"].get(used) is not None


def test_contacts_that_are_gone_come_back_before_the_deals_that_name_them(
    copied: Copied, run_jobs: Jobs
) -> None:
    portal = copied.actor.portal
    deal = portal.tables["deal"].get(150)
    assert deal is not None
    contact = deal["contactId"]
    former = dict(portal.tables["contact"].get(contact) or {})
    lose(portal, 150)
    portal.tables["contact"].delete(contact)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    assert [one.entity for one in plan_of(copied, made).of(Action.CREATE)] == ["contact", "deal"]
    press(copied, made, run_jobs)
    new_contact, new_deal = [line.new_key for line in lines(copied, made)]
    found = portal.tables["contact"].get(new_contact)
    assert found is not None
    assert (found["name"], found["lastName"]) == (former["name"], former["lastName"])
    assert [one["value"] for one in found["fm"]] == [one["value"] for one in former["fm"]]
    back = portal.tables["deal"].get(new_deal)
    assert back is not None
    assert back["contactId"] == int(new_contact)
    assert back["contactIds"] == [int(new_contact)]


def test_a_copy_of_another_portal_is_not_opened(copied: Copied, south: Actor, run_jobs: Jobs) -> None:
    with portal_scope(south.portal_id):
        made = prepare(
            by_numbers("deal", ["150"]),
            source=RestoreSource.COPY,
            title="Back",
            by=MARINA,
            at=services().clock.now(),
            copy_id=copied.id,
        )
        db.session.commit()
    run_jobs()
    with portal_scope(south.portal_id):
        row = db.session.get(Restore, made)
        assert row is not None
        assert row.error == CopyGone.public
        assert key_request(purpose_of(made)) is None


def test_an_emptied_field_is_filled_again_and_what_people_typed_since_stays(
    copied: Copied, run_jobs: Jobs
) -> None:
    deals = copied.actor.portal.tables["deal"]
    # the copy knows the three deals with a source; one was emptied and typed anew since
    was = {deal: (deals.get(deal) or {})["sourceId"] for deal in DEALS}
    for deal in DEALS:
        deals.update(deal, sourceId=None)
    deals.update(151, sourceId="OTHER")
    made = choose(copied, by_field("deal", "sourceId"), run_jobs)
    plan = plan_of(copied, made)
    assert {one.key for one in plan.of(Action.CHANGE)} == {"150", "152"}
    deals.update(152, sourceId="OTHER")
    press(copied, made, run_jobs)
    assert {line.key: line.state for line in lines(copied, made)} == {"150": "changed", "152": "untouched"}
    assert [(deals.get(deal) or {})["sourceId"] for deal in DEALS] == [was[150], "OTHER", "OTHER"]
    with portal_scope(copied.actor.portal_id):
        undo = start_undo(made, by=MARINA, at=services().clock.now())
        db.session.commit()
    run_jobs()
    press(copied, undo, run_jobs)
    assert not (deals.get(150) or {})["sourceId"]


def test_nothing_of_the_clients_lies_in_the_row_of_a_restore(copied: Copied, run_jobs: Jobs) -> None:
    portal = copied.actor.portal
    contact = (portal.tables["deal"].get(150) or {})["contactId"]
    phone = (portal.tables["contact"].get(contact) or {})["fm"][0]["value"]
    lose(portal, 150)
    portal.tables["contact"].delete(contact)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    press(copied, made, run_jobs)
    row = stored(copied, made)
    for kept in (row.plan, row.before or b""):
        assert phone.encode() not in kept
        assert b"About 150" not in kept


def test_another_portals_person_does_not_see_the_restore(
    copied: Copied, south: Actor, run_jobs: Jobs
) -> None:
    lose(copied.actor.portal, 150)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    assert south.opens().get(f"/restore/{made}").status_code == 404


@pytest.mark.parametrize(
    ("entity", "table", "kind"), [("invoice", "invoice", 31), ("item_177", "purchase", 177)]
)
def test_what_has_no_origin_is_found_again_by_its_outer_code(
    copied: Copied, run_jobs: Jobs, entity: str, table: str, kind: int
) -> None:
    items = copied.actor.portal.tables[table]
    number = next(row["id"] for row in items if not str(row["stageId"]).endswith(":P"))
    was = dict(items.get(number) or {})
    items.delete(number)
    made = choose(copied, by_numbers(entity, [str(number)]), run_jobs)
    press(copied, made, run_jobs)
    (line,) = lines(copied, made)
    assert line.state == "created"
    back = items.get(line.new_key)
    assert back is not None
    assert (back["title"], back["stageId"], back["companyId"], back["xmlId"]) == (
        was["title"], was["stageId"], was["companyId"], f"renewal-copy:{number}",
    )  # fmt: skip
    again = choose(copied, by_numbers(entity, [str(number)]), run_jobs)
    assert plan_of(copied, again).count(Action.CREATE) == 0


def test_a_paid_invoice_does_not_come_back_as_paid(copied: Copied, run_jobs: Jobs) -> None:
    invoices = copied.actor.portal.tables["invoice"]
    paid = next(row for row in invoices if str(row["stageId"]).endswith(":P"))
    number = str(paid["id"])
    invoices.delete(paid["id"])
    made = choose(copied, by_numbers("invoice", [number]), run_jobs)
    (one,) = plan_of(copied, made).of(Action.CREATE)
    assert one.why.message == LOSSES[ItemLoss.AS_PAID]
    press(copied, made, run_jobs)
    (line,) = lines(copied, made)
    back = invoices.get(line.new_key)
    assert back is not None
    assert not str(back["stageId"]).endswith(":P")


def test_a_company_comes_back_with_its_requisites_bank_and_address(
    north: Actor, run_jobs: Jobs, tmp_path: Path
) -> None:
    portal = north.portal
    requisite = {
        "ID": "901",
        "ENTITY_TYPE_ID": "4",
        "ENTITY_ID": "2",
        "PRESET_ID": "1",
        "NAME": "Main",
        "RQ_INN": "7700000000",
    }
    relation_table(portal, "requisite").add(requisite)
    relation_table(portal, "bank_detail").add(
        {"ID": "31", "ENTITY_ID": "901", "NAME": "Bank", "RQ_BIK": "044525225"}
    )
    address = {
        "_id": 77,
        "TYPE_ID": "1",
        "ENTITY_TYPE_ID": "8",
        "ENTITY_ID": "901",
        "CITY": "Tyumen",
        "LOC_ADDR_ID": "479",
    }
    relation_table(portal, "address").add(address)
    copied = make_copy(north, tmp_path, rows_of_deals(portal, DEALS))
    portal.tables["company"].delete(2)
    forget_relations(portal, 4, 2)
    made = choose(copied, by_numbers("company", ["2"]), run_jobs)
    press(copied, made, run_jobs)
    (line,) = lines(copied, made)
    assert (line.state, line.words) == ("created", None)
    mine = [
        row
        for row in relation_table(portal, "requisite")
        if row["ENTITY_TYPE_ID"] == "4" and row["ENTITY_ID"] == line.new_key
    ]
    (main,) = [row for row in mine if row["NAME"] == "Main"]
    assert main["RQ_INN"] == "7700000000"
    assert [
        row["RQ_BIK"] for row in relation_table(portal, "bank_detail") if row["ENTITY_ID"] == main["ID"]
    ] == ["044525225"]
    assert [row["CITY"] for row in relation_table(portal, "address") if row["ENTITY_ID"] == main["ID"]] == [
        "Tyumen"
    ]


def test_deals_of_a_pipeline_that_came_back_under_another_number_follow_it(
    copied: Copied, run_jobs: Jobs
) -> None:
    portal = copied.actor.portal
    deal = next(one for one in DEALS if (portal.tables["deal"].get(one) or {})["categoryId"] == 2)
    stage = str((portal.tables["deal"].get(deal) or {})["stageId"]).removeprefix("C2:")
    lose(portal, *DEALS)
    portal.remove("pipeline", 2)
    without = choose(copied, by_numbers("deal", [str(deal)]), run_jobs)
    assert plan_of(copied, without).of(Action.CANNOT)[0].why.message == LOSSES[ItemLoss.PIPELINE]
    new = portal.tables["category"].next_id() + 5
    portal.tables["category"].add({**(portal.tables["category"].get(1) or {}), "id": new, "name": "Returns"})
    stages = portal.tables["status"]
    sample = next(row for row in stages if row["STATUS_ID"] == "C1:NEW")
    for code in ("NEW", stage):
        row = {
            **sample,
            "ID": str(stages.next_id()),
            "STATUS_ID": f"C{new}:{code}",
            "ENTITY_ID": f"DEAL_STAGE_{new}",
        }
        stages.add(row)
    with portal_scope(copied.actor.portal_id):
        before = Restore(
            state=RestoreState.DONE, source=RestoreSource.COMPARISON, title="Pipeline", asked_by=1, asked_by_name="M",
            created_at=services().clock.now(), plan=b"",
        )  # fmt: skip
        db.session.add(before)
        db.session.flush()
        line = RestoreLine(
            restore_id=before.id,
            number=1,
            kind="pipeline",
            entity="pipeline_2",
            key="2:2",
            name="Returns",
            state=RestoreLineState.CREATED,
            new_key=str(new),
        )
        db.session.add(line)
        db.session.commit()
    made = choose(copied, by_numbers("deal", [str(deal)]), run_jobs)
    press(copied, made, run_jobs)
    (made_line,) = lines(copied, made)
    back = portal.tables["deal"].get(made_line.new_key)
    assert back is not None
    assert (back["categoryId"], back["stageId"]) == (new, f"C{new}:{stage}")
