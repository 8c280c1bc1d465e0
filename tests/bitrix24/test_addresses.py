"""Address changes are followed by the word of the authorization server only."""

from collections.abc import Callable
from typing import Any

import pytest

from b24app import errors
from b24app.bitrix24.oauth import TokenKeeper
from b24app.bitrix24.portal_address import VerifiedAddress, application_of, host_behind
from b24app.guard import Guard, Trust
from b24app.rest_client import RestClient
from sandbox.portal import Portal
from sandbox.world import World
from tests.bitrix24.conftest import SERVER

OLD = "https://north.example/rest/"


@pytest.fixture
def kept() -> list[str]:
    return []


@pytest.fixture
def moving(
    make_client: Callable[..., RestClient],
    keeper: TokenKeeper,
    open_session: Any,
    kept: list[str],
    world: World,
) -> RestClient:
    def confirmed() -> str:
        return application_of(open_session(), (f"{SERVER}/rest/",), keeper).client_endpoint

    return make_client(address=VerifiedAddress(OLD, confirmed, kept.append, Guard(resolve=world.look_up)))


def test_follows_a_portal_to_its_new_address(moving: RestClient, portal: Portal, kept: list[str]) -> None:
    portal.change_address("shop.example")
    assert moving.call("profile").result["ADMIN"] is True
    assert kept == ["https://shop.example/rest/"]


def test_a_list_goes_on_at_the_new_address(moving: RestClient, portal: Portal) -> None:
    rows = moving.rows("crm.item.list", {"entityTypeId": 2})
    first = next(rows)
    portal.change_address("shop.example")
    assert len([first, *rows]) == len(portal.tables["deal"])


def test_a_write_follows_too_and_happens_once(moving: RestClient, portal: Portal) -> None:
    before = len(portal.tables["deal"])
    portal.change_address("shop.example")
    moving.call("crm.item.add", {"entityTypeId": 2, "fields": {"title": "moved"}})
    assert len(portal.tables["deal"]) == before + 1


def test_a_redirect_that_the_server_does_not_confirm_gets_no_token(
    moving: RestClient, portal: Portal, world: World, kept: list[str]
) -> None:
    world.moved["north.example"] = "evil.example"
    portal.host = "elsewhere.example"
    with pytest.raises(errors.AddressChanged):
        moving.call("profile")
    assert kept == []
    assert {request.host for request in world.requests} <= {
        "north.example",
        "oauth.bitrix24.tech",
        "elsewhere.example",
    }


def test_without_a_word_of_the_server_nothing_is_followed(client: RestClient, portal: Portal) -> None:
    portal.change_address("shop.example")
    with pytest.raises(errors.AddressChanged):
        client.call("profile")
    assert client.requests_sent == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://shop.example/rest/",
        "https://127.0.0.1/rest/",
        "https://[::1]/rest/",
        "https://2130706433/rest/",
        "https://10.0.0.7/rest/",
        "https://localhost/rest/",
        "https://db.internal/rest/",
        "https://shop.example:8443/rest/",
        "https://user@shop.example/rest/",
        "https://shop_/rest/",
        "https://-shop.example/",
        "https:///rest/",
        "https://[broken/",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_host_that_nobodys_portal_can_have_is_refused(location: str) -> None:
    assert host_behind(Guard(), location) == ""
    with pytest.raises(errors.AddressChanged):
        VerifiedAddress(OLD, lambda: location, print).follow(location)


def test_a_public_name_is_accepted_in_its_plain_form() -> None:
    assert host_behind(Guard(), "https://Shop.Example:443/rest/profile") == "shop.example"


def test_the_demo_may_use_this_machine() -> None:
    demo = Guard(trust=Trust(everything=True))
    assert host_behind(demo, "http://localhost:8000/rest/") == "localhost:8000"


def test_a_new_address_that_leads_inside_is_not_kept(
    moving: RestClient, portal: Portal, world: World, kept: list[str]
) -> None:
    world.names["shop.example"] = ("8.8.8.8", "10.0.0.7")
    portal.change_address("shop.example")
    with pytest.raises(errors.AddressChanged):
        moving.call("profile")
    assert kept == []
