"""A portal that is an integrator's: declared by its administrator; its people, their roles, and the seat of one of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotAllowed, NotFound
from b24app.input_limits import NO_INN, NO_TAX_ID, check_inn, check_text, one_line
from b24app.integrators.model import IntegratorMember, IntegratorRecord
from b24app.integrators.outside.entrances import close_entrances
from b24app.integrators.rights import NARROW, ROLE_RIGHTS, MemberRole, Right
from b24app.portal_rows import PortalRows
from b24app.portals.model import InstallStatus, Person, get_portal
from b24app.portals.people import dismissed_ids
from b24app.single_rows import single_row
from b24app.terms.profile import get_profile
from b24app.terms.term import Author
from b24app.text.mail_addresses import check_mail
from b24app.text.messages import N_

LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class IntegratorProfile:
    """The profile of an integrator: his own words, which nobody has confirmed."""

    name: str
    inn: str
    contact_name: str
    contact_email: str
    contact_phone: str


@dataclass(frozen=True, slots=True)
class MemberView:
    """One person who works with clients."""

    user_id: int
    name: str
    role: MemberRole
    given_by: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class MemberSeat:
    """A person of an integrator's portal at his work with clients: which portal, who, in which role."""

    portal_id: int
    integrator: str
    user_id: int
    name: str
    role: MemberRole

    @property
    def rights(self) -> frozenset[Right]:
        """The rights that the role may use of those that a client gave."""
        return ROLE_RIGHTS[self.role]

    @property
    def narrow(self) -> bool:
        """Whether only own clients and groups are seen."""
        return self.role in NARROW


def declare_integrator(profile: IntegratorProfile, *, by: Author, at: datetime) -> None:
    """Make the portal in scope an integrator's, or change its profile; who declares it becomes an owner."""
    checked = check_profile(profile)
    begins = {"name": "", "inn": "", "contact_name": "", "contact_email": "", "contact_phone": ""}
    new = {"declared_by": by.name, "declared_by_id": by.user_id or 0, "declared_at": at}
    row = single_row(IntegratorRecord, begins=begins | new)
    row.name, row.inn, row.ended_at = checked.name, checked.inn, None
    row.contact_name, row.contact_email = checked.contact_name, checked.contact_email
    row.contact_phone = checked.contact_phone
    db.session.flush()
    if by.user_id and not _has_owner():
        set_member(by.user_id, by.name, MemberRole.OWNER, by=by, at=at)


def check_profile(profile: IntegratorProfile) -> IntegratorProfile:
    """The profile of an integrator as plain text; raises BadInput by field."""
    abroad = get_profile().is_abroad
    plain = IntegratorProfile(
        name=_line(profile.name, "name"),
        inn=check_inn(profile.inn, "inn", abroad=abroad),
        contact_name=_line(profile.contact_name, "contact_name"),
        contact_email=check_mail(profile.contact_email, "contact_email"),
        contact_phone=_line(profile.contact_phone, "contact_phone")[:40],
    )
    if not plain.name:
        raise BadInput(N_("Write the name that clients know you by."), "name")
    if not plain.inn:
        raise BadInput(NO_TAX_ID if abroad else NO_INN, "inn")
    return plain


def _line(text: str, field: str) -> str:
    return one_line(check_text(text, field, LONGEST_NAME))


def end_declaration(at: datetime) -> None:
    """The portal in scope is an integrator's no more; consents are ended by `consents.end_all_of` beside it."""
    row = db.session.scalar(select(IntegratorRecord))
    if row is None or row.ended_at is not None:
        raise NotFound
    row.ended_at = at
    close_entrances(at)
    db.session.flush()


def get_integrator() -> IntegratorRecord | None:
    """The record of the portal in scope as an integrator; None when it is none."""
    row = db.session.scalar(select(IntegratorRecord))
    return row if row is not None and row.ended_at is None else None


