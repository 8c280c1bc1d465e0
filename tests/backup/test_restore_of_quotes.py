"""Quotes come back from the copy once, with what they name and what hung on them, under a mark of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from b24app.backup.restore.data.choices import all_gone, by_numbers
from b24app.backup.restore.data.copy_preview import LOSSES
from b24app.backup.restore.data.imported_fields import ItemLoss
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action
from b24app.backup.restore.writers import crm_item
from b24app.database import db, portal_scope
from sandbox.portal import Portal
from sandbox.shop.formats import iso
from sandbox.shop.quotes import blank_quote
from sandbox.shop.relations import forget_relations, relation_table
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copied_data import (
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
from tests.backup.test_restore_of_data import around, lose
from tests.backup.test_undo_of_used_data import undo_of
from tests.backup.worker_deaths import MOMENTS, WorkerDeaths, deaths

pytestmark = pytest.mark.usefixtures("first_checks")

__all__ = ["deaths"]

QUOTES = (31, 32, 33)
DEAL = 150


def add_quote(portal: Portal, number: int, **more: Any) -> None:
    """A quote for a deal with a product row and a comment."""
    deal = portal.tables["deal"].get(DEAL) or {}
    day = iso(portal.now())
    portal.tables["quote"].add(
        blank_quote()
        | {"id": number, "entityTypeId": 7, "title": f"Offer {number}", "stageId": "SENT", "opportunity": 500, "currencyId": "RUB",
           "dealId": DEAL, "contactId": deal["contactId"], "contactIds": deal["contactIds"], "terms": "Prepaid", "quoteNumber": f"Q-{number}",
           "assignedById": 1, "createdBy": 1, "createdTime": day, "updatedTime": day}
        | more
    )  # fmt: skip
    rows = relation_table(portal, "product_row")
    rows.add({"id": rows.next_id(), "ownerId": number, "ownerType": "Q", "productId": 1201, "productName": "Cup", "price": 100,
              "quantity": 5, "discountTypeId": 2, "discountRate": 0, "discountSum": 0, "taxRate": None, "taxIncluded": "N",
              "measureCode": 796, "sort": 10})  # fmt: skip
    comments = relation_table(portal, "comment")
    comments.add({"ID": str(comments.next_id()), "ENTITY_ID": str(number), "ENTITY_TYPE": "quote", "COMMENT": f"About {number}",
                  "CREATED": day, "AUTHOR_ID": "1"})  # fmt: skip


def lose_quotes(portal: Portal, *quotes: int) -> None:
    for quote in quotes:
        portal.tables["quote"].delete(quote)
        forget_relations(portal, 7, quote)


@pytest.fixture
def copied(first_checks: Actor, tmp_path: Path) -> Copied:
    portal = first_checks.portal
    for number in QUOTES:
        add_quote(portal, number)
    portal.tables["deal"].update(DEAL, quoteId=32)
    rows = rows_of_deals(portal, [DEAL])
    rows["quote"] = [(str(row["id"]), dict(row)) for row in portal.tables["quote"]]
    rows["quote.product_rows"] = [
        (str(one), {"rows": around(portal, "product_row", "ownerId", str(one))}) for one in QUOTES
    ]
    rows["quote.comments"] = [
        (str(one), {"rows": around(portal, "comment", "ENTITY_ID", str(one))}) for one in QUOTES
    ]
    return make_copy(first_checks, tmp_path, rows)


def test_a_quote_comes_back_with_its_deal_its_rows_and_its_comments(copied: Copied, run_jobs: Jobs) -> None:
    portal = copied.actor.portal
    contact = (portal.tables["deal"].get(DEAL) or {})["contactId"]
    lose(portal, DEAL)
    lose_quotes(portal, 31)
    made = choose(copied, by_numbers("quote", ["31"]), run_jobs)
    assert [one.entity for one in plan_of(copied, made).of(Action.CREATE)] == ["deal", "quote"]
    press(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.DONE
    deal, quote = [line.new_key for line in lines(copied, made)]
    back = portal.tables["quote"].get(quote) or {}
    assert (back["title"], back["stageId"], back["terms"], back["dealId"]) == (
        "Offer 31",
        "SENT",
        "Prepaid",
        int(deal),
    )
    assert (back["contactId"], back["utmTerm"]) == (contact, "renewal-copy:31")
    assert back["quoteNumber"] != "Q-31"
    sold = [row for row in around(portal, "product_row", "ownerId", quote) if row["ownerType"] == "Q"]
    assert [(row["price"], row["quantity"]) for row in sold] == [(100, 5)]
    said = [row for row in around(portal, "comment", "ENTITY_ID", quote) if row["ENTITY_TYPE"] == "quote"]
    assert ["About 31" in row["COMMENT"] for row in said] == [True]


def test_a_deal_names_the_quote_that_came_back_before_it(copied: Copied, run_jobs: Jobs) -> None:
    portal = copied.actor.portal
    lose(portal, DEAL)
    lose_quotes(portal, 32)
    made = choose(copied, by_numbers("deal", [str(DEAL)]), run_jobs)
    assert [one.entity for one in plan_of(copied, made).of(Action.CREATE)] == ["quote", "deal"]
    press(copied, made, run_jobs)
    quote, deal = [line.new_key for line in lines(copied, made)]
    assert (portal.tables["deal"].get(deal) or {})["quoteId"] == int(quote)


def test_a_quote_is_found_again_by_the_first_utm_field_that_is_empty(copied: Copied, run_jobs: Jobs) -> None:
    portal = copied.actor.portal
    lose_quotes(portal, *QUOTES)
    made = choose(copied, all_gone("quote"), run_jobs)
    press(copied, made, run_jobs)
    count = len(portal.tables["quote"])
    with portal_scope(copied.actor.portal_id):  # the journal is gone: the marks alone tell
        for line in lines(copied, made):
            db.session.delete(line)
        db.session.commit()
    again = choose(copied, by_numbers("quote", map(str, QUOTES)), run_jobs)
    assert plan_of(copied, again).count(Action.CREATE) == 0
    assert plan_of(copied, choose(copied, all_gone("quote"), run_jobs)).count(Action.CREATE) == 0
    assert len(portal.tables["quote"]) == count == 3


def test_a_quote_without_an_empty_utm_field_is_left_to_a_person(
    north: Actor, tmp_path: Path, run_jobs: Jobs
) -> None:
    texts = dict.fromkeys(("utmTerm", "utmContent", "utmCampaign", "utmMedium"), "spring")
    add_quote(north.portal, 40, **texts)
    rows = [(str(row["id"]), dict(row)) for row in north.portal.tables["quote"]]
    copied = make_copy(north, tmp_path, rows_of_deals(north.portal, [DEAL]) | {"quote": rows})
    lose_quotes(north.portal, 40)
    (one,) = [
        one
        for one in plan_of(copied, choose(copied, by_numbers("quote", ["40"]), run_jobs)).operations
        if one.objects
    ]
    assert (one.action, one.why.message) == (Action.CANNOT, LOSSES[ItemLoss.MARK])


@pytest.mark.parametrize("at", MOMENTS)
def test_killed_at_any_point_the_next_press_finishes_quotes_without_doubles(
    copied: Copied, run_jobs: Jobs, deaths: WorkerDeaths, at: tuple[str, int]
) -> None:
    portal = copied.actor.portal
    lose_quotes(portal, *QUOTES)
    made = choose(copied, by_numbers("quote", map(str, QUOTES)), run_jobs)
    deaths.finish_after(copied, made, *at)
    assert [line.state for line in lines(copied, made)] == ["created"] * 3
    assert len(portal.tables["quote"]) == 3
    for line in lines(copied, made):
        sold = [
            row for row in around(portal, "product_row", "ownerId", line.new_key) if row["ownerType"] == "Q"
        ]
        assert len(sold) == 1
        said = [
            row
            for row in around(portal, "comment", "ENTITY_ID", line.new_key)
            if row["ENTITY_TYPE"] == "quote"
        ]
        assert len(said) == 1


def test_a_quote_whose_product_row_was_changed_since_stays(
    copied: Copied, run_jobs: Jobs, world: World
) -> None:
    portal = copied.actor.portal
    lose_quotes(portal, 31, 32)
    made = choose(copied, by_numbers("quote", ["31", "32"]), run_jobs)
    press(copied, made, run_jobs)
    used, untouched = [line.new_key for line in lines(copied, made)]
    world.clock.advance(hours=20)
    (row,) = [row for row in around(portal, "product_row", "ownerId", used) if row["ownerType"] == "Q"]
    relation_table(portal, "product_row").update(row["id"], quantity=6)
    undo = undo_of(copied, made, run_jobs)
    plan = plan_of(copied, undo)
    assert [one.id for one in plan.of(Action.REMOVE)] == [untouched]
    assert [(one.key, one.why.message) for one in plan.of(Action.CANNOT)] == [(used, crm_item.HUNG_SINCE)]
    press(copied, undo, run_jobs)
    assert portal.tables["quote"].get(used) is not None
    assert portal.tables["quote"].get(untouched) is None
