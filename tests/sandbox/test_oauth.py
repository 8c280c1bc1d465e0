"""The authorization server (the portal's source, oauth 17.5; vendor's documentation, settings/oauth/*)."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.portal import Portal
from sandbox.world import World
from tests.sandbox.caller import Caller

TOKEN = "https://oauth.bitrix24.tech/oauth/token/"
INFO = "https://oauth.bitrix24.tech/rest/app.info"
KEYS = "access_token expires expires_in scope domain server_endpoint status client_endpoint member_id user_id"


def ask(caller: Caller, **fields: Any) -> tuple[int, dict[str, Any]]:
    card = {"client_id": caller.card.client_id, "client_secret": caller.card.client_secret}
    answer = caller.session.get(TOKEN, params={**card, **fields})
    return answer.status_code, answer.json()


def refresh(caller: Caller, token: str) -> tuple[int, dict[str, Any]]:
    return ask(caller, grant_type="refresh_token", refresh_token=token)


def refresh_token(caller: Caller) -> str:
    return caller.portal.issue_tokens(caller.card, caller.portal.admin).refresh


def test_gives_a_new_pair_in_the_documented_order(caller: Caller) -> None:
    status, body = refresh(caller, refresh_token(caller))
    assert (status, list(body)) == (200, [*KEYS.split(), "refresh_token"])
    assert (body["domain"], body["expires_in"]) == ("oauth.bitrix24.tech", 3600)
    caller.token = body["access_token"]
    assert caller.result("profile")["ID"] == "1"


def test_takes_the_secret_in_a_body(caller: Caller) -> None:
    fields = {"client_id": caller.card.client_id, "client_secret": caller.card.client_secret}
    fields |= {"grant_type": "refresh_token", "refresh_token": refresh_token(caller)}
    assert caller.session.post(TOKEN, data=fields).json()["member_id"] == caller.portal.member_id


def test_rotates_refresh_tokens(caller: Caller) -> None:
    first = refresh_token(caller)
    _, body = refresh(caller, first)
    assert refresh(caller, first)[1]["error"] == "invalid_grant"
    assert refresh(caller, body["refresh_token"])[0] == 200


def test_lets_a_refresh_token_live_for_180_days(world: World, caller: Caller) -> None:
    token = refresh_token(caller)
    world.clock.advance(days=180)
    status, body = refresh(caller, token)
    assert (status, body["error"]) == (401, "expired_token")
    assert body["error_description"] == "The refresh token provided has expired."


def test_answers_an_unknown_client_with_status_200(caller: Caller) -> None:
    assert ask(caller, client_id="nobody") == (200, {"error": "wrong_client", "error_description": ""})


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"client_secret": "x"}, "invalid_client"),
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_grant"),
    ],
)
def test_refuses_wrong_requests_with_status_400(caller: Caller, fields: dict[str, str], error: str) -> None:
    status, body = ask(caller, **fields)
    assert (status, body["error"]) == (400, error)


def test_gives_no_more_than_the_card_allows(caller: Caller) -> None:
    fields = {"grant_type": "refresh_token", "refresh_token": refresh_token(caller)}
    status, body = ask(caller, scope="crm,disk", **fields)
    assert (status, body["error"]) == (403, "invalid_scope")
    assert ask(caller, scope="crm", **fields)[0] == 200


def test_gives_nothing_to_a_removed_application(caller: Caller) -> None:
    token = refresh_token(caller)
    caller.portal.uninstall(caller.card, clean=True)
    status, body = refresh(caller, token)
    assert (status, body["error"]) == (401, "NOT_INSTALLED")


def test_gives_nothing_to_an_unpaid_application(world: World, caller: Caller) -> None:
    token = refresh_token(caller)
    installation = caller.portal.installations[caller.card.client_id]
    installation.status, installation.paid_till = "T", world.clock.today()
    assert refresh(caller, token)[0] == 200
    world.clock.advance(days=1)
    status, body = refresh(caller, refresh_token(caller))
    assert (status, body["error"]) == (401, "PAYMENT_REQUIRED")


def test_refuses_as_scripted(world: World, caller: Caller) -> None:
    world.refuse_next_token("invalid_grant", "gone")
    assert refresh(caller, refresh_token(caller)) == (
        400,
        {"error": "invalid_grant", "error_description": "gone"},
    )


def test_sends_a_browser_back_with_a_code(caller: Caller) -> None:
    url = f"{caller.portal.url}/oauth/authorize/?client_id={caller.card.client_id}&state=s"
    back = urlsplit(caller.session.get(url, allow_redirects=False).headers["Location"])
    query = {name: values[0] for name, values in parse_qs(back.query).items()}
    assert (back.netloc, query["state"], query["domain"]) == ("app.example", "s", caller.portal.host)
    status, body = ask(caller, grant_type="authorization_code", code=query["code"])
    assert (status, body["user_id"]) == (200, caller.portal.admin.id)
    assert ask(caller, grant_type="authorization_code", code=query["code"])[1]["error"] == "invalid_grant"


def test_lets_a_code_live_for_thirty_seconds(world: World, caller: Caller) -> None:
    now = world.clock.timestamp()
    code = world.tokens.issue_code(caller.card.client_id, caller.portal.member_id, 1, now)
    world.clock.advance(seconds=30)
    assert ask(caller, grant_type="authorization_code", code=code)[1]["error"] == "invalid_grant"


def test_shows_a_page_when_the_application_is_not_installed(caller: Caller, south: Portal) -> None:
    url = f"{south.url}/oauth/authorize/?client_id={caller.card.client_id}"
    answer = caller.session.get(url, allow_redirects=False)
    assert (answer.status_code, "Location" in answer.headers) == (403, False)


def test_leads_from_its_own_page_to_the_portal(caller: Caller) -> None:
    url = "https://oauth.bitrix24.tech/oauth/authorize/"
    answer = caller.session.get(url, params={"domain": caller.portal.host}, allow_redirects=False)
    assert answer.headers["Location"].startswith(f"{caller.portal.url}/oauth/authorize/")
    assert caller.session.get(url).status_code == 400


def test_tells_whom_a_token_stands_for(caller: Caller) -> None:
    result = caller.session.get(INFO, params={"auth": caller.token}).json()["result"]
    assert (result["client_id"], result["user_id"]) == (caller.card.client_id, 1)
    install = result["install"]
    assert (install["member_id"], install["domain"]) == (caller.portal.member_id, caller.portal.host)
    assert (install["installed"], install["status"], install["version"]) == (True, "L", "1")


@pytest.mark.parametrize("hours", [0, 1])
def test_vouches_for_living_tokens_only(world: World, caller: Caller, hours: int) -> None:
    world.clock.advance(hours=hours)
    answer = caller.session.post(INFO, data={"auth": caller.token if hours else "forged"})
    assert (answer.status_code, answer.json()["error"]) == (401, ["invalid_token", "expired_token"][hours])


def test_does_not_ask_about_the_plan(north: Portal, caller: Caller) -> None:
    north.lapse_to_free()
    assert refresh(caller, refresh_token(caller))[0] == 200
    assert caller.session.get(INFO, params={"auth": caller.token}).status_code == 200


def test_is_reached_through_a_cloud_portal_too(caller: Caller, south: Portal) -> None:
    fields = {"client_id": caller.card.client_id, "client_secret": caller.card.client_secret}
    fields |= {"grant_type": "refresh_token", "refresh_token": refresh_token(caller)}
    answer = caller.session.get(f"{caller.portal.url}/oauth/token/", params=fields)
    assert answer.json()["domain"] == caller.portal.host
    assert caller.session.get(f"{caller.portal.url}/oauth/token/").json()["error"] == "wrong_client"
    assert caller.session.get(f"{south.url}/oauth/token/").status_code == 404
