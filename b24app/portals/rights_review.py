"""Review of rights: dismissed people and administrators who are none any more lose their pages and our access at once."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.errors import PortalError
from b24app.portals.client_factory import open_client
from b24app.portals.employment import end_rights, note_employment
from b24app.portals.model import Person
from b24app.portals.visitor import ProfileAnswer
from b24app.rest_client import Answer, Command, Outcome
from b24app.services import services

Row = TypeVar("Row", bound=BaseModel)
PAGE = 50
BATCH = 49  # and the profile of whose access is used


class Account(BaseModel):
    """One account of `user.get`; every scope of users shows these two (user-scope.md)."""

    model_config = ConfigDict(extra="ignore")

    id: int = Field(alias="ID")
    active: bool | None = Field(alias="ACTIVE", default=None)


def review_rights(portal_id: int) -> None:
    """Ask the portal about everybody we know in it, and end at once what has ended there.

    `user.get` names no administrators (platform.md), so a demotion shows in the profile of the one whose access is
    used, and in the next opening of everybody else. Who is not in the answer is unknown, not dismissed: integrators
    never are (user-get.md).
    """
    with portal_scope(portal_id):
        known = db.session.scalars(select(Person.user_id).order_by(Person.user_id)).all()
    db.session.commit()
    try:
        answers = open_client(portal_id, background=True).batch(questions(known))
    except PortalError:
        return  # nothing is known anew; the hour of each page ends by itself
    with portal_scope(portal_id):
        _note_accounts(answers)
        _note_profile(answers.get("me"))
        db.session.commit()


def questions(known: Iterable[int]) -> dict[str, Command]:
    """One batch: the profile, and accounts by fifty."""
    ids = list(known)[: PAGE * BATCH]
    parts = [ids[start : start + PAGE] for start in range(0, len(ids), PAGE)]
    asked = {
        f"accounts{number}": Command(
            "user.get",
            {"FILTER": {"ID": part}, "ADMIN_MODE": True, "select": ["ID", "ACTIVE"], "start": 0},
        )
        for number, part in enumerate(parts)
    }
    return {"me": Command("profile", {})} | asked


def _note_accounts(answers: Mapping[str, Outcome]) -> None:
    now = services().clock.now()
    seen = {one.id: one.active for key, answer in answers.items() if key != "me" for one in _accounts(answer)}
    for user_id, active in seen.items():
        if active is not None:  # somebody taken back is let in again by the portal, at his next opening
            note_employment(user_id, active=active, at=now)


def _accounts(answer: Outcome) -> list[Account]:
    if not isinstance(answer, Answer) or not isinstance(answer.result, list):
        return []
    return [account for row in answer.result if (account := _read(Account, row)) is not None]


def _note_profile(answer: Outcome | None) -> None:
    """Whoever lends us the access has to be an administrator still."""
    found = _read(ProfileAnswer, answer.result) if isinstance(answer, Answer) else None
    if found is not None and not found.admin:
        end_rights(found.id, services().clock.now())


def _read(kind: type[Row], row: Any) -> Row | None:
    try:
        return kind.model_validate(row)
    except ValidationError:
        return None
