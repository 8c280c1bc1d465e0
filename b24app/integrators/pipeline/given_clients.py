"""The clients whose terms the pipeline may see now: those whose living consent gives them; asked again before every write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.consents import consents_of, living_with
from b24app.integrators.model import ClientNote, Invitation
from b24app.integrators.pipeline.model import PipelineClient
from b24app.integrators.rights import Right, read_rights, whole
from b24app.portals.model import InstallStatus, Portal


@dataclass(frozen=True, slots=True)
class GivenClient:
    """A client that has given its terms to an integrator, and what the integrator keeps of it."""

    client_id: int
    consent_code: str
    papers: bool
    member_id: str
    domain: str
    state_version: str
    name: str
    inn: str
    responsible_id: int | None


@dataclass(frozen=True, slots=True)
class GivenRights:
    """What a living consent gives, as far as the pipeline asks."""

    consent_code: str
    rights: frozenset[Right]


def given_clients(portal_id: int, now: datetime) -> Mapping[int, GivenClient]:
    """All of them, by the id of the client's portal; a consent that has ended gives nothing, whatever is stored."""
    living = (
        (one.client_id, GivenRights(one.code, whole(one.rights))) for one in consents_of(portal_id, now)
    )
    return _described(portal_id, {one: given for one, given in living if Right.TERMS in given.rights})


def find_given(portal_id: int, client_id: int, now: datetime) -> GivenClient | None:
    """One of them, as it is now; nothing when the client gives its terms no more."""
    given = _rights_of(portal_id, client_id, now)
    return _described(portal_id, {client_id: given}).get(client_id) if given else None


def still_gives(portal_id: int, client_id: int, now: datetime) -> bool:
    """Whether a client's consent gives its terms at this moment."""
    return _rights_of(portal_id, client_id, now) is not None


def _rights_of(portal_id: int, client_id: int, now: datetime) -> GivenRights | None:
    with portal_scope(client_id):
        row = living_with(portal_id)
    if row is None or now >= row.ends_at:
        return None
    given = GivenRights(row.code, whole(read_rights(row.rights)))
    return given if Right.TERMS in given.rights else None


def _described(portal_id: int, rights: Mapping[int, GivenRights]) -> dict[int, GivenClient]:
    """With what the integrator keeps of each."""
    with every_portal():
        query = select(Portal).where(Portal.id.in_(rights), Portal.status != InstallStatus.DELETED)
        portals = db.session.scalars(
            query.order_by(Portal.id).execution_options(populate_existing=True)
        ).all()
    with portal_scope(portal_id):
        mine = select(ClientNote).where(ClientNote.client_id.in_(rights))
        notes = {row.client_id: row for row in db.session.scalars(mine)}
        inns = _invited_inns(rights)
    return {row.id: _given(row, rights[row.id], notes.get(row.id), inns.get(row.id, "")) for row in portals}


def _given(row: Portal, given: GivenRights, note: ClientNote | None, inn: str) -> GivenClient:
    return GivenClient(
        client_id=row.id,
        consent_code=given.consent_code,
        papers=Right.PAPERS in given.rights,
        member_id=row.member_id,
        domain=row.domain,
        state_version=row.state_version or "",
        name=(note.name if note else "") or row.domain,
        inn=(note.inn if note else "") or inn,
        responsible_id=note.responsible_id if note else None,
    )


def _invited_inns(clients: Iterable[int]) -> dict[int, str]:
    """The INN under which a client was invited, where there is no newer one."""
    query = select(Invitation).where(Invitation.client_portal_id.in_(clients)).order_by(Invitation.id)
    return {row.client_portal_id: row.client_inn for row in db.session.scalars(query) if row.client_portal_id}


def due_clients(portal_id: int, now: datetime, today: date) -> tuple[int, ...]:
    """The clients whose portal has changed since it was last looked at, or that no day of today has seen."""
    given = given_clients(portal_id, now)
    with portal_scope(portal_id):
        rows = {row.client_id: row for row in db.session.scalars(select(PipelineClient))}
    return tuple(
        client_id
        for client_id, one in given.items()
        if (row := rows.get(client_id)) is None
        or row.looked_version != one.state_version
        or row.looked_on != today
    )
