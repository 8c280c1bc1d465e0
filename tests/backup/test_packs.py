"""Packs: what is sealed comes back as it was, and whatever else was done to the bytes is found."""

import tracemalloc
from datetime import UTC, datetime

import pyrage
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from b24app.backup.archive.keys import WrongKey, public_key_of, throw_away_identity
from b24app.backup.archive.packs import (
    MOST_SEALED,
    PackDamaged,
    PackRow,
    PackTooBig,
    PackWriter,
    open_pack,
    write_packs,
)
from tests.backup.folders_of_copies import READ_AT, gone, row
from tests.backup.sealing import seal_pack

KEY = throw_away_identity()
OTHER = throw_away_identity()
RECIPIENT = public_key_of(KEY)
PACK = seal_pack([row(1, TITLE="Заказ 1"), gone(2), row(3, TITLE="Заказ 3")], [RECIPIENT])

texts = st.text(st.characters(exclude_categories=()), max_size=30)  # halves of surrogate pairs too
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
pack_rows = st.builds(
    PackRow,
    st.integers(1, 10**12).map(str),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.none() | st.dictionaries(texts, values, max_size=4),
)


@given(st.lists(pack_rows, min_size=1, max_size=12), st.integers(1, 500))
@settings(max_examples=60, deadline=None)
def test_rows_come_back_as_they_were_in_their_order(rows: list[PackRow], raw_limit: int) -> None:
    packs = list(write_packs(rows, [RECIPIENT], raw_limit))
    found = [one for pack in packs for one in open_pack(pack.content, KEY, pack.sha256)]
    assert found == rows
    assert sum(pack.rows for pack in packs) == len(rows)
    assert sum(pack.gone for pack in packs) == sum(one.row is None for one in rows)
    assert packs[0].first_id == rows[0].id
    assert packs[-1].last_id == rows[-1].id


@given(st.integers(0, len(PACK.content) - 1), st.integers(1, 255))
@settings(max_examples=200, deadline=None)
def test_every_flipped_byte_is_found(place: int, by: int) -> None:
    bad = bytearray(PACK.content)
    bad[place] ^= by
    with pytest.raises((PackDamaged, WrongKey)):
        list(open_pack(bytes(bad), KEY))
    with pytest.raises(PackDamaged):
        list(open_pack(bytes(bad), KEY, PACK.sha256))


@given(st.integers(0, len(PACK.content) - 1))
@settings(max_examples=100, deadline=None)
def test_every_cut_is_found(length: int) -> None:
    with pytest.raises((PackDamaged, WrongKey)):
        list(open_pack(PACK.content[:length], KEY))


def test_nothing_may_follow_a_pack() -> None:
    with pytest.raises(PackDamaged):
        list(open_pack(PACK.content + b"x", KEY))


def test_a_wrong_key_is_called_a_wrong_key_and_no_damage() -> None:
    with pytest.raises(WrongKey):
        list(open_pack(PACK.content, OTHER, PACK.sha256))


def test_both_recipients_open_a_pack() -> None:
    pack = seal_pack([row(7)], [RECIPIENT, public_key_of(OTHER)])
    assert list(open_pack(pack.content, KEY)) == list(open_pack(pack.content, OTHER)) == [row(7)]


def test_no_pack_is_larger_than_a_target_takes_even_of_rows_that_do_not_shrink() -> None:
    import random

    chance = random.Random(7)
    rows = (row(n, X=chance.randbytes(60_000).hex()) for n in range(300))
    sizes = [pack.size for pack in write_packs(rows, [RECIPIENT])]
    assert len(sizes) > 4
    assert max(sizes) <= MOST_SEALED


def test_a_row_that_fits_into_no_pack_is_told_and_not_left_out() -> None:
    import random

    text = random.Random(7).randbytes(9_000_000).hex()
    with pytest.raises(PackTooBig):
        list(write_packs([row(1, X=text)], [RECIPIENT]))


def test_a_large_row_stands_in_a_pack_of_its_own() -> None:
    packs = list(write_packs([row(1), row(2, X="x" * 10_000), row(3)], [RECIPIENT], 1_000))
    assert [(pack.first_id, pack.last_id) for pack in packs] == [("1", "1"), ("2", "2"), ("3", "3")]


def test_the_writer_holds_one_pack_however_many_rows_it_takes() -> None:
    writer = PackWriter([RECIPIENT], 500_000)
    for number in range(20_000):
        writer.add(row(number, TITLE=f"Сделка {number}"))
    tracemalloc.start()
    for number in range(20_000, 60_000):
        writer.add(row(number, TITLE=f"Сделка {number}"))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4_000_000


def test_an_empty_writer_gives_no_pack() -> None:
    assert PackWriter([RECIPIENT]).finish() is None


def test_what_is_no_row_of_ours_is_damage() -> None:
    import pyrage
    import zstandard

    for text in (
        b'{"id": 1}\n',
        b'{"id": "1", "read_at": "x", "row": {}}\n',
        b"[]\n",
        b'{"id":"1"',
        b"\xff\n",
    ):
        sealed = pyrage.encrypt(zstandard.compress(text), [pyrage.x25519.Recipient.from_str(RECIPIENT)])
        with pytest.raises(PackDamaged):
            list(open_pack(sealed, KEY))


def test_the_moment_of_reading_keeps_its_zone() -> None:
    assert next(open_pack(PACK.content, KEY)).read_at == READ_AT


def sealed_zeros(megabytes: int) -> bytes:
    """What anybody can seal who knows the public key: some kilobytes that stand for so much."""
    packer = zstandard.ZstdCompressor(level=3).compressobj()
    block = bytes(1 << 20)
    packed = b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])
    return pyrage.encrypt(packed, [pyrage.x25519.Recipient.from_str(RECIPIENT)])


def test_a_few_bytes_that_stand_for_a_gigabyte_are_damage_and_take_little_memory() -> None:
    content = sealed_zeros(1024)
    assert len(content) < 100_000
    tracemalloc.start()
    try:
        with pytest.raises(PackDamaged):
            list(open_pack(content, KEY))
        assert tracemalloc.get_traced_memory()[1] < 130_000_000
    finally:
        tracemalloc.stop()


def test_a_frame_that_wants_a_window_larger_than_ours_is_damage() -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=27, compression_level=3)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    packed = packer.compress(b"{}\n") + packer.flush()
    content = pyrage.encrypt(packed, [pyrage.x25519.Recipient.from_str(RECIPIENT)])
    with pytest.raises(PackDamaged):
        list(open_pack(content, KEY))


def test_a_row_that_no_reader_would_unpack_is_told_and_not_left_out() -> None:
    with pytest.raises(PackTooBig):
        seal_pack([row(1, TITLE="0" * 65_000_000)], [RECIPIENT])


def test_the_largest_row_that_is_packed_is_read_back() -> None:
    large = row(1, TITLE="0" * 63_000_000)
    assert list(open_pack(seal_pack([large], [RECIPIENT]).content, KEY)) == [large]
