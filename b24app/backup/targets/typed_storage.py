"""Reads the fields of a storage as a person has typed them; raises BadInput that names the field and what to do."""

import re
from collections.abc import Mapping

from pydantic import SecretStr

from b24app.backup.model import TargetKind
from b24app.backup.targets.object_names import is_name
from b24app.backup.targets.sftp_connection import read_private_key
from b24app.backup.targets.storage_presets import COUNTRIES, HOME
from b24app.backup.targets.storage_requests import refused_place
from b24app.backup.targets.target import TargetRefused
from b24app.backup.targets.target_settings import (
    DownloadSettings,
    FolderSettings,
    PortalDiskSettings,
    S3Settings,
    SftpSettings,
    TargetSettings,
    WebDavSettings,
)
from b24app.errors import BadInput
from b24app.guard import SENTENCES, Guard, PlaceRefused
from b24app.input_limits import check_text
from b24app.text.host_names import in_ascii, to_ascii
from b24app.text.messages import N_

Typed = Mapping[str, str]
SECRETS = ("secret", "private_key")
FIELDS = (
    "kind", "preset", "address", "region", "bucket", "by_host", "folder", "key_id", "user", "host", "port", "by_key",
    "country", "accepted", "new_host_key", *SECRETS,
)  # fmt: skip
WHERE = {"s3": ("address", "key_id"), "webdav": ("address", "user"), "sftp": ("host", "port", "user")}
"""Fields for which a stored secret may be used: when any of these has changed, it must be entered anew."""
PLACE = {
    "s3": ("address", "bucket", "folder"),
    "webdav": ("address", "user"),
    "sftp": ("host", "port", "user", "folder"),
}
"""Fields of the place of the files: when any of these has changed, earlier copies are elsewhere. Another key of a bucket changes nothing."""
PORT = "22"
ABROAD_ASKED = (TargetKind.S3, TargetKind.WEBDAV, TargetKind.SFTP, TargetKind.FOLDER)
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")
REGION = re.compile(r"[A-Za-z0-9-]{1,60}")
LONGEST, LONGEST_KEY = 255, 20_000
NEEDED = N_("Fill this in.")
WHICH_COUNTRY = N_("Say in which country the storage stands.")


def settings_of(typed: Typed, guard: Guard, sftp_guard: Guard) -> TargetSettings:
    """The settings of the kind that was chosen; sends no request."""
    match typed.get("kind", ""):
        case TargetKind.S3:
            return _s3(typed, guard)
        case TargetKind.WEBDAV:
            return _webdav(typed, guard)
        case TargetKind.SFTP:
            return _sftp(typed, sftp_guard)
        case TargetKind.FOLDER:
            return FolderSettings()
        case TargetKind.PORTAL_DISK:
            return PortalDiskSettings()
        case TargetKind.DOWNLOAD:
            return DownloadSettings()
        case _:
            raise BadInput(N_("Choose where to put the copy."), "kind")


def missing_fields(typed: Typed, kept: Typed) -> dict[str, str]:
    """Every required field that is empty, with what to do; a stored secret need not be entered."""
    kind = typed.get("kind", "")
    names = {
        "s3": ("address", "bucket", "key_id", "secret", "region"),
        "webdav": ("address", "user", "secret"),
        "sftp": ("host", "user", "private_key" if typed.get("by_key") == "yes" else "secret"),
    }.get(kind, ())
    found = {name: NEEDED for name in names if not typed.get(name, "").strip() and not kept.get(name)}
    if kind in ABROAD_ASKED and typed.get("country", "") not in COUNTRIES:
        found["country"] = WHICH_COUNTRY
    return found


def country_of(typed: Typed, *, abroad: bool = False) -> str:
    """The country of the storage as it was entered; outside Russia only with the tick, unless the portal itself is `abroad`."""
    if typed.get("kind") not in ABROAD_ASKED:
        return ""
    country = typed.get("country", "")
    if country not in COUNTRIES:
        raise BadInput(WHICH_COUNTRY, "country")
    if country != HOME and not abroad and typed.get("accepted") != "yes":
        raise BadInput(N_("Put the tick, or choose a storage in Russia."), "accepted")
    return country


def same_place(typed: Typed, kept: Typed) -> bool:
    """Whether a stored secret may be used for what was typed now."""
    return _same(typed, kept, WHERE)


