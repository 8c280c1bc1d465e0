"""Verbs over roles: who is responsible, decides, pays and activates; the responsible stands in for a missing one."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from b24app.checklist.engine.mutes_and_owners import named_owners
from b24app.database import db, portal_scope, read_once
from b24app.errors import BadInput
from b24app.portals.people import ask_employment, dismissed_ids, told_until
from b24app.renewal import model
from b24app.renewal.renewal_stages import Role
from b24app.renewal.roles import Holder
from b24app.services import services
from b24app.text.messages import N_, is_mail_address, one_line


def set_role(role: Role | str, *, user_id: int | None, name: str, email: str = "") -> Holder:
    """Name the person of a role; an empty name leaves the role to the responsible."""
    kind = Role(role)
    email = check_email(email)
    row = db.session.scalar(select(model.RolePerson).where(model.RolePerson.role == kind.value))
    if row is None:
        row = model.RolePerson(role=kind.value)
        db.session.add(row)
    row.user_id, row.name, row.email = user_id, one_line(name)[:255], email
    db.session.flush()
    return Holder(kind, row.user_id, row.name, row.email)


def check_email(text: str) -> str:
    """An address that mail can go to, or nothing; raises BadInput for anything else."""
    text = text.strip()
    if text and not is_mail_address(text):
        raise BadInput(N_("This is not an e-mail address."), "email")
    return text


@read_once
def list_named() -> Mapping[Role, Holder]:
    """The people who were named, by role, also those whom the portal has dismissed since."""
    known = model.RolePerson.role.in_(list(Role))
    rows = db.session.scalars(select(model.RolePerson).where(known)).all()
    return {
        Role(row.role): Holder(Role(row.role), row.user_id, row.name, row.email) for row in rows if row.name
    }


@read_once
def list_roles() -> Mapping[Role, Holder]:
    """The people who count, by role: a dismissed one is nobody."""
    gone = dismissed_ids()
    return {role: holder for role, holder in list_named().items() if holder.user_id not in gone}


def list_dismissed() -> Mapping[Role, Holder]:
    """The named people of whom the portal says that they were dismissed."""
    gone = dismissed_ids()
    return {role: holder for role, holder in list_named().items() if holder.user_id in gone}


def ask_people(portal_id: int) -> int:
    """Ask the portal whether the people of the renewal and of the checks still work there."""
    with portal_scope(portal_id):
        named = _asked_about()
    return ask_employment(portal_id, named, services().clock.now())


def asked_until(now: datetime) -> datetime | None:
    """When people have to be asked about again; None when the portal has not told of all of them lately."""
    return told_until(_asked_about(), now)


def _asked_about() -> list[int]:
    named = [holder.user_id for holder in list_named().values()]
    owners = [owner.user_id for owner in named_owners().values()]
    return [one for one in (*named, *owners) if one]
