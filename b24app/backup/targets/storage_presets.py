"""Presets of well-known storages: their address and region, their country, and where the key is found. Pure.

Sources: yandex.cloud/docs/storage (storage.yandexcloud.net, ru-central1; static access keys of a service account),
cloud.vk.com/docs/storage/s3 (hb.ru-msk.vkcloud-storage.ru, ru-msk; accounts), docs.selectel.ru/s3 (ru-1),
yandex.com/support/passport/authorization/app-passwords.html (WebDAV wants an app password).
"""

from dataclasses import dataclass

from b24app.text.messages import N_


@dataclass(frozen=True, slots=True)
class StoragePreset:
    """One provider: the preset fields, and a message id of where its key is found."""

    code: str
    title: str
    hint: str
    address: str = ""
    region: str = ""
    country: str = ""


S3_PRESETS = (
    StoragePreset(
        "yandex",
        N_("Yandex Cloud"),
        N_(
            "In the console: a service account with the role storage.editor → “Create new key” → “Create static access key”."
        ),
        "storage.yandexcloud.net",
        "ru-central1",
        "RU",
    ),
    StoragePreset(
        "vk",
        N_("VK Cloud"),
        N_("In the console: “Object storage” → “Accounts” → “Add”. The secret is shown once."),
        "hb.ru-msk.vkcloud-storage.ru",
        "ru-msk",
        "RU",
    ),
    StoragePreset(
        "selectel",
        N_("Selectel"),
        N_("In the control panel: a service user with access to S3, then an S3 key for it."),
        "s3.ru-1.storage.selcloud.ru",
        "ru-1",
        "RU",
    ),
    StoragePreset(
        "other",
        N_("MinIO or other"),
        N_(
            "Any storage with the S3 protocol. Ask for a key that may write, read, list and delete in one bucket."
        ),
        region="us-east-1",
    ),
)
WEBDAV_PRESETS = (
    StoragePreset(
        "yandex",
        N_("Yandex Disk"),
        N_("In Yandex ID: “Security” → “App passwords” → “Files”. The usual password does not fit."),
        "https://webdav.yandex.ru",
        country="RU",
    ),
    StoragePreset(
        "nextcloud",
        N_("Nextcloud"),
        N_(
            "The address stands in “Files” → “Files settings” → “WebDAV”; the password in “Settings” → “Security” → “Devices and sessions”."
        ),
    ),
    StoragePreset(
        "other",
        N_("Other WebDAV"),
        N_("The address of a folder, a name and a password that may write there."),
    ),
)
COUNTRIES = (
    "RU",
    "BY",
    "KZ",
    "AM",
    "GE",
    "KG",
    "UZ",
    "DE",
    "NL",
    "FI",
    "FR",
    "GB",
    "US",
    "TR",
    "AE",
    "CN",
    "ZZ",
)
"""ISO 3166-1; ZZ is any other country."""
HOME = "RU"
"""The country whose 152-ФЗ asks where the data of its citizens is stored."""


def presets_of(kind: str, *, abroad: bool = False, chosen: str = "") -> tuple[StoragePreset, ...]:
    """The presets of a kind; abroad those in Russia are left out, but for the one that was chosen."""
    presets = {"s3": S3_PRESETS, "webdav": WEBDAV_PRESETS}.get(kind, ())
    return tuple(one for one in presets if not abroad or one.country != HOME or one.code == chosen)


def preset_of(kind: str, code: str, *, abroad: bool = False) -> StoragePreset | None:
    """A preset by its code, the first one for an unknown code; None for a kind without presets."""
    presets = presets_of(kind, abroad=abroad, chosen=code)
    return next((one for one in presets if one.code == code), presets[0] if presets else None)
