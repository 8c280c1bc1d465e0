"""Groups of an integrator's clients: made, renamed, deleted, filled; and whose manager's own a group is."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from b24app.database import db
from b24app.errors import BadInput, NotAllowed, NotFound
from b24app.input_limits import check_text, one_line
from b24app.integrators.members import MemberSeat
from b24app.integrators.model import ClientGroup, GroupedClient
from b24app.integrators.own_clients import may_change_group
from b24app.text.messages import N_

LONGEST_NAME = 80
MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group, with how many of the clients that a person sees are in it."""

    id: int
    name: str
    manager_id: int | None
    clients: int = 0


def list_groups(seen: Collection[int] | None = None) -> tuple[GroupView, ...]:
    """The groups of the portal in scope by name; counted are those of the clients `seen`, or none."""
    rows = db.session.scalars(select(ClientGroup).order_by(ClientGroup.name, ClientGroup.id)).all()
    counts = _counts(seen) if seen else {}
    return tuple(GroupView(row.id, row.name, row.manager_id, counts.get(row.id, 0)) for row in rows)


def own_groups(seat: MemberSeat) -> tuple[GroupView, ...]:
    """The groups that a person changes and fills."""
    return tuple(group for group in list_groups() if may_change_group(seat, group.manager_id))


def demand_own_group(seat: MemberSeat, group_id: int) -> None:
    """Raises NotFound for no group, NotAllowed for one that this person may not change or fill."""
    if not may_change_group(seat, get_group(group_id).manager_id):
        raise NotAllowed


def _counts(seen: Collection[int]) -> dict[int, int]:
    query = select(GroupedClient.group_id, func.count()).where(GroupedClient.client_id.in_(seen))
    found = db.session.execute(query.group_by(GroupedClient.group_id))
    return {group_id: int(number) for group_id, number in found}


def get_group(group_id: int) -> ClientGroup:
    """A group of the portal in scope; raises NotFound."""
    row = db.session.scalar(select(ClientGroup).where(ClientGroup.id == group_id))
    if row is None:
        raise NotFound("group")
    return row


def add_group(name: str, manager_id: int | None = None) -> int:
    """Make a group; raises BadInput for a name that there is already."""
    name = _check(name)
    if (db.session.scalar(select(func.count()).select_from(ClientGroup)) or 0) >= MOST_GROUPS:
        raise BadInput(N_("There are too many groups: delete one first."), "name")
    row = ClientGroup(name=name, manager_id=manager_id)
    _flush_named(row)
    return row.id


def change_group(group_id: int, name: str, manager_id: int | None) -> None:
    """Rename a group and set whose own it is."""
    row, name = get_group(group_id), _check(name)
    if name != row.name:
        with db.session.no_autoflush:
            _refuse_taken(name, row.id)
    row.name, row.manager_id = name, manager_id
    db.session.flush()


def delete_group(group_id: int) -> None:
    """Delete a group; its clients stay."""
    db.session.execute(delete(GroupedClient).where(GroupedClient.group_id == get_group(group_id).id))
    db.session.execute(delete(ClientGroup).where(ClientGroup.id == group_id))


def put_in(group_id: int, client_id: int) -> bool:
    """Put a client into a group; False when it is there already."""
    there = select(GroupedClient.id).where(
        GroupedClient.group_id == get_group(group_id).id, GroupedClient.client_id == client_id
    )
    if db.session.scalar(there) is not None:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(GroupedClient(group_id=group_id, client_id=client_id))
    except IntegrityError:  # somebody else did it at this moment
        return False
    return True


def take_out(group_id: int, client_id: int) -> None:
    """Take a client out of a group."""
    mine = GroupedClient.group_id == get_group(group_id).id, GroupedClient.client_id == client_id
    db.session.execute(delete(GroupedClient).where(*mine))


def groups_of_client(client_id: int) -> frozenset[int]:
    """The ids of the groups that a client is in."""
    query = select(GroupedClient.group_id).where(GroupedClient.client_id == client_id)
    return frozenset(db.session.scalars(query))


def _check(name: str) -> str:
    found = one_line(check_text(name, "name", LONGEST_NAME))
    if not found:
        raise BadInput(N_("Name the group."), "name")
    return found


def _refuse_taken(name: str, group_id: int = 0) -> None:
    taken = select(ClientGroup.id).where(ClientGroup.name == name, ClientGroup.id != group_id)
    if db.session.scalar(taken) is not None:
        raise BadInput(N_("There is a group of this name already."), "name")


def _flush_named(row: ClientGroup) -> None:
    _refuse_taken(row.name)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise BadInput(N_("There is a group of this name already."), "name") from None


def clients_in(group_id: int) -> frozenset[int]:
    """The portals of the clients in a group."""
    query = select(GroupedClient.client_id).where(GroupedClient.group_id == group_id)
    return frozenset(db.session.scalars(query))
