"""Space on the disk: a sum that can only be too small, a number that a person read, and the limit of the plan."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from b24app.checklist.checks.plan.disk_fits_plan import disk_fits_plan
from b24app.checklist.engine.own_facts import DiskUse
from b24app.checklist.engine.plan_usage import (
    count_disk,
    is_count_due,
    latest_count,
    read_disk_use,
    walk_disk,
)
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import DiskCount
from b24app.checklist.questions.answers import answer_question
from b24app.database import db, portal_scope
from b24app.portals.model import Portal as Row
from b24app.services import services
from b24app.terms.term import Author
from b24app.terms.usage_records import record_usage
from sandbox.portal import Portal
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.checklist.conftest import Shop

NOW = datetime(2026, 11, 30, tzinfo=UTC)
SIZES = (284_310, 51_204, 18_922)


def copy_of(portal: Portal, **changes: object) -> None:
    """One more row on the disk, like the logo but for the changes."""
    table = portal.tables["disk_object"]
    number = str(table.next_id())
    table.add({**table.get("9004"), "ID": number, "FILE_ID": number, **changes})


def test_every_file_is_counted_once(shop: Shop) -> None:
    for _ in range(60):
        copy_of(shop.portal, SIZE="10")
    copy_of(shop.portal, FILE_ID=shop.portal.tables["disk_object"].get("9004")["FILE_ID"])
    copy_of(shop.portal, DELETED_TYPE="3", SIZE="999")
    walk = walk_disk(shop.client())
    assert (walk.size, walk.files, walk.folders, walk.whole) == (sum(SIZES) + 600, 63, 1, True)


def test_a_folder_of_somebody_else_that_is_only_linked_is_not_walked_twice(shop: Shop) -> None:
    table = shop.portal.tables["disk_object"]
    table.add({**table.get("9001"), "ID": "9100", "REAL_OBJECT_ID": "9001", "PARENT_ID": "8101"})
    assert walk_disk(shop.client()).folders == 1


def test_what_was_refused_leaves_a_sum_that_is_not_whole(shop: Shop) -> None:
    shop.portal.refuse_next("ACCESS_DENIED", method="disk.folder.getChildren")
    walk = walk_disk(shop.client())
    assert (walk.size, walk.whole) == (0, False)


def test_the_walk_only_reads(shop: Shop) -> None:
    walk_disk(shop.client())
    sent = {name for record in shop.world.requests for name in record.commands}
    assert sent == {"disk.storage.getList", "disk.storage.getChildren", "disk.folder.getChildren"}


def test_the_sum_is_kept_and_a_persons_number_beside_it(north: Actor, world: World) -> None:
    count_disk(north.portal_id)
    with portal_scope(north.portal_id):
        row = latest_count()
        assert row is not None
        assert (row.size, row.whole) == (sum(SIZES), True)
        answer_question(
            "ask_plan_quota", "yes", by=Author(1, "Анна"), at=services().clock.now(), value="61,5"
        )
        assert read_disk_use("ru_std").told == 61.5
        world.clock.advance(days=1)
        today = world.clock.now()
        record_usage("disk_gb", 70, on=today.date(), at=today, by=Author(2, "Пётр"))
        use = read_disk_use("ru_std")
    assert (use.told, use.told_by, use.limit, use.whole) == (70, "Пётр", 100, True)


def test_without_the_permission_the_disk_is_not_walked(north: Actor, south: Actor) -> None:
    row = db.session.get_one(Row, north.portal_id)
    row.scopes = ["crm"]
    db.session.commit()
    for actor in (north, south):
        count_disk(actor.portal_id)
    with portal_scope(north.portal_id):
        assert latest_count() is None


@pytest.mark.parametrize(
    ("use", "level"),
    [
        (DiskUse(), Level.UNKNOWN),
        (DiskUse(limit=100), Level.ASK),
        (DiskUse(limit=100, counted=40), Level.ASK),
        (DiskUse(limit=100, counted=86), Level.WARN),
        (DiskUse(limit=100, counted=101), Level.FAIL),
        (DiskUse(limit=100, counted=40, told=60, told_at=NOW), Level.PASS),
        (DiskUse(limit=100, counted=40, told=90, told_at=NOW), Level.WARN),
        (DiskUse(limit=100, counted=110, told=60, told_at=NOW), Level.FAIL),
        (DiskUse(limit=100, counted=40, told=60, told_at=NOW - timedelta(days=31)), Level.ASK),
    ],
)
def test_a_lower_bound_never_passes_by_itself(use: DiskUse, level: Level) -> None:
    assert disk_fits_plan(use, NOW).level is level


def test_the_page_counts_and_shows(
    north_admin: Opened, run_jobs: Callable[[], int], north_employee: Opened
) -> None:
    run_jobs()
    assert "поставлен в очередь" in north_admin.post("/shop/test-writes/count").text
    run_jobs()
    assert "Объём, не меньше" in north_admin.get("/shop/test-writes").text
    assert "check-open" in north_admin.get("/shop/check/disk_fits_plan").text
    assert north_employee.post("/shop/test-writes/count").status_code == 403


@pytest.mark.parametrize(("days", "due"), [(1, False), (6, False), (7, True), (-1, True)])
def test_a_disk_is_walked_by_night_once_a_week(north: Actor, days: int, due: bool) -> None:
    now = services().clock.now()
    with portal_scope(north.portal_id):
        assert is_count_due(now)
        counted = now - timedelta(days=days)
        db.session.add(DiskCount(size=1, files=40, folders=3, whole=True, counted_at=counted))
        db.session.flush()
        assert is_count_due(now) is due
