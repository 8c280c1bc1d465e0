"""Files in fields of items come back with them out of the copy: byte for byte, once, and what is too large is said before."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from b24app.backup.restore.data import file_fields
from b24app.backup.restore.data.choices import by_numbers
from b24app.backup.restore.data.copied_items import CopiedItems, read_copy_manifest
from b24app.backup.restore.data.copy_preview import LOSSES
from b24app.backup.restore.data.file_fields import FILES_REFUSED, PARTLY, TOO_LARGE, WITH_FILES, put_files
from b24app.backup.restore.data.imported_fields import ItemLoss
from b24app.backup.restore.data.item_types import item_type
from b24app.backup.targets.open_target import open_target
from b24app.database import db, portal_scope
from b24app.portals.client_factory import open_client
from sandbox.portal import Portal
from sandbox.shop.relations import forget_relations
from tests.actors import Actor
from tests.backup.copied_data import Copied, Jobs, choose, lines, make_copy, plan_of, press, rows_of_deals

pytestmark = pytest.mark.usefixtures("first_checks")

DEALS = range(150, 154)
FIRST, SECOND, ALONE = bytes(range(256)) * 20, b"%PDF second", b"one file"


def a_field(portal: Portal, number: int, *, many: bool) -> None:
    sample = next(row for row in portal.tables["user_field"] if row["ENTITY_ID"] == "CRM_DEAL")
    name = {"ID": str(number), "FIELD_NAME": f"UF_CRM_{number}", "USER_TYPE_ID": "file"}
    portal.tables["user_field"].add({**sample, **name, "MULTIPLE": "Y" if many else "N"})


def part(item: int, file: int, number: int, body: bytes) -> tuple[str, dict[str, Any]]:
    return f"{item}/{file}/{number}", {"part": number, "content": b64encode(body).decode()}


def named(*files: int) -> list[dict[str, Any]]:
    return [{"id": file, "url": f"/file/{file}"} for file in files]


LINES = [
    part(150, 77, 1, b"an earlier try"),
    ("150", {"id": 150, "ufCrm_990": named(77, 78), "contentRefused": True}),
    part(150, 77, 1, FIRST[:3000]),
    part(150, 77, 2, FIRST[3000:]),
    part(150, 78, 1, SECOND),
    part(150, 79, 1, ALONE),
    ("150", {"id": 150, "ufCrm_990": named(77, 78), "ufCrm_991": named(79)[0]}),
    part(151, 80, 1, b"x" * 9000),
    ("151", {"id": 151, "ufCrm_991": named(80)[0]}),
    part(152, 81, 1, b"half"),
    ("152", {"id": 152, "ufCrm_990": named(81, 82), "contentRefused": True}),
]
"""The lines of files as a copy has them: parts before the row that names them, the last row of an item counts."""


@pytest.fixture
def copied(first_checks: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copied:
    monkeypatch.setattr(file_fields, "MOST_BYTES", 6000)
    return copy_of(first_checks, tmp_path, with_files=True)


def copy_of(north: Actor, folder: Path, *, with_files: bool) -> Copied:
    a_field(north.portal, 990, many=True)
    a_field(north.portal, 991, many=False)
    rows = rows_of_deals(north.portal, DEALS)
    fields = {int(key): row for key, row in LINES if "/" not in key}
    rows["deal"] = [(key, {**row, **fields.get(int(key), {})}) for key, row in rows["deal"]]
    return make_copy(north, folder, {**rows, "deal.files": LINES} if with_files else rows)


def lose(portal: Portal) -> None:
    for deal in DEALS:
        portal.tables["deal"].delete(deal)
        forget_relations(portal, 2, deal)


def bodies(portal: Portal, value: Any) -> list[bytes]:
    found = value if isinstance(value, list) else [value]
    return [portal.extra["field_files"][one["id"]] for one in found]


def test_files_come_back_byte_for_byte_and_the_preview_names_their_size(
    copied: Copied, run_jobs: Jobs
) -> None:
    portal = copied.actor.portal
    lose(portal)
    made = choose(copied, by_numbers("deal", map(str, DEALS)), run_jobs)
    why = {one.key: one.why for one in plan_of(copied, made).operations if one.key in map(str, DEALS)}
    assert [why[str(one)].message for one in DEALS[:3]] == [WITH_FILES, TOO_LARGE, PARTLY]
    assert not why["153"]
    press(copied, made, run_jobs)
    back = {line.key: dict(portal.tables["deal"].get(line.new_key) or {}) for line in lines(copied, made)}
    assert bodies(portal, back["150"]["ufCrm_990"]) == [FIRST, SECOND]
    assert bodies(portal, back["150"]["ufCrm_991"]) == [ALONE]
    assert not back["151"].get("ufCrm_991"), "too large: said before, and not tried"
    assert bodies(portal, back["152"]["ufCrm_990"]) == [b"half"]
    assert {line.state for line in lines(copied, made)} == {"created"}


def test_a_repeat_puts_no_file_twice(copied: Copied, run_jobs: Jobs) -> None:
    """A worker that took over does the last batch again."""
    portal, kind = copied.actor.portal, item_type("deal")
    lose(portal)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    press(copied, made, run_jobs)
    new, count = lines(copied, made)[0].new_key, len(portal.extra["field_files"])
    target = open_target(copied.actor.portal_id)
    items = CopiedItems(read_copy_manifest(target.get, "n1"), target.get, copied.identity)
    with portal_scope(copied.actor.portal_id):
        client = open_client(copied.actor.portal_id, background=True)
        assert kind is not None
        rows = items.named("deal", ["150"])
        db.session.rollback()
        assert put_files(kind, {"150": new}, rows, items, client) == {}
        client.close()
    target.close()
    assert len(portal.extra["field_files"]) == count


def test_what_the_portal_says_against_a_file_is_told_and_the_item_stays(
    copied: Copied, run_jobs: Jobs
) -> None:
    lose(copied.actor.portal)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    copied.actor.portal.refuse_next("ACCESS_DENIED", method="crm.item.update", times=None, status=400)
    press(copied, made, run_jobs)
    copied.actor.portal.forgive()
    line = lines(copied, made)[0]
    assert (line.state, line.why) == ("created", FILES_REFUSED)


def test_a_copy_without_files_says_that_they_do_not_come_back(
    north: Actor, tmp_path: Path, run_jobs: Jobs
) -> None:
    copied = copy_of(north, tmp_path, with_files=False)
    lose(north.portal)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    assert plan_of(copied, made).operations[0].why.message == LOSSES[ItemLoss.FILE]
