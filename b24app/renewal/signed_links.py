"""Signed addresses outside the portal: status page, calendar feed, report; nothing secret on them, revocable."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from b24app.database import db, every_portal
from b24app.errors import BadInput, NotFound, Refused
from b24app.portal_rows import PortalRows
from b24app.portals.model import Person, day_at
from b24app.portals.people import dismissed_ids
from b24app.renewal import model
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_

PURPOSES = ("status", "calendar", "report")
PATHS = {"status": "/status/{token}", "calendar": "/calendar/{token}.ics", "report": "/report/{token}"}


@dataclass(frozen=True, slots=True)
class LinkView:
    """One address outside: its purpose, who made it, until when, and the address itself."""

    id: int
    portal_id: int
    purpose: str
    url: str
    made_by: str
    made_at: datetime
    expires_on: date | None
    revoked_at: datetime | None
    opened_at: datetime | None
    maker_dismissed: bool = False
    maker_demoted: bool = False


def make_link(purpose: str, *, by: Author, at: datetime, expires_on: date | None = None) -> LinkView:
    """Make an address outside the portal; without an end it lives until it is revoked."""
    if purpose not in PURPOSES:
        raise BadInput(N_("There is no such kind of link."), "purpose")
    if purpose == "report" and expires_on is None:
        raise BadInput(N_("A report is shown outside until a day: choose it."), "expires_on")
    row = model.StatusLink(code=secrets.token_urlsafe(18), purpose=purpose, made_by=by.name, made_at=at)
    row.made_by_id = by.user_id
    row.expires_on = expires_on
    db.session.add(row)
    db.session.flush()
    return _view(row)


def ensure_link(purpose: str, *, by: Author, at: datetime) -> LinkView:
    """The living address of a purpose; made when there is none. Letters carry it."""
    living = [link for link in list_links() if link.purpose == purpose and link.expires_on is None]
    return living[0] if living else make_link(purpose, by=by, at=at)


def list_links(*, with_revoked: bool = False) -> tuple[LinkView, ...]:
    """The addresses of this portal, newest first."""
    known = model.StatusLink.purpose.in_(list(PATHS))
    query = select(model.StatusLink).where(known).order_by(model.StatusLink.id.desc())
    if not with_revoked:
        query = query.where(model.StatusLink.revoked_at.is_(None))
    rows = db.session.scalars(query).all()
    makers, gone = _makers({row.made_by_id for row in rows if row.made_by_id is not None}), dismissed_ids()
    return tuple(_view(row, makers.get(row.made_by_id or 0), gone) for row in rows)


OPEN = PortalRows(
    select(model.StatusLink).where(model.StatusLink.revoked_at.is_(None)).order_by(model.StatusLink.id)
)


def is_followed(purpose: str) -> bool:
    """Whether an address of this purpose has not been revoked."""
    return any(row.purpose == purpose for row in OPEN.read())


def revoke_link(link_id: int, at: datetime) -> None:
    """Close an address for ever."""
    row = db.session.scalar(select(model.StatusLink).where(model.StatusLink.id == link_id))
    if row is None:
        raise NotFound
    row.revoked_at = row.revoked_at or at
    db.session.flush()


def read_link(token: str, purpose: str, at: datetime) -> LinkView:
    """The link of a token from an address bar; raises Refused with a stable reason."""
    try:
        code = _signer(purpose).loads(token)
    except BadSignature as error:
        raise Refused(
            "link_forged", N_("This address is not complete. Copy it again from the letter.")
        ) from error
    with every_portal():
        row = db.session.scalar(select(model.StatusLink).where(model.StatusLink.code == str(code)))
        if row is None or row.revoked_at is not None or row.purpose != purpose:
            raise Refused("link_revoked", N_("This address was closed. Ask an administrator for a new one."))
        if row.expires_on is not None and day_at(at, row.portal_id) > row.expires_on:
            raise Refused("link_expired", N_("This address has expired. Ask an administrator for a new one."))
        row.opened_at = at
        db.session.flush()
        return _view(row)


def signed_code(token: str, purpose: str) -> str:
    """The code inside a token that we signed, closed or not; empty for a forged one."""
    try:
        return str(_signer(purpose).loads(token))
    except BadSignature:
        return ""


def _makers(ids: set[int]) -> dict[int, Person]:
    """The people who made addresses, as far as they have opened the application in this portal."""
    found = db.session.scalars(select(Person).where(Person.user_id.in_(ids))) if ids else ()
    return {person.user_id: person for person in found}


def _view(row: model.StatusLink, maker: Person | None = None, gone: frozenset[int] = frozenset()) -> LinkView:
    path = PATHS[row.purpose].format(token=_signer(row.purpose).dumps(row.code))
    return LinkView(
        id=row.id,
        portal_id=row.portal_id,
        purpose=row.purpose,
        url=services().settings.public_url + path,
        made_by=row.made_by,
        made_at=row.made_at,
        expires_on=row.expires_on,
        revoked_at=row.revoked_at,
        opened_at=row.opened_at,
        maker_dismissed=row.made_by_id in gone,
        maker_demoted=maker is not None and row.made_by_id not in gone and not maker.is_admin,
    )


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key.get_secret_value(), salt=f"outside-{purpose}")
