"""Stages of a renewal: their order, what may be marked, what comes next."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.renewal.renewal_stages import (
    ORDER,
    Mark,
    Stage,
    day_of,
    is_reached,
    may_mark,
    may_unmark,
    next_stage,
    reached,
)
from tests.terms.conftest import AT

DAY = date(2026, 12, 15)
STAGES = st.sampled_from(ORDER)


def marks(*stages: Stage) -> list[Mark]:
    return [Mark(stage, DAY, "Марина Ковалёва", AT) for stage in stages]


@given(st.lists(STAGES, max_size=8), STAGES)
def test_only_what_lies_ahead_may_be_marked(stages, stage):
    found = marks(*stages)
    assert may_mark(found, stage) is not is_reached(found, stage)


@given(st.lists(STAGES, min_size=1, max_size=8))
def test_the_furthest_mark_decides_and_only_it_can_be_taken_back(stages):
    found = marks(*stages)
    last = reached(found)
    assert [stage for stage in ORDER if may_unmark(found, stage)] == [last]
    assert all(is_reached(found, stage) for stage in stages)


@pytest.mark.parametrize(
    ("done", "invoice", "ahead"),
    [
        ((), True, Stage.CHOSEN),
        ((Stage.CHOSEN,), True, Stage.INVOICE_REQUESTED),
        ((Stage.CHOSEN,), False, Stage.APPROVED),
        ((Stage.APPROVED,), True, Stage.PAID),
        ((Stage.PAID,), True, Stage.ACTIVE),
        ((Stage.ACTIVE,), True, Stage.VERIFIED),
        ((Stage.VERIFIED,), True, None),
    ],
)
def test_what_comes_next(done, invoice, ahead):
    assert next_stage(marks(*done), invoice=invoice) is ahead


def test_a_skipped_stage_has_no_day():
    assert day_of(marks(Stage.PAID), Stage.APPROVED) is None
    assert day_of(marks(Stage.PAID), Stage.PAID) == DAY
