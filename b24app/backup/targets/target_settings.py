"""Settings of a storage with its credentials, one class a kind: read from a form, stored as JSON in the sealed column of the plan."""

import json
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from b24app.backup.model import TargetKind
from b24app.backup.targets.target import TargetRefused
from b24app.guard import Place, read_place
from b24app.text.host_names import for_people, in_ascii, to_ascii, to_unicode

LONGEST_TITLE = 255
Short = Annotated[str, Field(max_length=255)]


def _known_address(text: str) -> str:
    """An address with its host in ASCII, as in DNS, whichever form an earlier release has kept."""
    try:
        return in_ascii(text)
    except ValueError:
        return text


def _known_host(text: str) -> str:
    try:
        return to_ascii(text)
    except ValueError:
        return text


Address = Annotated[str, Field(max_length=600), AfterValidator(_known_address)]
Host = Annotated[str, Field(max_length=255), AfterValidator(_known_host)]


class TargetSettings(BaseModel):
    """The settings of one kind of storage."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
    kind: ClassVar[TargetKind] = TargetKind.NONE
    has_secret: ClassVar[bool] = False

    @property
    def title(self) -> str:
        """The name of this storage for people; holds no secrets."""
        return ""

    def to_text(self) -> str:
        """JSON for the sealed column, with the secrets."""
        values = ((name, value) for name, value in self if value is not None)
        return json.dumps(
            {
                name: value.get_secret_value() if isinstance(value, SecretStr) else value
                for name, value in values
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote, in this release or an earlier one."""
        return cls.model_validate_json(text)


class S3Settings(TargetSettings):
    """A bucket: address, region, name, folder in it, static key."""

    kind = TargetKind.S3
    has_secret = True
    endpoint: Address
    region: Short
    bucket: Short
    folder: Short = ""
    key_id: Short
    secret: SecretStr
    in_path: bool = True
    """Whether the bucket is in the path of a request, or before the host."""

    @property
    def title(self) -> str:
        """The host, the bucket and the folder."""
        return f"{_host(self.endpoint)}, {'/'.join(filter(None, (self.bucket, self.folder)))}"[:LONGEST_TITLE]


class WebDavSettings(TargetSettings):
    """A folder of Яндекс Диск, Nextcloud or another WebDAV server."""

    kind = TargetKind.WEBDAV
    has_secret = True
    url: Address
    user: Short
    secret: SecretStr

    @property
    def title(self) -> str:
        """The host."""
        return _host(self.url)


class SftpSettings(TargetSettings):
    """A folder of an SFTP server; the host key is stored from the first check on."""

    kind = TargetKind.SFTP
    has_secret = True
    host: Host
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    user: Short
    folder: Short = ""
    secret: SecretStr | None = None
    private_key: SecretStr | None = None
    host_key: str = ""
    """Kind and base64 of the key that the server showed at the first check."""

    @property
    def title(self) -> str:
        """The host and the folder."""
        host = to_unicode(self.host)
        return f"{host}, {self.folder}"[:LONGEST_TITLE] if self.folder else host


class FolderSettings(TargetSettings):
    """The folder that the operator's own setting names; there is nothing to choose."""

    kind = TargetKind.FOLDER


class PortalDiskSettings(TargetSettings):
    """The application's own storage on the portal's Disk."""

    kind = TargetKind.PORTAL_DISK


class DownloadSettings(TargetSettings):
    """No storage: sealed parts wait here for a day to be taken."""

    kind = TargetKind.DOWNLOAD


KINDS: dict[TargetKind, type[TargetSettings]] = {
    one.kind: one
    for one in (
        S3Settings,
        WebDavSettings,
        SftpSettings,
        FolderSettings,
        PortalDiskSettings,
        DownloadSettings,
    )
}


def parse_target(kind: str, text: str | None) -> TargetSettings:
    """The settings of a plan's row; raises TargetRefused for none and for those that this release cannot read."""
    chosen = {str(code): found for code, found in KINDS.items()}.get(kind)
    if chosen is None:
        raise TargetRefused("none")
    try:
        return chosen.from_text(text or "{}")
    except ValidationError:
        raise TargetRefused("unreadable") from None


def _host(url: str) -> str:
    return for_people(f"https://{read_place(url, ('https', 'http')).authority}")[8:] if url else ""


def sftp_place(settings: SftpSettings) -> Place:
    """The address of an SFTP server; its scheme does not matter."""
    return read_place(f"https://{settings.host}:{settings.port}/")
