"""The manifest: written and read the same, and every change of it is found."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24app.backup.archive.archive_manifest import (
    ManifestDamaged,
    ManifestEntity,
    ManifestNewer,
    digest_of,
    manifest_digest,
    portal_hash,
    read_manifest,
    write_manifest,
)
from b24app.backup.archive.keys import public_key_of, throw_away_identity
from b24app.backup.reader.problems import Problem
from b24app.backup.reader.stored_copies import read_copy
from tests.backup.folders_of_copies import keep_copy, row

RECIPIENT = public_key_of(throw_away_identity())


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    place = tmp_path_factory.mktemp("copy")
    return write_manifest(keep_copy(place, "2026-11-29-1", {"deal": [row(n) for n in range(9)]}, [RECIPIENT]))


def test_a_manifest_comes_back_as_it_was(content: bytes) -> None:
    assert write_manifest(read_manifest(content)) == content
    assert manifest_digest(content) == read_copy(content).sha256


def test_every_flipped_byte_of_a_manifest_is_found_by_both_readers(content: bytes) -> None:
    @given(st.integers(0, len(content) - 1), st.integers(0, 7))
    @settings(max_examples=200, deadline=None)
    def flip(place: int, bit: int) -> None:
        bad = bytearray(content)
        bad[place] ^= 1 << bit
        try:
            same = json.loads(bytes(bad)) == json.loads(content)
        except ValueError:
            same = False
        if same:  # a space became another space: nothing of it is read
            return
        with pytest.raises(ManifestDamaged):
            read_manifest(bytes(bad))
        with pytest.raises(Problem):
            read_copy(bytes(bad))

    flip()


def test_a_title_that_utf8_cannot_hold_is_written_without_the_odd_letter(content: bytes) -> None:
    manifest = read_manifest(content)
    odd = ManifestEntity(
        code="item_130", title="Ремонт \ud800", tier="data", rows=0, gone=0, present=0, packs=()
    )
    again = read_manifest(write_manifest(manifest.model_copy(update={"entities": (odd,)})))
    assert again.entities[0].title == "Ремонт "


def test_every_cut_of_a_manifest_is_found(content: bytes) -> None:
    for length in range(0, len(content.rstrip()), 17):
        with pytest.raises(ManifestDamaged):
            read_manifest(content[:length])


def test_packs_in_another_order_or_one_less_are_found(content: bytes) -> None:
    for change in (lambda packs: packs.reverse(), lambda packs: packs.pop()):
        whole = json.loads(content)
        change(whole["entities"][0]["packs"])
        with pytest.raises(ManifestDamaged):
            read_manifest(json.dumps(whole).encode())


def test_a_manifest_of_a_later_release_is_called_so(content: bytes) -> None:
    whole = json.loads(content) | {"version": 2, "more": 1}
    whole["sha256"] = digest_of(whole)
    later = json.dumps(whole).encode()
    with pytest.raises(ManifestNewer):
        read_manifest(later)
    with pytest.raises(Problem, match="manifest_newer"):
        read_copy(later)


def test_fields_that_a_later_release_adds_are_covered_by_the_hash_and_left_alone(content: bytes) -> None:
    whole = json.loads(content) | {"more": "x"}
    whole["sha256"] = digest_of(whole)
    assert read_manifest(json.dumps(whole).encode()).folder == "2026-11-29-1"


def test_whatever_stands_in_a_manifest_with_a_right_hash_is_read_or_called_damaged(content: bytes) -> None:
    odd = st.sampled_from(
        [None, 5, -1, 1e400, "x", [], {}, [[]], [{}], [None], {"folder": 1}, True, "\ud800"]
    )

    @given(st.data())
    @settings(max_examples=150, deadline=None)
    def change(data: st.DataObject) -> None:
        whole = json.loads(content)
        place = whole
        for _ in range(data.draw(st.integers(0, 4))):
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            inner = place[data.draw(st.sampled_from(keys))] if keys else None
            if not isinstance(inner, dict | list) or not inner:
                break
            place = inner
        key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else list(range(len(place)))))
        place[key] = data.draw(odd)
        with contextlib.suppress(UnicodeEncodeError):
            whole["sha256"] = digest_of(whole)
        text = json.dumps(whole).encode()
        for read, wrong in ((read_copy, Problem), (read_manifest, ManifestDamaged)):
            with contextlib.suppress(wrong):
                read(text)

    change()


def test_the_folder_of_a_portal_does_not_tell_which_portal_it_is(tmp_path: Path) -> None:
    assert portal_hash("north") != portal_hash("south")
    assert "north" not in portal_hash("north")
    assert len(portal_hash("north")) == 32
