"""Guided exports: a file is sealed to the customer's key, lies in his storage, is asked for anew when stages change."""

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import select

from b24app.backup.archive.keys import public_key_of, throw_away_identity
from b24app.backup.backup_plan import plan_to_change
from b24app.backup.guided_exports import (
    LARGEST,
    changes_since,
    keep_export,
    list_exports,
    store_exports,
    waiting_portals,
)
from b24app.backup.model import GuidedExport, TargetKind
from b24app.backup.settings_versions.model import SettingsVersion
from b24app.backup.targets.object_names import portal_folder
from b24app.backup.targets.target import TargetFailed
from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.backup.copies_of_a_shop import settings, storage

__all__ = ["settings", "storage"]

AT = datetime(2026, 11, 29, 9, tzinfo=UTC)
RunJobs = Callable[[], int]


@pytest.fixture
def identity() -> pyrage.x25519.Identity:
    return throw_away_identity()


@pytest.fixture
def ready(north: Actor, identity: pyrage.x25519.Identity) -> Actor:
    """A portal whose key lies with the customer and whose storage was tried."""
    with portal_scope(north.portal_id):
        row = plan_to_change()
        row.recipient, row.key_kept_at = public_key_of(identity), AT
        row.target_kind, row.target, row.target_checked_at = TargetKind.FOLDER, "{}", AT
        db.session.commit()
    return north


def send(opened: Opened, kind: str, name: str, content: bytes) -> int:
    return opened.post(f"/copy/export/{kind}", file=(io.BytesIO(content), name)).status_code


def stored(north: Actor) -> GuidedExport:
    with portal_scope(north.portal_id):
        return db.session.scalars(select(GuidedExport).order_by(GuidedExport.id.desc())).one()


def version(entity: str, at: datetime) -> SettingsVersion:
    digest = hashlib.sha256(str(at).encode()).hexdigest()
    return SettingsVersion(entity=entity, taken_at=at, seen_at=at, digest=digest, rows=1, content=b"x")


@pytest.mark.parametrize("kind", ["preset", "bpt"])
def test_every_kind_says_how(north_admin: Opened, kind: str) -> None:
    answer = north_admin.get(f"/copy/export/{kind}")
    assert answer.status_code == 200
    assert 'class="step-list"' in answer.text


def test_a_file_is_sealed_before_it_is_kept(
    ready: Actor, north_admin: Opened, identity: pyrage.x25519.Identity
) -> None:
    assert send(north_admin, "preset", "crm.zip", b"robots of the shop") == 200
    row = stored(ready)
    assert row.waiting is not None
    assert b"robots" not in row.waiting
    assert pyrage.decrypt(row.waiting, [identity]) == b"robots of the shop"
    assert (row.file_name, row.size, row.added_by_name) == ("crm.zip", 18, ready.portal.admin.full_name)


def test_the_job_puts_it_beside_the_copy(
    ready: Actor, north_admin: Opened, run_jobs: RunJobs, storage: Path, identity: pyrage.x25519.Identity
) -> None:
    send(north_admin, "bpt", "Согласование.bpt", b"process")
    run_jobs()
    row = stored(ready)
    assert row.stored_at is not None
    assert row.waiting is None
    file = storage / portal_folder(ready.portal.member_id) / row.pack_name
    assert pyrage.decrypt(file.read_bytes(), [identity]) == b"process"
    assert store_exports(ready.portal_id) == 0


def test_a_storage_that_refuses_leaves_it_waiting_and_it_is_tried_again(
    ready: Actor, north_admin: Opened, storage: Path
) -> None:
    send(north_admin, "preset", "crm.zip", b"robots")
    storage.rmdir()
    storage.write_text("no folder any more")
    with pytest.raises(TargetFailed):
        store_exports(ready.portal_id)
    assert stored(ready).waiting is not None
    assert list(waiting_portals()) == [(ready.portal_id,)]
    storage.unlink()
    storage.mkdir()
    assert store_exports(ready.portal_id) == 1


