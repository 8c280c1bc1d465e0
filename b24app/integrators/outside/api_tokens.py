"""Keys of the API: each acts as the person who made it, with his role of this moment, and with the scopes that were chosen."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from b24app.clock import CLOCKS_DIFFER
from b24app.database import db, every_portal
from b24app.errors import BadInput, NotFound
from b24app.input_limits import check_text, one_line
from b24app.integrators.members import MemberSeat, find_seat
from b24app.integrators.outside.model import ApiToken
from b24app.integrators.rights import MemberRole
from b24app.terms.term import Author
from b24app.text.messages import N_

PREFIX = "rwd_"
"""The prefix by which a key that was published by mistake is recognised."""

DAYS = (30, 90, 365)
USED_AGAIN = timedelta(minutes=1)
UNUSED = timedelta(days=30)
MOST_KEYS = 20
MAKES = frozenset({MemberRole.OWNER, MemberRole.MANAGER, MemberRole.ENGINEER})
"""Roles whose people may make keys."""


class Scope(StrEnum):
    """What a key may do; the value is stored."""

    PORTALS = "portals:read"
    TERMS = "terms:read"
    WRITE_TERMS = "terms:write"
    FINDINGS = "findings:read"
    RUN = "checks:run"
    CASES = "cases:read"
    REPORTS = "reports:read"


SCOPE_TITLES = {
    Scope.PORTALS: N_("Read the list of clients"),
    Scope.TERMS: N_("Read terms"),
    Scope.WRITE_TERMS: N_("Write the end of a term"),
    Scope.FINDINGS: N_("Read findings of checks"),
    Scope.RUN: N_("Run checks"),
    Scope.CASES: N_("Read renewals"),
    Scope.REPORTS: N_("Read reports"),
}


@dataclass(frozen=True, slots=True)
class TokenView:
    """One key as its page shows it; the key itself is kept nowhere."""

    id: int
    name: str
    start: str
    scopes: tuple[Scope, ...]
    user_id: int
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def lives(self, now: datetime) -> bool:
        """Whether it opens anything at this moment."""
        return self.revoked_at is None and self.made_at - CLOCKS_DIFFER <= now < self.expires_at

    def rests(self, now: datetime) -> bool:
        """Whether nobody has used it for thirty days."""
        return now - (self.used_at or self.made_at) > UNUSED


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Who calls: the seat of the person who made the key, and what the key may do."""

    seat: MemberSeat
    token: TokenView


def make_token(
    name: str, scopes: Iterable[str], days: int, *, by: Author, at: datetime
) -> tuple[str, TokenView]:
    """Make a key of the portal in scope; it is shown this once. Raises BadInput by field."""
    name = one_line(check_text(name, "name", 80))
    chosen = read_scopes(scopes)
    if not name:
        raise BadInput(N_("Say what the key is for."), "name")
    if not chosen:
        raise BadInput(N_("Choose what the key may do."), "scopes")
    if days not in DAYS:
        raise BadInput(N_("Choose 30, 90 or 365 days."), "days")
    if len([one for one in list_tokens() if one.lives(at)]) >= MOST_KEYS:
        raise BadInput(N_("There are twenty keys already: revoke one first."), "name")
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        name=name,
        digest=digest_of(secret),
        start=secret[:8],
        scopes=[str(scope) for scope in chosen],
        user_id=by.user_id or 0,
        made_by=by.name,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    db.session.add(row)
    db.session.flush()
    return secret, _view(row)


def read_scopes(codes: Iterable[str]) -> tuple[Scope, ...]:
    """The scopes among codes, in their order; a code that is unknown to this release gives nothing."""
    given = set(codes)
    return tuple(scope for scope in Scope if str(scope) in given)


def digest_of(secret: str) -> str:
    """The digest that is kept of a key."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def list_tokens() -> tuple[TokenView, ...]:
    """The keys of the portal in scope, newest first."""
    rows = db.session.scalars(select(ApiToken).order_by(ApiToken.id.desc()))
    return tuple(_view(row) for row in rows)


def revoke_token(token_id: int, at: datetime) -> None:
    """End a key of the portal in scope at once; raises NotFound."""
    row = db.session.scalar(select(ApiToken).where(ApiToken.id == token_id))
    if row is None:
        raise NotFound
    row.revoked_at = row.revoked_at or at
    db.session.flush()


def find_caller(secret: str, at: datetime) -> ApiCaller | None:
    """The caller with this key; None for a key that is unknown, over, revoked, or whose person has no role any more."""
    if not secret.startswith(PREFIX):
        return None
    with every_portal():
        row = db.session.scalar(select(ApiToken).where(ApiToken.digest == digest_of(secret)))
        if row is None or not _view(row).lives(at):
            return None
        seat = find_seat(row.portal_id, row.user_id)
        if seat is None or seat.role not in MAKES:
            return None
        if row.used_at is None or not timedelta() <= at - row.used_at < USED_AGAIN:
            row.used_at = at
            db.session.flush()
        return ApiCaller(seat, _view(row))


def _view(row: ApiToken) -> TokenView:
    return TokenView(
        row.id,
        row.name,
        row.start,
        read_scopes(row.scopes),
        row.user_id,
        row.made_by,
        row.made_at,
        row.expires_at,
        row.used_at,
        row.revoked_at,
    )
