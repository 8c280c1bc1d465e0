"""The signed address for downloading the parts of a copy: for one portal, for a day, with the application's own key."""

from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select

from b24app.backup.archive.archive_manifest import manifest_name
from b24app.backup.model import BackupCopy, CopyPack
from b24app.backup.proofs.copy_state import READ_WHOLE, newest_whole
from b24app.backup.targets.download import AHEAD, KEPT_FOR, MEGABYTE, DownloadTarget, PartView, is_waiting
from b24app.backup.targets.model import DownloadPart
from b24app.backup.targets.object_names import portal_folder
from b24app.backup.targets.zip_volume import ZipPart, ZipVolume, split_volumes
from b24app.database import db, every_portal
from b24app.errors import NotFound, Refused
from b24app.portals.model import InstallStatus, Portal
from b24app.services import services
from b24app.text.messages import N_

PATH = "/copy/download/{token}"


@dataclass(frozen=True, slots=True)
class DownloadVolume:
    """One file to take: its name, its size, and its bytes."""

    name: str
    parts: int
    file: ZipVolume
    tag: str
    """Changes with the contents, so that an interrupted download is not resumed with other bytes."""


def make_download_link(portal_id: int, now: datetime) -> str:
    """An address valid for a day; whoever has it can download the parts, which only the customer's key opens."""
    token = _signer().dumps([portal_id, int(now.timestamp())])
    return services().settings.public_url + PATH.format(token=token)


def read_download_link(token: str, now: datetime) -> Portal:
    """The portal of an address; raises Refused for one that is forged or expired."""
    try:
        portal_id, made = _signer().loads(token)
        age = now - datetime.fromtimestamp(made, UTC)
    except (BadSignature, ValueError, TypeError, OverflowError, OSError):
        raise Refused(
            "link_forged", N_("This address is not complete. Copy it again from the page.")
        ) from None
    if not -AHEAD < age < KEPT_FOR:
        raise Refused("link_expired", N_("This address was good for a day. Open «Copy» for a new one."))
    portal = db.session.get(Portal, portal_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        raise NotFound
    return portal


def list_volumes(portal_id: int, member_id: str) -> list[DownloadVolume]:
    """What the portal of the scope may download, as ZIP files of a sensible size; their bytes are read when they are sent."""
    target = download_target(portal_id)
    parts = _ready_parts(target, portal_folder(member_id))

    def as_part(place: int) -> ZipPart:
        part = parts[place]
        return ZipPart(part.name, part.size, part.checksum, part.stored_at, lambda: target.content(part.id))

    volumes = split_volumes([part.size for part in parts])
    return [
        DownloadVolume(
            f"renewal-copy-{number}-of-{len(volumes)}.zip",
            len(places),
            ZipVolume([as_part(place) for place in places]),
            "-".join(str(parts[place].id) for place in (places[0], places[-1])) + f"-{len(places)}",
        )
        for number, places in enumerate(volumes, start=1)
    ]


def download_target(portal_id: int) -> DownloadTarget:
    """The parts of a portal that wait here."""
    here = services()
    return DownloadTarget(db.engine, portal_id, here.clock, here.settings.download_megabytes * MEGABYTE)


def _ready_parts(target: DownloadTarget, folder: str) -> list[PartView]:
    """The waiting parts, without those of a copy that is not whole: what is offered under one name opens as one copy."""
    if newest_whole() is None:
        return []
    unfinished = BackupCopy.state.not_in(READ_WHOLE)
    packs = select(CopyPack.name).join(BackupCopy, BackupCopy.id == CopyPack.copy_id).where(unfinished)
    manifests = map(manifest_name, db.session.scalars(select(BackupCopy.folder).where(unfinished)))
    hidden = {folder + name for name in (*db.session.scalars(packs), *manifests)}
    return [part for part in target.parts(folder) if part.name not in hidden]


def waiting_until(portal_id: int, now: datetime) -> datetime | None:
    """When the first of the waiting parts is deleted; None when nothing waits, or no copy of the scope is whole yet."""
    if newest_whole() is None:
        return None
    mine = select(DownloadPart.stored_at).where(DownloadPart.portal_id == portal_id, is_waiting(now))
    with every_portal():
        oldest = db.session.scalar(mine.order_by(DownloadPart.stored_at).limit(1))
    return oldest + KEPT_FOR if oldest else None


def forget_parts() -> None:
    """Forget what was not taken within a day; an hourly job."""
    with every_portal():
        db.session.execute(delete(DownloadPart).where(~is_waiting(services().clock.now())))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key.get_secret_value(), salt="copy-download")
