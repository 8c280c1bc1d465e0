"""What is said of files: which did not come, how much is known before, and that no time is promised for them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from b24app.backup.backup_plan import CopyChoices
from b24app.backup.copy_estimate import KeptEstimate
from b24app.backup.files_estimate import ExpectedFiles, expect_files
from b24app.backup.model import BackupPlan, CopyState, EntityState
from b24app.backup.proofs.left_out_parts import read_left_out
from b24app.backup.proofs.total_proof import prove_totals
from b24app.checklist.model import DiskCount
from b24app.database import db, portal_scope
from b24app.pages.copy.first_steps import estimate_words
from b24app.pages.copy.going_answer import write_going_answer
from b24app.pages.copy.progress_view import GoingCopy, KindRow, list_missing_files
from b24app.services import services
from b24app.text.messages import Sentence
from b24app.text.translation import Translator
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copies_of_a_shop import make_small
from tests.backup.copying import CopyStage
from tests.backup.disk_files import BIG, add
from tests.backup.shop_copies import keep_few_orders

pytestmark = pytest.mark.cases


@pytest.fixture
def stage(south: Actor, app: Flask, world: World, tmp_path: Path) -> Iterator[CopyStage]:
    make_small(south.portal)
    keep_few_orders(south.portal)
    with portal_scope(south.portal_id):
        found = CopyStage(app, south, world, tmp_path)
        found.only("disk")
        db.session.execute(update(BackupPlan).values(with_files=True))
        db.session.commit()
        yield found


def say(text: Sentence) -> str:
    return Translator("en").say(text).replace("\u00a0", " ")


def test_files_that_did_not_come_are_named_by_the_first_proof_and_on_the_page(stage: CopyStage) -> None:
    """The three files of the sandbox's beginning have no bytes."""
    copy = stage.whole()
    parts = read_left_out(prove_totals(copy.id))
    assert say(parts[-1].words) == "files of 3 items"
    assert [(one.title, one.count, list(one.ids)) for one in list_missing_files(copy.id)] == [
        ("Folders and files of Disk", 3, [9002, 9003, 9004])
    ]


def test_before_the_first_copy_only_the_count_of_disk_is_known_and_later_what_files_took(
    stage: CopyStage,
) -> None:
    assert expect_files() == ExpectedFiles()
    count = DiskCount(size=7_000, files=12, folders=2, whole=True, counted_at=services().clock.now())
    db.session.add(count)
    db.session.commit()
    assert expect_files() == ExpectedFiles(disk_files=12, disk_size=7_000)
    add(stage, 9102, "Big.bin", "8001", BIG)
    stage.whole()
    known = expect_files()
    assert known.copied_size is not None
    assert 0 < known.copied_size < 2 * len(BIG)


def test_an_estimate_with_files_promises_no_time_for_them(stage: CopyStage) -> None:
    kept = KeptEstimate(services().clock.now(), rows=100, seconds=30.0, size=5_000, known=True)
    choices = CopyChoices(with_files=True)
    assert "is not known before they are read" in say(estimate_words(kept, choices, ExpectedFiles()))
    assert "12 on Disk" in say(estimate_words(kept, choices, ExpectedFiles(disk_files=12, disk_size=7_000)))
    assert "in the last copy" in say(estimate_words(kept, choices, ExpectedFiles(copied_size=7_000)))
    assert "Files" not in say(estimate_words(kept, replace(choices, with_files=False), None))


def test_while_files_are_copied_no_time_is_told(stage: CopyStage) -> None:
    data, files = (
        KindRow("deals", "", EntityState.READING, 1, 2),
        KindRow("files", "", EntityState.WAITING, 0, None),
    )
    going = GoingCopy(
        1, "manual", CopyState.READING, "", 1, 2, False, True, 0.5, None, None, "", (data, files), None, None
    )
    left = timedelta(minutes=4)
    assert "then files" in say(write_going_answer(going, left).title)
    done = replace(going, kinds=(replace(data, state=EntityState.DONE), files))
    assert say(write_going_answer(done, left).title) == "Copying files"
