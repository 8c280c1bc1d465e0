"""How a request gets in: addresses, bodies, credentials, and the order of refusals."""

from typing import Any

import pytest

from sandbox.portal import Portal
from sandbox.world import World
from tests.sandbox.caller import Caller

UNKNOWN = (404, "ERROR_METHOD_NOT_FOUND", "Method not found!")
COMMERCIAL = "REST is available only on commercial plans."


def test_finds_methods_whatever_their_case(caller: Caller) -> None:
    assert caller.result("PROFILE.json")["ID"] == "1"


@pytest.mark.parametrize("name", ["auth", "access_token"])
def test_takes_the_token_from_the_query(caller: Caller, name: str) -> None:
    url = f"{caller.portal.client_endpoint}profile/?{name}={caller.token}"
    assert caller.session.get(url).json()["result"]["ID"] == "1"


def test_takes_the_token_from_a_header(caller: Caller) -> None:
    url = f"{caller.portal.client_endpoint}profile"
    answer = caller.session.post(url, headers={"Authorization": f"Bearer {caller.token}"})
    assert answer.json()["result"]["ADMIN"] is True


def test_reads_forms_with_brackets(caller: Caller) -> None:
    url = f"{caller.portal.client_endpoint}app.option.set"
    caller.session.post(url, data={"auth": caller.token, "options[a][0]": "x", "options[a][1]": "y"})
    assert caller.result("app.option.get") == {"a": ["x", "y"]}


def test_reads_multipart_forms(caller: Caller) -> None:
    url = f"{caller.portal.client_endpoint}app.option.set"
    fields: dict[str, Any] = {"auth": (None, caller.token), "options[a]": (None, "x")}
    assert caller.session.post(url, files=fields).json()["result"] is True


def test_lets_the_body_win_over_the_query(caller: Caller) -> None:
    url = f"{caller.portal.client_endpoint}method.get?name=profile"
    answer = caller.session.post(url, json={"auth": caller.token, "name": "no.such"}).json()
    assert answer["result"]["isExisting"] is False


@pytest.mark.parametrize("body", [b"{broken", b"[]", b"5"])
def test_takes_unreadable_json_for_no_parameters(caller: Caller, body: bytes) -> None:
    url = f"{caller.portal.client_endpoint}profile?auth={caller.token}"
    answer = caller.session.post(url, data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200


def test_escapes_json_as_the_portal_does(caller: Caller) -> None:
    caller.result("app.option.set", options={"a": 'Я/"<&>\'\\"'})
    text = caller.post("app.option.get", {"option": "a"}).text
    assert r'"Я\/\u0022\u003C\u0026\u003E\u0027\\\u0022"' in text


def test_measures_every_answer(caller: Caller) -> None:
    time = caller.call("profile")["time"]
    assert time["start"] == 1795510800
    assert time["date_start"] == "2026-11-24T12:00:00+03:00"
    assert time["operating"] == 0


def test_counts_no_operating_time_on_a_box(caller: Caller, south: Portal) -> None:
    south.add_application(caller.card)
    assert "operating" not in Caller(south, caller.card, caller.session).call("profile")["time"]


def test_answers_the_preflight_of_a_browser(caller: Caller) -> None:
    answer = caller.session.options(f"{caller.portal.client_endpoint}profile")
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")


def test_refuses_unknown_methods_before_asking_who_calls(caller: Caller) -> None:
    caller.token = "garbage"
    assert caller.error("no.such") == UNKNOWN


def test_refuses_callers_without_a_token(caller: Caller) -> None:
    caller.token = ""
    assert caller.error("profile") == (401, "NO_AUTH_FOUND", "Wrong authorization data")


def test_refuses_tokens_of_another_portal(caller: Caller, south: Portal) -> None:
    south.add_application(caller.card)
    caller.token = south.issue_tokens(caller.card, south.admin).access
    assert caller.error("profile") == (401, "invalid_token", "Unable to get application by token")


def test_refuses_expired_tokens(world: World, caller: Caller) -> None:
    world.clock.advance(hours=1)
    assert caller.error("profile") == (401, "expired_token", "The access token provided has expired")


def test_names_the_plan_before_the_expired_token(world: World, north: Portal, caller: Caller) -> None:
    world.clock.advance(hours=1)
    north.lapse_to_free()
    assert caller.error("profile") == (401, "ACCESS_DENIED", COMMERCIAL)


def test_refuses_an_application_taken_off(north: Portal, caller: Caller) -> None:
    north.installations[caller.card.client_id].active = False
    assert caller.error("profile")[:2] == (401, "APPLICATION_NOT_FOUND")


def test_refuses_methods_outside_the_scopes(north: Portal, caller: Caller) -> None:
    north.withhold_scope(caller.card, "placement")
    assert caller.error("placement.list")[:2] == (401, "insufficient_scope")
    north.grant_scope(caller.card, "placement")
    assert "LEFT_MENU" in caller.result("placement.list")


def test_refuses_people_without_access_to_the_application(north: Portal, caller: Caller) -> None:
    north.withhold_right(north.employee, "app")
    assert caller.becomes(north.employee).error("profile")[:2] == (401, "user_access_error")
    north.grant_right(north.employee, "app")
    assert caller.result("profile")["ID"] == str(north.employee.id)


def test_refuses_dismissed_people(north: Portal, caller: Caller) -> None:
    north.dismiss(north.employee)
    assert caller.becomes(north.employee).error("profile")[:2] == (401, "authorization_error")


def test_refuses_employees_where_an_administrator_is_needed(north: Portal, caller: Caller) -> None:
    caller.becomes(north.employee)
    assert caller.error("placement.get") == (403, "ACCESS_DENIED", "Access denied!")


def test_serves_webhooks_within_their_scopes(north: Portal, caller: Caller) -> None:
    hook = north.webhook(north.employee, ["placement"])
    assert caller.session.get(f"{hook}profile").json()["result"]["ID"] == str(north.employee.id)
    denied = caller.session.get(f"{hook}placement.list")
    assert (denied.status_code, denied.json()["error"]) == (403, "WRONG_AUTH_TYPE")


def test_tells_a_webhook_which_subscription_it_lacks(north: Portal, caller: Caller) -> None:
    hook = north.webhook(north.admin, [])
    north.lapse_to_free()
    assert caller.session.get(f"{hook}profile").json() == {
        "error": "ACCESS_DENIED",
        "error_description": "REST is available only by subscription.",
    }


def test_refuses_a_webhook_with_a_wrong_secret(north: Portal, caller: Caller) -> None:
    answer = caller.session.get(f"{north.client_endpoint}1/wrong/profile")
    assert (answer.status_code, answer.json()["error"]) == (401, "INVALID_CREDENTIALS")


def test_wants_https(north: Portal, caller: Caller) -> None:
    answer = caller.session.get(f"http://{north.host}/rest/profile?auth={caller.token}")
    assert (answer.status_code, answer.json()["error"]) == (400, "INVALID_REQUEST")


def test_remembers_who_asked_for_what(world: World, caller: Caller) -> None:
    caller.session.headers["User-Agent"] = "renewal/1"
    caller.batch({"a": "profile", "b": "scope"})
    seen = world.requests[-1]
    assert (seen.method, seen.status, seen.user_agent) == ("batch", 200, "renewal/1")
    assert seen.commands == ("profile", "scope")
