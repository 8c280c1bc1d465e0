"""People of a portal: who they are, whether they still work there and are administrators, and the access they gave us."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import delete, select, update

from b24app.bitrix24.token_states import HOPELESS, TokenState
from b24app.clock import known_zone
from b24app.database import current_portal_id, db, portal_scope, read_once
from b24app.deadline import within
from b24app.errors import PortalError
from b24app.input_limits import clean_text
from b24app.portal_rows import PortalRows
from b24app.portals.availability import get_availability
from b24app.portals.client_factory import open_client, pace
from b24app.portals.identity import ProfileAnswer, Visitor
from b24app.portals.incoming_forms import FramePost
from b24app.portals.lost_access import note_access_back
from b24app.portals.model import Access, Employment, Person, Portal
from b24app.rest_client import Answer, Command, Outcome
from b24app.services import services
from b24app.single_rows import single_row

ASK_AGAIN_AFTER = timedelta(hours=6)
MOST_ASKED = 50
ASK_SECONDS = 30.0
PAGE = 50
BATCH = 49  # and the profile of whose access is used
Row = TypeVar("Row", bound=BaseModel)
log = structlog.get_logger(__name__)


class Account(BaseModel):
    """One account of `user.get`; every scope of users shows these two (user-scope.md)."""

    model_config = ConfigDict(extra="ignore")

    id: int = Field(alias="ID")
    active: bool | None = Field(alias="ACTIVE", default=None)


@dataclass(frozen=True, slots=True)
class PeopleAnswer:
    """What a portal answered about its people: who works there, and the profile of the one whose access is used."""

    employed: Mapping[int, bool]
    profile: ProfileAnswer | None


def note_person(portal: Portal, visitor: Visitor, language: str, at: datetime) -> Person:
    """Keep who opened the application and what the portal answered about them."""
    with portal_scope(portal.id):
        person = db.session.scalar(select(Person).where(Person.user_id == visitor.user_id))
        if person is None:
            person = Person(portal_id=portal.id, user_id=visitor.user_id)
            db.session.add(person)
        person.name = clean_text(visitor.name, 255)
        person.is_admin = visitor.is_admin
        person.language = language
        person.time_zone = known_zone(visitor.time_zone)
        person.seen_at = person.role_seen_at = at
        person.rights_ended_at = None
        db.session.flush()
        if not visitor.is_admin:
            forget_access(portal.id, visitor.user_id)
        note_employment(visitor.user_id, active=True, at=at)
    return person


def choose_look(user_id: int, look: str) -> None:
    """Keep which look a person of the portal in scope has chosen for the pages."""
    db.session.execute(update(Person).where(Person.user_id == user_id).values(theme=look))


def note_access(portal: Portal, user_id: int, post: FramePost, at: datetime) -> None:
    """Keep an administrator's tokens for work without them; the first good ones become the main ones."""
    with portal_scope(portal.id):
        rows = {row.user_id: row for row in db.session.scalars(select(Access))}
        access = rows.get(user_id)
        lost = bool(rows) and all(row.state in HOPELESS for row in rows.values())
        if access is None:
            access = Access(portal_id=portal.id, user_id=user_id)
            db.session.add(access)
        # An answer without a renewing token must not take the place of a pair that lives on.
        if post.refresh_token or access.state != TokenState.GOOD or not access.refresh_token:
            access.access_token = post.access_token
            access.refresh_token = post.refresh_token
            access.expires_at = at + timedelta(seconds=post.expires_in)
            access.refreshed_at = at
            access.state = TokenState.GOOD
        if not any(row.is_master and row.state == TokenState.GOOD for row in rows.values()):
            for row in rows.values():
                row.is_master = False
            access.is_master = True
        db.session.flush()
        if (lost or get_availability().access_lost_at) and access.state == TokenState.GOOD:
            note_access_back(portal.id)


def note_employment(user_id: int, *, active: bool, at: datetime) -> None:
    """Keep whether a person works in the portal as of now; a dismissal ends the person's rights at once."""
    row = single_row(Employment, begins={"active": active, "asked_at": at}, user_id=user_id)
    row.active, row.asked_at = active, at
    db.session.flush()
    if not active:
        end_rights(user_id, at)


def end_rights(user_id: int, at: datetime) -> None:
    """End the page tokens of a person and forget the access given to us; runs in the portal's scope."""
    person = db.session.scalar(select(Person).where(Person.user_id == user_id))
    if person is not None:
        person.is_admin = False
        person.rights_ended_at = person.rights_ended_at or at
    forget_access(current_portal_id(), user_id)
    db.session.flush()


def forget_access(portal_id: int, user_id: int) -> None:
    """Work no longer in the name of a person who is no administrator (any more)."""
    with portal_scope(portal_id):
        db.session.execute(delete(Access).where(Access.portal_id == portal_id, Access.user_id == user_id))


DISMISSED = PortalRows(select(Employment).where(Employment.active.is_(False)))
ADMINISTRATORS = PortalRows(select(Person).where(Person.is_admin.is_(True)).order_by(Person.id))
MASTERS = PortalRows(
    select(Access).where(Access.is_master.is_(True)).order_by(Access.id),
    without=("access_token", "refresh_token"),
)


