"""The border of a mass loss, and what is none."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.backup.proofs.loss_rules import FilledCount, border, clocks, emptied, gone_pipelines, is_mass_loss
from b24app.backup.proofs.loss_words import loss_clocks_line
from b24app.backup.proofs.open_losses import LossKind, LossView

DAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("lost", "before", "alarm"),
    [
        (9, 20, False), (10, 20, True), (10, 1000, True), (9, 1000, False), (10, 1001, False), (11, 1001, True),
        (49, 5000, False), (50, 5000, True), (2000, 200_000, True), (1999, 200_000, False), (10, 10, True), (0, 0, False),
    ],
)  # fmt: skip
def test_the_border_is_the_larger_of_one_percent_and_ten(lost: int, before: int, alarm: bool):
    assert is_mass_loss(lost, before) is alarm


@given(st.integers(1, 10_000_000))
def test_one_less_than_the_border_is_no_alarm(before: int):
    assert not is_mass_loss(border(before) - 1, before)
    assert is_mass_loss(border(before), before)
    assert border(before) >= max(10, before / 100)
    assert border(before) - 1 < max(10, before / 100)


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000))
def test_contacts_that_are_gone_with_their_phones_are_no_emptied_column(items: int, gone: int, without: int):
    gone, without = min(gone, items), min(without, items)
    before = FilledCount(items - without, items)
    now = FilledCount(max(0, before.filled - gone), items - gone)
    assert emptied(before, now) == 0


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_phones_that_vanish_from_contacts_that_stay_are_counted(filled: int, lost: int):
    lost = min(lost, filled)
    assert emptied(FilledCount(filled, 5000), FilledCount(filled - lost, 5000)) == lost
    assert emptied(FilledCount(filled, 5000), FilledCount(filled - lost, 5200)) == lost


def test_a_pipeline_is_gone_only_when_the_others_are_told():
    known = {"0": "Основная", "6": "Опт"}
    assert gone_pipelines(known, {"0": "Основная"}) == {"6": "Опт"}
    assert gone_pipelines(known, {"0": "Основная", "6": "Другое имя"}) == {}
    assert gone_pipelines(known, {}) == {}


def test_the_bin_is_cut_to_the_last_counted_day_of_grace():
    assert clocks(DAY, None).bin_until == DAY + timedelta(days=30)
    assert clocks(DAY, DAY + timedelta(days=300)).bin_until == DAY + timedelta(days=30)
    cut = clocks(DAY, DAY + timedelta(days=20))
    assert (cut.bin_until, cut.cut_by_grace) == (DAY + timedelta(days=20), True)
    assert cut.support_until == DAY + timedelta(days=7)
    assert clocks(DAY, DAY - timedelta(days=3)).bin_until == DAY


def lines_of(entity: str, found_after: int, grace_ends: date | None = None) -> list[str]:
    """What the message says of the ways back, so many days after the loss."""
    at = datetime.combine(DAY, time(9), UTC)
    loss = LossView(1, LossKind.ITEMS, entity, "", "", 50, 100, at, at, (), clocks(DAY, grace_ends), {})
    return [one.message for one in loss_clocks_line(loss, DAY + timedelta(days=found_after))]


def test_only_what_lies_in_the_bin_of_crm_is_sent_there():
    assert [("bin" in one) for one in lines_of("deal", 0)] == [True, False]
    assert [("bin" in one) for one in lines_of("item_177", 0)] == [True, False]
    for entity in ("order", "product", "task", "quote"):
        assert [("bin" in one) for one in lines_of(entity, 0)] == [False]


def test_nobody_is_sent_to_a_bin_or_to_a_support_that_is_closed():
    assert len(lines_of("deal", 7)) == 2
    assert [("bin" in one) for one in lines_of("deal", 8)] == [True]
    assert len(lines_of("deal", 30)) == 1
    assert lines_of("deal", 31) == []
    assert [("bin" in one) for one in lines_of("deal", 3, DAY + timedelta(days=2))] == [False]
