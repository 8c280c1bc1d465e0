"""Copies of an earlier release have no hash of their list of contents: it is compared by its packs, and more is not said of it."""

import json

import pytest
from sqlalchemy import select

from b24app.backup.archive.archive_manifest import digest_of
from b24app.backup.model import BackupCopy, CopyKind, CopyState
from b24app.backup.proofs.copy_state import ProofCode
from b24app.backup.proofs.proof_words import proof_line
from b24app.backup.proofs.proving import prove_again
from b24app.backup.proofs.storage_look import look_at_storage
from b24app.backup.proofs.stored_packs import MANIFEST_WRONG
from b24app.backup.restore.data.choices import by_numbers
from b24app.backup.restore.model import RestoreState
from b24app.database import db, portal_scope
from b24app.text.translation import Translator
from sandbox.world import World
from tests.backup.copied_data import Copied, Jobs, choose, press, stored
from tests.backup.copies_of_a_shop import Shop, settings, shop, storage, whole_shop
from tests.backup.test_proving import FORGERIES
from tests.backup.test_restore_of_data import DEALS, copied, lose

pytestmark = pytest.mark.once

__all__ = ["copied", "settings", "shop", "storage", "whole_shop"]
SAID = "its hash was not kept when this copy was made"


@pytest.fixture
def old(shop: Shop) -> BackupCopy:
    """A copy whose row is as the release before kept it."""
    made = shop.copies()
    with portal_scope(shop.portal_id):
        db.session.get_one(BackupCopy, made.id).manifest_sha256 = ""
        db.session.commit()
    return shop.copy(made.id)


def prove_hashes(shop: Shop, copy: BackupCopy) -> tuple[bool, str, str]:
    """The second proof once more: whether it holds, its problem, and what is said of it."""
    with portal_scope(shop.portal_id):
        prove_again(copy.id, ProofCode.HASHES, at=shop.now)
        db.session.commit()
    shop.run()
    found = next(one for one in shop.stands().proofs if one.code is ProofCode.HASHES)
    return found.passed, found.problem, Translator("en", "UTC").say(proof_line(found))


def forge(shop: Shop, name: str) -> None:
    """Somebody who may write to the storage puts another list of contents there, with a right hash of its own."""
    path = next(one for one in shop.files if one.name == "manifest.json")
    whole = json.loads(path.read_bytes())
    FORGERIES[name](whole)
    path.chmod(0o600)
    path.write_text(json.dumps(whole | {"sha256": digest_of(whole)}))


def test_what_was_compared_is_said_and_the_hash_is_not_claimed(shop: Shop, old: BackupCopy) -> None:
    """Also of a proof that the earlier release has made."""
    found = next(one for one in shop.stands().proofs if one.code is ProofCode.HASHES)
    assert found.passed
    assert SAID in Translator("en", "UTC").say(proof_line(found))
    passed, _, said = prove_hashes(shop, old)
    assert passed
    assert SAID in said
    assert SAID in shop.actor.opens(lang="en").get("/copy").text


def test_a_copy_with_a_kept_hash_says_nothing_of_that(shop: Shop) -> None:
    made = shop.copies()
    assert len(made.manifest_sha256) == 64
    passed, _, said = prove_hashes(shop, made)
    assert passed
    assert SAID not in said
    assert SAID not in shop.actor.opens(lang="en").get("/copy").text


def test_packs_of_another_kind_are_found_without_the_hash(shop: Shop, old: BackupCopy) -> None:
    forge(shop, "swapped")
    assert prove_hashes(shop, old) == (False, MANIFEST_WRONG, MANIFEST_WRONG)
    assert not shop.stands().verified


@pytest.mark.parametrize("forgery", ["counts", "foreign_key", "left_out"])
def test_what_only_the_hash_could_find_is_not_called_compared(
    shop: Shop, old: BackupCopy, forgery: str
) -> None:
    forge(shop, forgery)
    passed, _, said = prove_hashes(shop, old)
    assert passed
    assert SAID in said


def test_the_look_at_night_judges_such_a_copy_by_its_packs(shop: Shop, old: BackupCopy, world: World) -> None:
    world.clock.advance(hours=30)
    assert look_at_storage(shop.portal_id)
    assert shop.copy(old.id).state == CopyState.DONE
    forge(shop, "swapped")
    world.clock.advance(hours=30)
    assert look_at_storage(shop.portal_id)
    assert shop.copy(old.id).state == CopyState.UNPROVEN


def test_the_next_copy_goes_on_from_it_and_keeps_a_hash_of_its_own(
    shop: Shop, old: BackupCopy, world: World
) -> None:
    world.clock.advance(hours=24)
    second = shop.copies(CopyKind.NIGHTLY)
    assert (second.base_id, second.state, len(second.manifest_sha256)) == (old.id, CopyState.DONE, 64)
    passed, _, said = prove_hashes(shop, second)
    assert passed
    assert SAID not in said
    assert shop.copy(old.id).manifest_sha256 == "", (
        "what lies in the storage is not taken for what was written"
    )


def test_data_comes_back_from_a_copy_without_a_hash_by_the_packs_of_our_rows(
    copied: Copied, run_jobs: Jobs
) -> None:
    with portal_scope(copied.actor.portal_id):
        kept = select(BackupCopy.manifest_sha256).where(BackupCopy.id == copied.id)
        assert db.session.scalar(kept) == ""
    lose(copied.actor.portal, *DEALS)
    made = choose(copied, by_numbers("deal", map(str, DEALS)), run_jobs)
    press(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.DONE