def integrator_of(portal_id: int, *, even_ended: bool = False) -> IntegratorRecord | None:
    """The same of another portal: a client reads who asks, or who had access."""
    with portal_scope(portal_id):
        return db.session.scalar(select(IntegratorRecord)) if even_ended else get_integrator()


def set_member(user_id: int, name: str, role: MemberRole, *, by: Author, at: datetime) -> None:
    """Give a person of the portal in scope a role; the last owner keeps his."""
    begins = {"name": "", "role": role, "given_by": by.name, "given_at": at}
    if role is not MemberRole.OWNER:
        _keep_an_owner(user_id)
    row = single_row(IntegratorMember, user_id=user_id, begins=begins)
    row.name, row.role, row.given_by, row.given_at = one_line(name)[:LONGEST_NAME], role, by.name, at
    db.session.flush()


def remove_member(user_id: int, *, at: datetime) -> None:
    """Take a person from the work with clients, and end his sessions, keys, feeds and links; the last owner stays."""
    _keep_an_owner(user_id)
    db.session.execute(delete(IntegratorMember).where(IntegratorMember.user_id == user_id))
    close_entrances(at, user_id)


def _keep_an_owner(user_id: int) -> None:
    """Two owners who remove each other at once wait for each other here: the later one finds himself the last."""
    owners = (
        select(IntegratorMember.user_id).where(IntegratorMember.role == MemberRole.OWNER).with_for_update()
    )
    if set(db.session.scalars(owners)) == {user_id}:
        raise BadInput(N_("This is the last owner: name another one first."), "role")


def _has_owner() -> bool:
    return any(one.role is MemberRole.OWNER for one in list_members())


def list_members() -> tuple[MemberView, ...]:
    """The people of the portal in scope who work with clients, owners first."""
    rows = db.session.execute(
        select(IntegratorMember, Person.name)
        .outerjoin(Person, Person.user_id == IntegratorMember.user_id)
        .order_by(IntegratorMember.name, IntegratorMember.id)
    )
    views = [
        MemberView(row.user_id, name or row.name, MemberRole(row.role), row.given_by, row.given_at)
        for row, name in rows
    ]
    return tuple(sorted(views, key=lambda one: list(MemberRole).index(one.role)))


SEATS = PortalRows(select(IntegratorMember).order_by(IntegratorMember.id))
DECLARED = PortalRows(
    select(IntegratorRecord).where(IntegratorRecord.ended_at.is_(None)), without=("logo", "contact_phone")
)


def has_seat(user_id: int) -> bool:
    """Whether a person of the portal in scope works with clients; read with the other small sets of a page."""
    return DECLARED.first() is not None and any(row.user_id == user_id for row in SEATS.read())


def find_seat(portal_id: int, user_id: int) -> MemberSeat | None:
    """The seat of a person, with his role and name as they are now; nothing where the portal is no integrator's or the person has no role."""
    with portal_scope(portal_id):
        found = get_integrator()
        member = db.session.scalar(select(IntegratorMember).where(IntegratorMember.user_id == user_id))
        person = db.session.scalar(select(Person).where(Person.user_id == user_id))
        if found is None or member is None or not _is_there(portal_id, user_id, person):
            return None
    name = (person.name if person else "") or member.name
    return MemberSeat(portal_id, found.name, user_id, name, MemberRole(member.role))


def _is_there(portal_id: int, user_id: int, person: Person | None) -> bool:
    """Whether the portal has the application, and the person works there and may open it, as the portal last answered."""
    portal = get_portal(portal_id)
    if portal is None or portal.status == InstallStatus.DELETED or user_id in dismissed_ids():
        return False
    return person is None or person.rights_ended_at is None


def demand_seat(
    portal_id: int, user_id: int, roles: frozenset[MemberRole] = frozenset(MemberRole)
) -> MemberSeat:
    """The seat of a person in one of these roles; raises NotAllowed."""
    seat = find_seat(portal_id, user_id)
    if seat is None or seat.role not in roles:
        raise NotAllowed
    return seat
