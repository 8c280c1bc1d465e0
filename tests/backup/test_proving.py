"""«Копия проверена» needs six proofs: each is made against a real storage and a real portal, and each can fail."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from b24app.backup.archive.archive_manifest import digest_of, manifest_name
from b24app.backup.model import BackupCopy, CopyEntity, CopyKind, CopyPack, CopyState
from b24app.backup.proofs import proving, stored_packs
from b24app.backup.proofs.copy_state import ProofCode
from b24app.backup.proofs.proof_words import proof_line
from b24app.backup.proofs.proving import prove_again, prove_step
from b24app.backup.reading.item_index import keep_changes
from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copies_of_a_shop import Shop, settings, shop, storage, whole_shop

pytestmark = pytest.mark.once

__all__ = ["settings", "shop", "storage", "whole_shop"]


def _swap_packs(whole: dict[str, Any]) -> None:
    entities = {one["code"]: one for one in whole["entities"]}
    deal, contact = entities["deal"], entities["contact"]
    deal["packs"], contact["packs"] = contact["packs"], deal["packs"]


def _leave_out(whole: dict[str, Any]) -> None:
    for one in whole["entities"]:
        one["left_out"] = "не читали"


def _count_otherwise(whole: dict[str, Any]) -> None:
    for one in whole["entities"]:
        one["rows"] = 7


def _turn_around(whole: dict[str, Any]) -> None:
    for one in whole["entities"]:
        one["packs"].reverse()
    whole["entities"].reverse()


FORGERIES: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "swapped": _swap_packs,
    "left_out": _leave_out,
    "foreign_key": lambda whole: whole.update(recipients=["age1" + "q" * 58]),
    "counts": _count_otherwise,
    "backwards": _turn_around,
}


@pytest.fixture
def made(shop: Shop) -> BackupCopy:
    return shop.copies()


def failed(shop: Shop) -> list[str]:
    return [one.code.value for one in shop.stands().missing]


def again(shop: Shop, copy: BackupCopy, *codes: ProofCode) -> BackupCopy:
    """Make these proofs once more, as the button does."""
    for code in codes:
        with portal_scope(shop.portal_id):
            prove_again(copy.id, code, at=shop.now)
            db.session.commit()
        shop.run()
    return shop.copy(copy.id)


def test_a_copy_with_six_proofs_is_verified_and_tells_its_numbers(shop: Shop, made: BackupCopy):
    found = shop.stands()
    assert made.state == CopyState.DONE
    assert found.verified
    assert found.missing == ()
    numbers = {one.code: one.numbers for one in found.proofs}
    totals = numbers[ProofCode.TOTALS]
    assert (totals["count"], totals["uncounted_rows"]) == (made.rows - 455, 455), (
        "the rest has no count of the portal"
    )
    assert numbers[ProofCode.HASHES]["count"] == numbers[ProofCode.REREAD]["reread"] == len(shop.packs)
    assert 200 <= numbers[ProofCode.SAMPLE]["count"] < 250
    assert numbers[ProofCode.TRIAL]["rows"] > 0
    assert all(proof_line(one).is_whole for one in found.proofs)


def test_one_flipped_bit_is_found_and_said_first(shop: Shop, made: BackupCopy):
    pack = shop.packs[len(shop.packs) // 2]
    content = bytearray(pack.read_bytes())
    content[len(content) // 2] ^= 1
    pack.write_bytes(bytes(content))
    assert again(shop, made, ProofCode.REREAD).state == CopyState.UNPROVEN
    found = shop.stands()
    assert [one.code for one in found.damaged] == [ProofCode.REREAD]
    assert found.missing[0].problem == stored_packs.CHANGED
    assert found.missing[0].numbers["damaged"] == [f"packs/{pack.name}"]


def test_a_pack_that_is_missing_or_cut_is_found_without_reading_all_of_them(shop: Shop, made: BackupCopy):
    shop.packs[0].write_bytes(shop.packs[0].read_bytes()[:-1])
    again(shop, made, ProofCode.HASHES)
    assert shop.stands().missing[0].problem == stored_packs.CUT
    shop.packs[0].unlink()
    again(shop, made, ProofCode.HASHES)
    assert shop.stands().missing[0].problem == stored_packs.MISSING
    assert failed(shop) == ["hashes"]


def test_an_emptied_storage_is_found(shop: Shop, made: BackupCopy):
    for path in shop.files:
        path.unlink()
    assert again(shop, made, ProofCode.HASHES, ProofCode.REREAD).state == CopyState.UNPROVEN
    assert failed(shop) == ["hashes", "reread"]
    assert shop.stands().missing[0].problem == stored_packs.NO_MANIFEST


def test_a_manifest_that_somebody_changed_is_found(shop: Shop, made: BackupCopy):
    path = next(path for path in shop.files if path.name == "manifest.json")
    path.write_bytes(path.read_bytes().replace(b'"rows": 300', b'"rows": 299'))
    again(shop, made, ProofCode.HASHES)
    assert shop.stands().missing[0].problem == stored_packs.MANIFEST_WRONG
    assert manifest_name(made.folder).endswith("manifest.json")


def test_a_row_that_differs_though_nobody_changed_it_is_found_by_the_sample(shop: Shop, made: BackupCopy):
    """Every deal was copied wrong: the digests of the index tell other rows than the portal has."""
    with portal_scope(shop.portal_id):
        ids = [int(one) for one in shop.portal.tables["deal"].ids]
        keep_changes("deal", dict.fromkeys(ids, b"\0" * 8), made.id)
        db.session.commit()
    assert again(shop, made, ProofCode.SAMPLE).state == CopyState.UNPROVEN
    assert failed(shop) == ["sample"]
    assert shop.stands().missing[0].numbers["differing"]


def test_items_that_were_changed_since_are_no_fault_of_the_copy(shop: Shop, made: BackupCopy, world: World):
    world.clock.advance(hours=1)
    deals = shop.portal.tables["deal"]
    for row_id in list(deals.ids):
        deals.update(row_id, title="Новое имя", updatedTime=world.clock.now().isoformat())
    assert again(shop, made, ProofCode.SAMPLE).state == CopyState.DONE
    sample = next(one for one in shop.stands().proofs if one.code is ProofCode.SAMPLE)
    assert sample.numbers["changed_since"] > 0
    assert sample.numbers["count"] >= 200


def test_other_totals_than_the_portal_counts_are_said(shop: Shop, made: BackupCopy):
    with portal_scope(shop.portal_id):
        row = db.session.scalars(select(CopyEntity).where(CopyEntity.entity == "deal")).one()
        row.present = row.rows + 1
        db.session.commit()
    again(shop, made, ProofCode.TOTALS)
    assert failed(shop) == ["totals"]
    assert shop.stands().missing[0].numbers["differing"] == [{"entity": "deal", "rows": 300, "present": 301}]


def test_the_sample_is_the_same_for_the_same_copy(shop: Shop, made: BackupCopy):
    with portal_scope(shop.portal_id):
        copy = db.session.get_one(BackupCopy, made.id)
        first, second = proving.draw_sample(copy), proving.draw_sample(copy)
        assert [(one.entity.code, one.ids) for one in first] == [(one.entity.code, one.ids) for one in second]
        assert sum(len(one.ids) for one in first) == 400
        db.session.commit()


def test_a_nightly_copy_reads_five_percent_back_and_one_by_hand_everything(shop: Shop, made: BackupCopy):
    everything = len(shop.packs)
    shop.portal.tables["deal"].update(
        shop.portal.tables["deal"].ids[0], updatedTime=shop.now.isoformat(), title="!"
    )
    nightly = shop.copies(CopyKind.NIGHTLY)
    assert nightly.base_id == made.id
    assert nightly.state == CopyState.DONE
    reread = next(one for one in shop.stands().proofs if one.code is ProofCode.REREAD)
    assert reread.numbers["count"] == len(shop.packs) == everything + 1
    assert reread.numbers["reread"] == -(-len(shop.packs) // 20)


def test_a_month_of_nights_passes_over_no_pack(shop: Shop, made: BackupCopy):
    packs = [
        stored_packs.KnownPack(number, f"p{number}", "", 1, shop.now - timedelta(days=31 + number), "")
        for number in range(100)
    ]
    assert len(stored_packs.due_to_reread(CopyKind.NIGHTLY, packs, shop.now)) == 100
    fresh = [stored_packs.KnownPack(one.id, one.name, "", 1, shop.now, "") for one in packs]
    assert len(stored_packs.due_to_reread(CopyKind.NIGHTLY, fresh, shop.now)) == 5
    ahead = [
        stored_packs.KnownPack(one.id, one.name, "", 1, shop.now + timedelta(days=9), "") for one in packs
    ]
    assert len(stored_packs.due_to_reread(CopyKind.NIGHTLY, ahead, shop.now)) == 100


def test_a_night_reads_every_pack_back_that_was_never_read_back(shop: Shop):
    new = [stored_packs.KnownPack(number, f"n{number}", "", 1, None, "") for number in range(40)]
    old = [stored_packs.KnownPack(100 + number, f"o{number}", "", 1, shop.now, "") for number in range(20)]
    due = stored_packs.due_to_reread(CopyKind.NIGHTLY, [*old, *new], shop.now)
    assert set(due) == {one.id for one in new}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_manifest_that_we_did_not_write_is_found(shop: Shop, made: BackupCopy, forgery: str):
    path = next(one for one in shop.files if one.name == "manifest.json")
    whole = json.loads(path.read_bytes())
    FORGERIES[forgery](whole)
    path.chmod(0o600)
    path.write_text(json.dumps(whole | {"sha256": digest_of(whole)}))
    with portal_scope(shop.portal_id):
        prove_again(made.id, ProofCode.HASHES, at=shop.now)
        db.session.commit()
    shop.run()
    found = next(one for one in shop.stands().proofs if one.code is ProofCode.HASHES)
    assert (found.passed, found.problem) == (False, stored_packs.MANIFEST_WRONG)


def test_the_trial_is_weekly_and_its_age_is_told(shop: Shop, made: BackupCopy, world: World):
    world.clock.advance(days=2)
    nightly = shop.copies(CopyKind.NIGHTLY)
    trial = next(one for one in shop.stands().proofs if one.code is ProofCode.TRIAL)
    assert nightly.state == CopyState.DONE
    assert trial.made_at is not None
    assert shop.now - trial.made_at > timedelta(days=1)


def test_a_step_of_a_copy_that_is_not_being_proven_does_nothing(shop: Shop, made: BackupCopy):
    before = shop.copy(made.id).proofs
    assert prove_step(made.id)
    assert prove_step(made.id + 77)
    assert shop.copy(made.id).proofs == before


def test_proving_that_was_killed_goes_on_where_it_was(shop: Shop, made: BackupCopy):
    """As a kill leaves it: some proofs are written down, some packs read back."""
    with portal_scope(shop.portal_id):
        copy = db.session.get_one(BackupCopy, made.id)
        packs = [row.id for row in db.session.scalars(select(CopyPack))]
        copy.proofs = {"totals": copy.proofs["totals"], "rereading": {"left": packs[3:], "read": packs[:3]}}
        copy.state = CopyState.PROVING
        services().queue.later("make_copy", made.id)
        db.session.commit()
    shop.run()
    found = shop.copy(made.id)
    assert found.state == CopyState.DONE
    assert found.proofs["reread"]["reread"] == len(packs)


def test_proofs_of_another_release_are_proofs_that_were_not_made(shop: Shop, made: BackupCopy):
    with portal_scope(shop.portal_id):
        copy = db.session.get_one(BackupCopy, made.id)
        copy.proofs = {
            "totals": True,
            "hashes": {"passed": True},
            "reread": {"passed": True, "at": "yesterday"},
            "x": 1,
        }
        db.session.commit()
    found = shop.stands()
    assert not found.verified
    assert [one.code for one in found.missing] == [
        ProofCode.HASHES, ProofCode.REREAD, ProofCode.TOTALS, ProofCode.SAMPLE, ProofCode.TRIAL,
    ]  # fmt: skip


def test_only_a_whole_copy_of_this_portal_is_proven_again(shop: Shop, made: BackupCopy, south: Actor):
    with portal_scope(shop.portal_id), pytest.raises(BadInput):
        prove_again(made.id, "fresh", at=shop.now)
    with portal_scope(south.portal_id), pytest.raises(NotFound):
        prove_again(made.id, "sample", at=shop.now)
