"""What is answered without building rows is what the rows would have said."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox.rest.listing import list_rows
from sandbox.rest.table import Row, Table
from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.clients import a_client


@pytest.fixture
def client(world: World, session: requests.Session) -> Caller:
    return a_client(world, session)


def count(client: Caller, method: str, **params: Any) -> int:
    return client.call(method, **params)["total"]


def how_many(client: Caller, table: str, **values: Any) -> int:
    """The same counted over every row."""
    return sum(values.items() <= row.items() for row in client.portal.tables[table].all())


@pytest.mark.parametrize("origin", ["ozon", "WB", "b24check"])
def test_deals_of_an_origin(client: Caller, origin: str) -> None:
    client.portal.tables["deal"].update(client.portal.tables["deal"].ids[4], originatorId="b24check")
    found = count(client, "crm.item.list", entityTypeId=2, filter={"originatorId": origin}, select=["id"])
    assert found == how_many(client, "deal", originatorId=origin if origin == "b24check" else origin.lower())
    assert found


def test_shipments_of_a_service_nobody_can_choose(client: Caller) -> None:
    shipments, wanted = client.portal.tables["shipment"], {"filter": {"deliveryId": 99}}
    assert count(client, "sale.shipment.list", **wanted) == 0
    shipments.update(shipments.ids[4], deliveryId=99)
    assert count(client, "sale.shipment.list", **wanted) == 1


def test_payments_of_every_way_to_pay(client: Caller) -> None:
    for way in client.portal.tables["paysystem"].ids:
        found = count(client, "sale.payment.list", filter={"paySystemId": way})
        assert found == how_many(client, "payment", paySystemId=way)


def test_calls_since_a_day(client: Caller) -> None:
    calls = client.portal.tables["call"].all()
    day = calls[100]["CALL_START_DATE"]
    assert count(client, "voximplant.statistic.get", FILTER={">=CALL_START_DATE": day}) == len(calls) - 100


@pytest.mark.parametrize("start", [0, -1])
def test_numbers_are_told_without_building_a_row(start: int) -> None:
    built: list[int] = []
    table = Table(key="id", ids=range(1, 101), build=lambda n: built.append(n) or {"id": n, "name": "x"})
    table.add({"id": 101, "name": "y"})
    page = list_rows(table, filter={">id": 90}, order={"id": "desc"}, select=["id"], start=start)
    assert [row["id"] for row in page.rows] == [*range(101, 90, -1)]
    assert built == []


def test_a_condition_on_another_field_needs_the_row() -> None:
    table = Table(key="id", ids=range(1, 101), build=lambda n: {"id": n, "odd": n % 2})
    assert list_rows(table, filter={"odd": 1}, select=["id"]).total == 50
    assert list_rows(table, order={"odd": "desc"}, select=["id"]).rows[0] == {"id": 1}
    assert list_rows(table, select=["id"], where=lambda row: row["odd"] == 0).total == 50


def test_a_table_keeps_its_rows_when_ids_stop_rising() -> None:
    rows: list[Row] = [{"ID": 2}, {"ID": 5}, {"ID": 3}]
    table = Table(rows)
    table.extend([4, 5, 9])
    assert (table.ids, table.rising) == ([2, 5, 3, 4, 9], False)
    assert [one in table for one in (1, 2, "3", 5, 9)] == [False, True, True, True, True]
    assert (table.delete(3), table.delete(3), 3 in table) == (True, False, False)
    assert table.between(2, 9) == [5, 4]
