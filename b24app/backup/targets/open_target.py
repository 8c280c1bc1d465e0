"""Opens the storage that a portal has chosen; everything in it is below the portal's own folder."""

from dataclasses import dataclass

from sqlalchemy import select

from b24app.backup.model import BackupPlan
from b24app.backup.targets.download_links import download_target
from b24app.backup.targets.folder import FolderTarget
from b24app.backup.targets.portal_disk import PortalDiskTarget
from b24app.backup.targets.portal_folder import PortalFolder
from b24app.backup.targets.s3 import S3Target
from b24app.backup.targets.sftp import SftpTarget
from b24app.backup.targets.storage_requests import StorageRequests
from b24app.backup.targets.target import Target, TargetRefused
from b24app.backup.targets.target_settings import (
    DownloadSettings,
    FolderSettings,
    PortalDiskSettings,
    S3Settings,
    SftpSettings,
    TargetSettings,
    WebDavSettings,
    parse_target,
)
from b24app.backup.targets.webdav import WebDavTarget
from b24app.database import before_network, db, portal_scope
from b24app.errors import NotFound
from b24app.guard import ENTERED, SFTP, Guard, Rule, read_trust
from b24app.guard.sessions import open_session
from b24app.portals.client_factory import open_client
from b24app.portals.model import Portal
from b24app.services import services


@dataclass(frozen=True, slots=True)
class PortalKey:
    """Which portal a target is opened for."""

    id: int
    member_id: str


def open_target(portal_id: int) -> Target:
    """The portal's storage; raises TargetRefused when none is chosen or its settings cannot be read.

    Commit before you call, as for `open_client`: the transaction ends here, so that none is open while the storage is
    asked. Close the target when the work is done.
    """
    with portal_scope(portal_id):
        portal = db.session.get(Portal, portal_id)
        if portal is None:
            raise NotFound
        plan = db.session.scalar(select(BackupPlan))
        settings = parse_target(plan.target_kind, plan.target) if plan else parse_target("", None)
        key = PortalKey(portal.id, portal.member_id)
    before_network()
    return PortalFolder(open_storage(settings, key), key.member_id)


def open_storage(settings: TargetSettings, portal: PortalKey) -> Target:
    """The storage of these settings, kept or still to be checked; no transaction may be open."""
    here = services().settings
    match settings:
        case S3Settings():
            return S3Target(settings, _requests(), services().clock)
        case WebDavSettings():
            return WebDavTarget(settings, _requests())
        case SftpSettings():
            return SftpTarget(settings, storage_guard(SFTP))
        case FolderSettings() if here.backup_folder is not None:
            return FolderTarget(here.backup_folder)
        case DownloadSettings() if here.download_megabytes:
            return download_target(portal.id)
        case PortalDiskSettings():
            return PortalDiskTarget(
                open_client(portal.id, background=True), StorageRequests(services().http())
            )
        case _:
            raise TargetRefused("not_offered")


def storage_guard(rule: Rule = ENTERED) -> Guard:
    """The guard of storages: the open internet, and the operator's own list of storages."""
    here = services()
    trust = read_trust(here.settings.trusted_storage, everything=here.settings.allow_local_portals)
    return Guard(rule, trust, here.resolve)


def _requests() -> StorageRequests:
    authority = services().settings.trusted_ca
    return StorageRequests(open_session(storage_guard(), authority.read_text() if authority else ""))