def same_files(typed: Typed, kept: Typed) -> bool:
    """Whether both storages hold the same files: then the next copy may continue from those there."""
    return _same(typed, kept, PLACE)


def _same(typed: Typed, kept: Typed, fields: Mapping[str, tuple[str, ...]]) -> bool:
    kind = typed.get("kind", "")
    names = fields.get(kind, ())
    return kept.get("kind") == kind and all(_plain(name, typed) == _plain(name, kept) for name in names)


def _plain(name: str, typed: Typed) -> str:
    """An address or a folder without scheme and last slash, in one form of its host, for comparison."""
    text = typed.get(name, "").strip().rstrip("/")
    if name == "port":
        return text or PORT
    if name == "folder" and typed.get("kind") == "s3":
        return text.lstrip("/")
    return _known_host(name, text.removeprefix("https://"))


def _known_host(name: str, text: str) -> str:
    """The typed text with its host in ASCII, as in DNS."""
    try:
        if name == "host":
            return to_ascii(text)
        return in_ascii(f"https://{text}").removeprefix("https://") if name == "address" else text
    except ValueError:  # no name of a host, or no address at all
        return text


def _s3(typed: Typed, guard: Guard) -> S3Settings:
    bucket, region = _text(typed, "bucket"), _text(typed, "region")
    if not BUCKET.fullmatch(bucket):
        raise BadInput(N_("This is not the name of a bucket: letters, digits, dots and hyphens."), "bucket")
    if not REGION.fullmatch(region):
        raise BadInput(N_("This is not a region, such as ru-central1."), "region")
    folder = check_text(typed.get("folder", "").strip().strip("/"), "folder", LONGEST)
    if folder and not is_name(folder):
        raise BadInput(N_("Use letters, digits, hyphens and / for the folder."), "folder")
    return S3Settings(
        endpoint=_address(typed, guard, path=False),
        region=region,
        bucket=bucket,
        folder=folder,
        key_id=_text(typed, "key_id"),
        secret=SecretStr(_text(typed, "secret")),
        in_path=typed.get("by_host") != "yes",
    )


def _webdav(typed: Typed, guard: Guard) -> WebDavSettings:
    return WebDavSettings(
        url=_address(typed, guard, path=True),
        user=_text(typed, "user"),
        secret=SecretStr(_text(typed, "secret")),
    )


def _sftp(typed: Typed, guard: Guard) -> SftpSettings:
    host, port = _text(typed, "host"), typed.get("port", "").strip() or PORT
    if not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) <= 65535):
        raise BadInput(N_("This is not a port: a number from 1 to 65535."), "port")
    if any(letter in host for letter in "/?#@"):
        raise BadInput(SENTENCES["malformed"], "host")
    _judge(guard, f"https://{host}:{port}/", "host")
    folder = check_text(typed.get("folder", "").strip(), "folder", LONGEST)
    if ".." in folder.split("/"):
        raise BadInput(N_("Write the folder without «..»."), "folder")
    secret = key = None
    if typed.get("by_key") == "yes":
        key = SecretStr(_private_key(typed))
    else:
        secret = SecretStr(_text(typed, "secret"))
    return SftpSettings(
        host=host,
        port=int(port),
        user=_text(typed, "user"),
        folder=folder,
        secret=secret,
        private_key=key,
    )


def _private_key(typed: Typed) -> str:
    text = _text(typed, "private_key", LONGEST_KEY).replace("\r\n", "\n")
    try:
        read_private_key(text)
    except TargetRefused as refused:
        raise BadInput(refused.message, "private_key") from None
    return text


def _text(typed: Typed, field: str, most: int = LONGEST) -> str:
    text = check_text(typed.get(field, "").strip(), field, most)
    if not text:
        raise BadInput(NEEDED, field)
    return text


def _address(typed: Typed, guard: Guard, *, path: bool) -> str:
    text = _text(typed, "address", 500)
    url = text if "://" in text else f"https://{text}"
    if "?" in url or "#" in url:
        raise BadInput(SENTENCES["malformed"], "address")
    _judge(guard, url, "address")
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rstrip('/')}" if path else f"{scheme}://{rest.partition('/')[0]}"


def _judge(guard: Guard, url: str, field: str) -> None:
    try:
        guard.judge(url)
    except PlaceRefused as refused:
        message = refused.message if refused.reason != "port" else refused_place(refused).message
        raise BadInput(message, field) from None
