"""The access of a portal's administrators: when one pair stops working, that of another administrator is tried.

Each administrator's pair of the last opening is kept. Only the main one is used without asking; before another takes its
place the portal itself must confirm, to that very pair, that its owner is an administrator still: a person who is none
any more never becomes the one in whose name we work, and the pair is forgotten. When none is left, people are notified.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from b24app.bitrix24.oauth import (
    REFRESH_LIVES,
    TokenKeeper,
    Tokens,
)
from b24app.bitrix24.token_states import HOPELESS, TokenState
from b24app.database import EVERY_PORTAL, db
from b24app.errors import ApplicationGone, ClientUnknown, TokenRejected
from b24app.portals.model import Access, Person
from b24app.portals.token_store import AccessStore

log = structlog.get_logger(__name__)


def usable(at: datetime) -> ColumnElement[bool]:
    """Pairs that may work: neither rejected nor older than a renewing token lives, and not of a person stored as no administrator."""
    others = select(Person.user_id).where(Person.portal_id == Access.portal_id, Person.is_admin.is_(False))
    living = Access.state.not_in(HOPELESS), Access.refreshed_at > at - REFRESH_LIVES
    return and_(*living, Access.user_id.not_in(others))


def choose_accesses(at: datetime, user_id: int | None = None) -> list[tuple[int, bool]]:
    """The pairs of the portal of the scope in the order of trying, each with whether it is the main one; the last may be hopeless."""
    others = select(Person.user_id).where(Person.portal_id == Access.portal_id, Person.is_admin.is_(False))
    query = select(Access.id, Access.is_master, usable(at)).where(Access.user_id.not_in(others))
    if user_id is not None:
        query = query.where(Access.user_id == user_id)
    order = usable(at).desc(), Access.is_master.desc(), Access.refreshed_at.desc()
    rows = db.session.execute(query.order_by(*order)).all()
    good = [(access_id, main) for access_id, main, works in rows if works]
    return good or [(access_id, True) for access_id, _main, _works in rows[:1]]


@dataclass(slots=True)
class Candidate:
    """One administrator's pair with its keeper; `trusted` ones are used without asking the portal about their owner."""

    store: AccessStore
    keeper: TokenKeeper
    trusted: bool


@dataclass(slots=True)
class AdministratorAccess:
    """Hands out the pair that works, and goes on to the next administrator when it is rejected.

    `is_administrator` asks the portal with a pair about its owner and raises what the portal raises; `none_left` is
    called when no pair is of use.
    """

    candidates: list[Candidate]
    is_administrator: Callable[[Candidate], bool]
    none_left: Callable[[], None]

    def current(self) -> Tokens:
        """The pair as it is stored now."""
        if not self.candidates[0].trusted and not self._settle():
            raise TokenRejected("no_access", "no administrator's access works")
        return self.candidates[0].keeper.current()

    def refresh_after(self, expired: Tokens) -> Tokens:
        """The pair that follows an expired one, or another administrator's where that was rejected."""
        try:
            return self.candidates[0].keeper.refresh_after(expired)
        except ClientUnknown:
            raise
        except TokenRejected:
            if (other := self.instead_of(expired)) is None:
                raise
            return other

    def instead_of(self, rejected: Tokens) -> Tokens | None:  # noqa: ARG002
        """The pair of another administrator; None when there is none that works."""
        if len(self.candidates) > 1:
            del self.candidates[0]
            if self._settle():
                return self.candidates[0].keeper.current()
        self.none_left()
        return None

    def set_state(self, state: TokenState) -> None:
        """Store the state of the present pair."""
        self.candidates[0].store.set_state(state)

    def _settle(self) -> bool:
        """Go on to the first pair whose owner is an administrator still; the last one stays in any case."""
        while True:
            first = self.candidates[0]
            if first.trusted or self._may_take(first):
                first.trusted = True
                return True
            if len(self.candidates) == 1:
                return False
            del self.candidates[0]

    def _may_take(self, candidate: Candidate) -> bool:
        try:
            allowed = self.is_administrator(candidate)
        except (TokenRejected, ApplicationGone) as error:
            log.info("another administrator's access does not work", error=type(error).__name__)
            return False
        (make_main if allowed else forget_pair)(candidate.store.access_id)
        return allowed


def make_main(access_id: int) -> None:
    """From now on we work in the name of this administrator; in a transaction of its own."""
    with Session(db.engine) as session:
        _row_of(session, access_id)
        session.execute(update(Access).values(is_master=Access.id == access_id))
        session.commit()


def forget_pair(access_id: int) -> None:
    """Remove the pair and the pages of an owner who is no administrator any more; in a transaction of its own."""
    with Session(db.engine) as session:
        row = _row_of(session, access_id)
        session.execute(update(Person).where(Person.user_id == row.user_id).values(is_admin=False))
        session.delete(row)
        session.commit()


def _row_of(session: Session, access_id: int) -> Access:
    """One pair; the session is in the scope of its portal from now on."""
    session.info["portal"] = EVERY_PORTAL
    row = session.get_one(Access, access_id)
    session.info["portal"] = row.portal_id
    return row


def forget_outdated(at: datetime) -> Sequence[int]:
    """Forget the pairs whose refresh token has expired; returns the portals that they were of."""
    old = Access.refreshed_at <= at - REFRESH_LIVES - timedelta(days=1)
    found = db.session.scalars(select(Access.portal_id).where(old).distinct()).all()
    db.session.execute(delete(Access).where(old).execution_options(synchronize_session=False))
    return found
