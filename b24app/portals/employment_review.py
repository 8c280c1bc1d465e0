"""Asks a portal which of its people still work there, and keeps what it answered."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, select

from b24app.bitrix24.responses import Answer, Command
from b24app.database import db, portal_scope
from b24app.errors import PortalError
from b24app.portals.client_factory import open_client
from b24app.portals.employment import note_employment
from b24app.portals.model import Employment, Person

ASK_AGAIN_AFTER = timedelta(hours=6)
MOST_ASKED = 50
NO = (False, "N", "n", "false", "0", 0)
YES = (True, "Y", "y", "true", "1", 1)
log = structlog.get_logger(__name__)


def ask_employment(portal_id: int, user_ids: Iterable[int], at: datetime) -> int:
    """Ask the portal about these people and its administrators, unless it was asked lately; answers of how many it told.

    A portal that refuses or does not answer tells nothing, and nothing changes. Commits.
    """
    with portal_scope(portal_id):
        wanted = _stale([*sorted(set(user_ids)), *sorted(_administrators())], at)
        db.session.commit()
        if not wanted:
            return 0
        try:
            answers = open_client(portal_id, background=True).batch(
                {f"u{one}": _command(one) for one in wanted}
            )
        except PortalError as error:
            db.session.rollback()
            log.warning("people were not asked for", portal=portal_id, error=type(error).__name__)
            return 0
        told = {
            one: active for one in wanted if (active := read_active(answers.get(f"u{one}"), one)) is not None
        }
        for user_id, active in told.items():
            note_employment(user_id, active=active, at=at)
        db.session.commit()
        return len(told)


def told_until(user_ids: Iterable[int], at: datetime) -> datetime | None:
    """Until when what the portal told of these people and its administrators holds; None when one has to be asked about."""
    wanted = {*user_ids, *_administrators()}
    if _stale(list(wanted), at):
        return None
    asked = select(func.min(Employment.asked_at)).where(Employment.user_id.in_(wanted))
    return (db.session.scalar(asked) or at) + ASK_AGAIN_AFTER


def _administrators() -> set[int]:
    return set(db.session.scalars(select(Person.user_id).where(Person.is_admin.is_(True))))


def _stale(user_ids: Collection[int], at: datetime) -> list[int]:
    """The first of them who were not asked about lately; those whom a portal never tells of must not stand before others."""
    rows = db.session.scalars(select(Employment).where(Employment.user_id.in_(user_ids)))
    fresh = {row.user_id for row in rows if at - ASK_AGAIN_AFTER < row.asked_at <= at}
    return [one for one in dict.fromkeys(user_ids) if one not in fresh][:MOST_ASKED]


def _command(user_id: int) -> Command:
    """One person.

    Source: api-reference/user/user-get.md; ACTIVE is within the scope user_brief (user-scope.md).
    """
    return Command("user.get", {"ID": user_id, "ADMIN_MODE": True})


def read_active(outcome: object, user_id: int) -> bool | None:
    """What an answer says of one person; None when it says nothing.

    The method does not return integrators and technical users (user-get.md): an empty list is no dismissal.
    """
    rows: Any = outcome.result if isinstance(outcome, Answer) else None
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping) and str(row.get("ID")) == str(user_id):
            return _yes_or_no(row.get("ACTIVE"))
    return None


def _yes_or_no(value: object) -> bool | None:
    if not isinstance(value, bool | str | int):
        return None
    return True if value in YES else False if value in NO else None
