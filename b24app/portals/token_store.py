"""Token store, tokens of a portal at rest: sealed (encrypted) in the table `access`, renewed by one process at a time under a lease."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy.orm import Session

from b24app.bitrix24.no_answer import AuthorizationAway
from b24app.bitrix24.oauth import (
    Tokens,
)
from b24app.bitrix24.token_states import TokenState
from b24app.clock import Clock
from b24app.database import EVERY_PORTAL, db
from b24app.deadline import seconds_left
from b24app.errors import TokenExpired, TokenRejected
from b24app.portals.model import Access

LEASE = timedelta(seconds=90)  # longer than one question to the token endpoint may take (TOKEN_LIMITS)
POLL_SECONDS = 0.05
WAIT_SECONDS = 45.0  # two servers may be asked, one after the other


class AccessStore:
    """The pair of one portal user. A lease in the row keeps other processes out without holding a transaction."""

    def __init__(self, access_id: int, clock: Clock, sleep: Callable[[float], None]) -> None:
        self.access_id = access_id
        self._clock = clock
        self._sleep = sleep

    def load(self) -> Tokens:
        """Read the pair afresh; a pair that was deleted means that the application left the portal."""
        with _own_session() as session:
            row = session.get(Access, self.access_id)
            if row is None:
                raise TokenRejected("no_access", "the application has no tokens of this portal")
            return Tokens(
                row.access_token,
                row.refresh_token,
                expires_at=row.expires_at,
                state=TokenState(row.state),
                refreshed_at=row.refreshed_at,
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Wait for the lease of this pair and hold it; a lease of a dead process runs out by itself."""
        until = self._wait_for_lease()
        try:
            yield
        finally:
            # one that ran out may be another's by now
            self._write(Access.leased_until == until, leased_until=None)

    def save(self, tokens: Tokens) -> None:
        """Keep a new pair."""
        self._write(
            access_token=tokens.access,
            refresh_token=tokens.refresh,
            expires_at=tokens.expires_at,
            refreshed_at=tokens.refreshed_at or self._clock.now(),
            state=TokenState.GOOD,
        )

    def set_state(self, state: TokenState) -> None:
        """Store the state of the pair."""
        self._write(state=state)

    def _wait_for_lease(self) -> datetime:
        waits = 0.0
        while waits <= WAIT_SECONDS and seconds_left() > 0:
            if until := self._lease():
                return until
            self._sleep(POLL_SECONDS)
            waits += POLL_SECONDS
        raise AuthorizationAway("lease", "another process is renewing these tokens for too long", sent=False)

    def _lease(self) -> datetime | None:
        """The end of our lease, nothing when somebody else holds one."""
        now = self._clock.now()
        # Far in the future means a clock that was set back. One LEASE would not do: a rival that asked a moment later
        # but wrote a moment earlier holds a lease that ends after ours would.
        free = or_(
            Access.leased_until.is_(None), Access.leased_until < now, Access.leased_until > now + 2 * LEASE
        )
        return now + LEASE if self._write(free, leased_until=now + LEASE) else None

    def _write(self, condition: ColumnElement[bool] | None = None, **values: object) -> bool:
        mine = Access.id == self.access_id
        with _own_session() as session:
            chosen = mine if condition is None else and_(mine, condition)
            done = session.execute(update(Access).where(chosen).values(**values))
            session.commit()
            return bool(done.rowcount)  # type: ignore[attr-defined]


class OneToken:
    """A visitor's token from a frame: used to ask who he is, never renewed."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def current(self) -> Tokens:
        """The token of the frame."""
        return self._tokens

    def refresh_after(self, expired: Tokens) -> Tokens:  # noqa: ARG002
        """Raise TokenExpired: an old captured form must never be renewed."""
        raise TokenExpired("expired_token", "the frame's token has expired")

    def instead_of(self, rejected: Tokens) -> None:
        """None: a visitor is asked who he is, and nobody else."""


@contextmanager
def _own_session() -> Iterator[Session]:
    """A transaction of its own, so that tokens are committed whatever the caller does later."""
    with Session(db.engine) as session:
        session.info["portal"] = EVERY_PORTAL
        yield session
