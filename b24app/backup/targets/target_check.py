"""A storage is checked by a job before the plan takes it over: a trial file is written, read, found in the list and deleted."""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupPlan, TargetKind
from b24app.backup.targets.model import TargetTrial, TrialState
from b24app.backup.targets.open_target import PortalKey, open_storage, storage_guard
from b24app.backup.targets.portal_folder import PortalFolder
from b24app.backup.targets.s3 import S3Target
from b24app.backup.targets.sftp import SftpTarget
from b24app.backup.targets.storage_presets import HOME
from b24app.backup.targets.target import TargetFailed, TargetRefused
from b24app.backup.targets.target_settings import SftpSettings, TargetSettings, parse_target
from b24app.backup.targets.typed_storage import (
    FIELDS,
    SECRETS,
    Typed,
    country_of,
    same_files,
    same_place,
    settings_of,
)
from b24app.database import before_network, changed_rows, db, every_portal, portal_scope
from b24app.deadline import within
from b24app.errors import AppError, BadInput
from b24app.guard import SFTP
from b24app.portals.model import Portal
from b24app.services import services
from b24app.single_rows import single_row
from b24app.terms.profile import get_profile
from b24app.terms.term import Author
from b24app.text.messages import N_

CHECK_TARGET = "check_target"
WAITS_FOR = timedelta(minutes=5)
"""After that the work counts as lost, whatever the queue holds."""
SECONDS = 100.0
BROKE_OFF = N_("The check broke off. Press once more.")


def keep_typed(form: Mapping[str, str], *, by: Author, at: datetime) -> TargetTrial:
    """Store what was typed, sealed; for an empty secret the one stored for the same place is used."""
    typed = {name: form[name] for name in FIELDS if form.get(name)}
    kept = typed_before()
    if same_place(typed, kept):
        typed = {name: kept[name] for name in SECRETS if kept.get(name)} | typed
    values = {
        "number": secrets.token_hex(16), "typed": json.dumps(typed, ensure_ascii=False), "state": TrialState.DRAFT,
        "asked_at": at, "asked_by": by.user_id or 0, "asked_by_name": by.name, "error": "", "reason": "",
    }  # fmt: skip
    row = single_row(TargetTrial, begins=values)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()
    return row


def ask_check(row: TargetTrial) -> None:
    """Queue the check of an entered storage; raises BadInput for fields that cannot be used."""
    typed = read_typed(row)
    settings_of(typed, storage_guard(), storage_guard(SFTP))
    country_of(typed, abroad=get_profile().is_abroad)
    row.state = TrialState.WAITING
    db.session.flush()
    services().queue.later(CHECK_TARGET, row.portal_id, row.number)


def read_trial() -> TargetTrial | None:
    """The storage that was entered and is not in use yet."""
    return db.session.scalar(select(TargetTrial))


def state_of(row: TargetTrial) -> TrialState:
    """The state of a check; one that waits longer than `WAITS_FOR` has failed."""
    late = abs(services().clock.now() - row.asked_at) > WAITS_FOR
    return TrialState.FAILED if row.state == TrialState.WAITING and late else TrialState(row.state)


def read_typed(row: TargetTrial) -> dict[str, str]:
    """The fields of a row, in this release or an earlier one."""
    found: object = json.loads(row.typed)
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def typed_before() -> dict[str, str]:
    """The fields that were typed last, else those in use; with the secrets, so never for a page."""
    trial = read_trial()
    return read_typed(trial) if trial else typed_of(db.session.scalar(select(BackupPlan)))


def typed_of(plan: BackupPlan | None) -> dict[str, str]:
    """The storage in use as the fields of the form."""
    if plan is None or not plan.target_kind:
        return {}
    try:
        values: dict[str, object] = json.loads(parse_target(plan.target_kind, plan.target).to_text())
    except TargetRefused:
        return {"kind": plan.target_kind}
    typed = {
        name: str(value) for name, value in values.items() if isinstance(value, str | int) and value != ""
    }
    typed["address"] = str(values.get("endpoint") or values.get("url") or "").removeprefix("https://")
    if plan.target_kind == TargetKind.WEBDAV:
        typed["address"] = f"https://{typed['address']}"
    flags = {"by_host": values.get("in_path") is False, "by_key": bool(values.get("private_key"))}
    typed |= {name: "yes" for name, on in flags.items() if on}
    typed["preset"] = str(plan.target_notes.get("preset", ""))
    accepted = "yes" if plan.country_accepted_at else ""
    return {"kind": plan.target_kind, "country": plan.target_country, "accepted": accepted} | typed


