"""The clients with something red, as the board shows them to a person at this moment; nothing is read without a living consent."""

from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from b24app.backup.proofs.model import MassLoss
from b24app.database import db, every_portal
from b24app.integrators.board import SHOWN, ClientRow
from b24app.integrators.board_query import BoardAt, clients_of
from b24app.integrators.consent_notices import BEFORE_END
from b24app.integrators.consents import consents_of
from b24app.integrators.members import MemberSeat
from b24app.integrators.rights import MemberRole
from b24app.portals.model import get_portal

Rows = Mapping[int, ClientRow]


def whole_sight(portal_id: int) -> MemberSeat:
    """A seat that sees every client and all that it gave: for looking, not for showing to anybody."""
    return MemberSeat(portal_id, "", 0, "", MemberRole.OWNER)


def board_at(seat: MemberSeat, now: datetime) -> BoardAt:
    """The board of a person now, on the day of the integrator."""
    portal = get_portal(seat.portal_id)
    zone = ZoneInfo(portal.time_zone) if portal else ZoneInfo("UTC")
    return BoardAt(seat, now, now.astimezone(zone).date())


def rows_of(at: BoardAt, client_ids: Collection[int]) -> Rows:
    """The rows of those of some clients that a person sees now."""
    board = clients_of(at)
    query = select(*(board.c[name] for name in SHOWN)).where(board.c.client_id.in_(client_ids))
    with every_portal():
        found = (ClientRow(*row) for row in db.session.execute(query))
        return {row.client_id: row for row in found}


def codes_of(at: BoardAt) -> Mapping[int, str]:
    """The consents of all clients that a person sees now, by client."""
    board = clients_of(at)
    with every_portal():
        found = db.session.execute(select(board.c.client_id, board.c.code))
        return {row.client_id: row.code for row in found}


def suspects(at: BoardAt, also: Collection[int]) -> Rows:
    """The clients whose summary shows anything but that all is well, and those `also` given."""
    board = clients_of(at)
    query = select(*(board.c[name] for name in SHOWN)).where(
        or_(
            board.c.blockers > 0,
            board.c.broke_count > 0,
            board.c.access != "alive",
            board.c.ends_on < board.c.day,
            board.c.client_id.in_(also),
        )
    )
    with every_portal():
        found = (ClientRow(*row) for row in db.session.execute(query))
        return {row.client_id: row for row in found}


def clients_with_loss() -> frozenset[int]:
    """The portals in which a mass loss waits for people; their rows show who may see it."""
    with every_portal():
        return frozenset(
            db.session.scalars(select(MassLoss.portal_id).where(MassLoss.closed_at.is_(None)).distinct())
        )


def ending_consents(portal_id: int, now: datetime) -> Mapping[int, datetime]:
    """The clients whose access ends within two weeks, and when."""
    return {
        one.client_id: one.ends_at for one in consents_of(portal_id, now) if one.ends_at <= now + BEFORE_END
    }
