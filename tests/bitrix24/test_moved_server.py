"""An authorization server that has moved: another one on the list is asked, never with a token that may be spent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from b24app.bitrix24 import no_answer
from b24app.bitrix24.oauth import (
    ClientCredentials,
    TokenKeeper,
    Tokens,
)
from b24app.bitrix24.portal_address import application_of
from b24app.bitrix24.retries import Pace
from b24app.bitrix24.token_states import TokenState
from sandbox.world import World
from tests.bad_wires import Answer, failing, page
from tests.bitrix24.conftest import SECRET, SERVER, MemoryStore

OLD = "https://oauth.moved.example"
SPOILED: dict[str, Answer] = {
    "no such name": failing(requests.ConnectTimeout(), 2),
    "another certificate": failing(requests.exceptions.SSLError("certificate verify failed"), 2),
    "a page": page(200),
    "404": page(404),
    "a redirect": page(302, b""),
}
DOUBTFUL: dict[str, Answer] = {
    "no answer": failing(requests.ReadTimeout(), 2),
    "a line cut": failing(requests.ConnectionError("reset"), 2),
    "502": page(502),
}


@pytest.fixture
def sessions(world: World) -> Callable[[Answer], requests.Session]:
    """Sessions in which the old server answers so, and the new one as it should."""

    def open_session(answer: Answer) -> requests.Session:
        class Old(requests.adapters.HTTPAdapter):
            def send(self, request: requests.PreparedRequest, *_: Any, **kept: Any) -> requests.Response:
                return self.build_response(request, answer(world, kept["timeout"]))

        session = requests.Session()
        session.mount("https://", world.adapter())
        session.mount(OLD, Old())
        return session

    return open_session


def keeper_of(store: MemoryStore, session: requests.Session, pace: Pace) -> TokenKeeper:
    return TokenKeeper(
        store, OLD, ClientCredentials("local.wire", SECRET), session, pace, others=(OLD, SERVER)
    )


@pytest.mark.parametrize("kind", SPOILED)
def test_the_other_server_renews_the_tokens(
    store: MemoryStore, sessions: Callable[[Answer], requests.Session], pace: Pace, kind: str
) -> None:
    before = store.load()
    fresh = keeper_of(store, sessions(SPOILED[kind]), pace).refresh_after(before)
    assert fresh.access != before.access
    assert store.load().state is TokenState.GOOD


@pytest.mark.parametrize("kind", DOUBTFUL)
def test_a_question_that_may_have_arrived_goes_to_no_second_server(
    store: MemoryStore, sessions: Callable[[Answer], requests.Session], pace: Pace, kind: str, world: World
) -> None:
    asked = len(world.requests)
    with pytest.raises(no_answer.AuthorizationAway):
        keeper_of(store, sessions(DOUBTFUL[kind]), pace).refresh_after(store.load())
    assert (len(world.requests), store.load().state) == (asked, TokenState.UNREACHABLE)


def test_what_the_other_server_refuses_does_not_end_our_access(
    store: MemoryStore, sessions: Callable[[Answer], requests.Session], pace: Pace
) -> None:
    store.tokens = Tokens("spent", "unknown", datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(no_answer.AuthorizationAway):
        keeper_of(store, sessions(page(404)), pace).refresh_after(store.load())
    assert store.load().state is TokenState.UNREACHABLE


@pytest.mark.parametrize("kind", SPOILED)
def test_the_other_server_says_whose_token_it_is(
    store: MemoryStore, sessions: Callable[[Answer], requests.Session], pace: Pace, kind: str
) -> None:
    session = sessions(SPOILED[kind])
    servers = (f"{OLD}/rest/", f"{SERVER}/rest/")
    assert application_of(session, servers, keeper_of(store, session, pace)).client_id == "local.wire"
