"""Whether the application is still installed in a portal, by the word of the authorization server."""

from enum import StrEnum

from b24app.errors import ApplicationGone, ClientUnknown, PortalError, TokenRejected
from b24app.oauth import HOPELESS
from b24app.portals.door import access_store, choose_access, token_keeper
from b24app.portals.model import Portal
from b24app.services import services
from b24app.wire.app_info import application_of


class Presence(StrEnum):
    """What is known about our install."""

    INSTALLED = "installed"
    GONE = "gone"
    UNKNOWN = "unknown"


def ask_presence(portal: Portal) -> Presence:
    """Ask with the access we keep; access that was of no use before proves nothing."""
    try:
        store = access_store(choose_access(portal))
        if store.load().state in HOPELESS:
            return Presence.UNKNOWN
        keeper = token_keeper(portal, store)
    except TokenRejected:
        return Presence.UNKNOWN
    try:
        application_of(services().http(), portal.server_endpoint, keeper)
    except (ApplicationGone, ClientUnknown, TokenRejected):
        return Presence.GONE
    except PortalError:
        return Presence.UNKNOWN
    return Presence.INSTALLED
