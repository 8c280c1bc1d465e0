"""The permissions of this application in one portal: what each is for, which were not granted, and who does what about it."""

from dataclasses import dataclass

from b24app.manifest import Manifest, Permission
from b24app.portals.model import Portal
from b24app.text.messages import N_, Sentence, sentence

LOCAL = "L"  # app-info.md: the status of an application that one portal made for itself

BY_HAND = N_(
    "An administrator of the portal grants them: “Applications → Developer resources → Integrations”, “Edit” at this "
    "application, tick the permissions and save. Then open the application anew."
)
BY_UPDATE = N_(
    "The portal has version %(installed)s, version %(current)s asks for them: an administrator of the portal updates "
    "the application in “Market → Updates” and accepts the permissions."
)
BY_SUPPORT = N_(
    "The portal has the newest version and granted less than it asks for: write to the application’s support."
)


@dataclass(frozen=True, slots=True)
class PermissionsView:
    """What the application's card asks for, what of it the portal did not grant, and how it is granted there."""

    asked: tuple[Permission, ...]
    missing: tuple[Permission, ...]
    way: Sentence


def view_permissions(portal: Portal, manifest: Manifest) -> PermissionsView:
    """The permissions as the portal granted them when it was last asked."""
    way = way_to_grant(portal.application_status, portal.application_version, manifest.version)
    return PermissionsView(manifest.permissions, manifest.lacking(portal.scopes), way)


def way_to_grant(status: str, installed: int | None, current: int) -> Sentence:
    """Who grants a permission and where: a local application by hand, one of the Market by its newer version."""
    if status == LOCAL:
        return sentence(BY_HAND)
    if installed is not None and installed < current:
        return sentence(BY_UPDATE, installed=installed, current=current)
    return sentence(BY_SUPPORT)