def test_without_a_storage_it_waits_sealed(ready: Actor, north_admin: Opened) -> None:
    with portal_scope(ready.portal_id):
        plan_to_change().target_checked_at = None
        db.session.commit()
    assert send(north_admin, "preset", "crm.zip", b"robots") == 200
    assert store_exports(ready.portal_id) == 0
    assert list(waiting_portals()) == []


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [("bpt", "crm.zip", b"x"), ("preset", "crm.zip", b"")],
)
def test_what_is_no_export_is_refused_in_words(
    ready: Actor, north_admin: Opened, kind: str, name: str, content: bytes
) -> None:
    assert send(north_admin, kind, name, content) == 422
    with portal_scope(ready.portal_id):
        assert not list_exports()


def test_a_large_file_is_refused_with_the_limit(ready: Actor) -> None:
    with portal_scope(ready.portal_id), pytest.raises(BadInput, match="6 MB"):
        keep_export("preset", "crm.zip", b"x" * (LARGEST + 1), by=Author(1, "Admin"), at=AT)


def test_without_a_key_no_file_is_taken(north: Actor, north_admin: Opened) -> None:
    assert send(north_admin, "preset", "crm.zip", b"robots") == 422
    with portal_scope(north.portal_id):
        assert not list_exports()


def test_another_kind_is_no_page(north_admin: Opened) -> None:
    assert north_admin.get("/copy/export/robots").status_code == 404


def test_it_is_asked_for_anew_when_stages_changed_since(ready: Actor, north_admin: Opened) -> None:
    with portal_scope(ready.portal_id):
        db.session.add(version("crm_status", AT - timedelta(days=3)))
        db.session.commit()
    send(north_admin, "preset", "crm.zip", b"robots")
    with portal_scope(ready.portal_id):
        added = list_exports()[0].added_at
        assert not list_exports()[0].is_old
        db.session.add(
            version("pipeline_2", added + timedelta(hours=1))
        )  # read for the first time: no change
        db.session.add(version("currency", added - timedelta(hours=2)))
        db.session.add(version("currency", added + timedelta(hours=2)))
        db.session.commit()
        assert not list_exports()[0].is_old
        db.session.add(version("crm_status", added + timedelta(hours=3)))
        db.session.commit()
        assert list_exports()[0].changes_since == 1
        assert changes_since(added + timedelta(hours=4)) == 0
    assert "badge v-warn" in " ".join(north_admin.get("/copy/export/preset").text.split()).replace("  ", " ")


def test_a_newer_preset_stands_in_for_the_one_before(ready: Actor, north_admin: Opened) -> None:
    send(north_admin, "preset", "crm.zip", b"robots")
    send(north_admin, "preset", "crm (1).zip", b"newer robots")
    send(north_admin, "bpt", "a.bpt", b"1")
    send(north_admin, "bpt", "b.bpt", b"2")
    with portal_scope(ready.portal_id):
        assert sorted(one.file_name for one in list_exports()) == ["a.bpt", "b.bpt", "crm (1).zip"]


def test_a_portal_sees_and_forgets_its_own_alone(
    ready: Actor, north_admin: Opened, south_admin: Opened
) -> None:
    send(north_admin, "preset", "crm.zip", b"robots")
    row = stored(ready)
    assert "crm.zip" not in south_admin.get("/copy/export/preset").text
    assert south_admin.post(f"/copy/export/preset/{row.id}/delete").status_code == 404
    assert north_admin.post(f"/copy/export/preset/{row.id}/delete").status_code == 200
    with portal_scope(ready.portal_id):
        assert not list_exports()


def test_who_is_no_administrator_exports_nothing(ready: Actor, north_employee: Opened) -> None:
    assert north_employee.get("/copy/export/preset").status_code == 403
    assert send(north_employee, "preset", "crm.zip", b"robots") == 403
