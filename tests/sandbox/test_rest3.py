"""REST 3.0: its address, its shape of answers and errors, the event log, the count of employees."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from sandbox.portal import Portal
from sandbox.shop.event_log import event_log_of
from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.shapes import Shape, differences, learn
from tests.sandbox.test_conformance import FIXTURES, fixture_of

PREFIX = "BITRIX_REST_V3_EXCEPTION_"
NEEDS_PAIRS = pytest.mark.skipif(not FIXTURES.is_dir(), reason=f"no documented pairs at {FIXTURES}")


@pytest.fixture
def caller(world: World, north: Portal, session: requests.Session) -> Caller:
    card = world.register_application(
        client_id="local.three",
        client_secret="s",
        title="Three",
        app_url="https://app.example/app",
        scopes=["main", "humanresources"],
    )
    north.add_application(card)
    return Caller(north, card, session)


def ask(caller: Caller, method: str, **params: Any) -> dict[str, Any]:
    answer = caller.post(f"api/{method}", params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refused(caller: Caller, method: str, **params: Any) -> tuple[int, str, str]:
    answer = caller.post(f"api/{method}", params)
    error = answer.json()["error"]
    return answer.status_code, error["code"].removeprefix(PREFIX), error["message"]


def items(caller: Caller, method: str, **params: Any) -> list[dict[str, Any]]:
    return list(ask(caller, method, **params)["result"]["items"])


# the address and the envelope


def test_a_method_of_rest_3_is_unknown_at_the_older_address(caller: Caller) -> None:
    assert caller.error("humanresources.employee.count")[:2] == (404, "ERROR_METHOD_NOT_FOUND")


def test_a_method_of_the_older_version_is_unknown_here(caller: Caller) -> None:
    assert refused(caller, "profile")[:2] == (404, "METHODNOTFOUNDEXCEPTION")


def test_an_answer_is_a_result_and_a_time(caller: Caller) -> None:
    body = ask(caller, "humanresources.employee.count")
    assert list(body) == ["result", "time"]
    assert {"operating", "operating_reset_at", "date_start"} <= set(body["time"])


def test_a_webhook_stands_in_the_path(caller: Caller, north: Portal) -> None:
    hook = north.webhook(north.admin, ["humanresources"]).removeprefix(north.client_endpoint)
    url = f"{north.client_endpoint}api/{hook}humanresources.employee.count"
    assert caller.session.get(url).json()["result"]["total"] > 0


def test_the_query_string_is_not_read(caller: Caller, north: Portal) -> None:
    url = f"{north.client_endpoint}api/main.eventlog.get?id=1&auth={caller.token}"
    assert caller.session.get(url).status_code == 401
    answer = caller.session.post(url, json={"auth": caller.token})
    assert answer.json()["error"]["validation"] == [
        {"message": "Обязательное поле `id` не указано", "field": "id"}
    ]


@pytest.mark.parametrize(
    ("data", "kind"), [("a=1", "application/x-www-form-urlencoded"), ("{", "application/json")]
)
def test_only_json_is_read(caller: Caller, north: Portal, data: str, kind: str) -> None:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {caller.token}"}
    url = f"{north.client_endpoint}api/humanresources.employee.count"
    answer = caller.session.post(url, data=data, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, f"{PREFIX}INVALIDJSONEXCEPTION")


# who may


def test_whoever_is_not_let_in_gets_one_code(caller: Caller, north: Portal) -> None:
    denied = (401, "ACCESSDENIEDEXCEPTION", "Доступ запрещен")
    north.expire_tokens(caller.card)
    assert refused(caller, "humanresources.employee.count") == denied
    caller.token = ""
    assert refused(caller, "humanresources.employee.count") == denied


def test_a_missing_scope_is_named(caller: Caller, north: Portal) -> None:
    north.withhold_scope(caller.card, "main")
    assert refused(caller, "main.eventlog.list")[:2] == (403, "INSUFFICIENTSCOPEEXCEPTION")


def test_the_log_is_for_administrators(caller: Caller, north: Portal) -> None:
    caller.becomes(north.employee)
    assert refused(caller, "main.eventlog.list")[:2] == (403, "ACCESSDENIEDEXCEPTION")
    assert ask(caller, "humanresources.employee.count")["result"]["total"]


def test_a_guest_does_not_count_employees(caller: Caller, north: Portal) -> None:
    guest = next(user for user in north.users if user.user_type != "employee")
    caller.becomes(guest)
    assert refused(caller, "humanresources.employee.count")[:2] == (403, "ACCESSDENIEDEXCEPTION")


def test_dismissed_people_are_not_counted(caller: Caller, north: Portal) -> None:
    before = ask(caller, "humanresources.employee.count")["result"]["total"]
    north.dismiss(north.employee)
    assert ask(caller, "humanresources.employee.count")["result"]["total"] == before - 1


def test_failures_are_scripted_here_too(caller: Caller, north: Portal) -> None:
    north.answer_next("html", status=502)
    assert caller.post("api/humanresources.employee.count").status_code == 502


# the event log


@NEEDS_PAIRS
@pytest.mark.parametrize("method", ["main.eventlog.list", "main.eventlog.tail"])
def test_answers_in_the_documented_shape(caller: Caller, method: str) -> None:
    fixture = fixture_of(method)
    asked = {name: value for name, value in fixture["requests"][0].items() if name in ("select", "order")}
    ours = {"result": ask(caller, method, **asked)["result"]}
    shape = learn(Shape(), {"result": fixture["responses"][0]["result"]})
    assert list(differences(shape, ours, "")) == []


def test_a_day_is_read_by_filter_and_pages(caller: Caller, north: Portal) -> None:
    log = event_log_of(north).all()
    day = log[0]["timestampX"][:10]
    wanted = [["timestampX", ">=", f"{day}T00:00:00+00:00"], ["timestampX", "<", f"{day}T23:59:59+00:00"]]
    size = len([row for row in log if row["timestampX"].startswith(day)])
    pages = [
        items(caller, "main.eventlog.list", filter=wanted, pagination={"page": number, "limit": 5})
        for number in (1, 2)
    ]
    assert [row["id"] for row in pages[0] + pages[1]] == [row["id"] for row in log[: min(10, size)]]
    assert len(items(caller, "main.eventlog.list", filter=wanted, pagination={"offset": size - 1})) == 1
    assert len(items(caller, "main.eventlog.list")) == 50


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ([["userId", "=", 1]], {1}),
        ([["userId", [1, 5]]], {1, 5}),
        ([["userId", "in", [1, 5]]], {1, 5}),
        ([["userId", "between", [1, 5]]], {1, 5}),
        ([["userId", "<", 7], ["userId", "!=", 1]], {5}),
        ([{"logic": "or", "conditions": [["userId", 1], ["userId", "=", 5]]}], {1, 5}),
    ],
)
def test_a_filter_is_a_logical_expression(caller: Caller, wanted: Any, ids: set[int]) -> None:
    found = items(caller, "main.eventlog.list", filter=wanted, select=["userId"])
    assert {row["userId"] for row in found} == ids
    assert all(list(row) == ["userId"] for row in found)


def test_the_tail_goes_on_after_the_cursor(caller: Caller, north: Portal) -> None:
    last = event_log_of(north).ids[-3]
    found = items(caller, "main.eventlog.tail", cursor={"field": "id", "value": last, "limit": 5})
    assert [row["id"] for row in found] == [last + 1, last + 2]
    down = items(caller, "main.eventlog.tail", cursor={"value": last, "order": "DESC", "limit": 1})
    assert [row["id"] for row in down] == [last - 1]


def test_one_record_is_shown_whole(caller: Caller, north: Portal) -> None:
    number = event_log_of(north).ids[0]
    row = ask(caller, "main.eventlog.get", id=number)["result"]["item"]
    assert (row["id"], row["siteId"], row["guestId"]) == (number, "s1", 0)


def test_fields_say_what_they_are_good_for(caller: Caller) -> None:
    fields = {row["name"]: row for row in items(caller, "main.eventlog.field.list")}
    assert (len(fields), fields["userId"]["filterable"], fields["severity"]["sortable"]) == (13, True, False)
    assert ask(caller, "main.eventlog.field.get", name="id")["result"]["item"]["type"] == "int"


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("list", {"pagination": {"limit": "abc"}}, "INVALIDPAGINATIONEXCEPTION"),
        ("list", {"pagination": {"limit": 0}}, "INVALIDPAGINATIONEXCEPTION"),
        ("list", {"pagination": 5}, "INVALIDPAGINATIONEXCEPTION"),
        ("list", {"filter": {"id": 1}}, "INVALIDFILTEREXCEPTION"),
        ("list", {"filter": ["id", 1]}, "INVALIDFILTEREXCEPTION"),
        ("list", {"filter": [["id", "~", 1]]}, "UNKNOWNFILTEROPERATOREXCEPTION"),
        ("list", {"filter": [["colour", 1]]}, "UNKNOWNDTOPROPERTYEXCEPTION"),
        ("list", {"select": "id"}, "INVALIDSELECTEXCEPTION"),
        ("list", {"order": {"id": "up"}}, "INVALIDORDEREXCEPTION"),
        ("list", {"order": {"severity": "ASC"}}, "INVALIDORDEREXCEPTION"),
        ("tail", {"filter": [["id", ">", 1]]}, "INVALIDFILTEREXCEPTION"),
        ("tail", {"cursor": {"limit": 0}}, "INVALIDPAGINATIONEXCEPTION"),
        ("get", {"id": 999999}, "ENTITYNOTFOUNDEXCEPTION"),
        ("get", {}, "VALIDATION_REQUESTVALIDATIONEXCEPTION"),
        ("field.get", {}, "VALIDATION_REQUESTVALIDATIONEXCEPTION"),
    ],
)
def test_a_wrong_question_has_its_own_code(
    caller: Caller, method: str, params: dict[str, Any], code: str
) -> None:
    assert refused(caller, f"main.eventlog.{method}", **params)[:2] == (400, code)


def test_an_unknown_field_has_the_code_of_another_module(caller: Caller) -> None:
    answer = caller.post("api/main.eventlog.field.get", {"name": "colour"}).json()
    assert answer["error"]["code"] == "BITRIX_REST_V3_REALISATION_EXCEPTION_FIELDNOTFOUNDEXCEPTION"


# several at once, and what there is


def batch(caller: Caller, commands: Any) -> requests.Response:
    url, headers = f"{caller.portal.client_endpoint}api/batch", {"Authorization": f"Bearer {caller.token}"}
    return caller.session.post(url, json=commands, headers=headers)


def test_a_batch_is_an_array_and_answers_in_order(caller: Caller) -> None:
    first = {"method": "humanresources.employee.count", "query": {}}
    second = {"method": "main.eventlog.list", "query": {"pagination": {"limit": 1}}}
    found = batch(caller, [first, second]).json()["result"]
    assert (list(found[0]), len(found[1]["items"])) == (["total"], 1)


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        ({"cmd": {"a": "humanresources.employee.count"}}, "INVALIDSELECTEXCEPTION"),
        ([{"method": "crm.item.list", "query": {}}], "METHODNOTFOUNDEXCEPTION"),
        ([{"method": "batch", "query": {}}], "METHODNOTFOUNDEXCEPTION"),
        ([{"method": "main.eventlog.get", "query": {"id": 999999}}], "ENTITYNOTFOUNDEXCEPTION"),
    ],
)
def test_the_first_error_is_the_error_of_the_batch(caller: Caller, commands: Any, code: str) -> None:
    answer = batch(caller, commands)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, PREFIX + code)


def test_a_batch_asks_for_scopes_as_single_calls_do(caller: Caller, north: Portal) -> None:
    north.withhold_scope(caller.card, "main")
    answer = batch(caller, [{"method": "main.eventlog.list", "query": {}}])
    assert (answer.status_code, "INSUFFICIENTSCOPE" in answer.text) == (403, True)


def test_the_portal_describes_its_methods(caller: Caller) -> None:
    told = ask(caller, "rest.documentation.openapi")["result"]
    assert "/main.eventlog.tail" in told["paths"]
    assert json.dumps(told) == json.dumps(ask(caller, "documentation")["result"])
