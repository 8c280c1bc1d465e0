"""What a request proves by itself, before anybody is asked: signatures and secrets, compared and never believed further."""

import secrets
from dataclasses import dataclass, replace

from flask import g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from b24app.database import db
from b24app.frames.page_token import read_signature
from b24app.portals.incoming_forms import is_member
from b24app.portals.model import InstallStatus
from b24app.portals.people import find_portal
from b24app.reminders.outside_addresses import confirming_code
from b24app.renewal.signed_links import signed_code
from b24app.web.access import FIELD, HEADER
from b24app.web.metrics import may_see

OPENINGS = frozenset({"placements.open_app", "placements.open_placement", "placements.install"})
EVENTS = "events.take"
LINKS = {
    "outside.status": "status",
    "outside.calendar": "calendar",
    "report.show_outside": "report",
    "report.download_outside": "report",
}
CONFIRMING = frozenset({"confirming.ask", "confirming.confirm"})


@dataclass(frozen=True, slots=True)
class Pass:
    """`free` is never refused; `known` names whom the request certainly comes from, `claimed` whom it only names."""

    free: bool = False
    known: str = ""
    claimed: str = ""


STRANGER = Pass()


def read_pass() -> Pass:
    """The pass of this request, read once."""
    if "visitors_pass" not in g:
        g.visitors_pass = _read()
    found: Pass = g.visitors_pass
    return found


def _read() -> Pass:
    if request.blueprint == "health" or (request.endpoint == "metrics.show" and may_see()):
        return Pass(free=True)
    try:
        return _of_link() or _of_page() or _of_portal() or STRANGER
    except HTTPException:  # a form that cannot be read proves nothing
        return STRANGER
    except SQLAlchemyError:  # without the database nobody is known; the answer will say so itself
        db.session.rollback()
        return STRANGER


def _of_link() -> Pass | None:
    """An address outside the portal that we signed; a closed one is refused, but counted alone."""
    endpoint, token = request.endpoint or "", (request.view_args or {}).get("token", "")
    if endpoint in CONFIRMING:
        code = confirming_code(token)
    else:
        code = signed_code(token, LINKS[endpoint]) if endpoint in LINKS else ""
    return Pass(known=f"link {code}") if code else None


def _of_page() -> Pass | None:
    """The token of a page: a living one comes in, one that grew old is counted by its portal."""
    token = request.headers.get(HEADER) or _field(FIELD)
    seen = read_signature(token) if token else None
    if seen is None:
        return None
    return Pass(free=True) if seen.fresh else Pass(known=f"portal {seen.portal_id}")


def _of_portal() -> Pass | None:
    """An event or an opening: by the application token that the portal and we alone know."""
    if request.method != "POST" or request.endpoint not in {EVENTS, *OPENINGS}:
        return None
    is_event = request.endpoint == EVENTS
    member = _field("auth[member_id]" if is_event else "member_id")
    token = _field("auth[application_token]" if is_event else "APPLICATION_TOKEN")
    if not is_member(member):
        return None
    portal_id = _whose(member, token)
    if portal_id is not None:
        return Pass(free=is_event, known=f"portal {portal_id}")
    return replace(STRANGER, claimed=member) if is_event else None


def _whose(member: str, token: str) -> int | None:
    portal = find_portal(member)
    if portal is None or not portal.application_token or portal.status == InstallStatus.DELETED:
        return None
    known, told = portal.application_token.encode(), token.encode(errors="replace")
    return portal.id if secrets.compare_digest(known, told) else None


def _field(name: str) -> str:
    return request.form.get(name, "") if request.method == "POST" else ""
