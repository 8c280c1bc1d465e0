"""Parameter names have the case of the documentation: in another one they are unknown, as on a portal."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox import assumptions
from sandbox.rest.registry import METHODS
from sandbox.rest.spelling import ANY_CASE, DOCUMENTED, misspelled
from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.clients import a_client


@pytest.fixture
def client(world: World, session: requests.Session) -> Caller:
    return a_client(world, session)


def test_a_name_in_another_case_is_another_name(client: Caller) -> None:
    assert client.call("crm.item.list", entityTypeId=2)["result"]["items"]
    assert client.error("crm.item.list", entitytypeid=2) == client.error("crm.item.list")


@pytest.mark.parametrize(
    ("method", "right", "wrong"),
    [
        ("sale.delivery.getlist", "FILTER", "filter"),
        ("sale.paysystem.list", "FILTER", "filter"),
        ("catalog.store.list", "filter", "FILTER"),
        ("sale.order.list", "filter", "Filter"),
    ],
)
def test_a_filter_in_another_case_filters_nothing(
    client: Caller, method: str, right: str, wrong: str
) -> None:
    name = "ID" if right.isupper() else "id"
    every = client.call(method)
    assert client.call(method, **{wrong: {name: 1}})["result"] == every["result"]
    assert client.call(method, **{right: {name: 1}})["result"] != every["result"]


def test_commands_of_a_batch_are_read_as_strictly(client: Caller) -> None:
    answer = client.batch({"a": "crm.item.list?entitytypeid=2", "b": "crm.item.list?entityTypeId=2"})
    assert (list(answer["result_error"]), list(answer["result"])) == (["a"], ["b"])


def test_both_spellings_of_the_documentation_are_read(client: Caller) -> None:
    for name in ("filter", "FILTER"):
        assert [row["ID"] for row in client.result("crm.deal.list", **{name: {"ID": 150}})] == ["150"]


def test_start_is_read_by_every_list(client: Caller) -> None:
    assert client.call("user.get", start=-1).get("total") is None
    assert client.call("user.get", START=-1)["total"] > 0


def test_methods_that_read_any_case_go_on(client: Caller) -> None:
    place: dict[str, Any] = {"placement": "LEFT_MENU", "Handler": "https://app.example/menu"}
    assert client.result("placement.bind", **place) is True
    assert client.result("BATCH", CMD={"a": "profile"}, Halt=1)["result"]["a"]["ID"] == "1"


def test_what_the_documentation_does_not_name_is_left_alone() -> None:
    assert misspelled("crm.item.list", {"ENTITYTYPEID": 1, "own": 2, "filter": 3}) == {"ENTITYTYPEID"}
    assert misspelled("method.of.nobody", {"Any": 1}) == frozenset()


def test_every_method_is_documented_or_stands_among_the_assumptions() -> None:
    unverified = {name.lower() for name in assumptions.UNVERIFIED_METHODS}
    assert set(METHODS) == set(DOCUMENTED) | unverified
    assert not set(DOCUMENTED) & unverified
    assert set(METHODS) | {"batch"} >= ANY_CASE
