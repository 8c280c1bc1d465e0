"""The record of an install: written by an administrator's verified opening, or by the authorization server's word."""

from datetime import timedelta

from b24app.database import db
from b24app.errors import AdministratorFirst
from b24app.portals.identity import ConfirmedInstall
from b24app.portals.incoming_forms import FramePost
from b24app.portals.model import InstallStatus, Portal
from b24app.portals.people import find_portal, note_access
from b24app.portals.visitor import ApplicationInfo, Visitor
from b24app.services import services
from b24app.text.translation import nearest_language


def keep_install(post: FramePost, visitor: Visitor, vouched: ConfirmedInstall | None) -> Portal:
    """Write down what a verified administrator brings; anybody else changes nothing here.

    `vouched` is the authorization server's answer, None when nothing about the install has changed since the last one.
    """
    if not visitor.is_admin:
        raise AdministratorFirst
    portal = find_portal(post.member_id)
    if vouched is not None:
        portal = portal or _new_portal(post)
        _take_in(portal, post, vouched)
    if portal is None:
        raise AdministratorFirst
    if visitor.application is not None:
        _note_application(portal, visitor.application)
    note_access(portal, visitor.user_id, post)
    return portal


def note_present(portal: Portal) -> None:
    """The authorization server says that we are installed: its denials are forgotten, and so is the erasing they led to.

    After an uninstall only an administrator brings the install back; until then the data gets its period anew.
    """
    portal.denied_days = ""
    if portal.status != InstallStatus.DELETED:
        portal.uninstalled_at = portal.erase_at = None
    elif portal.erase_at is not None:
        portal.erase_at = services().clock.now() + timedelta(days=services().settings.keep_uninstalled_days)


def _new_portal(post: FramePost) -> Portal:
    portal = Portal(
        member_id=post.member_id,
        created_at=services().clock.now(),
        language=nearest_language(post.language),
        status=InstallStatus.NEW,
        denied_days="",
    )
    db.session.add(portal)
    return portal


def _take_in(portal: Portal, post: FramePost, vouched: ConfirmedInstall) -> None:
    if portal.status == InstallStatus.DELETED:
        portal.status = InstallStatus.NEW
    portal.domain = vouched.host
    portal.client_endpoint = vouched.client_endpoint
    portal.server_endpoint = vouched.server_endpoint
    portal.application_token = post.application_token or portal.application_token
    portal.application_status = vouched.application.status
    portal.scopes = sorted(post.scopes or vouched.application.scope)
    note_present(portal)
    db.session.flush()


def _note_application(portal: Portal, found: ApplicationInfo) -> None:
    portal.application_code = found.code
    portal.application_version = found.version
    if found.plan == portal.plan_code:
        return
    if portal.plan_code:
        services().queue.later("plan_changed", portal.id)
    portal.plan_code = found.plan
    portal.plan_seen_at = services().clock.now()
