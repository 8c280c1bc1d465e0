"""How an integrator's reports look and when they are made: its colour, the text beside its name, its contacts; kept by an owner."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from b24app.database import db
from b24app.errors import BadInput
from b24app.input_limits import check_text, one_line
from b24app.integrators.client_reports.model import ReportLook
from b24app.integrators.client_reports.own_colour import USUAL, read_colour
from b24app.integrators.members import get_integrator
from b24app.single_rows import single_row
from b24app.stored_values import dump_bytes, read_bytes
from b24app.terms.term import Author
from b24app.text.messages import N_

LONGEST = 120


@dataclass(frozen=True, slots=True)
class ReportHead:
    """The head and the foot of a report: who it is from; kept with the report when it is approved."""

    name: str
    inn: str
    motto: str
    site: str
    contact_name: str
    contact_email: str
    contact_phone: str
    colour: str


@dataclass(frozen=True, slots=True)
class LookView:
    """The settings of an integrator's reports; without a row those of the beginning, by which nothing is made by itself."""

    head: ReportHead
    monthly: bool
    after_renewal: bool
    saved_at: datetime | None
    sender: str
    sender_confirmed_at: datetime | None
    sender_asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class LookDraft:
    """The settings that a person changes."""

    colour: str
    motto: str
    site: str
    monthly: bool
    after_renewal: bool


def look_row() -> ReportLook | None:
    """The row of the portal in scope."""
    return db.session.scalar(select(ReportLook))


def get_look() -> LookView:
    """The settings of the portal in scope."""
    row, own = look_row(), get_integrator()
    head = ReportHead(
        name=own.name if own else "",
        inn=own.inn if own else "",
        motto=row.motto if row else "",
        site=row.site if row else "",
        contact_name=own.contact_name if own else "",
        contact_email=own.contact_email if own else "",
        contact_phone=own.contact_phone if own else "",
        colour=row.colour if row else USUAL,
    )
    return LookView(
        head=head,
        monthly=row is not None and row.monthly,
        after_renewal=row is not None and row.after_renewal,
        saved_at=row.saved_at if row else None,
        sender=row.sender if row else "",
        sender_confirmed_at=row.sender_confirmed_at if row else None,
        sender_asked_at=row.sender_asked_at if row else None,
    )


def row_to_write(by: Author, at: datetime) -> ReportLook:
    """The row of the portal in scope, made when there is none."""
    begins = {"colour": USUAL, "saved_by": by.name[:255], "saved_at": at}
    return single_row(ReportLook, begins=begins)


def keep_look(draft: LookDraft, *, by: Author, at: datetime) -> str:
    """Keep the look; returns the colour that was kept, which is darker than a pale one that was typed. Raises BadInput by field."""
    colour, site = read_colour(draft.colour), _line(draft.site, "site")
    if site and (" " in site or "." not in site):
        raise BadInput(N_("Write the address of your site, such as verny-shag.example."), "site")
    row = row_to_write(by, at)
    row.colour, row.motto, row.site = colour, _line(draft.motto, "motto"), site
    row.monthly, row.after_renewal = draft.monthly, draft.after_renewal
    row.saved_by, row.saved_at = by.name[:255], at
    db.session.flush()
    return colour


def _line(text: str, field: str) -> str:
    return one_line(check_text(text, field, LONGEST))


def dump_head(look: LookView) -> str:
    """The head as it is kept with an approved report."""
    return dump_bytes(ReportHead, look.head).decode()


def read_head(kept: str) -> ReportHead | None:
    """The head that a report was approved with; nothing for a draft, or one of another release."""
    return read_bytes(ReportHead, kept.encode()) if kept else None
