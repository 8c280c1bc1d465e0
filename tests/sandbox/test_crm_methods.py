"""CRM items live: they are found, made, changed, imported, deleted, and refused to whom they must be."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.clients import a_client

WITH_USER_FIELDS = {"deal"}


@pytest.fixture
def client(world: World, session: requests.Session) -> Caller:
    return a_client(world, session)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"entityTypeId": 5}, "NOT_FOUND"),
        ({"entityTypeId": 999}, "NOT_FOUND"),
        ({"entityTypeId": 2, "filter": {"colour": 1}}, "INVALID_ARG_VALUE"),
        ({"entityTypeId": 2, "order": {"colour": "ASC"}}, "INVALID_ARG_VALUE"),
        ({"entityTypeId": 2, "order": {"id": "up"}}, "INVALID_ARG_VALUE"),
    ],
)
def test_a_wrong_question_is_refused(client: Caller, params: dict[str, Any], code: str) -> None:
    assert client.error("crm.item.list", **params)[:2] == (400, code)


def test_groups_of_conditions_are_joined_by_or(client: Caller) -> None:
    group = {"logic": "OR", "0": {"stageId": "LOSE"}, "1": {"stageId": "C1:LOSE", ">opportunity": 0}}
    found = client.result("crm.item.list", entityTypeId=2, filter={"0": group}, select=["stageId"])["items"]
    assert {row["stageId"] for row in found} == {"LOSE", "C1:LOSE"}


def test_a_group_may_stand_in_a_list(client: Caller) -> None:
    conditions = [{"stageId": "LOSE"}, {"stageId": "C1:LOSE", ">opportunity": 0}]
    group = {"logic": "OR"} | {str(number): one for number, one in enumerate(conditions)}
    asked = {"entityTypeId": 2, "select": ["stageId"]}
    by_map = client.result("crm.item.list", filter={"0": group}, **asked)["items"]
    assert client.result("crm.item.list", filter=[group], **asked)["items"] == by_map
    query = "entityTypeId=2&select[]=stageId&filter[0][logic]=OR"
    query += "&filter[0][0][stageId]=LOSE&filter[0][1][stageId]=C1:LOSE&filter[0][1][>opportunity]=0"
    assert client.batch({"a": f"crm.item.list?{query}"})["result"]["a"]["items"] == by_map


def test_phones_come_only_with_every_field(client: Caller) -> None:
    assert "fm" not in client.result("crm.item.list", entityTypeId=3)["items"][0]
    assert (
        client.result("crm.item.list", entityTypeId=3, select=["*"])["items"][0]["fm"][0]["typeId"] == "PHONE"
    )


def test_user_fields_keep_their_original_names_when_asked(client: Caller) -> None:
    fields = {"title": "Order", "UF_CRM_1700000001": "ring twice"}
    made = client.result("crm.item.add", entityTypeId=2, fields=fields, useOriginalUfNames="Y")["item"]
    assert made["UF_CRM_1700000001"] == "ring twice"
    found = client.result("crm.item.list", entityTypeId=2, filter={"UF_CRM_1700000001": "ring twice"})[
        "items"
    ]
    assert [row["ufCrm_1700000001"] for row in found] == ["ring twice"]


def test_what_may_not_be_read_is_left_out_silently(client: Caller) -> None:
    client.portal.withhold_right(client.portal.admin, "crm_read")
    answer = client.call("crm.item.list", entityTypeId=2)
    assert (answer["result"], answer["total"]) == ({"items": []}, 0)
    assert client.error("crm.item.get", entityTypeId=2, id=150)[1] == "ACCESS_DENIED"
    assert client.result("crm.category.list", entityTypeId=2)["categories"] == []
    for method in ("crm.deal.list", "crm.status.list", "crm.deal.userfield.list"):
        assert client.error(method) == (400, "", "Access denied.")


@pytest.mark.parametrize(
    ("method", "right"),
    [
        ("crm.item.add", "crm_write"),
        ("crm.item.import", "crm_import"),
        ("crm.item.batchImport", "crm_import"),
        ("crm.item.delete", "crm_delete"),
    ],
)
def test_who_may_not_write_is_refused(client: Caller, method: str, right: str) -> None:
    client.portal.withhold_right(client.portal.admin, right)
    assert client.error(method, entityTypeId=2, id=150, fields={}, data=[{}])[1] == "ACCESS_DENIED"


def test_guests_are_not_let_in(client: Caller) -> None:
    guest = next(user for user in client.portal.users if user.user_type == "extranet")
    assert client.becomes(guest).error("crm.item.list", entityTypeId=2)[:2] == (
        403,
        "allowed_only_intranet_user",
    )


def test_an_item_is_made_changed_and_deleted(client: Caller) -> None:
    made = client.result("crm.item.add", entityTypeId=2, fields={"title": "Order", "opportunity": "990.5"})[
        "item"
    ]
    assert (made["title"], made["opportunity"], made["stageId"]) == ("Order", 990.5, "NEW")
    won = client.result("crm.item.update", entityTypeId=2, id=made["id"], fields={"stageId": "WON"})["item"]
    assert (won["stageSemanticId"], won["closed"]) == ("S", "Y")
    assert client.result("crm.item.delete", entityTypeId=2, id=made["id"]) == []
    assert client.error("crm.item.get", entityTypeId=2, id=made["id"])[1] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"stageId": "NOWHERE"}, "CRM_FIELD_ERROR_VALUE_NOT_VALID"), ({"observers": 5}, "100")],
)
def test_a_wrong_value_is_refused(client: Caller, fields: dict[str, Any], code: str) -> None:
    assert client.error("crm.item.add", entityTypeId=2, fields=fields)[1] == code


@pytest.mark.parametrize("day", ["2020-01-01T00:00:00+00:00", "2040-01-01T00:00:00+00:00"])
def test_an_import_may_not_rewrite_history(client: Caller, day: str) -> None:
    refusal = client.error("crm.item.import", entityTypeId=2, fields={"createdTime": day})
    assert refusal[1] == "CRM_FIELD_ERROR_VALUE_NOT_VALID"


def test_an_import_keeps_the_dates_an_administrator_gives(client: Caller) -> None:
    day = "2026-11-24T08:59:59+00:00"
    number = client.result("crm.item.import", entityTypeId=2, fields={"createdTime": day})["item"]["id"]
    assert client.result("crm.item.get", entityTypeId=2, id=number)["item"]["createdTime"] == day
    refusal = client.becomes(client.portal.employee).error(
        "crm.item.import", entityTypeId=2, fields={"createdTime": day}
    )
    assert refusal[1] == "CRM_FIELD_ERROR_VALUE_NOT_VALID"


def test_no_more_than_twenty_are_imported_at_once(client: Caller) -> None:
    refusal = client.error("crm.item.batchImport", entityTypeId=2, data=[{"title": "x"}] * 21)
    assert refusal[1] == "MAX_IMPORT_BATCH_SIZE_EXCEEDED"


def test_applications_hear_of_new_deals(client: Caller, world: World) -> None:
    client.result("event.bind", EVENT="ONCRMDEALADD", HANDLER="https://app.example/events")
    made = client.result("crm.item.add", entityTypeId=2, fields={"title": "Order"})["item"]
    assert world.deliveries[-1].form["data[FIELDS][ID]"] == str(made["id"])


def test_the_old_list_writes_strings_in_upper_case(client: Caller) -> None:
    deal = client.result("crm.deal.list", filter={">ID": 149, "<ID": 151}, order={"ID": "DESC"})[0]
    assert (deal["ID"], deal["CATEGORY_ID"]) == (
        "150",
        str(client.portal.tables["deal"].get(150)["categoryId"]),
    )
    assert deal["OPPORTUNITY"].endswith(".00")


def test_the_old_contacts_show_phones_only_when_asked(client: Caller) -> None:
    assert "PHONE" not in client.result("crm.contact.list")[0]
    phone = client.result("crm.contact.list", select=["ID", "PHONE"])[0]["PHONE"][0]
    assert phone["TYPE_ID"] == "PHONE"


@pytest.mark.parametrize(("deal_id", "text"), [(0, "ID is not defined or invalid"), (999999, "Not found")])
def test_the_old_get_refuses_without_a_code(client: Caller, deal_id: int, text: str) -> None:
    assert client.error("crm.deal.get", id=deal_id) == (400, "", text)


def test_the_old_list_wants_arrays(client: Caller) -> None:
    assert client.error("crm.deal.list", filter="x") == (400, "", "Parameter 'filter' must be array.")


@pytest.mark.parametrize(
    ("params", "code"),
    [({"entityTypeId": 1}, "ENTITY_TYPE_NOT_SUPPORTED"), ({"entityTypeId": 999}, "NOT_FOUND")],
)
def test_types_without_pipelines_say_so(client: Caller, params: dict[str, Any], code: str) -> None:
    assert client.error("crm.category.list", **params)[1] == code


def test_a_removed_pipeline_is_gone_from_every_list(client: Caller) -> None:
    client.portal.remove("pipeline", 2)
    assert [row["id"] for row in client.result("crm.category.list", entityTypeId=2)["categories"]] == [0, 1]
    assert "DEAL_STAGE_2" not in [row["ID"] for row in client.result("crm.status.entity.types")]


def test_a_dictionary_names_its_ends(client: Caller) -> None:
    rows = {row["ID"]: row for row in client.result("crm.status.entity.types")}
    assert rows["DEAL_STAGE_1"]["SEMANTIC_INFO"]["FINAL_SUCCESS_FIELD"] == "C1:WON"
    assert rows["DYNAMIC_177_STAGE_7"]["SEMANTIC_INFO"] == []


def test_labels_of_user_fields_come_with_a_language(client: Caller) -> None:
    assert "EDIT_FORM_LABEL" not in client.result("crm.deal.userfield.list")[0]
    assert "EDIT_FORM_LABEL" in client.result("crm.deal.userfield.list", filter={"LANG": "ru"})[0]


def test_a_mandatory_user_field_is_required_in_the_item(client: Caller) -> None:
    field = client.result("crm.item.fields", entityTypeId=2)["fields"]["ufCrm_1700000003"]
    assert (field["isRequired"], field["isDynamic"], field["upperName"]) == (True, True, "UF_CRM_1700000003")


def _named(row: dict[str, Any]) -> tuple[bool, bool, bool]:
    """Which kinds of fields a row has: usual ones, user fields, ways to get in touch."""
    user = [name for name in row if name.startswith("UF_")]
    usual = set(row) - {"ID", "PHONE", "EMAIL", *user}
    return bool(usual), bool(user), "PHONE" in row


@pytest.mark.parametrize("kind", ["deal", "contact", "company", "lead"])
@pytest.mark.parametrize(
    ("select", "usual", "user", "phone"),
    [
        ([], True, True, False),
        (["*"], True, False, False),
        (["UF_*"], False, True, False),
        (["*", "UF_*"], True, True, False),
        (["*", "PHONE"], True, False, True),
        (["ID"], False, False, False),
    ],
)
def test_masks_choose_usual_and_user_fields(
    client: Caller, kind: str, select: list[str], *, usual: bool, user: bool, phone: bool
) -> None:
    row = client.result(f"crm.{kind}.list", select=select)[0]
    assert row["ID"]
    assert _named(row) == (usual, user and kind in WITH_USER_FIELDS, phone)


def test_a_mask_stands_beside_names(client: Caller) -> None:
    row = client.result("crm.deal.list", select=["UF_*", "TITLE"])[0]
    assert {name for name in row if not name.startswith("UF_")} == {"ID", "TITLE"}
