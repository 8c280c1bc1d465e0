"""What the API reads of many clients: rows of the board, and records of one client after another until a page is full."""

from collections.abc import Callable, Iterator

from b24app.database import every_portal, portal_scope
from b24app.errors import BadInput
from b24app.integrators.board import ClientRow, groups_of
from b24app.integrators.board_conditions import BoardConditions, BoardField, Condition
from b24app.integrators.client_frame import ConsentEnded, PresentClient, RightNotGiven
from b24app.integrators.client_groups import list_groups
from b24app.integrators.consents import consents_of
from b24app.integrators.outside.api_tokens import ApiCaller
from b24app.integrators.rights import Right
from b24app.public.api.api_access import find_client, inside
from b24app.public.api.api_schemas import ClientOut, ClientQuery, Item, PortalQuery
from b24app.services import services
from b24app.text.messages import N_

MOST_READ = 200
"""How many clients one page reads at most."""


def conditions_of(caller: ApiCaller, query: PortalQuery) -> BoardConditions:
    """The filters of a list of clients as conditions of the board; raises BadInput for a group that there is not."""
    chosen = []
    if query.group:
        chosen.append(Condition(BoardField.GROUP, str(_group_id(caller, query.group))))
    if query.text.strip():
        chosen.append(Condition(BoardField.TEXT, query.text.strip()))
    if query.reason is not None:
        chosen.append(Condition(BoardField.REASON, str(query.reason)))
    return BoardConditions(query.view, tuple(chosen))


def _group_id(caller: ApiCaller, name: str) -> int:
    with portal_scope(caller.seat.portal_id):
        found = [group.id for group in list_groups() if group.name == name]
    if not found:
        raise BadInput(N_("There is no such group any more."), "group")
    return found[0]


def clients_out(caller: ApiCaller, rows: list[ClientRow]) -> list[ClientOut]:
    """Rows of the board as the API gives them."""
    groups = groups_of(caller.seat.portal_id, {row.client_id for row in rows})
    return [_client(row, groups.get(row.client_id, [])) for row in rows]


def _client(row: ClientRow, groups: list[str]) -> ClientOut:
    return ClientOut(
        id=row.code,
        name=row.name,
        domain=row.domain,
        inn=row.inn,
        groups=groups,
        plan=row.plan_code,
        ends_on=row.ends_on,
        date_said_by=row.said_by,
        date_said_at=row.said_at,
        pay_by=row.pay_by,
        act_on=row.act_on,
        reason=row.reason,
        stage=row.stage,
        money=row.money,
        amount=row.amount,
        currency=row.currency,
        is_estimate=row.estimate,
        blockers=row.blockers,
        broke_this_week=row.broke_count,
        access=row.access,
        swept_at=row.swept_at,
        copied_at=row.copied_at,
    )


def read_each(
    caller: ApiCaller,
    query: ClientQuery,
    needed: tuple[Right, ...],
    read: Callable[[PresentClient], list[Item]],
) -> tuple[list[Item], str | None]:
    """Items of one client, or of so many clients one after another that the page is full; a client is given whole.

    A client who has not given the right is left out of a list, and refused where it is asked for by its name. After so many
    clients a page ends however short it is, so that nobody waits for thousands who have no items.
    """
    if query.portal:
        client = find_client(caller, query.portal)
        with inside(caller, client, *needed):
            return read(client), None
    found: list[Item] = []
    for number, (cursor, code) in enumerate(codes_after(caller, query.cursor), 1):
        found += _read_one(caller, code, needed, read)
        if len(found) >= query.limit or number == MOST_READ:
            return found, cursor
    return found, None


def _read_one(
    caller: ApiCaller, code: str, needed: tuple[Right, ...], read: Callable[[PresentClient], list[Item]]
) -> list[Item]:
    try:
        client = find_client(caller, code)
        if not set(needed) <= client.rights:
            return []
        with inside(caller, client, *needed):
            return read(client)
    except (ConsentEnded, RightNotGiven):  # it ended while the list was read
        return []


def codes_after(caller: ApiCaller, cursor: str) -> Iterator[tuple[str, str]]:
    """The living consents of the integrator behind a cursor, by their portals: cursor and code."""
    after = int(cursor) if cursor.isascii() and cursor.isdecimal() and len(cursor) < 10 else 0
    with every_portal():
        living = sorted(
            consents_of(caller.seat.portal_id, services().clock.now()), key=lambda one: one.client_id
        )
    return ((str(one.client_id), one.code) for one in living if one.client_id > after)
