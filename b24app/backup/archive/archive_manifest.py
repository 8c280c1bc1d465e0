"""The manifest of a copy: entities, counts and packs in their order, with a hash over all of it; docs/archive.md describes it."""

import hashlib
import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from b24app.backup.archive.packs import SealedPack
from b24app.backup.targets.object_names import portal_hash as portal_hash  # noqa: PLC0414 - one for folders and manifests
from b24app.errors import AppError
from b24app.input_limits import clean_text
from b24app.text.messages import N_

VERSION = 1
MOST_TITLE = 255


class ManifestDamaged(AppError):
    """A manifest is not what was written."""

    status = 422
    public = N_("The list of contents of the copy is damaged.")


class ManifestNewer(ManifestDamaged):
    """A manifest was written by a later release."""

    public = N_("The copy was made by a newer release of the application.")


def _clean_title(title: object) -> object:
    """Replace what UTF-8 cannot hold in a name: portals may return such names of smart processes."""
    return clean_text(title, MOST_TITLE) if isinstance(title, str) else title


Title = Annotated[str, BeforeValidator(_clean_title)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class ManifestPack(_Part):
    """A pack as the manifest names it; `copy_folder` is the copy that wrote it."""

    name: str
    sha256: str
    plain_sha256: str
    size: int
    rows: int
    gone: int
    first_id: str
    last_id: str
    copy_folder: str

    @classmethod
    def of(cls, pack: SealedPack, copy_folder: str) -> "ManifestPack":
        """The entry of a sealed pack in the manifest."""
        names = ("name", "sha256", "plain_sha256", "size", "rows", "gone", "first_id", "last_id")
        return cls(copy_folder=copy_folder, **{name: getattr(pack, name) for name in names})


class ManifestEntity(_Part):
    """One entity: its packs older first, so that the last line of an id wins.

    `rows` and `gone` count all lines of its packs; `present` is how many items the portal has by its own count, None where it
    returns none. `left_out` is why it is not in the copy. `read_by` is the earlier copy of the chain that read it last, where
    this one did not: the portal does not have it, or it is not chosen, any more. `field_titles` are the titles of custom fields.
    """

    code: str
    title: Title
    tier: str
    rows: int
    gone: int
    present: int | None
    packs: tuple[ManifestPack, ...]
    left_out: str = ""
    read_by: str = ""
    field_titles: dict[str, Title] = {}


class ManifestFile(_Part):
    """A whole file, such as a guided export: the names of its sealed parts in their order, each with the hash of its bytes."""

    kind: str
    name: str
    size: int
    sha256: str
    parts: tuple[str, ...]


class ManifestBase(_Part):
    """The base of this copy, and the hash in its manifest."""

    folder: str
    sha256: str


class ArchiveManifest(_Part):
    """What one copy consists of. An increment lists all packs that make it, those of its base first."""

    format: Literal["renewal-copy"] = "renewal-copy"
    version: int = VERSION
    made_at: datetime
    portal: str
    folder: str
    kind: str
    base: ManifestBase | None
    recipients: tuple[str, ...]
    entities: tuple[ManifestEntity, ...]
    files: tuple[ManifestFile, ...] = ()
    tools: dict[str, str]


def manifest_name(folder: str) -> str:
    """The name of a copy's manifest in the target."""
    return f"copies/{folder}/manifest.json"


def digest_of(content: dict[str, object]) -> str:
    """The hash over a manifest without its own `sha256`: keys sorted, no spaces, letters as they are."""
    bare = {name: value for name, value in content.items() if name != "sha256"}
    return hashlib.sha256(
        json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def write_manifest(manifest: ArchiveManifest) -> bytes:
    """The manifest as bytes for the target."""
    content: dict[str, object] = manifest.model_dump(mode="json")
    whole = {**content, "sha256": digest_of(content)}
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def manifest_digest(content: bytes) -> str:
    """The hash in a manifest, by which the next copy names it as its base."""
    read_manifest(content)
    return str(json.loads(content)["sha256"])


def read_manifest(content: bytes) -> ArchiveManifest:
    """Parse a manifest as it is stored in the target; raises ManifestDamaged."""
    try:
        whole = json.loads(content)
        if not isinstance(whole, dict) or digest_of(whole) != whole.get("sha256"):
            raise ManifestDamaged
        if isinstance(whole.get("version"), int) and whole["version"] > VERSION:
            raise ManifestNewer
        return ArchiveManifest.model_validate(whole)
    except (ValueError, TypeError, RecursionError, ValidationError):
        raise ManifestDamaged from None
