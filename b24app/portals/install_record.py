"""The record of an install: written by an administrator's verified frame or by the authorization server's answer, and asked for."""

from datetime import datetime, timedelta
from enum import StrEnum

from b24app.bitrix24.portal_address import ApplicationOnServer, application_of
from b24app.bitrix24.token_states import TokenState
from b24app.database import before_network, db, portal_scope
from b24app.errors import AdministratorFirst, AppError, ApplicationGone, PortalError, TokenRejected
from b24app.portals.addresses import server_endpoints
from b24app.portals.client_factory import access_store, choose_access, token_keeper
from b24app.portals.departures import depart
from b24app.portals.identity import ApplicationInfo, ConfirmedInstall, Visitor
from b24app.portals.incoming_forms import FramePost
from b24app.portals.lost_access import note_access_back
from b24app.portals.model import InstallStatus, Portal, find_portal
from b24app.portals.people import note_access
from b24app.portals.portal_numbers import unused_number
from b24app.services import services
from b24app.text.translation import nearest_language


def keep_install(
    post: FramePost, visitor: Visitor, confirmed: ConfirmedInstall | None, at: datetime
) -> Portal:
    """Write down what a verified administrator brings; anybody else changes nothing here.

    `confirmed` is the authorization server's answer, None when nothing about the install has changed since the last one.
    """
    if not visitor.is_admin:
        raise AdministratorFirst
    portal = find_portal(post.member_id)
    if confirmed is not None:
        portal = portal or _new_portal(post, at)
        _take_in(portal, post, confirmed, at)
    if portal is None:
        raise AdministratorFirst
    if visitor.application is not None:
        _note_application(portal, visitor.application, at)
    note_access(portal, visitor.user_id, post, at)
    return portal


def note_present(portal: Portal, at: datetime) -> None:
    """The authorization server answers that we are installed: forget its denials, and the erasing they led to.

    After an uninstall only an administrator brings the install back; until then the data gets its period anew.
    """
    portal.denied_days = ""
    if portal.status != InstallStatus.DELETED:
        portal.uninstalled_at = portal.erase_at = None
    elif portal.erase_at is not None:
        portal.erase_at = at + timedelta(days=services().settings.keep_uninstalled_days)


def _new_portal(post: FramePost, at: datetime) -> Portal:
    portal = Portal(
        id=unused_number(db.session()),
        member_id=post.member_id,
        created_at=at,
        language=nearest_language(post.language),
        status=InstallStatus.NEW,
        denied_days="",
    )
    db.session.add(portal)
    return portal


def _take_in(portal: Portal, post: FramePost, confirmed: ConfirmedInstall, at: datetime) -> None:
    if portal.status == InstallStatus.DELETED:
        portal.status = InstallStatus.NEW
        depart(portal.id, at)  # a new installation brings nothing back
    portal.domain = confirmed.host
    portal.client_endpoint = confirmed.client_endpoint
    portal.server_endpoint = confirmed.server_endpoint
    portal.application_token = post.application_token or portal.application_token
    portal.application_status = confirmed.application.status
    portal.note_scopes(post.scopes or confirmed.application.scope)
    note_present(portal, at)
    db.session.flush()


def _note_application(portal: Portal, found: ApplicationInfo, at: datetime) -> None:
    portal.application_code = found.code
    if portal.status == InstallStatus.ACTIVE and portal.application_version not in (0, found.version):
        services().queue.later(
            "bind_portal", portal.id
        )  # an update whose event did not arrive took our handlers away
    portal.application_version = found.version
    if found.plan == portal.plan_code:
        return
    if portal.plan_code:
        services().queue.later("plan_changed", portal.id)
    portal.plan_code = found.plan
    portal.plan_seen_at = at


class Presence(StrEnum):
    """The state of our install as the server answers it."""

    INSTALLED = "installed"
    GONE = "gone"
    UNKNOWN = "unknown"


def ask_presence(portal: Portal) -> Presence:
    """Ask with the access we keep: only a denial by name means removed.

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
    """Whether the server denies us by name: not installed, or an unknown client (error-codes.md)."""
    code, words = error.code.casefold(), error.description.casefold()
    return code in ("not_installed", "wrong_client") or (code == "error_oauth" and "not installed" in words)


def ask_application(portal: Portal) -> ApplicationOnServer:
    """What the authorization server answers about our install now.

    A pair that was called uninstalled is asked about anew: that may have been the portal's answer, or be over.
    """
    store, portal_id = access_store(choose_access(portal)), portal.id
    state = store.load().state
    if state is TokenState.REVOKED:
        raise TokenRejected(state, "an administrator has to open the application again")
    servers, keeper = server_endpoints(portal.server_endpoint), token_keeper(portal, store)
    before_network()
    if state is TokenState.UNINSTALLED:
        store.set_state(TokenState.UNREACHABLE)
    try:
        found = application_of(services().http(), servers, keeper)
    except PortalError as error:
        if state is TokenState.UNINSTALLED or isinstance(error, ApplicationGone):
            store.set_state(TokenState.UNINSTALLED)
        raise
    store.set_state(TokenState.GOOD)
    if state is TokenState.UNINSTALLED:
        with portal_scope(portal_id):
            note_access_back(portal_id)
    return found
