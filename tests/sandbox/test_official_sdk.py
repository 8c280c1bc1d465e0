"""The vendor's own Python SDK, unchanged, works against the sandbox over TLS."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from b24pysdk import Client
from b24pysdk.credentials import BitrixApp, BitrixToken, BitrixWebhook
from b24pysdk.errors import BitrixAPIAccessDenied, BitrixAPIError, BitrixAPIQueryLimitExceeded, v3
from b24pysdk.errors.oauth import BitrixOAuthInvalidGrant, BitrixOauthWrongClient

from sandbox import assumptions
from sandbox.application import ApplicationCard
from sandbox.live import Live, go_live
from sandbox.portal import Portal
from sandbox.shop.event_log import event_log_of
from sandbox.tls import make_context
from sandbox.world import World

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def live(world: World, north: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """The sandbox on real ports, with the vendor's names leading there inside this process."""
    authority = tmp_path / "ca.pem"
    moved_to = "moved.bitrix24.example"
    tls = make_context([world.oauth_host, north.host, moved_to], authority)
    live = go_live(world, bind="127.0.0.1", portal_port=0, oauth_port=0, tls=tls)
    names = {
        world.oauth_host: live.oauth_server.port,
        north.host: live.portal_server.port,
        moved_to: live.portal_server.port,
    }
    resolve = socket.getaddrinfo

    def find(host: str, port: Any, *rest: Any, **more: Any) -> Any:
        return (
            resolve("127.0.0.1", names[host], *rest, **more)
            if host in names
            else resolve(host, port, *rest, **more)
        )

    monkeypatch.setattr(socket, "getaddrinfo", find)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority))
    yield live
    live.stop()


@pytest.fixture
def token(live: Live, north: Portal, card: ApplicationCard) -> BitrixToken:
    north.add_application(card)
    north.finish_install(card)
    pair = north.issue_tokens(card, north.admin)
    app = BitrixApp(client_id=card.client_id, client_secret=card.client_secret)
    return BitrixToken(domain=north.host, auth_token=pair.access, refresh_token=pair.refresh, bitrix_app=app)


def test_calls_a_method(token: BitrixToken, north: Portal) -> None:
    profile = Client(token).profile().response
    assert profile.result["LAST_NAME"] == north.admin.last_name
    assert profile.time.operating == 0


def test_reads_the_trusted_application_info(token: BitrixToken, north: Portal) -> None:
    info = token.get_app_info().result
    assert (info.install.member_id, info.user_id, info.install.domain) == (north.member_id, 1, north.host)


def test_refreshes_an_expired_token_by_itself(token: BitrixToken, world: World) -> None:
    before = token.auth_token
    world.clock.advance(hours=2)
    assert Client(token).profile().result["ADMIN"] is True
    assert token.auth_token != before


def test_exchanges_a_code(token: BitrixToken, world: World, north: Portal, card: ApplicationCard) -> None:
    now = world.clock.timestamp()
    code = world.tokens.issue_code(card.client_id, north.member_id, north.employee.id, now)
    renewed = token.get_oauth_token(code)
    assert (renewed.member_id, renewed.user_id) == (north.member_id, north.employee.id)


def test_reads_a_batch(token: BitrixToken) -> None:
    client = Client(token)
    batch = client.call_batch({"me": client.profile(), "scope": client.scope()}).result
    assert batch.result["me"]["ID"] == "1"
    assert not batch.result_error


def test_reads_a_whole_list(token: BitrixToken, north: Portal) -> None:
    client = Client(token)
    deals = client.crm.deal.list(select=["ID"]).as_list().result
    fast = list(client.crm.deal.list(select=["ID"]).as_list_fast().result)
    assert len(deals) == len(fast) == len(north.tables["deal"])


def test_follows_a_portal_that_moved(token: BitrixToken, north: Portal) -> None:
    north.change_address("moved.bitrix24.example")
    assert Client(token).profile().result["ID"] == "1"
    assert token.domain == "moved.bitrix24.example"


def test_works_with_a_webhook(live: Live, north: Portal) -> None:
    path = north.webhook(north.admin, ["crm"]).removeprefix(north.client_endpoint).strip("/")
    webhook = BitrixWebhook(domain=north.host, webhook_token=path)
    assert Client(webhook).profile().result["ID"] == "1"


def test_understands_refusals(token: BitrixToken, world: World, north: Portal, card: ApplicationCard) -> None:
    client = Client(token, max_retries=1)
    north.refuse_next("QUERY_LIMIT_EXCEEDED")
    with pytest.raises(BitrixAPIQueryLimitExceeded):
        client.profile().call()
    north.lapse_to_free()
    with pytest.raises(BitrixAPIAccessDenied, match="commercial plans"):
        client.profile().call()
    with pytest.raises(BitrixOAuthInvalidGrant):
        token.bitrix_app.refresh_oauth_token("forged")
    with pytest.raises(BitrixOauthWrongClient):
        BitrixApp(client_id="nobody", client_secret="x").refresh_oauth_token("forged")


@pytest.fixture
def newer(live: Live, north: Portal) -> Client:
    """The SDK's client of REST 3.0."""
    path = (
        north.webhook(north.admin, ["main", "humanresources"]).removeprefix(north.client_endpoint).strip("/")
    )
    return Client(BitrixWebhook(domain=north.host, webhook_token=path), prefer_version=3)


def test_reads_the_event_log_of_rest_3(newer: Client, north: Portal) -> None:
    log = event_log_of(north)
    listed = newer.main.eventlog.list(
        select=["id"], order={"id": "DESC"}, pagination={"page": 1, "limit": 2}
    ).response
    assert [row["id"] for row in listed.result["items"]] == log.ids[:-3:-1]
    tail = newer.main.eventlog.tail(cursor={"field": "id", "value": log.ids[-2]}).result
    assert [row["id"] for row in tail["items"]] == log.ids[-1:]
    assert newer.main.eventlog.get(log.ids[0]).result["item"]["userId"] == log.get(log.ids[0])["userId"]
    assert listed.time.operating == 0


def test_understands_errors_of_rest_3(newer: Client) -> None:
    with pytest.raises(v3.BitrixAPIEntityNotFoundException, match="999999"):
        newer.main.eventlog.get(999999).call()
    with pytest.raises(v3.BitrixAPIInvalidPaginationException):
        newer.main.eventlog.list(pagination={"limit": 0}).call()
    with pytest.raises(v3.BitrixAPIInvalidFilterException):
        newer.main.eventlog.tail(filter=[["id", ">", 1]]).call()


def test_understands_a_deleted_portal(
    token: BitrixToken, north: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assumptions, "DELETED_PORTAL_STATUS", 410)
    north.delete()
    with pytest.raises(BitrixAPIError, match="Portal was deleted"):
        Client(token, max_retries=1).profile().call()
