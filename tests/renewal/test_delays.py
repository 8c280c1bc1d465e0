"""Delays that are noticed: an invoice that does not come, grows stale, an activation that waits, a check that nobody makes."""

from datetime import date, timedelta

import pytest

from b24app.reminders.kinds import load_kinds
from b24app.renewal.renewal_stages import Mark, Patience, Role, Stage, notice_delays
from b24app.terms.working_days import open_calendar
from tests.terms.conftest import AT

RU = open_calendar("ru")


def delays(today: date, *marked: tuple[Stage, date], **patience: object) -> list[tuple[str, int]]:
    marks = [Mark(stage, on, "Олег Дроздов", AT) for stage, on in marked]
    return [(d.code, d.working_days) for d in notice_delays(marks, Patience(**patience), RU, today)]


@pytest.mark.parametrize(
    ("stage", "on", "today", "found"),
    [
        (Stage.INVOICE_REQUESTED, date(2026, 12, 7), date(2026, 12, 9), []),
        (Stage.INVOICE_REQUESTED, date(2026, 12, 7), date(2026, 12, 10), [("invoice_late", 3)]),
        (Stage.INVOICE_RECEIVED, date(2026, 12, 7), date(2026, 12, 10), []),
        (Stage.INVOICE_RECEIVED, date(2026, 12, 7), date(2026, 12, 11), [("approval_late", 4)]),
        (Stage.INVOICE_RECEIVED, date(2026, 12, 7), date(2026, 12, 14), [("invoice_stale", 5)]),
        (Stage.PAID, date(2026, 12, 15), date(2026, 12, 18), []),
        (Stage.PAID, date(2026, 12, 15), date(2026, 12, 21), [("activation_late", 4)]),
        (Stage.ACTIVE, date(2026, 12, 21), date(2026, 12, 24), []),
        (Stage.ACTIVE, date(2026, 12, 21), date(2026, 12, 25), [("check_late", 4)]),
        (Stage.VERIFIED, date(2026, 12, 21), date(2027, 6, 1), []),
    ],
)
def test_each_wait_becomes_a_delay_on_its_day(stage, on, today, found):
    assert delays(today, (stage, on)) == found


def test_holidays_are_not_held_against_the_bank():
    assert delays(date(2027, 1, 13), (Stage.PAID, date(2026, 12, 30))) == []
    assert delays(date(2027, 1, 14), (Stage.PAID, date(2026, 12, 30))) == [("activation_late", 4)]


def test_a_reached_stage_ends_the_wait_before_it():
    assert (
        delays(date(2026, 12, 30), (Stage.INVOICE_REQUESTED, date(2026, 12, 1)), (Stage.VERIFIED, AT.date()))
        == []
    )


def test_the_advice_depends_on_who_sold():
    mark = [Mark(Stage.PAID, date(2026, 12, 15), "Олег Дроздов", AT)]
    by = {p: notice_delays(mark, Patience(partner=p), RU, date(2026, 12, 25))[0] for p in (True, False)}
    assert "partner" in by[True].advice.message
    assert "partner" not in by[False].advice.message
    assert by[True].role is Role.ACTIVATOR


def test_every_delay_has_a_kind_of_reminder():
    day, later = date(2026, 12, 7), [date(2026, 12, 7) + timedelta(days=days) for days in range(30)]
    codes = {code for stage in Stage for today in later for code, _ in delays(today, (stage, day))}
    assert len(codes) == 5
    assert all(load_kinds()[code].after_payment for code in codes)
