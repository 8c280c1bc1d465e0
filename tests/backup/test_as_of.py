"""Rows as of a copy: whatever was added, changed and deleted from copy to copy, each copy gives what was there then."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from b24app.backup.archive.archive_manifest import ArchiveManifest
from b24app.backup.archive.keys import public_key_of, throw_away_identity
from b24app.backup.archive.packs import PackRow
from b24app.backup.reader.as_of import RowsAsOf
from b24app.backup.reader.checking import check_copy
from b24app.backup.reader.objects import find_objects
from b24app.backup.reader.stored_copies import read_copies
from tests.backup.folders_of_copies import gone, keep_copy, row

KEY = throw_away_identity()
RECIPIENT = public_key_of(KEY)

changes = st.lists(st.tuples(st.integers(1, 12), st.none() | st.integers(0, 99)), max_size=15)


def lines_of(change: list[tuple[int, int | None]]) -> list[PackRow]:
    return [gone(number) if value is None else row(number, VALUE=value) for number, value in change]


@given(st.lists(changes, min_size=1, max_size=4), st.integers(60, 400))
@settings(max_examples=40, deadline=None)
def test_each_copy_gives_what_was_there_then(
    history: list[list[tuple[int, int | None]]], raw_limit: int
) -> None:
    with tempfile.TemporaryDirectory() as place:
        there: dict[str, int] = {}
        told: list[dict[str, int]] = []
        base: ArchiveManifest | None = None
        for number, change in enumerate(history, 1):
            for key, value in change:
                there.pop(str(key), None)
                there |= {} if value is None else {str(key): value}
            told.append(dict(there))
            folder = f"2026-11-{number:02}-1"
            rows = {"deal": lines_of(change)}
            base = keep_copy(
                Path(place),
                folder,
                rows,
                [RECIPIENT],
                base=base,
                raw_limit=raw_limit,
                present={"deal": len(there)},
            )
        objects = find_objects([Path(place)])
        copies, wrong = read_copies(objects)
        assert wrong == []
        for copy, expected in zip(copies, told, strict=True):
            with RowsAsOf(objects, copy.entities[0], [KEY]) as found:
                values = {line["id"]: line["row"]["VALUE"] for line in found}
                assert (values, found.present) == (expected, len(expected))
            assert list(check_copy(objects, copy, copies, [KEY], lambda _entity, _faults: None)) == []