@read_once
def dismissed_ids() -> frozenset[int]:
    """The people of whom the portal answered last that they do not work there."""
    return frozenset(row.user_id for row in DISMISSED.read())


@read_once
def find_administrator() -> tuple[int, str] | None:
    """An administrator who is not dismissed, as the portal answered last: the one whose access we use, else the last seen."""
    gone = dismissed_ids()
    master = next((row.user_id for row in MASTERS.read()), None)
    people = [row for row in ADMINISTRATORS.read() if row.user_id not in gone]
    best = max(people, key=lambda row: (row.user_id == master, row.seen_at), default=None)
    return (best.user_id, best.name) if best else None


def review_rights(portal_id: int, others: Iterable[int] = ()) -> None:
    """Ask the portal about all its stored people and about others, and end at once the rights that have ended there."""
    with portal_scope(portal_id):
        known = db.session.scalars(select(Person.user_id).order_by(Person.user_id)).all()
        _review(portal_id, (*known, *others), services().clock.now())


def ask_employment(portal_id: int, user_ids: Iterable[int], at: datetime) -> int:
    """Ask the portal about these people and its administrators, unless it was asked lately; returns how many it answered about."""
    with portal_scope(portal_id):
        wanted = _stale([*sorted(set(user_ids)), *sorted(_administrators())], at)
        return _review(portal_id, wanted, at) if wanted else 0


def _administrators() -> set[int]:
    return set(db.session.scalars(select(Person.user_id).where(Person.is_admin.is_(True))))


def _stale(user_ids: Collection[int], at: datetime) -> list[int]:
    """The first of them who were not asked about lately; those whom a portal never names must not come before others."""
    rows = db.session.scalars(select(Employment).where(Employment.user_id.in_(user_ids)))
    fresh = {row.user_id for row in rows if at - ASK_AGAIN_AFTER < row.asked_at <= at}
    return [one for one in dict.fromkeys(user_ids) if one not in fresh][:MOST_ASKED]


def _review(portal_id: int, user_ids: Iterable[int], at: datetime) -> int:
    """Ask, then keep the answer; a portal that refuses or is silent changes nothing: each page's hour ends all the same."""
    try:
        answer = read_people(portal_id, user_ids)
    except PortalError as error:
        db.session.rollback()
        log.warning("people were not asked about", portal=portal_id, error=type(error).__name__)
        return 0
    for user_id, active in answer.employed.items():
        note_employment(user_id, active=active, at=at)
    if answer.profile is not None:
        _note_role(answer.profile, at)
    return len(answer.employed)


def _note_role(profile: ProfileAnswer, at: datetime) -> None:
    """Keep the role of the person whose access is used, from the profile: demoted, or an administrator still."""
    if profile.is_demoted:
        end_rights(profile.id, at)
    elif profile.admin:
        person = db.session.scalar(select(Person).where(Person.user_id == profile.id))
        if person is not None and person.is_admin:
            person.role_seen_at = at
            db.session.flush()


def read_people(portal_id: int, user_ids: Iterable[int]) -> PeopleAnswer:
    """Ask a portal who of these people works there and whether the access used is an administrator's, in one batch.

    `user.get` names no administrators (vendor's documentation, user-get.md), so a demotion shows in the profile of the one whose access is used,
    and in the next opening of everybody else. Who is not in the answer is unknown, not dismissed: integrators and
    technical users never are (user-get.md). Accounts that nobody asked about are left out. Raises the PortalError family.
    """
    asked = frozenset(user_ids)
    with within(ASK_SECONDS, pace().steady):
        answers = open_client(portal_id, background=True).batch(questions(sorted(asked)))
    me = answers.pop("me", None)
    found = (account for one in answers.values() for account in read_accounts(one).items())
    employed = {user_id: active for user_id, active in found if user_id in asked}
    return PeopleAnswer(employed, _read(ProfileAnswer, me.result) if isinstance(me, Answer) else None)


def questions(user_ids: Iterable[int]) -> dict[str, Command]:
    """One batch: the profile, and accounts by fifty (user-get.md; ACTIVE is within the scope user_brief)."""
    ids = list(user_ids)[: PAGE * BATCH]
    parts = [ids[start : start + PAGE] for start in range(0, len(ids), PAGE)]
    asked = {
        f"accounts{number}": Command(
            "user.get",
            {"FILTER": {"ID": part}, "ADMIN_MODE": True, "select": ["ID", "ACTIVE"], "start": 0},
        )
        for number, part in enumerate(parts)
    }
    return {"me": Command("profile", {})} | asked


def read_accounts(outcome: Outcome) -> dict[int, bool]:
    """Who works in the portal by one answer of `user.get`; an account without a plain yes or no is left out."""
    if not isinstance(outcome, Answer) or not isinstance(outcome.result, list):
        return {}
    accounts = [account for row in outcome.result if (account := _read(Account, row)) is not None]
    return {account.id: account.active for account in accounts if account.active is not None}


def _read(kind: type[Row], row: object) -> Row | None:
    try:
        return kind.model_validate(row)
    except ValidationError:
        return None
