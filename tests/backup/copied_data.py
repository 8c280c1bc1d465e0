"""A copy of items with what hangs on them, sealed into the folder of the server; the key that opens it; presses."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyrage
from flask import current_app

from b24app.backup.archive.archive_manifest import (
    ArchiveManifest,
    ManifestEntity,
    ManifestPack,
    manifest_name,
    portal_hash,
    write_manifest,
)
from b24app.backup.archive.held_keys import hand_over, key_request
from b24app.backup.archive.keys import Identity, public_key_of, throw_away_identity
from b24app.backup.archive.packs import PackRow, write_packs
from b24app.backup.model import BackupCopy, BackupPlan, CopyKind, CopyPack, CopyState, TargetKind
from b24app.backup.restore.data.copy_access import purpose_of
from b24app.backup.restore.model import Restore, RestoreLine
from b24app.backup.restore.plan import RestoreChoice, RestorePlan, RestoreSource, load_plan
from b24app.backup.restore.planning import prepare
from b24app.backup.restore.presses import allow_restores, begin
from b24app.backup.restore.undoing import lines_of
from b24app.backup.targets.open_target import open_target
from b24app.database import db, portal_scope
from b24app.json_values import JsonObject
from b24app.services import services
from b24app.terms.term import Author
from sandbox.portal import Portal
from sandbox.shop.relations import relation_table
from tests.actors import Actor

READ_AT = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
MARINA = Author(1, "Марина")
Jobs = Callable[[], int]
Rows = Mapping[str, Sequence[tuple[str, JsonObject]]]


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy in the storage and the secret key that opens it."""

    actor: Actor
    id: int
    identity: Identity


def keep_in(folder: Path) -> None:
    """Let the server's folder be where copies go."""
    here = current_app.extensions["services"]
    settings = here.settings.model_copy(update={"backup_folder": folder})
    current_app.extensions["services"] = replace(here, settings=settings)


def kill_workers() -> None:
    """Another process takes over: what the former one held in its memory is gone."""
    current_app.extensions.pop("key_memory", None)


def make_copy(actor: Actor, folder: Path, rows: Rows, *, raw_limit: int = 60_000) -> Copied:
    """Seal these rows into packs, store them with their manifest, and write the copy's row."""
    keep_in(folder)
    kill_workers()
    identity = throw_away_identity()
    recipient = public_key_of(identity)
    with portal_scope(actor.portal_id):
        db.session.add(BackupPlan(recipient=recipient, target_kind=TargetKind.FOLDER, target="{}"))
        copy = BackupCopy(kind=CopyKind.NIGHTLY, state=CopyState.DONE, folder="n1", created_at=READ_AT)
        db.session.add(copy)
        db.session.commit()
        copy_id = copy.id
    target = open_target(actor.portal_id)
    entities = []
    for code, lines in rows.items():
        packs = []
        for pack in write_packs((PackRow(key, READ_AT, row) for key, row in lines), [recipient], raw_limit):
            target.put(pack.name, pack.content)
            packs.append(ManifestPack.of(pack, "n1"))
        _remember(actor, copy_id, code, packs)
        entities.append(
            ManifestEntity(
                code=code, title=code, tier="data", rows=len(lines), gone=0, present=None, packs=tuple(packs)
            )
        )
    manifest = ArchiveManifest(
        made_at=READ_AT, portal=portal_hash(actor.portal.member_id), folder="n1", kind="nightly", base=None,
        recipients=(recipient,), entities=tuple(entities), tools={},
    )  # fmt: skip
    target.put(manifest_name("n1"), write_manifest(manifest))
    target.close()
    return Copied(actor, copy_id, identity)


def _remember(actor: Actor, copy_id: int, entity: str, packs: Sequence[ManifestPack]) -> None:
    """Our own rows of the packs of an entity."""
    with portal_scope(actor.portal_id):
        for number, pack in enumerate(packs, 1):
            kept = pack.model_dump(exclude={"copy_folder"})
            db.session.add(CopyPack(copy_id=copy_id, entity=entity, number=number, stored_at=READ_AT, **kept))
        db.session.commit()


