"""The content of a feed: the terms of every client of its group that gives them at this moment, each reading in that client's journal."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.board import ClientRow, read_chosen
from b24app.integrators.board_conditions import BoardConditions, BoardField, BoardView, Condition
from b24app.integrators.board_query import BoardAt
from b24app.integrators.client_frame import ConsentEnded, present_client
from b24app.integrators.outside.group_feeds import FeedReader
from b24app.integrators.pipeline.client_terms import TermStand, read_terms
from b24app.integrators.rights import Right
from b24app.state_version import portal_state
from b24app.text.messages import N_

PLACE = "/feeds"
MOST_CLIENTS = 1_000


class FeedTooLong(BadInput):
    """A feed of so many clients that nobody waits for it."""


@dataclass(frozen=True, slots=True)
class FeedTerm:
    """One term of one client."""

    client: str
    code: str
    domain: str
    inn: str
    stand: TermStand


def clients_of_feed(reader: FeedReader, at: BoardAt) -> tuple[ClientRow, ...]:
    """The clients of the group that the person sees and that give their terms, at this moment; raises FeedTooLong."""
    group = reader.feed.group_id
    chosen = () if group is None else (Condition(BoardField.GROUP, str(group)),)
    rows = read_chosen(at, BoardConditions(BoardView.ALL, chosen))
    found = tuple(row for row in rows if row.sees_terms)
    if len(found) > MOST_CLIENTS:
        raise FeedTooLong(N_("There are too many clients for one address: make one for each group."), "group")
    return found


def state_of_feed(rows: Sequence[ClientRow], at: BoardAt, *kinds: str) -> str:
    """A digest of all that a feed is made of: clients, their names, the versions of their states, the day."""
    query = select(portal_state.c.portal_id, portal_state.c.version)
    found = db.session.execute(
        query.where(portal_state.c.portal_id.in_([row.client_id for row in rows]))
    ).all()
    versions = {int(number): version for number, version in found}
    parts = [f"{row.code} {versions.get(row.client_id, '')} {row.day} {row.name} {row.inn}" for row in rows]
    told = "\n".join([*kinds, at.today.isoformat(), *sorted(parts)])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def terms_of_feed(reader: FeedReader, rows: Sequence[ClientRow], now: datetime) -> list[FeedTerm]:
    """Their terms, client by client; one whose access ends meanwhile is left out. The lines of the journals are to be kept before anything is sent."""
    found: list[FeedTerm] = []
    for row in rows:
        try:
            client = present_client(reader.seat, row.code, now)
        except ConsentEnded:
            continue
        if Right.TERMS not in client.rights:
            continue
        _note(reader, row, now)
        found += [
            FeedTerm(row.name, row.code, row.domain, row.inn, stand)
            for stand in read_terms(row.client_id, now)
        ]
    return found


def _note(reader: FeedReader, row: ClientRow, now: datetime) -> None:
    who = AuditPerson(f"{reader.seat.name}, iCalendar/CSV", reader.seat.user_id, reader.seat.integrator)
    with portal_scope(row.client_id):
        write_line(row.code, who, Deed.LOOKED, now, right=str(Right.TERMS), detail=PLACE)
