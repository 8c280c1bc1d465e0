"""Every kind of storage keeps the same promises; those with a server are asked over a real line."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from b24app.backup.targets.folder import FolderTarget
from b24app.backup.targets.open_target import PortalKey, open_storage
from b24app.backup.targets.target import ObjectMissing, StoredObject, Target, TargetRefused
from b24app.backup.targets.target_settings import DownloadSettings, PortalDiskSettings
from b24app.database import db
from tests.actors import Actor
from tests.backup.stores import TriedStorage, s3_store, sftp_store, webdav_store

SERVED = ["s3", "s3_by_host", "webdav", "sftp"]
HERE = ["folder", "download", "portal_disk"]
PACK = secrets.token_bytes(8_000_000)


@pytest.fixture(params=[*(pytest.param(one, marks=pytest.mark.servers) for one in SERVED), *HERE])
def store(request: pytest.FixtureRequest, tmp_path: Path, north: Actor) -> TriedStorage:
    kind, portal = request.param, PortalKey(north.portal_id, north.portal.member_id)
    db.session.commit()  # no transaction is open while a storage is asked
    if kind in {"s3", "s3_by_host"}:
        return s3_store(request.getfixturevalue("weed"), in_path=kind == "s3")
    if kind == "webdav":
        return webdav_store(request.getfixturevalue("webdav"))
    if kind == "sftp":
        return sftp_store(request.getfixturevalue("ssh"))
    if kind == "folder":
        return TriedStorage(lambda _port: FolderTarget(tmp_path))
    return TriedStorage(_of_portal(portal, kind))


def _of_portal(portal: PortalKey, kind: str) -> Callable[[int], Target]:
    settings = DownloadSettings() if kind == "download" else PortalDiskSettings()
    return lambda _port: open_storage(settings, portal)


@pytest.fixture
def target(store: TriedStorage) -> Iterator[Target]:
    opened = store.open()
    yield opened
    opened.close()


@pytest.fixture
def root() -> str:
    """A folder that no other test has used: the servers live on."""
    return f"renewal-copy/{secrets.token_hex(8)}"


def test_gives_back_byte_for_byte_what_was_put(target: Target, root: str) -> None:
    target.put(f"{root}/packs/one.jsonl.zst.age", PACK)
    target.put(f"{root}/copies/2026-11-29/manifest.json", b"{}")
    assert target.get(f"{root}/packs/one.jsonl.zst.age") == PACK
    assert target.get(f"{root}/copies/2026-11-29/manifest.json") == b"{}"


def test_another_opening_sees_what_was_put(store: TriedStorage, target: Target, root: str) -> None:
    target.put(f"{root}/packs/one", b"sealed")
    second = store.open()
    assert second.get(f"{root}/packs/one") == b"sealed"
    assert list(second.names(f"{root}/")) == [StoredObject(f"{root}/packs/one", 6)]
    second.close()


def test_the_same_bytes_may_be_put_again(target: Target, root: str) -> None:
    for _ in range(2):
        target.put(f"{root}/packs/one", b"sealed")
    assert target.get(f"{root}/packs/one") == b"sealed"


def test_other_bytes_never_replace_what_lies_there(target: Target, root: str) -> None:
    target.put(f"{root}/packs/one", b"sealed")
    with pytest.raises(TargetRefused, match="other_bytes"):
        target.put(f"{root}/packs/one", b"forged")
    assert target.get(f"{root}/packs/one") == b"sealed"
    assert [one.name for one in target.names(f"{root}/")] == [f"{root}/packs/one"]


def test_what_is_not_there_is_missing(target: Target, root: str) -> None:
    with pytest.raises(ObjectMissing):
        target.get(f"{root}/packs/none")
    target.put(f"{root}/packs/one", b"sealed")
    with pytest.raises(ObjectMissing):
        target.get(f"{root}/packs/none")
    assert list(target.names(f"{root}/nowhere/")) == []


def test_deletes_and_deletes_again(target: Target, root: str) -> None:
    target.put(f"{root}/packs/one", b"sealed")
    for _ in range(2):
        target.delete(f"{root}/packs/one")
    with pytest.raises(ObjectMissing):
        target.get(f"{root}/packs/one")
    assert list(target.names(f"{root}/")) == []
    target.put(f"{root}/packs/one", b"new after it")
    assert target.get(f"{root}/packs/one") == b"new after it"


def test_lists_by_the_beginning_of_names(target: Target, root: str) -> None:
    for name in ("packs/aa1", "packs/aa2", "packs/b", "copies/day/manifest.json"):
        target.put(f"{root}/{name}", name.encode())
    assert sorted(one.name for one in target.names(f"{root}/packs/aa")) == [
        f"{root}/packs/aa1",
        f"{root}/packs/aa2",
    ]
    assert {(one.name, one.size) for one in target.names(f"{root}/")} == {
        (f"{root}/{name}", len(name))
        for name in ("packs/aa1", "packs/aa2", "packs/b", "copies/day/manifest.json")
    }


def test_a_list_of_many_is_whole(target: Target, root: str) -> None:
    names = {f"{root}/packs/{number:04}" for number in range(120)}
    for name in sorted(names):
        target.put(name, b"-")
    assert {one.name for one in target.names(f"{root}/packs/")} == names


@pytest.mark.servers
def test_a_wrong_key_is_said_in_words(store: TriedStorage, root: str) -> None:
    if not store.wrong:
        pytest.skip("this kind has no key")
    for reason, open_wrongly in store.wrong:
        target = open_wrongly()
        with pytest.raises(TargetRefused) as refused:
            target.put(f"{root}/packs/one", b"sealed")
        assert refused.value.reason == reason
        assert refused.value.message not in {"", reason, TargetRefused.public}
        target.close()
