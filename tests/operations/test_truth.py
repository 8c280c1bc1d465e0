"""The rows of `bench.truth`: each one is played against the whole application, and none lacks a way to play it."""

from collections.abc import Iterator

import pytest

from bench.truth.judgement import play_check, play_comparison
from bench.truth.shop import Street, open_street
from bench.truth.situation import CheckRow, ComparisonRow, check_rows, comparison_rows, declared
from tests.databases import POSTGRESQL

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(bool(POSTGRESQL), reason="plays on a database file of its own"),
]
CHECKS, COMPARISONS = check_rows(), comparison_rows()


@pytest.fixture(scope="module")
def street() -> Iterator[Street]:
    with open_street() as opened:
        yield opened


def test_every_row_is_played_and_every_play_has_its_row():
    rows = {(row.check, row.situation) for row in CHECKS} | {(row.kind, row.situation) for row in COMPARISONS}
    assert rows == set(declared())
    assert len(rows) == len(CHECKS) + len(COMPARISONS)


@pytest.mark.parametrize("row", CHECKS, ids=lambda row: f"{row.check}: {row.situation}")
def test_a_fault_is_told_and_an_oddity_is_not(street: Street, row: CheckRow):
    outcome = play_check(street, row, declared()[row.check, row.situation])
    assert outcome.right, outcome.words


@pytest.mark.parametrize("row", COMPARISONS, ids=lambda row: f"{row.kind}: {row.situation}")
def test_a_change_is_reported_as_what_it_is(street: Street, row: ComparisonRow):
    outcome = play_comparison(street, row, declared()[row.kind, row.situation])
    assert outcome.right, outcome.words
