"""A stretch of the index holds what was put into it, in order, whatever the order of the changes."""

from hypothesis import given
from hypothesis import strategies as st

from b24app.backup.reading.id_stretch import DIGEST, IdStretch

PLACES = st.integers(0, 65_535)
CHANGES = st.lists(
    st.dictionaries(PLACES, st.one_of(st.none(), st.binary(min_size=DIGEST, max_size=DIGEST)), max_size=30),
    max_size=6,
)


@given(CHANGES)
def test_it_holds_the_last_digest_of_each_id_and_forgets_what_is_gone(
    changes: list[dict[int, bytes | None]],
) -> None:
    stretch, kept, copies = IdStretch(), {}, {}
    for number, some in enumerate(changes, 1):
        stretch = stretch.changed_with(some, number)
        for place, digest in some.items():
            kept.pop(place, None)
            copies.pop(place, None)
            if digest is not None:
                kept[place], copies[place] = digest, number
    assert list(stretch.places) == sorted(kept)
    for place, digest in kept.items():
        at = stretch.find(place)
        assert at is not None
        assert (stretch.digest(at), stretch.copies[at]) == (digest, copies[place])
    assert IdStretch.from_bytes(stretch.to_bytes()) == stretch
    assert list(stretch.since(2)) == sorted(place for place, number in copies.items() if number >= 2)


@given(st.binary(max_size=60))
def test_what_is_no_stretch_of_ours_is_an_empty_one(content: bytes) -> None:
    found = IdStretch.from_bytes(content)
    assert len(found.digests) == DIGEST * len(found)
