"""Acceptance of the documents: who pressed when, in which versions; whether a portal has to be asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from b24app.database import db
from b24app.legal.legal_documents import LICENCE, PRIVACY, SHOWN, covers
from b24app.legal.model import DocumentAcceptance
from b24app.portal_rows import PortalRows
from b24app.portals.model import Person

ACCEPTED = PortalRows(select(DocumentAcceptance).order_by(DocumentAcceptance.id))


@dataclass(frozen=True, slots=True)
class AcceptanceView:
    """One acceptance as it is read; `name` is the person's present one, empty when he is not stored any more."""

    licence_version: str
    privacy_version: str
    at: datetime
    language: str
    name: str
    user_id: int


def are_accepted() -> bool:
    """Whether somebody has accepted the present documents for this portal."""
    return any(covers(row.licence_version, row.privacy_version) for row in ACCEPTED.read())


def were_accepted() -> bool:
    """Whether somebody has accepted any version: then only the change has to be agreed to."""
    return bool(ACCEPTED.read())


def accept_documents(user_id: int, shown: str, language: str, at: datetime) -> bool:
    """Keep that an administrator accepted what his page has shown; nothing when it showed other versions, or none are due."""
    if shown != SHOWN or are_accepted():
        return False
    row = DocumentAcceptance(
        user_id=user_id,
        licence_version=LICENCE.version,
        privacy_version=PRIVACY.version,
        accepted_at=at,
        language=language,
    )
    db.session.add(row)
    db.session.flush()
    return True


def list_acceptances() -> Sequence[AcceptanceView]:
    """All acceptances, the newest first."""
    rows, names = ACCEPTED.read(), names_of({row.user_id for row in ACCEPTED.read()})
    return [
        AcceptanceView(
            row.licence_version,
            row.privacy_version,
            row.accepted_at,
            row.language,
            names.get(row.user_id, ""),
            row.user_id,
        )
        for row in reversed(rows)
    ]


def names_of(user_ids: Collection[int]) -> Mapping[int, str]:
    """The names of the people who have opened the application."""
    query = select(Person.user_id, Person.name).where(Person.user_id.in_(user_ids))
    return {row.user_id: row.name for row in db.session.execute(query)} if user_ids else {}
