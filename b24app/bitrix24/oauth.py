"""OAuth tokens of a portal: exchange by Authlib, and one refresh for all threads and processes.

Facts: settings/oauth/index.md, settings/oauth/auto-renewal.md (refresh only when a call says `expired_token`, never on
schedule; the refresh token rotates and lives 180 days), settings/oauth/error-codes.md (`wrong_client` has HTTP 200).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

import requests
from authlib.integrations.requests_client import OAuth2Session
from urllib3.exceptions import HTTPError

from b24app import errors
from b24app.bitrix24.error_codes import read_error_body, read_status
from b24app.bitrix24.no_answer import AuthorizationAway, PageInstead
from b24app.bitrix24.responses import read_integer
from b24app.bitrix24.retries import Pace
from b24app.bitrix24.token_states import HOPELESS, TokenState
from b24app.bitrix24.transport import Limits, bound_body, unreachable
from b24app.deadline import within
from b24app.errors import (
    AddressChanged,
    AddressRefused,
    AnswerBroken,
    PortalError,
    Refused,
    TokenRejected,
    Unreachable,
)
from b24app.guard import PlaceRefused
from b24app.input_limits import split_address
from b24app.json_values import Json, JsonObject, is_object
from b24app.network import demand_leave
from b24app.timings import timed

T = TypeVar("T")

DORMANT_DAYS, REFRESH_LIVES = 150, timedelta(days=180)  # settings/oauth/auto-renewal.md
TOKEN_LIMITS = Limits(connect=5.0, silence=10.0, whole=15.0, body=1024 * 1024)
IN_THE_FORM = {"token_endpoint_auth_method": "client_secret_post"}


@dataclass(frozen=True, slots=True)
class Tokens:
    """One user's pair; its text never shows in a log or a traceback."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
    state: TokenState = TokenState.GOOD
    refreshed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Id and key of our application at the authorization server."""

    client_id: str
    client_secret: str = field(repr=False)


class TokenStore(Protocol):
    """The store of one pair. Every method that writes has committed when it returns."""

    def load(self) -> Tokens:
        """Read the pair afresh, past any cache."""
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Hold the right to refresh this pair, alone among all threads, processes and machines."""
        ...

    def save(self, tokens: Tokens) -> None:
        """Keep a new pair in state `good`."""
        ...

    def set_state(self, state: TokenState) -> None:
        """Store the state of the pair."""
        ...


class TokenSource(Protocol):
    """Hands out the current pair and renews it once for everybody: TokenKeeper, or a visitor's single token."""

    def current(self) -> Tokens:
        """The pair as it is stored now."""
        ...

    def refresh_after(self, expired: Tokens) -> Tokens:
        """The pair that follows an expired one."""
        ...

    def instead_of(self, rejected: Tokens) -> Tokens | None:
        """Another pair to work with where this one does not work any more; None when there is none."""
        ...


class TokenKeeper:
    """Hands out the current tokens of one portal user and renews them once for everybody."""

    def __init__(
        self,
        store: TokenStore,
        server: str,
        client: ClientCredentials,
        session: requests.Session,
        pace: Pace | None = None,
        *,
        others: tuple[str, ...] = (),
    ) -> None:
        """`others` are the servers that may see our key too: they are asked when this one has moved."""
        self._store = store
        self._server = server
        self._client = client
        self._session = session
        self._pace = pace or Pace()
        self._others = others

    def current(self) -> Tokens:
        """The pair as it is stored now."""
        return self._store.load()

    def refresh_after(self, expired: Tokens) -> Tokens:
        """Renew the pair unless somebody already did; the new one is committed before it is returned.

        Raises TokenRejected, ClientUnknown, MarketplaceEnded, ApplicationGone or Unreachable; the store keeps the state.
        """
        with self._store.locked():
            stored = self._store.load()
            if stored.access != expired.access:
                return stored
            if stored.state in HOPELESS:
                raise TokenRejected(stored.state, "an administrator has to open the application again")
            self._store.set_state(TokenState.REFRESHING)
            try:
                fresh = self._trade(stored.refresh)
            except PortalError as error:
                if (found := self._store.load()).access != stored.access:
                    return found  # somebody got through although we held the lock: its lease had run out
                self._store.set_state(_state_after(error))
                raise
            self._store.save(fresh)
            return fresh

    def instead_of(self, rejected: Tokens) -> None:
        """None: this is one person's pair."""

    def _trade(self, refresh_token: str) -> Tokens:
        servers = (self._server, *(one for one in self._others if one != self._server))
        try:
            return first_to_answer(
                servers, lambda one: refresh(self._session, one, self._client, refresh_token, self._pace)
            )[1]
        except (Unreachable, AddressChanged, PageInstead) as error:
            sent = error.sent if isinstance(error, Unreachable) else True
            words = f"{error.kind} {error.description}".strip()
            raise AuthorizationAway(error.code, words, http=error.http, sent=sent) from error

    def keep_alive(self) -> Tokens:
        """Refresh a pair that was not used for 150 days, before it expires on the 180th; others are left alone."""
        tokens = self._store.load()
        used = tokens.refreshed_at or tokens.expires_at
        now = datetime.fromtimestamp(self._pace.now(), UTC)
        return self.refresh_after(tokens) if now - used >= timedelta(days=DORMANT_DAYS) else tokens


