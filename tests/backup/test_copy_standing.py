"""What may be said of a copy later: parts that are gone or left out, a key or a storage that is not the same any more."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from b24app.backup.archive.archive_manifest import manifest_name, read_manifest
from b24app.backup.archive.keys import key_code, public_key_of, throw_away_identity
from b24app.backup.backup_plan import plan_to_change, read_choices
from b24app.backup.guided_exports import keep_export
from b24app.backup.model import CopyKind, CopyState, TargetKind
from b24app.backup.proofs import stored_packs, total_proof
from b24app.backup.proofs.copy_fact import read_copy_fact
from b24app.backup.proofs.copy_state import LAPSED, standing
from b24app.backup.proofs.download_taken import forget_untaken
from b24app.backup.proofs.proof_words import proof_line
from b24app.backup.proofs.proving import prove_again
from b24app.backup.proofs.storage_look import look_at_storage
from b24app.backup.targets.download_links import make_download_link
from b24app.backup.targets.target import TargetFailed
from b24app.backup.targets.target_check import note_storage
from b24app.backup.targets.target_settings import DownloadSettings
from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.verdict import Level
from b24app.database import db, portal_scope
from b24app.jobs.model import JobRow
from b24app.pages.copy.copy_list import list_copies
from b24app.pages.copy.whole_copy import write_whole_title
from b24app.text.messages import Sentence
from b24app.text.translation import Translator
from sandbox.world import World
from tests.backup.copies_of_a_shop import MARINA, Shop, settings, shop, storage, whole_shop

pytestmark = pytest.mark.once

__all__ = ["settings", "shop", "storage", "whole_shop"]

PROCESS = 12
"""The row of the smart process with its purchases in the sandbox."""


def remove_smart_process(shop: Shop) -> None:
    """With all its items, as an administrator does."""
    tables = shop.portal.tables
    for row_id in list(tables["purchase"].ids):
        tables["purchase"].delete(row_id)
    tables["crm_type"].delete(PROCESS)


def test_a_smart_process_that_is_gone_damages_no_copy_and_stays_in_the_list_of_contents(
    shop: Shop, world: World
):
    first = shop.copies()
    world.clock.advance(hours=24)
    remove_smart_process(shop)
    for _ in range(2):
        nightly = shop.copies(CopyKind.NIGHTLY)
        assert nightly.state == CopyState.DONE
        assert shop.stands().verified
        path = next(path for path in shop.files if str(path).endswith(manifest_name(nightly.folder)))
        entities = {one.code: one for one in read_manifest(path.read_bytes()).entities}
        assert entities["item_177"].read_by == first.folder
        assert entities["item_177"].title == "Закупка у поставщиков"
        assert entities["item_177"].rows == 10
        assert entities["deal"].read_by == ""
        world.clock.advance(hours=24)


def said(text: Sentence) -> str:
    return Translator("en", "UTC").say(text)


def test_a_copy_that_was_not_given_everything_says_what_is_not_in_it_wherever_it_is_called_verified(
    shop: Shop,
):
    """The portal of these tests grants the CRM alone."""
    shop.copies()
    found = shop.stands()
    assert found.verified
    kinds = "without: Orders and payments, Goods and stock, Tasks, 1 more"
    assert said(write_whole_title(found)).endswith(f"verified, {kinds}")
    assert "not in it: Orders and payments" in said(proof_line(found.proofs[0]))
    with portal_scope(shop.portal_id):
        assert said(list_copies()[0].word) == f"verified, {kinds}"
        fact = read_copy_fact(shop.now)
    verdict = load_checks()["copy_is_proven"].judge(shop.now, fact)
    assert verdict.level is Level.WARN
    assert said(verdict.sentence).endswith(f"is verified, {kinds}")


def test_a_nightly_copy_says_how_old_the_parts_of_unchanged_items_may_be(shop: Shop, world: World):
    """Neither a comment nor product rows are documented to move the time of change of their item."""
    shop.copies(CopyKind.MANUAL)
    whole = shop.stands()
    assert (whole.parts_as_of, whole.verified) == (None, True)
    assert "unchanged items" not in said(proof_line(whole.proofs[0], whole.parts_as_of))
    assert whole.copy is not None
    for _ in range(2):
        world.clock.advance(days=1)
        shop.copies()
        nightly = shop.stands()
        assert (nightly.parts_as_of, nightly.verified) == (whole.copy.made_at, True)
        line = said(proof_line(nightly.proofs[0], nightly.parts_as_of))
        assert "Comments and product rows of unchanged items: as of 30" in line


def test_a_part_that_the_base_had_and_this_copy_left_out_is_missing(shop: Shop, world: World):
    shop.copies()
    shop.actor.grants("task")
    world.clock.advance(hours=24)
    nightly = shop.copies(CopyKind.NIGHTLY)
    assert nightly.base_id is not None
    assert nightly.state == CopyState.UNPROVEN
    missing = shop.stands().missing[0]
    assert missing.problem == total_proof.LOST_PART
    assert "deal" in missing.numbers["lost"]


def nights_off(shop: Shop) -> None:
    with portal_scope(shop.portal_id):
        plan_to_change().nightly = False
        db.session.commit()


def missing(shop: Shop) -> list[tuple[str, str]]:
    return [(one.code.value, one.problem) for one in shop.stands().missing]


def test_an_emptied_storage_is_found_the_next_night_though_no_copy_is_made(shop: Shop, world: World):
    nights_off(shop)
    copy = shop.copies()
    world.clock.advance(hours=24)
    assert look_at_storage(shop.portal_id)
    assert shop.stands().verified
    for path in shop.files:
        path.unlink()
    world.clock.advance(hours=24)
    assert look_at_storage(shop.portal_id)
    assert shop.copy(copy.id).state == CopyState.UNPROVEN
    assert missing(shop) == [("hashes", stored_packs.NO_MANIFEST), ("reread", stored_packs.MISSING)]
    with portal_scope(shop.portal_id):
        assert any(row.name == "tell_copy_damaged" for row in db.session.scalars(select(JobRow)))


def test_a_flipped_bit_is_found_within_nights_though_no_copy_is_made(shop: Shop, world: World):
    nights_off(shop)
    shop.copies()
    pack = shop.packs[-1]
    pack.write_bytes(pack.read_bytes()[:-1] + bytes([pack.read_bytes()[-1] ^ 1]))
    nights = 0
    while shop.stands().verified and nights < 25:
        world.clock.advance(hours=24)
        look_at_storage(shop.portal_id)
        nights += 1
    assert nights <= 20
    assert missing(shop) == [("reread", stored_packs.CHANGED)]


def test_what_a_storage_was_seen_to_hold_lapses_when_nobody_can_look(shop: Shop, world: World):
    nights_off(shop)
    shop.copies()
    world.clock.advance(days=8)
    assert shop.stands().verified
    world.clock.advance(hours=1)
    assert missing(shop) == [("hashes", LAPSED)]
    world.clock.advance(days=24)
    assert missing(shop) == [("hashes", LAPSED), ("reread", LAPSED)]
    assert not shop.stands().damaged


def test_what_was_seen_by_a_clock_that_ran_ahead_counts_for_nothing(shop: Shop, world: World):
    shop.copies()
    with portal_scope(shop.portal_id):
        found = standing(shop.now - timedelta(days=2))
        assert ("hashes", LAPSED) in [(one.code.value, one.problem) for one in found.missing]


def test_a_storage_that_holds_everything_again_makes_the_copy_verified_again(shop: Shop, world: World):
    nights_off(shop)
    shop.copies()
    path = shop.packs[0]
    content = path.read_bytes()
    path.unlink()
    world.clock.advance(hours=24)
    look_at_storage(shop.portal_id)
    assert not shop.stands().verified
    path.write_bytes(content)
    for _ in range(2):
        world.clock.advance(hours=24)
        look_at_storage(shop.portal_id)
    assert shop.stands().verified


def test_a_storage_that_answers_the_look_again_is_not_called_silent_any_more(shop: Shop, world: World):
    nights_off(shop)
    shop.copies()
    with portal_scope(shop.portal_id):
        note_storage(TargetFailed("silent"))
        db.session.commit()
    world.clock.advance(hours=24)
    assert look_at_storage(shop.portal_id)
    with portal_scope(shop.portal_id):
        assert read_choices().target_error == ""


def test_this_nights_copy_is_not_looked_at_twice(shop: Shop):
    shop.copies()
    assert not look_at_storage(shop.portal_id)


def test_a_copy_that_only_a_former_key_opens_is_not_called_verified(shop: Shop):
    shop.copies()
    with portal_scope(shop.portal_id):
        plan, code = plan_to_change(), key_code(public_key_of(shop.identity))
        plan.second_recipient, plan.recipient = plan.recipient, public_key_of(throw_away_identity())
        db.session.commit()
    assert shop.stands().verified
    with portal_scope(shop.portal_id):
        plan_to_change().second_recipient = ""
        db.session.commit()
    found = shop.stands()
    assert not found.verified
    assert said(write_whole_title(found)).endswith(f"sealed with the former key (code {code})")
    with portal_scope(shop.portal_id):
        fact = read_copy_fact(shop.now)
    assert code in said(load_checks()["copy_is_proven"].judge(shop.now, fact).sentence)
    shop.copies()
    assert shop.stands().verified


def download(shop: Shop) -> str:
    """Nothing lies in a storage: parts wait for a day. The address they wait under."""
    with portal_scope(shop.portal_id):
        plan = plan_to_change()
        plan.target_kind, plan.target = TargetKind.DOWNLOAD, DownloadSettings().to_text()
        db.session.commit()
        url = make_download_link(shop.portal_id, shop.now)
        db.session.commit()
    shop.copies()
    return urlsplit(url).path


def over(shop: Shop, world: World) -> None:
    world.clock.advance(hours=30)
    forget_untaken()
    db.session.commit()


def test_parts_that_nobody_took_are_no_copy(shop: Shop, world: World):
    download(shop)
    found = shop.stands()
    assert found.verified
    assert found.take_until is not None
    with shop.actor.client.application.test_request_context():
        assert "Download the parts until" in write_whole_title(found).message
    world.clock.advance(hours=24)
    assert shop.stands().copy is None
    over(shop, world)
    assert shop.stands().copy is None


def test_parts_that_were_taken_whole_even_after_a_break_stay_a_copy(shop: Shop, world: World):
    path = download(shop)
    client = shop.actor.client
    for stretch in ("0-99", "500-"):
        part = client.get(f"{path}/1.zip", headers={"Range": f"bytes={stretch}"})
        assert part.status_code == 206
        assert part.data
        part.close()
    assert shop.stands().take_until is not None
    rest = client.get(f"{path}/1.zip", headers={"Range": "bytes=50-"})
    assert len(rest.data) > 1000
    rest.close()
    assert shop.stands().taken_at is not None
    over(shop, world)
    assert shop.stands().verified
    assert shop.stands().take_until is None


def exported(shop: Shop) -> Path:
    """The robots of the portal, exported by hand and put beside the copies."""
    with portal_scope(shop.portal_id):
        keep_export("preset", "preset.zip", b"robots" * 100, by=MARINA, at=shop.now)
        db.session.commit()
    shop.run()
    return next(path for path in shop.files if path.parent.name == "exports")


def test_an_exported_file_that_is_gone_or_changed_is_found(shop: Shop, world: World):
    path = exported(shop)
    copy, content = shop.copies(), path.read_bytes()
    for damage, found in (
        (lambda: path.write_bytes(b"x"), [("reread", stored_packs.FILE_CHANGED)]),
        (path.unlink, [("hashes", stored_packs.FILE_MISSING), ("reread", stored_packs.FILE_CHANGED)]),
    ):
        damage()
        with portal_scope(shop.portal_id):
            prove_again(copy.id, "hashes", "reread", at=shop.now)
            db.session.commit()
        shop.run()
        assert missing(shop) == found
        path.write_bytes(content)
        world.clock.advance(hours=24)
        assert look_at_storage(shop.portal_id)
        assert shop.stands().verified
    path.unlink()
    world.clock.advance(hours=24)
    look_at_storage(shop.portal_id)
    assert not shop.stands().verified