def rows_of_deals(portal: Portal, deals: Iterable[int]) -> dict[str, list[tuple[str, JsonObject]]]:
    """What a copy holds of these deals, of all contacts and companies, and of what hangs on them."""
    wanted = list(deals)
    found: dict[str, list[tuple[str, JsonObject]]] = {
        name: [(str(row["id"]), dict(row)) for row in portal.tables[name]] for name in ("company", "contact")
    }
    found["deal"] = [(str(one), dict(portal.tables["deal"].get(one) or {})) for one in wanted]
    products = _by_owner(portal, "product_row", "ownerId")
    comments = _by_owner(portal, "comment", "ENTITY_ID")
    found["deal.product_rows"] = [(str(one), {"rows": products.get(str(one), [])}) for one in wanted]
    found["deal.comments"] = [(str(one), {"rows": comments.get(str(one), [])}) for one in wanted]
    found["activity"] = [(str(row["ID"]), dict(row)) for row in relation_table(portal, "activity")]
    requisites = list(relation_table(portal, "requisite"))
    found["requisite"] = [(str(row["ID"]), dict(row)) for row in requisites]
    found["bank_detail"] = [(str(row["ID"]), dict(row)) for row in relation_table(portal, "bank_detail")]
    found |= {
        code: [(str(row["id"]), dict(row)) for row in portal.tables[name]]
        for code, name in (("invoice", "invoice"), ("item_177", "purchase"))
    }
    places = _by_owner(portal, "address", "ENTITY_ID")
    found["address"] = [(str(row["ID"]), {"rows": places.get(str(row["ID"]), [])}) for row in requisites]
    return found


def _by_owner(portal: Portal, name: str, field: str) -> dict[str, list[JsonObject]]:
    found: dict[str, list[JsonObject]] = {}
    for row in relation_table(portal, name):
        shown = {key: value for key, value in row.items() if key != "_id"}
        found.setdefault(str(row[field]), []).append(shown)
    return found


def choose(copied: Copied, choices: Sequence[RestoreChoice], run_jobs: Jobs, *, with_key: bool = True) -> int:
    """Ask for the preview and give the key when the worker asks for it."""
    with portal_scope(copied.actor.portal_id):
        at = services().clock.now()
        made = prepare(choices, source=RestoreSource.COPY, title="Back", by=MARINA, at=at, copy_id=copied.id)
        db.session.commit()
    run_jobs()
    if with_key:
        give_key(copied, made, run_jobs)
    return made


def give_key(copied: Copied, restore_id: int, run_jobs: Jobs, identity: Identity | None = None) -> None:
    """What the browser does: seal the key to the worker that asks for it."""
    text = str(identity or copied.identity).encode()
    with portal_scope(copied.actor.portal_id):
        asked = key_request(purpose_of(restore_id))
        assert asked is not None
        sealed = pyrage.encrypt(text, [pyrage.x25519.Recipient.from_str(asked.public_key)])
        assert hand_over(asked.purpose, asked.public_key, b64encode(sealed).decode())
        db.session.commit()
    run_jobs()


def press(copied: Copied, restore_id: int, run_jobs: Jobs) -> None:
    """Allow restores, begin this one, let it be written."""
    with portal_scope(copied.actor.portal_id):
        allow_restores(by=MARINA, at=services().clock.now())
        begin(restore_id, by=MARINA)
        db.session.commit()
    run_jobs()


def stored(copied: Copied, restore_id: int) -> Restore:
    """The row as it is now."""
    db.session.expire_all()
    with portal_scope(copied.actor.portal_id):
        row = db.session.get(Restore, restore_id)
    assert row is not None
    return row


def plan_of(copied: Copied, restore_id: int) -> RestorePlan:
    """Its preview."""
    plan = load_plan(stored(copied, restore_id).plan)
    assert plan is not None
    return plan


def lines(copied: Copied, restore_id: int) -> list[RestoreLine]:
    """Its lines."""
    db.session.expire_all()
    with portal_scope(copied.actor.portal_id):
        return lines_of(restore_id)