def first_to_answer(servers: tuple[str, ...], ask: Callable[[str], T]) -> tuple[str, T]:
    """Ask the first authorization server; another one only when the first was certainly not reached or is none any more.

    A question that may have arrived is not put to a second server: the token in it may be spent by now. A refusal of
    the second server proves nothing, so then the first one's failure is raised.
    """
    first, *others = servers
    try:
        return first, ask(first)
    except PortalError as error:
        if not is_away(error):
            raise
        failure = error
    for other in others:
        try:
            return other, ask(other)
        except PortalError:
            continue
    raise failure


def is_away(error: PortalError) -> bool:
    """Whether there is no authorization server where we asked: nothing was sent, or a page or a redirect came back."""
    if isinstance(error, Unreachable):
        return not error.sent and error.code != "out_of_time"
    return isinstance(error, AddressChanged | PageInstead) and (error.http or 0) < 500


def refresh(
    session: requests.Session, server: str, client: ClientCredentials, refresh_token: str, pace: Pace
) -> Tokens:
    """Trade a refresh token for a new pair (settings/oauth/auto-renewal.md), in a form so that no log sees the secret."""
    pair = client.client_id, client.client_secret
    answer = ask_for_tokens(session, server, pair, grant_type="refresh_token", refresh_token=refresh_token)
    return read_tokens(answer, pace)


def exchange(session: requests.Session, server: str, client: ClientCredentials, code: str) -> JsonObject:
    """Trade the code of an authorization for the server's answer about it (settings/oauth/index.md: it lives 30 seconds)."""
    pair = client.client_id, client.client_secret
    return ask_for_tokens(session, server, pair, grant_type="authorization_code", code=code)


def read_tokens(answer: JsonObject, pace: Pace) -> Tokens:
    """Read a pair from the answer of the token endpoint; raises AnswerBroken when it is not one."""
    now = datetime.fromtimestamp(pace.now(), UTC)
    pair = str(answer.get("access_token") or ""), str(answer.get("refresh_token") or "")
    seconds = read_integer(answer.get("expires_in") or 3600)
    if not all(pair) or seconds is None:
        raise AnswerBroken("", "the answer of the token endpoint has no pair")
    return Tokens(*pair, expires_at=now + timedelta(seconds=seconds), refreshed_at=now)


def token_server(endpoint: str, allowed: tuple[str, ...]) -> str:
    """The authorization server of an endpoint, only if it is on the list that may see our secret."""
    parts = split_address(endpoint)
    server = f"{parts.scheme}://{parts.netloc}".lower() if parts else ""
    if server not in {one.rstrip("/").lower() for one in allowed}:
        raise Refused("server_not_allowed")
    return server


def _state_after(error: PortalError) -> TokenState:
    states: tuple[tuple[type[PortalError], TokenState], ...] = (
        (errors.ClientUnknown, TokenState.WRONG_CLIENT),
        (errors.TokenRejected, TokenState.REVOKED),
        (errors.TokenExpired, TokenState.REVOKED),
        (errors.MarketplaceEnded, TokenState.UNPAID),
        (errors.ApplicationGone, TokenState.UNINSTALLED),
        (errors.Unreachable, TokenState.UNREACHABLE),
    )
    return next((state for kind, state in states if isinstance(error, kind)), TokenState.UNREACHABLE)


def ask_for_tokens(
    session: requests.Session, server: str, client: tuple[str, str], **fields: str
) -> JsonObject:
    """Post a grant with our id and key in the form, so that no log of addresses sees them; raises PortalError."""
    demand_leave()
    oauth = OAuth2Session(*client, **IN_THE_FORM)
    oauth.adapters, oauth.verify, oauth.trust_env = session.adapters, session.verify, session.trust_env
    oauth.register_compliance_hook("access_token_response", _refuse)
    try:
        with timed("portal"), within(TOKEN_LIMITS.whole):
            return dict(
                oauth.fetch_token(
                    f"{server}/oauth/token/",
                    **fields,
                    allow_redirects=False,
                    stream=True,
                    hooks={"response": lambda response, **_: bound_body(response, TOKEN_LIMITS)},
                    timeout=TOKEN_LIMITS.timeout,
                )
            )
    except PlaceRefused as error:
        raise AddressRefused(error.reason) from None
    except (requests.RequestException, HTTPError, OSError) as error:
        raise unreachable(error) from None
    except (TypeError, ValueError):  # Authlib reads the times of an answer as numbers, whatever they are
        raise AnswerBroken("", "the answer of the token endpoint has no readable time") from None


def _refuse(response: requests.Response) -> requests.Response:
    """Read refusals ourselves: Authlib chokes on quotes in a description and has no meaning for HTML."""
    if 300 <= response.status_code < 400:
        raise AddressChanged(response.headers.get("Location", ""))
    try:
        body: Json = response.json()
    except ValueError:
        body = None
    if not is_object(body):
        raise read_status(response.status_code, excerpt=response.text[:80])
    if "error" in body:
        raise read_error_body(body, response.status_code)
    return response
