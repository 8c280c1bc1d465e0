"""A second authorization server, one that moved, and failures of either."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox import assumptions
from sandbox.authorization import OldAddress
from sandbox.faults import UNTIL_FORGIVEN
from sandbox.portal import Portal
from sandbox.world import World
from tests.sandbox.caller import Caller

SECOND = "oauth.bitrix.info"


def renew(caller: Caller, host: str) -> requests.Response:
    fields = {
        "grant_type": "refresh_token",
        "client_id": caller.card.client_id,
        "client_secret": caller.card.client_secret,
        "refresh_token": caller.portal.issue_tokens(caller.card, caller.portal.admin).refresh,
    }
    return caller.session.post(f"https://{host}/oauth/token/", data=fields, allow_redirects=False)


def app_info(caller: Caller, host: str) -> Any:
    return caller.session.post(f"https://{host}/rest/app.info", data={"auth": caller.token}, timeout=5).json()


@pytest.fixture
def second(world: World) -> str:
    return world.add_authorization_server(SECOND).host


def test_a_second_server_answers_beside_the_first(world: World, caller: Caller, second: str) -> None:
    for host in (world.oauth_host, second):
        assert renew(caller, host).status_code == 200
        assert app_info(caller, host)["result"]["install"]["member_id"] == caller.portal.member_id


def test_a_portal_names_the_server_that_it_uses(north: Portal, caller: Caller, second: str) -> None:
    north.use_authorization_server(second)
    assert north.opens(user=north.admin).form["SERVER_ENDPOINT"] == f"https://{SECOND}/rest/"
    answer = renew(caller, second).json()
    assert (answer["domain"], answer["server_endpoint"]) == (SECOND, f"https://{SECOND}/rest/")
    with pytest.raises(KeyError, match="no authorization server"):
        north.use_authorization_server("oauth.evil.example")


def test_servers_may_keep_their_tokens_apart(
    world: World, north: Portal, caller: Caller, second: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assumptions, "AUTHORIZATION_SERVERS_SHARE_TOKENS", False)
    assert renew(caller, second).json()["error"] == "invalid_grant"
    assert app_info(caller, second)["error"] == "invalid_token"
    north.use_authorization_server(second)
    assert renew(caller, second).status_code == 200
    assert renew(caller, world.oauth_host).json()["error"] == "invalid_grant"


def test_nobody_answers_at_the_old_address(world: World, north: Portal, caller: Caller) -> None:
    old = world.oauth_host
    world.move_authorization_server(SECOND)
    assert (world.oauth_host, north.server_endpoint) == (SECOND, f"https://{SECOND}/rest/")
    with pytest.raises(requests.ConnectionError):
        renew(caller, old)
    assert renew(caller, SECOND).json()["server_endpoint"] == f"https://{SECOND}/rest/"


@pytest.mark.parametrize(("what", "status"), [("redirect", 302), ("works", 200)])
def test_the_old_address_may_lead_on_or_work(
    world: World, caller: Caller, what: OldAddress, status: int
) -> None:
    old = world.oauth_host
    world.move_authorization_server(SECOND, what)
    answer = renew(caller, old)
    assert answer.status_code == status
    assert answer.headers.get("Location", "") == (
        f"https://{SECOND}/oauth/token/" if what == "redirect" else ""
    )


def test_a_server_moves_back(world: World, caller: Caller) -> None:
    first = world.oauth_host
    world.move_authorization_server(SECOND)
    world.move_authorization_server(first)
    assert renew(caller, first).status_code == 200
    with pytest.raises(requests.ConnectionError):
        renew(caller, SECOND)


def test_one_server_fails_and_the_other_answers(world: World, caller: Caller, second: str) -> None:
    world.oauth.main.answer_next("silent", times=UNTIL_FORGIVEN)
    with pytest.raises(requests.ReadTimeout):
        app_info(caller, world.oauth_host)
    assert app_info(caller, second)["result"]
    world.oauth.main.forgive()
    assert app_info(caller, world.oauth_host)["result"]


def test_a_server_fails_at_one_method(world: World, caller: Caller) -> None:
    world.oauth.main.answer_next("html", method="token", status=502)
    assert app_info(caller, world.oauth_host)["result"]
    assert renew(caller, world.oauth_host).status_code == 502


def test_a_server_shows_a_bad_certificate(world: World, caller: Caller) -> None:
    world.oauth.main.answer_next("certificate")
    with pytest.raises(requests.exceptions.SSLError):
        renew(caller, world.oauth_host)


def test_a_refusal_of_tokens_lasts_until_it_is_forgiven(world: World, caller: Caller) -> None:
    world.refuse_next_token("invalid_grant", times=UNTIL_FORGIVEN)
    assert {renew(caller, world.oauth_host).json()["error"] for _ in range(3)} == {"invalid_grant"}
