"""Steps that a person opened and is asked about afterwards: the portal's page or a letter to the partner; the partner's address."""

import contextlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError

from b24app.database import changed_rows, db
from b24app.errors import BadInput
from b24app.portal_rows import PortalRows
from b24app.renewal import model
from b24app.renewal.case import Situation
from b24app.renewal.headline import LICENCE_PATH, is_licence
from b24app.renewal.renewal_stages import Opening
from b24app.renewal.situation_reading import check_email
from b24app.terms.profile import current_payments
from b24app.terms.term import Author, Term
from b24app.text.messages import N_

OPENINGS = PortalRows(select(model.StepOpening).order_by(model.StepOpening.id))
PARTNERS = PortalRows(select(model.PartnerContact))


def list_openings(term: Term) -> dict[str, Opening]:
    """What was opened for the present end of a term, by code; nothing is left of it when the end moves."""
    rows = (row for row in OPENINGS.read() if (row.term_id, row.ends_on) == (term.id, term.ends_on))
    return {row.code: Opening(row.code, row.way, row.by, row.at) for row in rows}


def note_opening(term: Term, code: str, way: str, *, by: Author, at: datetime) -> None:
    """Keep that the place of a step was opened; opening it again renews who and when."""
    if term.ends_on is None:
        raise BadInput(N_("Write down the end of the term first."), "ends_on")
    values = {"way": way, "by_id": by.user_id, "by": by.name[:255], "at": at}
    again = update(model.StepOpening).where(*_of(term, code)).values(**values)
    if changed_rows(db.session.execute(again.execution_options(synchronize_session=False))):
        return
    row = model.StepOpening(term_id=term.id, ends_on=term.ends_on, code=code, **values)
    # of two presses at once the first one is kept
    with contextlib.suppress(IntegrityError), db.session.begin_nested():
        db.session.add(row)


def forget_opening(term: Term, code: str) -> None:
    """The question was answered, by yes or by not yet; nothing happens when there was none."""
    gone = delete(model.StepOpening).where(*_of(term, code))
    db.session.execute(gone.execution_options(synchronize_session=False))


def _of(term: Term, code: str = "") -> list[ColumnElement[bool]]:
    found = [model.StepOpening.term_id == term.id, model.StepOpening.ends_on == term.ends_on]
    return [*found, model.StepOpening.code == code] if code else found


PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class OrderPlace:
    """Where an invoice is asked for: `portal` with a path, `letter` with an address, `nobody` when the address is unknown."""

    way: str
    path: str = ""
    email: str = ""


def partner_email() -> str:
    """The partner's address; empty when nobody wrote it down."""
    row = PARTNERS.first()
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
    """Where this term's invoice is asked for, by the route of renewal that was chosen."""
    if s.route == PARTNER:
        email = partner_email()
        return OrderPlace("letter", email=email) if email else OrderPlace("nobody")
    if is_licence(s):
        return OrderPlace("portal", LICENCE_PATH)
    return OrderPlace("portal", current_payments().routes["portal"].open_path)
