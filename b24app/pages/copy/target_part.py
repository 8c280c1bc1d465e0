"""The storage step: the kinds by their common names, the fields of the chosen one, its check. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import request
from flask_babel import get_locale, gettext
from sqlalchemy import select

from b24app.backup.backup_plan import CopyChoices, read_choices
from b24app.backup.model import BackupCopy, BackupPlan, TargetKind
from b24app.backup.proofs.copy_state import READ_WHOLE
from b24app.backup.targets.download_links import make_download_link, waiting_until
from b24app.backup.targets.model import TargetTrial, TrialState
from b24app.backup.targets.storage_presets import (
    COUNTRIES,
    HOME,
    StoragePreset,
    preset_of,
    presets_of,
)
from b24app.backup.targets.target_check import BROKE_OFF, read_trial, read_typed, state_of, typed_of
from b24app.backup.targets.target_settings import KINDS
from b24app.backup.targets.typed_storage import ABROAD_ASKED, SECRETS, missing_fields
from b24app.database import current_portal_id, db
from b24app.errors import BadInput
from b24app.services import services
from b24app.terms.profile import get_profile
from b24app.text.messages import N_

KINDS_BY_CODE = {str(kind) for kind in KINDS}
NAMES = {
    TargetKind.FOLDER: N_("A folder of the application's server"),
    TargetKind.PORTAL_DISK: N_("The portal's Disk"),
    TargetKind.DOWNLOAD: N_("Download in parts"),
}


@dataclass(frozen=True, slots=True)
class StorageTile:
    """One choice of the row: its kinds, the first of which it opens."""

    kinds: tuple[str, ...]
    title: str
    about: str
    icon: str


BY_SFTP = N_("by SFTP")
TILES = (
    StorageTile((TargetKind.S3,), N_("Yandex Cloud"), N_("or VK, Selectel, MinIO: by S3"), "cloud"),
    StorageTile((TargetKind.WEBDAV,), N_("Yandex Disk"), N_("or Nextcloud: by WebDAV"), "database"),
    StorageTile(
        (TargetKind.SFTP, TargetKind.FOLDER), N_("A server of your own"), N_("SFTP or a folder"), "link"
    ),
    StorageTile((TargetKind.DOWNLOAD,), N_("Download"), N_("in parts, a link for a day"), "download"),
)
WORLD_TILES: Mapping[str, tuple[str, str]] = {
    TargetKind.S3: (N_("A cloud with S3"), N_("Amazon, MinIO and others")),
    TargetKind.WEBDAV: (N_("Nextcloud"), N_("or another WebDAV")),
}
"""What the tiles are called where Russian clouds are not offered."""
PORTAL_DISK = StorageTile(
    (TargetKind.PORTAL_DISK,), N_("The portal's Disk"), N_("closed together with the portal"), "database"
)
UNREACHED = frozenset({"unknown_host", "unresolved", "not_connected", "silent"})
PROVIDER_UNREACHED = N_(
    "The server of the application could not reach this storage. The address is right: try again later, or ask whoever runs the server about its way into the internet."
)


@dataclass(frozen=True, slots=True)
class StorageForm:
    """The fields as they are shown; of a secret only whether it is kept."""

    kind: str
    values: Mapping[str, str]
    kept: frozenset[str]
    preset: StoragePreset | None
    presets: tuple[StoragePreset, ...]
    asks_country: bool


def target_values(wrong: BadInput | None = None) -> dict[str, object]:
    """Everything that the template of the step reads."""
    trial, plan, choices = read_trial(), db.session.scalar(select(BackupPlan)), read_choices()
    state = state_of(trial) if trial else None
    form = _form(trial, plan)
    failed = trial if trial and state is TrialState.FAILED and _is_of(form, trial) else None
    return {
        "target_form": form,
        "target_tiles": _offered(form.kind),
        "target_checking": trial if state is TrialState.WAITING else None,
        "target_failed": _words(failed, form) if failed else "",
        "target_reason": failed.reason if failed else "",
        "target_wrong": _wrong(wrong, trial),
        "target_plan": plan if choices.has_target else None,
        "target_name": target_name(choices),
        "target_countries": _countries(),
        "target_home": HOME,
        "target_abroad": get_profile().is_abroad,
        "target_link": waiting_link(choices),
        "target_has_copies": _has_copies(),
        "folder_offered": services().settings.backup_folder is not None,
    }


def target_name(choices: CopyChoices) -> str:
    """The common name of the storage in use."""
    kind = TargetKind(choices.target_kind) if choices.target_kind else TargetKind.NONE
    return choices.target_title or (gettext(NAMES[kind]) if kind in NAMES else "")


def _form(trial: TargetTrial | None, plan: BackupPlan | None) -> StorageForm:
    """What was entered last, unless another kind or provider is being looked at."""
    known = read_typed(trial) if trial else typed_of(plan)
    asked = request.args.get("kind", "")
    kind = next((one for one in (asked, known.get("kind", "")) if one in KINDS_BY_CODE), TargetKind.S3)
    abroad = _is_abroad()
    preset = preset_of(kind, request.args.get("preset", ""), abroad=abroad)
    if kind == known.get("kind") and "preset" not in request.args:
        preset = preset_of(kind, known.get("preset", ""), abroad=abroad)
    elif preset is not None:
        known = {"address": preset.address, "region": preset.region, "country": preset.country}
    else:
        known = {}
    return StorageForm(
        kind=kind,
        values={name: value for name, value in known.items() if name not in SECRETS},
        kept=frozenset(name for name in SECRETS if known.get(name)),
        preset=preset,
        presets=presets_of(kind, abroad=abroad, chosen=preset.code if preset else ""),
        asks_country=kind in ABROAD_ASKED,
    )


def _is_of(form: StorageForm, trial: TargetTrial) -> bool:
    """Whether the form that is shown is the entered one, not that of another storage."""
    typed = read_typed(trial)
    preset = preset_of(form.kind, typed.get("preset", ""), abroad=_is_abroad())
    return typed.get("kind") == form.kind and preset == form.preset


def _words(failed: TargetTrial, form: StorageForm) -> str:
    """Why a check did not pass; for an address that we have filled in ourselves without the advice to check its spelling."""
    ours = form.preset is not None and form.preset.address != ""
    if (
        ours
        and failed.reason in UNREACHED
        and form.values.get("address") == getattr(form.preset, "address", "")
    ):
        return PROVIDER_UNREACHED
    return failed.error or BROKE_OFF


def _wrong(wrong: BadInput | None, trial: TargetTrial | None) -> dict[str, str]:
    """Every mistake of the form at once: what was not filled in, and the first that cannot be used."""
    if wrong is None or trial is None:
        return {}
    return missing_fields(read_typed(trial), {}) | {wrong.field: wrong.message}


def _offered(kind: str) -> list[StorageTile]:
    """The choices of this installation: nothing is offered that it does not keep; the portal's Disk only once it is chosen."""
    here = services().settings
    tiles = [one for one in TILES if here.download_megabytes > 0 or TargetKind.DOWNLOAD not in one.kinds]
    if _is_abroad():
        tiles = [_of_the_world(one) for one in tiles]
    if here.backup_folder is None:
        tiles = [replace(one, about=BY_SFTP) if TargetKind.SFTP in one.kinds else one for one in tiles]
    return [*tiles, PORTAL_DISK] if kind == TargetKind.PORTAL_DISK else tiles


