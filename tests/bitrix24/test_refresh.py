"""One refresh for everybody, and a named state for each way it can end."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from b24app import errors
from b24app.bitrix24.oauth import (
    ClientCredentials,
    TokenKeeper,
    Tokens,
    token_server,
)
from b24app.bitrix24.portal_address import application_of, fetch_application
from b24app.bitrix24.retries import Pace
from b24app.bitrix24.token_states import TokenState
from b24app.rest_client import RestClient
from sandbox.application import ApplicationCard
from sandbox.portal import Portal
from sandbox.world import World
from tests.bitrix24.conftest import NOW, SECRET, SERVER, MemoryStore

pytestmark = pytest.mark.dialect


def refreshes(world: World) -> int:
    return sum("/oauth/token" in request.path and request.status == 200 for request in world.requests)


def test_an_expired_token_is_renewed_and_the_call_repeated(client: RestClient, world: World) -> None:
    world.clock.advance(hours=2)
    assert client.call("profile").result["ADMIN"] is True
    assert refreshes(world) == 1


def test_the_new_pair_is_kept_before_it_is_used(
    client: RestClient, world: World, store: MemoryStore, portal: Portal
) -> None:
    world.clock.advance(hours=2)
    client.call("profile")
    assert store.saved == [store.tokens]
    assert store.states == [TokenState.REFRESHING]


def test_threads_with_one_expired_token_refresh_once(
    make_client: Callable[..., RestClient], world: World
) -> None:
    world.clock.advance(hours=2)
    results: list[Any] = []
    threads = [
        threading.Thread(target=lambda: results.append(make_client().call("profile").result))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 16
    assert refreshes(world) == 1


def test_never_refreshes_before_a_call_says_so(client: RestClient, store: MemoryStore, world: World) -> None:
    store.tokens = Tokens(store.tokens.access, store.tokens.refresh, NOW - timedelta(days=1))
    client.call("profile")
    assert refreshes(world) == 0


ENDS: list[tuple[str, int, TokenState, type[errors.PortalError]]] = [
    ("invalid_grant", 400, TokenState.REVOKED, errors.TokenRejected),
    ("expired_token", 401, TokenState.REVOKED, errors.TokenExpired),
    ("wrong_client", 200, TokenState.WRONG_CLIENT, errors.ClientUnknown),
    ("invalid_client", 400, TokenState.WRONG_CLIENT, errors.ClientUnknown),
    ("PAYMENT_REQUIRED", 401, TokenState.UNPAID, errors.MarketplaceEnded),
    ("NOT_INSTALLED", 401, TokenState.UNINSTALLED, errors.ApplicationGone),
    ("INTERNAL_SERVER_ERROR", 500, TokenState.UNREACHABLE, errors.VendorFault),
]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end[0])
def test_each_refusal_ends_in_a_named_state(
    keeper: TokenKeeper,
    store: MemoryStore,
    world: World,
    end: tuple[str, int, TokenState, type[errors.PortalError]],
) -> None:
    code, status, state, meaning = end
    world.refuse_next_token(code, 'with "quotes" inside', status=status)
    with pytest.raises(meaning):
        keeper.refresh_after(store.tokens)
    assert store.tokens.state == state


def test_a_hopeless_pair_is_not_tried_again(keeper: TokenKeeper, store: MemoryStore, world: World) -> None:
    world.refuse_next_token("invalid_grant")
    for _ in range(3):
        with pytest.raises(errors.TokenRejected):
            keeper.refresh_after(store.tokens)
    assert len(world.requests) == 1


def test_opening_the_application_again_brings_a_dead_pair_back(
    client: RestClient, store: MemoryStore, portal: Portal, card: ApplicationCard, world: World
) -> None:
    world.clock.advance(days=200)
    with pytest.raises(errors.PortalError):
        client.call("profile")
    pair = portal.issue_tokens(card, portal.admin)
    store.save(Tokens(pair.access, pair.refresh, world.clock.now() + timedelta(hours=1)))
    client.connection._pair = None
    assert client.call("profile").result["ADMIN"] is True


def test_an_unreachable_server_leaves_a_state_to_try_again_from(
    store: MemoryStore, pace: Pace, keeper: TokenKeeper
) -> None:
    nowhere = TokenKeeper(
        store, "https://nowhere.example", ClientCredentials("local.wire", SECRET), session_to(store), pace
    )
    with pytest.raises(errors.Unreachable):
        nowhere.refresh_after(store.tokens)
    assert store.tokens.state == TokenState.UNREACHABLE
    assert keeper.refresh_after(store.tokens).state == TokenState.GOOD


def session_to(_store: MemoryStore) -> requests.Session:
    class Deaf(requests.adapters.BaseAdapter):
        def send(self, *_: Any, **__: Any) -> Any:
            raise requests.ConnectTimeout

        def close(self) -> None: ...

    session = requests.Session()
    session.mount("https://", Deaf())
    return session


class CrashBeforeCommitError(Exception):
    """The process died between the answer and the commit."""


def test_a_crash_before_the_commit_is_seen_afterwards(keeper: TokenKeeper, store: MemoryStore) -> None:
    class Dying(MemoryStore):
        def save(self, tokens: Tokens) -> None:
            raise CrashBeforeCommitError(type(tokens))

    dying = Dying(store.tokens)
    keeper._store = dying
    with pytest.raises(CrashBeforeCommitError):
        keeper.refresh_after(dying.tokens)
    assert dying.tokens.state == TokenState.REFRESHING
    with pytest.raises(errors.TokenRejected):
        keeper.refresh_after(dying.tokens)
    assert dying.tokens.state == TokenState.REVOKED


def test_a_renewed_token_that_is_expired_too_is_rejected(client: RestClient, portal: Portal) -> None:
    portal.refuse_next("expired_token", times=2)
    with pytest.raises(errors.TokenRejected):
        client.call("profile")


def test_a_dormant_pair_is_refreshed_once_before_it_dies(
    keeper: TokenKeeper, store: MemoryStore, world: World
) -> None:
    store.tokens = Tokens(store.tokens.access, store.tokens.refresh, NOW, refreshed_at=NOW)
    world.clock.advance(days=149)
    keeper.keep_alive()
    assert refreshes(world) == 0
    world.clock.advance(days=2)
    keeper.keep_alive()
    keeper.keep_alive()
    assert refreshes(world) == 1


def test_the_secret_never_stands_in_an_address(keeper: TokenKeeper, store: MemoryStore, world: World) -> None:
    keeper.refresh_after(store.tokens)
    assert all(
        SECRET not in request.path and store.tokens.refresh not in request.path for request in world.requests
    )


def test_tokens_do_not_show_themselves(store: MemoryStore) -> None:
    shown = f"{store.tokens!r} {ClientCredentials('local.wire', SECRET)!r}"
    assert store.tokens.access not in shown
    assert store.tokens.refresh not in shown
    assert SECRET not in shown


def test_the_server_says_whose_token_it_is(keeper: TokenKeeper, portal: Portal, open_session: Any) -> None:
    found = fetch_application(open_session(), f"{SERVER}/rest/", keeper.current().access)
    assert (found.client_id, found.member_id, found.domain) == (
        "local.wire",
        portal.member_id,
        "north.example",
    )


def test_asks_again_when_the_token_has_just_expired(
    keeper: TokenKeeper, world: World, open_session: Any
) -> None:
    world.clock.advance(hours=2)
    assert application_of(open_session(), (f"{SERVER}/rest/",), keeper).client_id == "local.wire"


@pytest.mark.parametrize(
    "endpoint", ["https://oauth.bitrix24.tech/rest/", "https://OAUTH.bitrix24.tech/rest/"]
)
def test_an_authorization_server_on_the_list_may_see_the_secret(endpoint: str) -> None:
    assert token_server(endpoint, (SERVER,)) == SERVER


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://oauth.bitrix24.tech/rest/",
        "https://oauth.bitrix24.tech.evil.example/",
        "https://oauth.bitrix24.tech@evil.example/",
        "",
    ],
)
def test_any_other_server_may_not(endpoint: str) -> None:
    with pytest.raises(errors.Refused):
        token_server(endpoint, (SERVER,))


def test_a_refresh_that_lost_a_race_takes_the_winners_pair(
    keeper: TokenKeeper, store: MemoryStore, open_session: Any, pace: Pace
) -> None:
    class Late(MemoryStore):
        def set_state(self, state: TokenState) -> None:
            TokenKeeper(
                store, SERVER, ClientCredentials("local.wire", SECRET), open_session(), pace
            ).refresh_after(old)
            self.tokens, self.states = store.tokens, [state]

    old = store.tokens
    keeper._store = Late(old)
    assert keeper.refresh_after(old) == store.tokens
    assert store.tokens.access != old.access
