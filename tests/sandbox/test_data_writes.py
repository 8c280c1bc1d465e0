"""What hangs on a CRM item live: rows, comments, tasks of the card and requisites are written, and leave with the item."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox.shop.relations import relation_table
from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.clients import a_client

DEAL = 150
DEADLINE = "2026-12-03T15:00:00"


@pytest.fixture
def client(world: World, session: requests.Session) -> Caller:
    return a_client(world, session)


def test_product_rows_take_the_place_of_the_earlier_ones(client: Caller) -> None:
    given = {"ownerType": "D", "ownerId": DEAL}
    client.result("crm.item.productrow.set", **given, productRows=[{"productName": "Old", "price": 5}])
    rows = [{"productId": 1201, "price": 99.5, "quantity": 2}, {"productName": "Wrapping", "price": 10}]
    made = client.result("crm.item.productrow.set", **given, productRows=rows)["productRows"]
    assert [(row["price"], row["quantity"], row["ownerId"]) for row in made] == [
        (99.5, 2, DEAL),
        (10, 1, DEAL),
    ]
    assert made[0]["productName"].strip()
    table = relation_table(client.portal, "product_row")
    assert [row["price"] for row in table if row["ownerId"] == DEAL] == [99.5, 10]


def test_an_answer_of_product_rows_has_the_documented_fields(client: Caller) -> None:
    rows = [{"productId": 1201, "price": 99999.99, "quantity": 1, "measureCode": 796}]
    made = client.result("crm.item.productrow.set", ownerType="D", ownerId=DEAL, productRows=rows)
    documented = (
        "id ownerId ownerType productId productName price priceAccount priceExclusive priceNetto priceBrutto quantity "
        "discountTypeId discountRate discountSum taxRate taxIncluded customized measureCode measureName sort xmlId type"
    )
    assert set(made["productRows"][0]) == set(documented.split())


def test_rows_of_nobody_are_refused(client: Caller) -> None:
    refusal = client.error("crm.item.productrow.set", ownerType="D", ownerId=999999, productRows=[])
    assert refusal == (400, "OWNER_NOT_FOUND", "Owner was not found")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"COMMENT": " "}, "INVALID_ARG_VALUE"),
        ({"COMMENT": None}, "100"),
        ({"ENTITY_ID": 999999}, "OWNER_NOT_FOUND"),
        ({"ENTITY_TYPE": "dynamic_5"}, "OWNER_NOT_FOUND"),
    ],
)
def test_a_wrong_comment_is_refused(client: Caller, change: dict[str, Any], code: str) -> None:
    fields = {"ENTITY_ID": DEAL, "ENTITY_TYPE": "deal", "COMMENT": "Called"} | change
    assert client.error("crm.timeline.comment.add", fields=fields)[1] == code


def test_a_comment_takes_its_fields_in_lower_case_only(client: Caller) -> None:
    fields = {"ENTITY_ID": DEAL, "ENTITY_TYPE": "deal", "COMMENT": "Called"}
    assert client.error("crm.timeline.comment.add", FIELDS=fields)[1] == "100"
    number = client.result("crm.timeline.comment.add", fields=fields)
    assert relation_table(client.portal, "comment").get(number)["AUTHOR_ID"] == str(client.portal.admin.id)  # type: ignore[index]


def test_a_log_entry_is_found_again_ten_on_a_page(client: Caller) -> None:
    where = {"entityTypeId": 2, "entityId": DEAL}
    for number in range(12):
        fields = where | {"title": f"Mail {number}", "text": "From the copy", "iconCode": "mail"}
        made = client.result("crm.timeline.logmessage.add", fields=fields)["logMessage"]
    assert set(made) == {"id", "created", "authorId", "title", "text", "iconCode"}
    answer = client.call("crm.timeline.logmessage.list", **where)
    assert (len(answer["result"]), answer["total"], answer["next"]) == (10, 12, 10)
    assert answer["result"][0] == made
    assert (
        client.error("crm.timeline.logmessage.add", fields={**where, "title": "x", "text": "y"})[1] == "100"
    )


def test_a_task_of_the_card_needs_an_owner_and_a_real_date(client: Caller) -> None:
    asked = {"ownerTypeId": 2, "ownerId": DEAL, "deadline": DEADLINE, "title": "Call"}
    assert client.result("crm.activity.todo.add", **asked)["id"]
    assert client.error("crm.activity.todo.add", **asked | {"ownerId": 999999})[1] == "OWNER_NOT_FOUND"
    assert client.error("crm.activity.todo.add", **asked | {"deadline": "soon"})[1] == "WRONG_DATETIME_FORMAT"
    assert client.error("crm.activity.todo.add", ownerTypeId=2, ownerId=DEAL)[1] == "100"


def test_requisites_hold_bank_details_and_one_address_of_each_type(client: Caller) -> None:
    asked = {"ENTITY_TYPE_ID": 4, "ENTITY_ID": 1, "PRESET_ID": 1, "NAME": "Company", "RQ_INN": "7700000000"}
    requisite = client.result("crm.requisite.add", fields=asked)
    bank = client.result("crm.requisite.bankdetail.add", fields={"ENTITY_ID": requisite, "NAME": "Bank"})
    assert relation_table(client.portal, "bank_detail").get(bank)["ENTITY_ID"] == str(requisite)  # type: ignore[index]
    address = {"TYPE_ID": 1, "ENTITY_TYPE_ID": 8, "ENTITY_ID": requisite, "CITY": "Tyumen"}
    assert client.result("crm.address.add", fields=address) is True
    assert client.error("crm.address.add", fields=address) == (400, "", "TypeAddress exists.")
    assert client.error("crm.requisite.add", fields=asked | {"ENTITY_TYPE_ID": 2})[2].startswith(
        "ENTITY_TYPE_ID"
    )
    assert client.error("crm.requisite.add", fields=asked | {"ENTITY_ID": 999999})[2] == "Entity not found."
    refusal = client.error("crm.requisite.bankdetail.add", fields={"ENTITY_ID": 999, "NAME": "Bank"})
    assert refusal == (400, "", "ENTITY_ID is not defined or invalid.")


def test_with_an_item_goes_what_hangs_on_it(client: Caller) -> None:
    for deal in (DEAL, DEAL + 1):
        rows = [{"productName": "Cup", "price": 5}]
        client.result("crm.item.productrow.set", ownerType="D", ownerId=deal, productRows=rows)
        fields = {"ENTITY_ID": deal, "ENTITY_TYPE": "deal", "COMMENT": "Called"}
        client.result("crm.timeline.comment.add", fields=fields)
        client.result("crm.activity.todo.add", ownerTypeId=2, ownerId=deal, deadline=DEADLINE)
        fields = {"entityTypeId": 2, "entityId": deal, "title": "Mail", "text": "x", "iconCode": "mail"}
        client.result("crm.timeline.logmessage.add", fields=fields)
    before = {
        name: len(relation_table(client.portal, name)) for name in ("product_row", "comment", "activity")
    }
    client.result("crm.item.delete", entityTypeId=2, id=DEAL)
    for name, count in before.items():
        rest = list(relation_table(client.portal, name))
        assert len(rest) < count
        owners = {str(row.get("ownerId") or row.get("ENTITY_ID") or row.get("OWNER_ID")) for row in rest}
        assert str(DEAL) not in owners
        assert str(DEAL + 1) in owners
    assert client.error("crm.timeline.logmessage.list", entityTypeId=2, entityId=DEAL)[1] == "OWNER_NOT_FOUND"


def test_with_a_company_go_its_requisites_and_all_below_them(client: Caller) -> None:
    asked = {"ENTITY_TYPE_ID": 4, "ENTITY_ID": 1, "PRESET_ID": 1, "NAME": "Company"}
    requisite = client.result("crm.requisite.add", fields=asked)
    client.result("crm.requisite.bankdetail.add", fields={"ENTITY_ID": requisite, "NAME": "Bank"})
    address = {"TYPE_ID": 1, "ENTITY_TYPE_ID": 8, "ENTITY_ID": requisite, "CITY": "Tyumen"}
    client.result("crm.address.add", fields=address)
    client.result("crm.item.delete", entityTypeId=4, id=1)
    for name, field in (("requisite", "ID"), ("bank_detail", "ENTITY_ID"), ("address", "ENTITY_ID")):
        assert str(requisite) not in {str(row[field]) for row in relation_table(client.portal, name)}
