"""The methods every application may call."""

from sandbox.portal import Portal
from tests.sandbox.caller import Caller


def test_tells_the_plan_but_not_its_end(caller: Caller) -> None:
    info = caller.result("app.info")
    assert info["LICENSE"] == "ru_std"
    assert (info["LICENSE_TYPE"], info["LICENSE_FAMILY"]) == ("std", "std")
    assert (info["STATUS"], info["INSTALLED"], info["DAYS"]) == ("L", True, None)


def test_names_a_box_by_language_and_without_family(caller: Caller, south: Portal) -> None:
    south.add_application(caller.card)
    there = Caller(south, caller.card, caller.session)
    info = there.result("app.info")
    assert info["LICENSE"] == "ru_selfhosted"
    assert "LICENSE_FAMILY" not in info


def test_shows_a_webhook_its_scopes_only(north: Portal, caller: Caller) -> None:
    hook = north.webhook(north.admin, ["crm"])
    answer = caller.session.post(f"{hook}app.info.json").json()
    assert answer["result"] == {"SCOPE": ["crm"], "LICENSE": "ru_std"}


def test_knows_administrators_from_employees(north: Portal, caller: Caller) -> None:
    assert caller.result("user.admin") is True
    profile = caller.becomes(north.employee).result("profile")
    assert (profile["ID"], profile["ADMIN"]) == (str(north.employee.id), False)


def test_lists_granted_scopes_and_all_of_them(north: Portal, caller: Caller) -> None:
    north.withhold_scope(caller.card, "sale")
    assert caller.result("scope") == ["crm", "placement"]
    assert "placement" in caller.result("scope", full=1)


def test_tells_missing_methods_from_missing_scopes(north: Portal, caller: Caller) -> None:
    north.withhold_scope(caller.card, "placement")
    assert caller.result("method.get", name="no.such") == {"isExisting": False, "isAvailable": False}
    assert caller.result("method.get", name="placement.get") == {"isExisting": True, "isAvailable": False}
    assert "placement.get" in caller.result("methods", full=1)
    assert "placement.get" not in caller.result("methods")


def test_tells_the_time_of_the_portal(caller: Caller) -> None:
    assert caller.result("server.time") == "2026-11-24T12:00:00+03:00"


def test_opens_features_from_the_professional_plan(north: Portal, caller: Caller) -> None:
    assert caller.result("feature.get", CODE="rest_offline_extended") == {"value": "N"}
    north.renew("ru_pro100")
    assert caller.result("feature.get", CODE="rest_offline_extended") == {"value": "Y"}
    assert caller.error("feature.get") == (400, "CODE_EMPTY", "CODE can't be empty")


def test_keeps_options_of_the_application_and_of_each_user(north: Portal, caller: Caller) -> None:
    assert caller.result("app.option.get") == []
    assert caller.result("app.option.set", options={"a": "1"}) is True
    assert caller.result("user.option.set", options={"b": "2"}) is True
    caller.becomes(north.employee)
    assert caller.result("app.option.get", option="a") == "1"
    assert caller.result("user.option.get") == []
    assert caller.error("app.option.set", options={"a": "2"})[:2] == (403, "ACCESS_DENIED")
