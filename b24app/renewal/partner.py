"""The partner who sells the plan: his address, and the place where an invoice is requested."""

import contextlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from b24app.database import db
from b24app.errors import BadInput
from b24app.renewal import model
from b24app.renewal.on_premise import LICENCE_PATH, is_licence
from b24app.renewal.role_holders import check_email
from b24app.renewal.situation import Situation
from b24app.terms.profile import current_payments
from b24app.terms.term import Author
from b24app.text.messages import N_

PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class OrderPlace:
    """Where an invoice is asked for: `portal` with a path, `letter` with an address, `nobody` when the address is not known."""

    way: str
    path: str = ""
    email: str = ""


def partner_email() -> str:
    """The partner's address; empty when nobody wrote it down."""
    row = db.session.scalar(select(model.PartnerContact))
    return row.email if row else ""


def set_partner(email: str, *, by: Author, at: datetime, required: bool = False) -> str:
    """Write down the partner's address; raises BadInput for what is no address, and for nothing when one is required."""
    try:
        email = check_email(email)
    except BadInput as wrong:
        raise BadInput(wrong.message, "partner_email") from None
    if required and not email:
        raise BadInput(N_("Write down the partner’s address."), "partner_email")
    row = db.session.scalar(select(model.PartnerContact)) or model.PartnerContact()
    row.email, row.said_by, row.said_at = email, by.name[:255], at
    # of two who write it down at once the first one is kept
    with contextlib.suppress(IntegrityError), db.session.begin_nested():
        db.session.add(row)
    return partner_email()


def order_place(s: Situation) -> OrderPlace:
    """Where this term's invoice is asked for, by the way of renewal that was chosen."""
    if s.route == PARTNER:
        email = partner_email()
        return OrderPlace("letter", email=email) if email else OrderPlace("nobody")
    if is_licence(s):
        return OrderPlace("portal", LICENCE_PATH)
    return OrderPlace("portal", current_payments().routes["portal"].open_path)
