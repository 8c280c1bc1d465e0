"""The ends of terms stored in clients' portals, read for many clients at once, and whether the client's side has confirmed one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from b24app.database import db, every_portal
from b24app.terms.model import LicenseProfile, PaidTerm
from b24app.terms.term import SINGLE, TermKind

AT_ONCE = 500
Ends = dict[tuple[int, str], "KnownEnd"]


@dataclass(frozen=True, slots=True)
class KnownEnd:
    """The end of one term, its source and who confirmed it."""

    ends_on: date | None
    source: str
    said_by: str
    own_author: bool
    """Whether a person of the client's own portal wrote it down."""
    confirmed_by: str
    confirmed_at: datetime | None


def _known(row: PaidTerm) -> KnownEnd:
    own = row.said_by_id is not None
    return KnownEnd(row.ends_on, row.source, row.said_by, own, row.confirmed_by, row.confirmed_at)


def is_confirmed(known: KnownEnd, integrator: str) -> bool:
    """Whether the client's side or its portal has confirmed a date: what this integrator entered itself does not count."""
    if known.ends_on is None:
        return False
    if known.source == "portal":
        return True
    if known.confirmed_at is None:
        return False
    ours = not known.own_author and known.confirmed_by.endswith(f"({integrator[:120]})")
    return not ours


def ends_of(client_ids: Collection[int]) -> Ends:
    """The ends of the terms that exist once, by client and kind. Only for clients that show their terms."""
    found: Ends = {}
    with every_portal():
        for some in _parts(client_ids):
            query = select(PaidTerm).where(PaidTerm.portal_id.in_(some), PaidTerm.kind.in_(SINGLE))
            for row in db.session.scalars(query.order_by(PaidTerm.id.desc())):
                found[row.portal_id, str(row.kind)] = _known(row)
    return found


def on_premise_of(client_ids: Collection[int]) -> frozenset[int]:
    """Those of the clients that have the edition on premise: their renewal is about its licence."""
    found = set[int]()
    with every_portal():
        for some in _parts(client_ids):
            query = select(LicenseProfile.portal_id).where(
                LicenseProfile.portal_id.in_(some), LicenseProfile.edition == "on_premise"
            )
            found.update(db.session.scalars(query))
    return frozenset(found)


def main_kind_of(client_id: int, on_premise: Collection[int]) -> TermKind:
    """The term that a line without one is about."""
    return TermKind.ON_PREMISE if client_id in on_premise else TermKind.PLAN


def _parts(client_ids: Collection[int]) -> Iterator[list[int]]:
    ids = sorted(client_ids)
    return (ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE))