def _of_the_world(tile: StorageTile) -> StorageTile:
    title, about = WORLD_TILES.get(tile.kinds[0], (tile.title, tile.about))
    return replace(tile, title=title, about=about)


def _is_abroad() -> bool:
    """Whether storages of Russia are not offered: by the licence, and while that is unknown by the language."""
    profile, locale = get_profile(), get_locale()
    return profile.is_abroad or (not profile.price_region and locale is not None and locale.language == "en")


def _countries() -> list[tuple[str, str]]:
    locale = get_locale()
    names = locale.territories if locale else {}
    return [("", gettext("Choose a country")), *((one, _name(one, names)) for one in COUNTRIES)]


def _name(code: str, names: Mapping[str, str]) -> str:
    return gettext("Another country") if code == "ZZ" else names.get(code, code)


def _has_copies() -> bool:
    """Whether the storage in use holds whole copies."""
    whole = BackupCopy.state.in_(READ_WHOLE), BackupCopy.forgotten_at.is_(None)
    return db.session.scalar(select(BackupCopy.id).where(*whole).limit(1)) is not None


def waiting_link(choices: CopyChoices) -> dict[str, object] | None:
    """The address by which waiting parts are taken."""
    if choices.target_kind != TargetKind.DOWNLOAD:
        return None
    now, portal_id = services().clock.now(), current_portal_id()
    until = waiting_until(portal_id, now)
    return {"url": make_download_link(portal_id, now), "until": until} if until else None
