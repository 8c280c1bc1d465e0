"""A portal with the application installed, and clients that reach it through the sandbox."""

import contextlib
import pickle
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from b24app.bitrix24.call_log import CallEntry
from b24app.bitrix24.oauth import (
    ClientCredentials,
    TokenKeeper,
    Tokens,
)
from b24app.bitrix24.portal_address import Address
from b24app.bitrix24.rate_limit import Bucket, LocalStore, RateLimit, RateLimitStore
from b24app.bitrix24.retries import Pace
from b24app.bitrix24.token_states import TokenState
from b24app.bitrix24.transport import Limits
from b24app.rest_client import Connection, RestClient
from sandbox.application import ApplicationCard
from sandbox.portal import Portal
from sandbox.world import World

NOW = datetime(2026, 11, 30, 6, 40, tzinfo=UTC)
ROWS = 620
SECRET = "secret-of-the-application"
SERVER = "https://oauth.bitrix24.tech"


@dataclass(slots=True)
class Memory:
    """A call log in a list."""

    entries: list[CallEntry] = field(default_factory=list)

    def record(self, entry: CallEntry, _error: object = None) -> None:
        self.entries.append(entry)


@pytest.fixture(scope="session")
def frozen_world() -> bytes:
    world = World(now=NOW)
    card = world.register_application(
        client_id="local.wire",
        client_secret=SECRET,
        title="Wire",
        app_url="https://renewal.example/app",
        scopes=["crm", "user", "sale", "task", "entity"],
    )
    world.add_portal("north.example", rows=ROWS).add_application(card)
    return pickle.dumps(world)


@pytest.fixture
def world(frozen_world: bytes) -> World:
    return pickle.loads(frozen_world)  # noqa: S301 - made by ourselves a moment ago


@pytest.fixture
def portal(world: World) -> Portal:
    return next(iter(world.portals.values()))


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return world.applications["local.wire"]


@pytest.fixture
def pace(world: World) -> Pace:
    """The sandbox's time: waiting takes no time of ours."""
    now = world.clock.timestamp
    return Pace(now, lambda seconds: _pass(world, seconds), lambda: 0.5, steady=now)


def _pass(world: World, seconds: float) -> None:
    world.clock.advance(seconds=seconds)


@pytest.fixture
def open_session(world: World) -> Callable[[], requests.Session]:
    def open_session() -> requests.Session:
        session = requests.Session()
        session.mount("https://", world.adapter())
        return session

    return open_session


@dataclass
class MemoryStore:
    """One pair of tokens in memory, with everything that happened to it."""

    tokens: Tokens
    states: list[TokenState] = field(default_factory=list)
    saved: list[Tokens] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def load(self) -> Tokens:
        return self.tokens

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        with self.lock:
            yield

    def save(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.saved.append(tokens)

    def set_state(self, state: TokenState) -> None:
        self.tokens = Tokens(self.tokens.access, self.tokens.refresh, self.tokens.expires_at, state)
        self.states.append(state)


@pytest.fixture
def store(portal: Portal, card: ApplicationCard) -> MemoryStore:
    pair = portal.issue_tokens(card, portal.admin)
    return MemoryStore(Tokens(pair.access, pair.refresh, NOW + timedelta(hours=1)))


@pytest.fixture
def keeper(store: MemoryStore, open_session: Callable[[], requests.Session], pace: Pace) -> TokenKeeper:
    return TokenKeeper(store, SERVER, ClientCredentials("local.wire", SECRET), open_session(), pace)


@pytest.fixture
def log() -> Memory:
    return Memory()


@pytest.fixture
def make_client(
    keeper: TokenKeeper, open_session: Callable[[], requests.Session], pace: Pace, log: Memory
) -> Callable[..., RestClient]:
    def make(
        *,
        address: Address | None = None,
        budget_store: RateLimitStore | None = None,
        background: bool = False,
        patience: float = 60.0,
        limits: Limits | None = None,
        parallel: int = 8,
    ) -> RestClient:
        budget = RateLimit(
            budget_store or LocalStore(), Bucket(), pace, background=background, patience=patience
        )
        line = Connection(
            address or Address("https://north.example/rest/"),
            keeper,
            open_session,
            budget,
            log,
            limits or Limits(),
        )
        return RestClient(line, parallel=parallel)

    return make


@pytest.fixture
def client(make_client: Callable[..., RestClient]) -> RestClient:
    return make_client()


def at_command(world: World, number: int, action: Callable[[], Any]) -> None:
    """Do something just before one command of a batch."""
    count, pause = iter(range(1, 10_000)), world.pause
    world.per_command = 1e-9

    def before(seconds: float) -> None:
        if seconds == world.per_command and next(count) == number:
            action()
        pause(seconds)

    world.pause = before
