"""Writing methods of settings answer as the documentation shows, and refuse what it says they refuse."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox import assumptions
from sandbox.shop.further_settings import settings_table
from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.clients import a_client


@pytest.fixture
def client(world: World, session: requests.Session) -> Caller:
    return a_client(world, session)


Params = dict[str, Any]
PRICE: Params = {"fields": {"name": "Wholesale price", "base": "N", "sort": 10, "xmlId": "wholesale"}}
STATUS: Params = {"fields": {"id": "MS", "type": "O", "notify": "Y", "sort": 500, "color": "#FF0000"}}
ANSWERS: tuple[tuple[str, Params, Any], ...] = (
    ("crm.status.add", {"fields": {"ENTITY_ID": "SOURCE", "STATUS_ID": "FAIR", "NAME": "Fair"}}, int),
    ("crm.category.add", {"entityTypeId": 2, "fields": {"name": "New", "sort": 50}}, {"category"}),
    ("catalog.priceType.add", PRICE, {"priceType"}),
    ("catalog.vat.add", {"fields": {"name": "VAT 13%", "rate": 13, "sort": 10}}, {"vat"}),
    ("catalog.store.add", {"fields": {"title": "Store", "address": "Street 1"}}, {"store"}),
    ("catalog.measure.add", {"fields": {"code": 715, "measureTitle": "Pair"}}, {"measure"}),
    ("crm.currency.add", {"fields": {"CURRENCY": "CNY", "AMOUNT_CNT": 10, "AMOUNT": 84.3}}, str),
    ("crm.deal.userfield.add", {"fields": {"FIELD_NAME": "NOTE", "USER_TYPE_ID": "string", "LABEL": "Note"}}, int),
    ("sale.status.add", STATUS, {"status"}),
    ("sale.persontype.add", {"fields": {"name": "Sole trader", "code": "SOLE"}}, {"personType"}),
    ("sale.statusLang.add", {"fields": {"statusId": "S", "lid": "en", "name": "Sent"}}, {"statusLang"}),
    ("imopenlines.config.add", {"PARAMS": {"LINE_NAME": "Line", "ACTIVE": "Y"}}, int),
    ("department.add", {"NAME": "Repairs", "PARENT": 1}, int),
)  # fmt: skip
REFUSALS: tuple[tuple[str, Params, str], ...] = (
    ("crm.status.add", {"fields": {"ENTITY_ID": "SOURCE"}}, ""),
    ("crm.status.add", {"fields": {"ENTITY_ID": "NOTHING", "STATUS_ID": "X", "NAME": "X"}}, ""),
    ("crm.status.add", {"fields": {"ENTITY_ID": "SOURCE", "STATUS_ID": "OZON", "NAME": "X"}}, "ERROR_CORE"),
    ("crm.status.add", {"fields": {"ENTITY_ID": "DEAL_STAGE", "STATUS_ID": "X", "NAME": "X", "SORT": 999}}, ""),
    ("crm.status.update", {"id": 0, "fields": {"NAME": "X"}}, "Invalid identifier."),
    ("crm.status.delete", {"id": 999999}, "Status is not found."),
    ("crm.category.add", {"entityTypeId": 1, "fields": {"name": "X"}}, "ENTITY_TYPE_NOT_SUPPORTED"),
    ("crm.category.delete", {"entityTypeId": 2, "id": 0}, "0"),
    ("sale.paysystem.update", {"FIELDS": {"NAME": "X"}}, "ERROR_CHECK_FAILURE"),
    ("sale.paysystem.update", {"ID": 999, "FIELDS": {"NAME": "X"}}, "ERROR_PAY_SYSTEM_NOT_FOUND"),
    ("sale.paysystem.add", {"NAME": "X", "PERSON_TYPE_ID": 3, "BX_REST_HANDLER": "none", "ENTITY_REGISTRY_TYPE": "ORDER"}, "ERROR_HANDLER_NOT_FOUND"),
    ("sale.delivery.update", {"ID": 999, "NAME": "X"}, "ERROR_DELIVERY_NOT_FOUND"),
    ("sale.cashbox.update", {"ID": 999, "FIELDS": {"NAME": "X"}}, "ERROR_CASHBOX_NOT_FOUND"),
    ("catalog.priceType.delete", {"id": 1}, "BASE"),
    ("catalog.priceType.delete", {"id": 999}, "201000000000"),
    ("catalog.vat.delete", {"id": 999}, "200800000000"),
    ("catalog.store.delete", {"id": 999}, "201100000000"),
    ("catalog.priceTypeGroup.add", {"fields": {"catalogGroupId": 999, "groupId": 23, "access": "Y"}}, "0"),
    ("catalog.priceTypeGroup.add", {"fields": {"catalogGroupId": 1, "groupId": 24, "access": "M"}}, "0"),
    ("catalog.measure.add", {"fields": {"code": 796, "measureTitle": "Piece"}}, "200600000000"),
    ("crm.currency.delete", {"id": "RUB"}, ""),
    ("crm.deal.userfield.add", {"fields": {"FIELD_NAME": "X"}}, ""),
    ("crm.deal.userfield.add", {"fields": {"FIELD_NAME": "А", "USER_TYPE_ID": "string"}}, "ERROR_CORE"),
    ("crm.deal.userfield.delete", {"id": 999999}, "ERROR_NOT_FOUND"),
    ("sale.status.add", {"fields": {"id": "N", "type": "O"}}, "201350000001"),
    ("sale.status.delete", {"id": "N"}, "201350000002"),
    ("sale.persontype.delete", {"id": 3}, "200750000003"),
    ("sale.property.delete", {"id": 999}, "200840400001"),
    ("imopenlines.config.update", {"CONFIG_ID": 999, "PARAMS": {}}, "CONFIG_ID_EMPTY"),
    ("landing.site.publication", {}, "MISSING_PARAMS"),
    ("department.add", {"NAME": "X", "PARENT": 999}, "ERROR_CORE"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("method", "params", "shape"), ANSWERS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_creation_answers_in_the_documented_shape(
    client: Caller, method: str, params: Params, shape: Any
) -> None:
    result = client.result(method, **params)
    assert set(result) == shape if isinstance(shape, set) else isinstance(result, shape)


@pytest.mark.parametrize(
    ("method", "params", "code"), REFUSALS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_documented_refusal_comes_with_its_code(
    client: Caller, method: str, params: Params, code: str
) -> None:
    assert str(client.error(method, **params)[1]) == code


def test_a_stage_of_another_pipeline_gets_the_prefix_of_its_pipeline(client: Caller) -> None:
    fields = {"ENTITY_ID": "DEAL_STAGE_1", "STATUS_ID": "DECISION", "NAME": "Decision", "SORT": 15}
    number = client.result("crm.status.add", fields=fields)
    row = client.portal.tables["status"].get(number)
    assert row is not None
    assert row["STATUS_ID"] == "C1:DECISION"


def test_a_system_stage_is_deleted_by_force_alone_and_one_with_items_never(client: Caller) -> None:
    rows = client.portal.tables["status"].all()
    system = next(row for row in rows if row["ENTITY_ID"] == "DEAL_STAGE_1" and row["SYSTEM"] == "Y")
    assert client.error("crm.status.delete", id=system["ID"])[1].startswith("CRM System Status")
    deal = client.portal.tables["deal"].ids[0]
    client.portal.tables["deal"].update(deal, stageId=system["STATUS_ID"])
    said = client.error("crm.status.delete", id=system["ID"], params={"FORCED": "Y"})
    assert said[1] == "There are active items in this status."


def test_a_payer_type_of_an_order_is_not_deleted(client: Caller) -> None:
    payer = client.result("sale.persontype.add", fields={"name": "Sole trader"})["personType"]["id"]
    orders = client.portal.tables["order"]
    orders.update(orders.ids[0], personTypeId=payer)
    assert str(client.error("sale.persontype.delete", id=payer)[1]) == "200750000004"


@pytest.mark.parametrize("goes", [True, False])
def test_values_and_relations_go_with_their_order_property(
    client: Caller, monkeypatch: pytest.MonkeyPatch, *, goes: bool
) -> None:
    monkeypatch.setattr(assumptions, "PARTS_GO_WITH_SETTINGS", goes)
    fields: Params = {"personTypeId": 3, "propsGroupId": 6, "name": "Time", "type": "ENUM"}
    number = client.result("sale.property.add", fields=fields)["property"]["id"]
    client.result(
        "sale.propertyvariant.add", fields={"orderPropsId": number, "name": "Noon", "value": "noon"}
    )
    relation: Params = {"propertyId": number, "entityId": 1, "entityType": "P"}
    client.result("sale.propertyRelation.add", fields=relation)
    client.result("sale.property.delete", id=number)
    tables = ("order_property_variant", "orderPropsId"), ("order_property_relation", "propertyId")
    left = [
        row for table, name in tables for row in settings_table(client.portal, table) if row[name] == number
    ]
    assert len(left) == (0 if goes else 2)


def test_a_value_of_an_order_property_is_updated_without_naming_its_property(client: Caller) -> None:
    given = client.result("sale.propertyvariant.update", id=1, fields={"name": "Dawn", "value": "dawn"})
    assert (given["propertyVariant"]["name"], given["propertyVariant"]["orderPropsId"]) == ("Dawn", 8)


def test_one_price_type_is_the_base_at_any_time(client: Caller) -> None:
    client.result("catalog.priceType.update", id=2, fields={"name": "OPT", "base": "Y"})
    assert [row["base"] for row in client.portal.tables["price_type"].all()] == ["N", "Y"]


def test_who_is_no_administrator_of_the_crm_writes_nothing(world: World, session: requests.Session) -> None:
    caller = a_client(world, session)
    caller.portal.withhold_right(caller.portal.admin, "crm_admin")
    assert caller.error("crm.status.delete", id=1)[0] in (400, 403)
    assert caller.error("sale.paysystem.update", ID=1, FIELDS={"ACTIVE": "N"})[1] == "ACCESS_DENIED"
