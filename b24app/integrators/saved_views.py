"""Saved views of the board: conditions under a name, of one person or of all."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, or_, select

from b24app.database import db
from b24app.errors import BadInput, NotAllowed, NotFound
from b24app.input_limits import check_text, one_line
from b24app.integrators.board_conditions import BoardConditions, read_conditions
from b24app.integrators.members import MemberSeat
from b24app.integrators.model import SavedView
from b24app.integrators.rights import MemberRole
from b24app.text.messages import N_

LONGEST_NAME, LONGEST_CONDITIONS, MOST_VIEWS = 80, 2000, 30


@dataclass(frozen=True, slots=True)
class NamedView:
    """One saved view; `may_change`: by its author, and a shared one by owners."""

    id: int
    name: str
    conditions: BoardConditions
    shared: bool
    may_change: bool


def list_views(seat: MemberSeat) -> tuple[NamedView, ...]:
    """A person's own views and those that all share."""
    mine = or_(SavedView.user_id == seat.user_id, SavedView.shared.is_(True))
    rows = db.session.scalars(select(SavedView).where(mine).order_by(SavedView.name, SavedView.id))
    return tuple(_view(row, seat) for row in rows)


def _view(row: SavedView, seat: MemberSeat) -> NamedView:
    conditions = read_conditions(parse_qsl(row.conditions))
    return NamedView(row.id, row.name, conditions, row.shared, _may_change(row, seat))


def _may_change(row: SavedView, seat: MemberSeat) -> bool:
    return row.user_id == seat.user_id or (row.shared and seat.role is MemberRole.OWNER)


def save_view(seat: MemberSeat, name: str, pairs: Iterable[tuple[str, str]], *, shared: bool) -> int:
    """Keep conditions under a name."""
    kept = urlencode(read_conditions(pairs).pairs)
    if len(kept) > LONGEST_CONDITIONS:
        raise BadInput(N_("These are too many conditions to be saved."), "name")
    own = select(func.count()).where(SavedView.user_id == seat.user_id)
    if (db.session.scalar(own) or 0) >= MOST_VIEWS:
        raise BadInput(N_("You have thirty views already: delete one first."), "name")
    row = SavedView(user_id=seat.user_id, shared=shared, name=_check(name), conditions=kept)
    db.session.add(row)
    db.session.flush()
    return row.id


def change_view(seat: MemberSeat, view_id: int, name: str, *, shared: bool) -> None:
    """Rename a view, share it or keep it to oneself."""
    row = _own(seat, view_id)
    row.name, row.shared = _check(name), shared
    db.session.flush()


def delete_view(seat: MemberSeat, view_id: int) -> None:
    """Forget a view."""
    db.session.delete(_own(seat, view_id))
    db.session.flush()


def _own(seat: MemberSeat, view_id: int) -> SavedView:
    row = db.session.scalar(select(SavedView).where(SavedView.id == view_id))
    if row is None or not (row.shared or row.user_id == seat.user_id):
        raise NotFound("view")
    if not _may_change(row, seat):
        raise NotAllowed
    return row


def _check(name: str) -> str:
    found = one_line(check_text(name, "name", LONGEST_NAME))
    if not found:
        raise BadInput(N_("Name the view."), "name")
    return found
