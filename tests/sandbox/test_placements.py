"""Widgets: binding, listing and removing them (the portal's source, rest 25.600)."""

from typing import Any

import pytest

from sandbox.portal import Portal
from tests.sandbox.caller import Caller

HANDLER = "https://app.example/widget"
WORKER = {"PLACEMENT": "PAGE_BACKGROUND_WORKER", "HANDLER": HANDLER, "OPTIONS": {"errorHandlerUrl": HANDLER}}


def bind(caller: Caller, **wish: Any) -> Any:
    return caller.call("placement.bind", **{"PLACEMENT": "LEFT_MENU", "HANDLER": HANDLER, **wish})


def test_keeps_titles_by_language(caller: Caller) -> None:
    titles = {"ru": {"TITLE": "Продление", "GROUP_NAME": "Г"}, "en": {"TITLE": "Renewal"}}
    assert bind(caller, LANG_ALL=titles)["result"] is True
    (found,) = caller.result("placement.get")
    assert (found["placement"], found["title"], found["options"]) == ("LEFT_MENU", "Продление", [])
    assert found["langAll"]["ru"] == {"TITLE": "Продление", "DESCRIPTION": "", "GROUP_NAME": "Г"}


@pytest.mark.parametrize(("wish", "title"), [({}, "Renewal"), ({"title": "Days"}, "Days")])
def test_takes_the_name_of_the_application_for_want_of_a_title(
    caller: Caller, wish: dict[str, str], title: str
) -> None:
    bind(caller, **wish)
    assert caller.result("placement.get")[0]["title"] == title


def test_drops_options_the_place_does_not_know(caller: Caller) -> None:
    bind(caller, PLACEMENT="IM_SIDEBAR", OPTIONS={"iconName": "fa-clock", "other": 1})
    assert caller.result("placement.get")[0]["options"] == {"iconName": "fa-clock"}


def test_lists_places_by_scope(caller: Caller) -> None:
    assert "CRM_DEAL_LIST_TOOLBAR" in caller.result("placement.list")
    assert caller.result("placement.list", scope="calendar") == ["CALENDAR_GRIDVIEW"]
    assert "TASK_VIEW_TAB" not in caller.result("placement.list")
    assert "TASK_VIEW_TAB" in caller.result("placement.list", full="1")


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"PLACEMENT": ""}, "ERROR_ARGUMENT"),
        ({"PLACEMENT": {"a": 1}}, "ERROR_ARGUMENT"),
        ({"HANDLER": None}, "ERROR_ARGUMENT"),
        ({"PLACEMENT": "DEFAULT"}, "ERROR_PLACEMENT_NOT_FOUND"),
        ({"PLACEMENT": "TASK_VIEW_TAB"}, "ERROR_PLACEMENT_NOT_FOUND"),
        ({"HANDLER": "http://localhost:8080/widget"}, "ERROR_WRONG_HANDLER_URL"),
        ({"HANDLER": "mailto://app.example"}, "ERROR_UNSUPPORTED_PROTOCOL"),
        ({}, "ERROR_CORE"),
    ],
)
def test_refuses_with_status_400(caller: Caller, wish: dict[str, Any], error: str) -> None:
    bind(caller)
    assert caller.error("placement.bind", **{"PLACEMENT": "LEFT_MENU", "HANDLER": HANDLER, **wish})[:2] == (
        400,
        error,
    )


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (WORKER, "ERROR_PLACEMENT_MAX_COUNT"),
        ({**WORKER, "OPTIONS": []}, "EMPTY_ERROR_HANDLER_URL"),
        ({"PLACEMENT": "LEFT_MENU", "HANDLER": HANDLER, "USER_ID": 3}, "ERROR_PLACEMENT_USER_MODE"),
    ],
)
def test_refuses_with_status_200(caller: Caller, wish: dict[str, Any], error: str) -> None:
    bind(caller, **WORKER)
    answer = caller.post("placement.bind", wish)
    assert (answer.status_code, answer.json()["error"]) == (200, error)
    assert set(answer.json()) == {"error", "error_description"}


def test_counts_every_removed_widget_twice(caller: Caller) -> None:
    bind(caller)
    bind(caller, HANDLER=f"{HANDLER}/2")
    assert caller.result("placement.unbind", PLACEMENT="left_menu", HANDLER=HANDLER) == {"count": 2}
    assert caller.result("placement.unbind", PLACEMENT="LEFT_MENU", USER_ID=5) == {"count": 0}
    assert caller.result("placement.unbind", PLACEMENT="LEFT_MENU", USER_ID=0) == {"count": 2}
    assert caller.result("placement.get") == []


def test_needs_an_administrator(north: Portal, caller: Caller) -> None:
    caller.becomes(north.employee)
    assert caller.error("placement.bind", PLACEMENT="LEFT_MENU", HANDLER=HANDLER)[:2] == (
        403,
        "ACCESS_DENIED",
    )
    assert "LEFT_MENU" in caller.result("placement.list")
