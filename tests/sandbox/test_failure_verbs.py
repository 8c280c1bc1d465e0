"""The scenario's verbs about failures, a deleted portal and authorization servers, by JSON and on the panel."""

from __future__ import annotations

import pytest

from sandbox.application import ApplicationCard
from sandbox.portal import Portal
from tests.sandbox.caller import Caller
from tests.sandbox.director import Director
from tests.sandbox.visitor import app_of


@pytest.fixture
def director(caller: Caller) -> Director:
    return Director(caller.portal, app_of(caller.portal).test_client())


def test_a_failure_is_switched_on_and_forgiven(director: Director, caller: Caller) -> None:
    told = director.does("answer_next", kind="html", status=403, until_forgiven=True)["faults"]
    assert [(each["kind"], each["status"], each["times"], each["until_forgiven"]) for each in told] == [
        ("html", 403, None, True)
    ]
    assert {caller.post("profile").status_code for _ in range(3)} == {403}
    assert director.does("forgive", server=told[0]["server"], number=told[0]["number"])["faults"] == []
    assert caller.post("profile").status_code == 200


def test_failures_of_the_authorization_server_are_apart(director: Director) -> None:
    director.does("answer_next", kind="silent", until_forgiven=True)
    told = director.does("refuse_next", code="invalid_grant", until_forgiven=True, server="oauth")["faults"]
    assert [(each["server"], each["kind"]) for each in told] == [("portal", "silent"), ("oauth", "refuse")]
    assert [each["server"] for each in director.does("forgive", server="portal", number=0)["faults"]] == [
        "oauth"
    ]
    assert director.does("forgive")["faults"] == []


def test_a_wrong_server_or_number_is_explained(director: Director) -> None:
    answer = director.sends("answer_next", kind="html", server="oauth.evil.example")
    assert (answer.status_code, answer.json["error"]) == (
        400,
        "no authorization server oauth.evil.example",
    )
    answer = director.sends("forgive", server="portal", number=3)
    assert (answer.status_code, answer.json["error"]) == (400, "no failure 3")


def test_a_deleted_portal_is_brought_back_by_its_panel(director: Director, caller: Caller) -> None:
    told = director.does("delete_portal")
    assert (told["deleted"], told["portal"]["rest_allowed"]) == ("json", False)
    assert caller.error("profile")[1] == "PORTAL_DELETED"
    assert director.client.get("/stream/", base_url=director.portal.url).status_code == 403
    assert director.does("restore_portal")["deleted"] == ""
    assert director.client.get("/stream/", base_url=director.portal.url).status_code == 200


def test_the_authorization_server_moves(director: Director) -> None:
    old = director.portal.world.oauth_host
    director.does("add_authorization_server", host="oauth.bitrix.info")
    told = director.does("use_authorization_server", host="oauth.bitrix.info")
    assert told["portal"]["authorization_server"] == "oauth.bitrix.info"
    assert director.does("use_authorization_server")["portal"]["authorization_server"] == old
    told = director.does("move_authorization_server", host="oauth.bitrix.info", old="redirect")
    assert told["authorization_servers"] == [
        {"host": "oauth.bitrix.info", "old": ""},
        {"host": old, "old": "redirect"},
    ]
    assert director.sends("add_authorization_server", host=director.portal.host).status_code == 400


def test_a_certificate_needs_https(card: ApplicationCard, north: Portal, director: Director) -> None:
    assert director.does("answer_next", kind="certificate")["faults"][0]["kind"] == "certificate"
    north.world.scheme = "http"
    answer = director.sends("answer_next", kind="certificate")
    assert (answer.status_code, "--tls" in answer.json["error"]) == (400, True)


def test_the_panel_shows_each_failure_with_its_own_button(director: Director) -> None:
    director.does("answer_next", kind="html", until_forgiven=True)
    director.does("answer_next", kind="silent", server="oauth")
    page = director.client.get("/scenario/", base_url=director.portal.url).text
    assert page.count('data-verb="forgive"') == 3
    assert "html · пока не снимут" in page
    assert "silent · × 1 · oauth" in page


def test_unverified_methods_answer_only_when_asked_for(director: Director, caller: Caller) -> None:
    assert caller.error("mobile.Menu.getMenu")[1] == "ERROR_METHOD_NOT_FOUND"
    director.does("unverified_methods", shown=True)
    assert caller.error("mobile.Menu.getMenu")[1] == "insufficient_scope"
    director.does("unverified_methods")
    assert caller.error("mobile.Menu.getMenu")[1] == "ERROR_METHOD_NOT_FOUND"


def test_the_portal_moves_to_another_time_zone(director: Director, caller: Caller) -> None:
    told = director.does("time_zone", zone="Asia/Vladivostok")
    assert (told["portal"]["time_zone"], told["now"][-6:]) == ("Asia/Vladivostok", "+10:00")
    assert caller.result("server.time").endswith("+10:00")
    answer = director.sends("time_zone", zone="Moon/Tycho")
    assert (answer.status_code, answer.json["error"]) == (400, "no time zone Moon/Tycho")
