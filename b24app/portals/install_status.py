"""Whether the application is still installed in a portal, by the word of the authorization server."""

from enum import StrEnum

from b24app.bitrix24.oauth import TokenState
from b24app.bitrix24.portal_address import ApplicationOnServer, application_of
from b24app.database import db
from b24app.errors import AppError, ApplicationGone, PortalError, TokenRejected
from b24app.portals.client_factory import access_store, choose_access, token_keeper
from b24app.portals.model import Portal
from b24app.services import services


class Presence(StrEnum):
    """What is known about our install."""

    INSTALLED = "installed"
    GONE = "gone"
    UNKNOWN = "unknown"


def ask_presence(portal: Portal) -> Presence:
    """Ask with the access we keep: only a denial by name means gone.

    A payment error, dead tokens and silence prove nothing.
    """
    member_id = portal.member_id
    try:
        found = ask_application(portal)
    except PortalError as error:
        return Presence.GONE if is_denial(error) else Presence.UNKNOWN
    except AppError:  # its authorization server is not on the list any more
        return Presence.UNKNOWN
    ours = found.client_id == services().settings.client_id and found.member_id == member_id
    return Presence.INSTALLED if ours else Presence.UNKNOWN


def is_denial(error: PortalError) -> bool:
    """Whether the server denies us by name: not installed, or a client that it does not know (error-codes.md)."""
    code, words = error.code.casefold(), error.description.casefold()
    return code in ("not_installed", "wrong_client") or (code == "error_oauth" and "not installed" in words)


def ask_application(portal: Portal) -> ApplicationOnServer:
    """What the authorization server says about our install now.

    A pair that was called uninstalled is asked about anew: that may have been the portal's word, or be over.
    """
    store = access_store(choose_access(portal))
    state = store.load().state
    if state is TokenState.REVOKED:
        raise TokenRejected(state, "an administrator has to open the application again")
    server, keeper = portal.server_endpoint, token_keeper(portal, store)
    db.session.commit()
    if state is TokenState.UNINSTALLED:
        store.set_state(TokenState.UNREACHABLE)
    try:
        found = application_of(services().http(), server, keeper)
    except PortalError as error:
        if state is TokenState.UNINSTALLED or isinstance(error, ApplicationGone):
            store.set_state(TokenState.UNINSTALLED)
        raise
    store.set_state(TokenState.GOOD)
    return found
