"""Parts of a copy wait for a day, within bounds, and are taken by a signed address, whole or from where a download broke off."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupCopy, CopyKind, CopyPack, CopyState, TargetKind
from b24app.backup.targets import download
from b24app.backup.targets.download_links import download_target, forget_parts, make_download_link
from b24app.backup.targets.model import DownloadPart
from b24app.backup.targets.object_names import portal_folder
from b24app.backup.targets.open_target import PortalKey, open_storage
from b24app.backup.targets.portal_folder import PortalFolder
from b24app.backup.targets.target import ObjectMissing, TargetRefused
from b24app.backup.targets.target_settings import DownloadSettings, PortalDiskSettings
from b24app.backup.targets.zip_volume import ZipPart, ZipVolume, split_volumes
from b24app.bitrix24.model import CallLogEntry
from b24app.database import db, every_portal, portal_scope
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.backup.test_targets import PACK

pytestmark = pytest.mark.usefixtures("first_checks")


def keep(actor: Actor, **parts: bytes) -> None:
    """Parts of a copy that was read to its end."""
    portal_id, member_id = actor.portal_id, actor.portal.member_id
    with portal_scope(portal_id):
        plan_to_change().target_kind = TargetKind.DOWNLOAD
        add_copy(CopyState.DONE, services().clock.now())
        db.session.commit()
    target = PortalFolder(open_storage(DownloadSettings(), PortalKey(portal_id, member_id)), member_id)
    for name, content in parts.items():
        target.put(f"packs/{name}", content)


def add_copy(state: CopyState, now: datetime) -> BackupCopy:
    """A copy in the portal of the scope."""
    copy = BackupCopy(kind=CopyKind.MANUAL, state=state, folder=state, created_at=now, begun_at=now)
    copy.read_at = now if state == CopyState.DONE else None
    db.session.add(copy)
    db.session.flush()
    return copy


def link_of(actor: Actor, world: World) -> str:
    url = make_download_link(actor.portal_id, world.clock.now())
    db.session.commit()
    return urlsplit(url).path


def test_the_parts_are_listed_and_taken_as_a_zip_file(north: Actor, world: World) -> None:
    keep(north, one=PACK, two=b"second")
    link = link_of(north, world)
    page = north.client.get(link)
    assert page.status_code == 200
    assert "renewal-copy-1-of-1.zip" in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    answer = north.client.get(f"{link}/1.zip")
    assert answer.headers["Accept-Ranges"] == "bytes"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        folder = portal_folder(north.portal.member_id)
        assert book.testzip() is None
        assert {name: book.read(name) for name in book.namelist()} == {
            f"{folder}packs/one": PACK,
            f"{folder}packs/two": b"second",
        }


def keep_unfinished(actor: Actor, name: str, state: CopyState) -> None:
    """A pack of a copy that is not whole."""
    portal_id, member_id = actor.portal_id, actor.portal.member_id
    with portal_scope(portal_id):
        plan_to_change().target_kind = TargetKind.DOWNLOAD
        copy = add_copy(state, services().clock.now())
        db.session.add(
            CopyPack(
                copy_id=copy.id,
                entity="deal",
                number=1,
                name=f"packs/{name}",
                sha256="",
                plain_sha256="",
                size=4,
                rows=1,
                stored_at=copy.created_at,
            )
        )
        db.session.commit()
    target = PortalFolder(open_storage(DownloadSettings(), PortalKey(portal_id, member_id)), member_id)
    target.put(f"packs/{name}", b"half")
    target.put(f"copies/{state}/manifest.json", b"{}")


@pytest.mark.parametrize("state", [CopyState.READING, CopyState.PAUSED, CopyState.PROVING])
def test_no_part_of_a_copy_is_given_before_it_was_read_and_checked(
    north: Actor, north_admin: Opened, world: World, state: CopyState
) -> None:
    keep_unfinished(north, "half", state)
    link = link_of(north, world)
    page = north.client.get(link).text
    assert "ещё делается" in page
    assert ".zip" not in page
    assert north.client.get(f"{link}/1.zip").status_code == 404
    assert "Скачать части" not in north_admin.get("/copy/target").text


def test_a_whole_copy_is_given_without_the_parts_of_the_one_that_is_being_made(
    north: Actor, world: World
) -> None:
    keep(north, one=PACK)
    keep_unfinished(north, "half", CopyState.READING)
    with zipfile.ZipFile(io.BytesIO(north.client.get(f"{link_of(north, world)}/1.zip").data)) as book:
        assert book.namelist() == [f"{portal_folder(north.portal.member_id)}packs/one"]


def test_a_download_that_broke_off_is_gone_on_with(north: Actor, world: World) -> None:
    keep(north, one=PACK, two=b"second")
    link = f"{link_of(north, world)}/1.zip"
    whole = north.client.get(link)
    half = len(whole.data) // 2
    rest = north.client.get(link, headers={"Range": f"bytes={half}-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206
    assert rest.headers["Content-Range"] == f"bytes {half}-{len(whole.data) - 1}/{len(whole.data)}"
    assert whole.data[:half] + rest.data == whole.data
    assert north.client.get(link, headers={"Range": "bytes=-22"}).data == whole.data[-22:]
    assert north.client.get(link, headers={"Range": f"bytes={len(whole.data)}-"}).status_code == 416
    changed = north.client.get(link, headers={"Range": f"bytes={half}-", "If-Range": '"another"'})
    assert (changed.status_code, len(changed.data)) == (200, len(whole.data))


def test_an_address_is_good_for_a_day(north: Actor, world: World) -> None:
    keep(north, one=b"sealed")
    link = link_of(north, world)
    world.clock.advance(hours=25)
    assert north.client.get(link).status_code == 403
    assert north.client.get(f"{link}/1.zip").status_code == 403
    assert "Скачивать пока нечего" in north.client.get(link_of(north, world)).text
    assert north.client.get(f"{link_of(north, world)}/1.zip").status_code == 404


@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-2] + "xx", lambda text: text[:20], lambda _text: "WzEsMV0.abc"]
)
def test_a_forged_address_opens_nothing(north: Actor, world: World, spoil: Callable[[str], str]) -> None:
    keep(north, one=b"sealed")
    head, _, token = link_of(north, world).rpartition("/")
    assert north.client.get(f"{head}/{spoil(token)}").status_code == 403
    assert north.client.get(f"{head}/{spoil(token)}/1.zip").status_code == 403


def test_an_address_gives_the_parts_of_its_own_portal_alone(north: Actor, south: Actor, world: World) -> None:
    keep(north, one=b"of the north")
    keep(south, one=b"of the south", two=b"and more")
    with zipfile.ZipFile(io.BytesIO(north.client.get(f"{link_of(north, world)}/1.zip").data)) as book:
        assert [book.read(name) for name in book.namelist()] == [b"of the north"]
    assert north.client.get(f"{link_of(north, world)}/2.zip").status_code == 404


def test_an_uninstalled_portal_has_no_download(
    north: Actor, world: World, run_jobs: Callable[[], int]
) -> None:
    keep(north, one=b"sealed")
    link = link_of(north, world)
    north.portal.uninstall(next(iter(world.applications.values())), clean=True)
    run_jobs()
    assert north.client.get(link).status_code == 404
    with every_portal():
        assert db.session.scalar(select(func.count()).select_from(DownloadPart)) == 0


def test_parts_are_forgotten_after_a_day_by_the_hourly_job(north: Actor, world: World) -> None:
    keep(north, old=b"old")
    world.clock.advance(hours=23)
    keep(north, new=b"new")
    world.clock.advance(hours=2)
    target, folder = download_target(north.portal_id), portal_folder(north.portal.member_id)
    db.session.commit()
    with pytest.raises(ObjectMissing):
        target.get(f"{folder}packs/old")
    forget_parts()
    db.session.commit()
    with every_portal():
        assert list(db.session.scalars(select(DownloadPart.name))) == [f"{folder}packs/new"]


def test_parts_of_a_clock_that_ran_ahead_are_not_kept_for_ever(north: Actor, world: World) -> None:
    world.clock.advance(days=400)
    keep(north, ahead=b"ahead")
    world.clock.advance(days=-400)
    forget_parts()
    db.session.commit()
    with every_portal():
        assert db.session.scalar(select(func.count()).select_from(DownloadPart)) == 0


def test_no_more_is_kept_than_the_bounds_allow(
    north: Actor, south: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MOST_OF_PORTAL", 100)
    keep(north, one=b"x" * 90)
    with pytest.raises(TargetRefused, match="room_here"):
        keep(north, two=b"x" * 20)
    keep(south, one=b"x" * 90)
    target = download_target(south.portal_id)
    target.most = 200
    db.session.commit()
    with pytest.raises(TargetRefused, match="room_here"):
        target.put("packs/two", b"x" * 30)


def test_the_page_of_the_storage_gives_the_address(
    north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
) -> None:
    north_admin.post("/copy/target", kind="download")
    run_jobs()
    assert "Скачать части" not in north_admin.get("/copy/target").text
    keep(north, one=b"sealed")
    page = north_admin.get("/copy/target").text
    link = page.partition("/copy/download/")[2].partition('"')[0]
    assert north.client.get(f"/copy/download/{link}/1.zip").status_code == 200


@pytest.mark.parametrize(
    ("sizes", "volumes"),
    [
        ([], []),
        ([5], [[0]]),
        ([5, 5, 5], [[0, 1], [2]]),
        ([20, 1], [[0], [1]]),
        ([10, 20, 1], [[0], [1], [2]]),
    ],
)
def test_parts_are_put_into_volumes_in_their_order(sizes: list[int], volumes: list[list[int]]) -> None:
    assert [list(one) for one in split_volumes(sizes, 10)] == volumes


def test_any_stretch_of_a_volume_is_the_same_as_of_the_whole() -> None:
    parts = [
        ZipPart(
            f"packs/{number}",
            len(body),
            zipfile.crc32(body),
            datetime(2026, 11, 29, tzinfo=UTC),
            lambda body=body: body,
        )  # type: ignore[misc]
        for number, body in enumerate((b"", b"abc", b"x" * 1000))
    ]
    whole = ZipVolume(parts).read()
    assert zipfile.ZipFile(io.BytesIO(whole)).testzip() is None
    for start in range(0, len(whole), 37):
        volume = ZipVolume(parts)
        volume.seek(start)
        assert io.BufferedReader(volume).read(50) == whole[start : start + 50]


def test_what_lies_on_the_portals_disk_leaves_no_token_in_the_call_log(north: Actor) -> None:
    key = PortalKey(north.portal_id, north.portal.member_id)
    db.session.commit()
    target = open_storage(PortalDiskSettings(), key)
    target.put("renewal-copy/x/packs/one", b"sealed bytes of a pack")
    assert target.get("renewal-copy/x/packs/one") == b"sealed bytes of a pack"
    target.close()
    tokens = list(north.portal.world.tokens.access)
    with every_portal():
        rows = db.session.scalars(select(CallLogEntry)).all()
        told = "".join(f"{row.method} {row.texts.request}{row.texts.answer}" for row in rows)
    assert "disk.folder.uploadfile" in told.lower()
    assert [one for one in tokens if one in told] == []