def check_target(portal_id: int, number: str) -> None:
    """Execute a check; begun again after a kill, and dropped when another storage was entered meanwhile."""
    with portal_scope(portal_id):
        row = _waiting(number)
        if row is None:
            return
        portal = db.session.get_one(Portal, portal_id)
        typed, key = read_typed(row), PortalKey(portal.id, portal.member_id)
        before_network()
        try:
            settings = _pinned(settings_of(typed, storage_guard(), storage_guard(SFTP)), typed)
            before_network()
            settings, notes = try_storage(settings, key)
        except (TargetFailed, BadInput) as failed:
            _fail(number, failed)
            return
        if _taken(number):
            _take_over(settings, typed, notes)
            db.session.flush()


def try_storage(settings: TargetSettings, key: PortalKey) -> tuple[TargetSettings, dict[str, object]]:
    """Write, read, list and delete a trial file; returns the settings with what was found, and how the storage treats files."""
    storage = open_storage(settings, key)
    target, name = PortalFolder(storage, key.member_id), f"trials/{secrets.token_hex(8)}"
    content, notes = secrets.token_bytes(64), dict[str, object]()
    try:
        with within(SECONDS):
            if isinstance(storage, SftpTarget) and isinstance(settings, SftpSettings):
                settings = settings.model_copy(update={"host_key": storage.host_key})
            target.put(name, content)
            listed = [one.name for one in target.names("trials/")]
            if target.get(name) != content or name not in listed:
                raise TargetRefused("damaged")
            target.delete(name)
            if isinstance(storage, S3Target):
                notes = {"versions": storage.bucket.versions, "locks": storage.bucket.locks}
    finally:
        target.close()
    return settings, notes


def _waiting(number: str) -> TargetTrial | None:
    query = select(TargetTrial).where(TargetTrial.number == number, TargetTrial.state == TrialState.WAITING)
    return db.session.scalar(query)


def _taken(number: str) -> bool:
    """Delete the row of this check; False when it is not the current one any more, or another worker has taken it."""
    mine = TargetTrial.number == number, TargetTrial.state == TrialState.WAITING
    gone = db.session.execute(delete(TargetTrial).where(*mine))
    return changed_rows(gone) == 1


def _pinned(settings: TargetSettings, typed: Typed) -> TargetSettings:
    """Settings with the host key that the same server had before, unless a person confirmed that it was replaced."""
    plan = db.session.scalar(select(BackupPlan))
    if not isinstance(settings, SftpSettings) or plan is None or plan.target_kind != TargetKind.SFTP:
        return settings
    try:
        known = parse_target(plan.target_kind, plan.target)
    except TargetRefused:
        return settings
    same = isinstance(known, SftpSettings) and (known.host, known.port) == (settings.host, settings.port)
    if not same or typed.get("new_host_key") == "yes":
        return settings
    return settings.model_copy(update={"host_key": vars(known)["host_key"]})


def _take_over(settings: TargetSettings, typed: Typed, notes: dict[str, object]) -> None:
    abroad = get_profile().is_abroad
    plan, now, country = plan_to_change(), services().clock.now(), country_of(typed, abroad=abroad)
    before = typed_of(plan)
    if not same_files(typed, before):
        if plan.target_title:
            notes["before"] = plan.target_title
        plan.target_since = now
    plan.target_kind, plan.target, plan.target_title = settings.kind, settings.to_text(), settings.title
    plan.target_country = country
    plan.country_accepted_at = now if country not in {"", HOME} and not abroad else None
    plan.target_checked_at, plan.target_error = now, ""
    plan.target_notes = notes | {"preset": typed.get("preset", "")}


def _fail(number: str, failed: TargetFailed | BadInput) -> None:
    db.session.rollback()
    row = _waiting(number)
    if row is not None:
        row.state, row.error = TrialState.FAILED, failed.message
        row.reason = failed.reason if isinstance(failed, TargetFailed) else failed.field
        db.session.flush()


def fail_check(words: str, portal_id: int, number: str) -> None:
    """Mark a check whose job was given up as failed."""
    with portal_scope(portal_id):
        row = _waiting(number)
        if row is not None:
            row.state, row.error = TrialState.FAILED, words
            db.session.flush()


def unfinished_checks() -> Iterator[tuple[int, str]]:
    """The checks that wait or are under way."""
    query = select(TargetTrial.portal_id, TargetTrial.number).where(TargetTrial.state == TrialState.WAITING)
    with every_portal():
        found = db.session.execute(query).all()
    yield from ((portal_id, number) for portal_id, number in found)


def note_storage(failed: AppError | None) -> None:
    """Keep whether the storage in use answered the copy: the page and the reminders show it."""
    plan = db.session.scalar(select(BackupPlan))
    if plan is not None:
        plan.target_error = getattr(failed, "message", failed.public) if failed is not None else ""
        db.session.flush()


def forget_target() -> None:
    """Forget the storage and its credentials; files in it stay."""
    db.session.execute(delete(TargetTrial))
    plan = plan_to_change()
    plan.target_kind, plan.target, plan.target_title, plan.target_country = TargetKind.NONE, None, "", ""
    plan.target_checked_at = plan.country_accepted_at = plan.target_since = None
    plan.target_error, plan.target_notes = "", {}
    db.session.flush()
