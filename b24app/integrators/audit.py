"""Audit journal: what integrators looked at and did in a client's portal; it outlives the consent and is never erased by it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Select, func, select

from b24app.database import db
from b24app.input_limits import clean_text, one_line
from b24app.integrators.model import LONGEST_DETAIL, ConsentAudit

SAME_VISIT = timedelta(minutes=10)
WRITTEN_AGAIN = timedelta(seconds=30)
MOST_SHOWN = 200
Found = TypeVar("Found")


class Deed(StrEnum):
    """What a line of the journal is about; the value is stored. `asked`: a refusal was taken back; `requested`: a right was asked for."""

    GRANTED = "granted"
    CHANGED = "changed"
    ENDED = "ended"
    RESUMED = "resumed"
    DECLINED = "declined"
    LOOKED = "looked"
    ACTED = "acted"
    ASKED = "asked"
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class AuditPerson:
    """The person of a line and the integrator that he belongs to, which is empty for the client's own people."""

    name: str
    user_id: int
    integrator: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line as the client reads it."""

    at: datetime
    last_at: datetime
    person: str
    integrator: str
    action: str
    right: str
    detail: str
    refused: bool
    consent_code: str = ""


def write_line(
    consent_code: str,
    who: AuditPerson,
    action: str,
    at: datetime,
    *,
    right: str = "",
    detail: str = "",
    refused: bool = False,
) -> None:
    """Write one line into the journal of the portal in scope; the same page seen, or the same deed refused, within ten minutes makes no second one."""
    row = ConsentAudit(
        consent_code=consent_code,
        integrator=clean_text(who.integrator, 255),
        person=clean_text(one_line(who.name), 255),
        person_id=who.user_id,
        at=at,
        last_at=at,
        action=action,
        right=right,
        detail=clean_text(one_line(detail), LONGEST_DETAIL),
        refused=refused,
    )
    seen = _seen_lately(row) if action == Deed.LOOKED or refused else None
    if seen is None:
        db.session.add(row)
    elif at - seen.last_at > WRITTEN_AGAIN:
        seen.last_at = at
    db.session.flush()


def _seen_lately(line: ConsentAudit) -> ConsentAudit | None:
    """The line of the same visit; a line that a clock wrote which ran ahead does not count."""
    return db.session.scalar(
        select(ConsentAudit)
        .where(
            ConsentAudit.consent_code == line.consent_code,
            ConsentAudit.person_id == line.person_id,
            ConsentAudit.action == line.action,
            ConsentAudit.right == line.right,
            ConsentAudit.detail == line.detail,
            ConsentAudit.refused.is_(line.refused),
            ConsentAudit.last_at > line.at - SAME_VISIT,
            ConsentAudit.at <= line.at,
        )
        .order_by(ConsentAudit.id.desc())
        .limit(1)
    )


def list_lines(most: int = MOST_SHOWN, *, skip: int = 0, only: Collection[str] = ()) -> tuple[AuditLine, ...]:
    """The journal of the portal in scope, newest first; `only` these deeds where any are named."""
    query = select(ConsentAudit).order_by(ConsentAudit.at.desc(), ConsentAudit.id.desc())
    rows = db.session.scalars(_only(query, only).offset(skip).limit(most))
    return tuple(
        AuditLine(
            row.at,
            row.last_at,
            row.person,
            row.integrator,
            row.action,
            row.right,
            row.detail,
            row.refused,
            row.consent_code,
        )
        for row in rows
    )


def count_lines(only: Collection[str] = ()) -> int:
    """How many lines the journal of the portal in scope has."""
    return db.session.scalar(_only(select(func.count(ConsentAudit.id)), only)) or 0


def last_look(consent_code: str, since: datetime) -> tuple[int, datetime | None]:
    """How often an integrator has looked by a consent since a moment, and when last."""
    query = select(ConsentAudit.last_at).where(
        ConsentAudit.consent_code == consent_code,
        ConsentAudit.action.in_((Deed.LOOKED, Deed.ACTED)),
        ConsentAudit.refused.is_(False),
        ConsentAudit.last_at > since,
    )
    moments = db.session.scalars(query).all()
    return len(moments), max(moments, default=None)


def _only(query: Select[Found], only: Collection[str]) -> Select[Found]:
    return query.where(ConsentAudit.action.in_(only)) if only else query
