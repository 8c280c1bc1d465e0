"""The name of a client's portal: read from it only while its consent lives; afterwards the name kept then is shown."""

from b24app.database import db, portal_scope
from b24app.portals.model import Portal
from b24app.terms.profile import get_profile
from b24app.text.host_names import to_unicode


def client_name(portal_id: int) -> str:
    """How a client's portal is called now: by its own name, or its address."""
    with portal_scope(portal_id):
        named = get_profile().portal_name
    portal = db.session.get(Portal, portal_id)
    return named or (to_unicode(portal.domain) if portal else "")
