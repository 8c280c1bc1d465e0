"""Verbs over roles: who is responsible, decides, pays and activates; the responsible stands in for a missing one."""

import re

from sqlalchemy import select

from b24app.errors import BadInput
from b24app.renewal import model
from b24app.renewal.roles import Holder
from b24app.renewal.stages import Role
from b24app.storage import db
from b24app.texts import N_

_EMAIL = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\".]+")


def set_role(role: Role | str, *, user_id: int | None, name: str, email: str = "") -> Holder:
    """Name the person of a role; an empty name leaves the role to the responsible."""
    kind = Role(role)
    email = check_email(email)
    row = db.session.scalar(select(model.RolePerson).where(model.RolePerson.role == kind.value))
    if row is None:
        row = model.RolePerson(role=kind.value)
        db.session.add(row)
    row.user_id, row.name, row.email = user_id, name.strip(), email
    db.session.flush()
    return Holder(kind, row.user_id, row.name, row.email)


def check_email(text: str) -> str:
    """An address that mail can go to, or nothing; raises BadInput for anything else."""
    text = text.strip()
    if text and not (len(text) <= 254 and text.isascii() and _EMAIL.fullmatch(text)):
        raise BadInput(N_("This is not an e-mail address."), "email")
    return text


def list_roles() -> dict[Role, Holder]:
    """The people who were named, by role."""
    rows = db.session.scalars(select(model.RolePerson)).all()
    return {
        Role(row.role): Holder(Role(row.role), row.user_id, row.name, row.email) for row in rows if row.name
    }
