"""The checks of paid terms and of the copy: what fits before the end, what ends before the plan, how old a copy is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.own_facts import LastBackup, OtherTerm, PayingRules, Terms
from b24app.checklist.engine.verdict import Level, Verdict

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 30, 9, 40, tzinfo=MOSCOW)
TODAY = NOW.date()
RULES = PayingRules(
    country="ru", transfer_days=3, approval_days=3, invoice=True, window_days=30, warning_days=14, grace_days=14,
    activation_days=0, late_activation_days=1,
)  # fmt: skip


def left(days: int, **more: object) -> OtherTerm:
    return replace(OtherTerm("plan", "", TODAY + timedelta(days=days), confirmed=True), **more)


def other(kind: str, days: int | None, **more: object) -> OtherTerm:
    return replace(OtherTerm(kind, "", None if days is None else TODAY + timedelta(days=days)), **more)


def judged(code: str, *rows: OtherTerm, now: datetime = NOW, rules: PayingRules | None = RULES) -> Verdict:
    return load_checks()[code].judge(Terms(rows, rules), now)


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, 40, tzinfo=MOSCOW)


def plan_until(ends_on: date, **more: object) -> OtherTerm:
    return replace(OtherTerm("plan", "", ends_on, confirmed=True), **more)


@pytest.mark.parametrize("rules", [RULES, None])
@pytest.mark.parametrize(
    ("ends_on", "now", "level"),
    [
        (date(2027, 1, 12), at(2026, 12, 28), Level.WARN),
        (date(2027, 1, 12), at(2026, 12, 24), Level.PASS),
        (date(2026, 5, 14), at(2026, 4, 28), Level.PASS),
        (date(2026, 5, 19), at(2026, 4, 30), Level.PASS),
        (date(2026, 12, 14), NOW, Level.WARN),
        (date(2026, 11, 27), NOW, Level.FAIL),
        (date(2026, 11, 1), NOW, Level.FAIL),
        (date(2027, 3, 1), NOW, Level.PASS),
    ],
)
def test_there_is_time_only_while_invoice_approval_and_bank_fit(ends_on, now, level, rules):
    assert judged("plan_time_left", plan_until(ends_on), now=now, rules=rules).level is level


def test_what_still_fits_is_told():
    hurry = judged("plan_time_left", plan_until(date(2027, 1, 12)), now=at(2026, 12, 28))
    assert hurry.detail is not None
    assert hurry.detail.values["pay_by"] == date(2026, 12, 29)
    late = judged("plan_time_left", plan_until(date(2027, 1, 12)), now=at(2026, 12, 30))
    assert late.sentence.message == "A bank transfer does not arrive before the end any more"


def test_the_bank_is_that_of_the_portals_region():
    """16 December 2026 is a day off in Kazakhstan and a working day in Russia."""
    ends_on, now = date(2026, 12, 21), at(2026, 12, 11)
    rules = replace(RULES, warning_days=0)
    assert judged("plan_time_left", plan_until(ends_on), now=now, rules=rules).level is Level.PASS
    there = replace(rules, country="kz")
    assert judged("plan_time_left", plan_until(ends_on), now=now, rules=there).level is Level.WARN


def test_a_card_needs_no_bank_days():
    card = replace(RULES, invoice=False, transfer_days=1, approval_days=0, warning_days=0)
    now = at(2026, 12, 31)
    assert judged("plan_time_left", plan_until(date(2027, 1, 3)), now=now, rules=card).level is Level.PASS


def test_the_third_day_of_grace_names_its_end():
    verdict = judged("plan_time_left", left(-3))
    assert verdict.level is Level.FAIL
    assert verdict.detail is not None
    assert verdict.detail.values["grace_ends"] == TODAY + timedelta(days=11)


def test_a_bought_renewal_is_no_loss_and_after_the_end_its_date_is_asked_for():
    assert judged("plan_time_left", left(5, bought=True)).level is Level.PASS
    verdict = judged("plan_time_left", left(-2, bought=True))
    assert (verdict.level, verdict.sentence.message) == (
        Level.WARN,
        "The renewal is bought, but its new last paid day is not written down",
    )


def test_with_autopay_the_card_is_spoken_of_and_no_day_to_pay():
    verdict = judged("plan_time_left", left(3, autopay=True))
    assert verdict.level is Level.WARN
    assert verdict.detail is not None
    assert "Autopay" in verdict.detail.message
    assert judged("plan_time_left", left(20, autopay=True)).level is Level.PASS


def test_the_day_begins_where_the_portal_is():
    late_evening = datetime(2026, 12, 14, 22, 30, tzinfo=UTC)
    term = plan_until(date(2026, 12, 14))
    assert (
        judged("plan_time_left", term, now=late_evening.astimezone(ZoneInfo("Europe/London"))).level
        is Level.WARN
    )
    assert judged("plan_time_left", term, now=late_evening.astimezone(MOSCOW)).level is Level.FAIL


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ((left(90), other("marketplace", 20)), Level.WARN),
        ((left(46), other("marketplace", 45)), Level.WARN),
        ((left(45), other("marketplace", 45)), Level.PASS),
        ((left(10), other("marketplace", 12)), Level.PASS),
        ((left(90),), Level.WARN),
        ((left(90), other("marketplace", None)), Level.WARN),
        ((left(90), other("marketplace", -1)), Level.FAIL),
        ((left(90), other("marketplace", 20, bought=True)), Level.PASS),
        ((left(90), other("marketplace", 120), other("site", 60)), Level.WARN),
        ((left(90), other("marketplace", 120), other("site", 60, autopay=True)), Level.PASS),
        ((left(300), other("marketplace", 320), other("telephony", 20, period_months=1)), Level.PASS),
        ((left(300), other("marketplace", 320), other("telephony", 9, period_months=1)), Level.WARN),
        ((left(300), other("marketplace", 320), other("telephony", 20)), Level.PASS),
        ((left(300), other("marketplace", 20, period_months=1)), Level.WARN),
        ((OtherTerm("on_premise", "", TODAY + timedelta(days=90)),), Level.NA),
        ((other("site", 10),), Level.WARN),
        ((other("site", 20),), Level.PASS),
    ],
)
def test_other_terms_are_compared_with_the_end_of_the_plan(rows, level):
    assert judged("other_terms_alive", *rows).level is level


def test_a_subscription_that_the_portal_hints_at_is_named_to_be_confirmed():
    hinted = other("marketplace", None, hinted=date(2027, 4, 1))
    verdict = judged("other_terms_alive", left(90), hinted)
    assert verdict.level is Level.WARN
    assert verdict.detail is not None
    assert verdict.detail.values["day"] == date(2027, 4, 1)


def copy(made_at: datetime, *, day_only: bool = False) -> Verdict:
    return load_checks()["backup_is_fresh"].judge(NOW, LastBackup(made_at, day_only=day_only))


@pytest.mark.parametrize(
    ("age", "level"),
    [
        (timedelta(days=8), Level.FAIL),
        (timedelta(days=7, hours=23), Level.FAIL),
        (timedelta(days=7, minutes=1), Level.FAIL),
        (timedelta(days=6, hours=23), Level.PASS),
        (timedelta(0), Level.PASS),
        (timedelta(minutes=-20), Level.PASS),
        (timedelta(days=-1), Level.FAIL),
        (timedelta(days=-365), Level.FAIL),
    ],
)
def test_a_copy_is_judged_by_its_hour(age, level):
    assert copy(NOW - age).level is level


@pytest.mark.parametrize(
    ("day", "level"),
    [
        (date(2026, 11, 30), Level.PASS),
        (date(2026, 11, 23), Level.PASS),
        (date(2026, 11, 22), Level.FAIL),
        (date(2026, 12, 1), Level.FAIL),
        (date(2027, 11, 28), Level.FAIL),
    ],
)
def test_a_day_without_an_hour_counts_by_the_calendar(day, level):
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    assert copy(midnight, day_only=True).level is level


def test_a_date_that_nobody_looked_at_for_half_a_year_is_told():
    old = left(200, known_at=NOW - timedelta(days=181))
    assert judged("plan_end_confirmed", old).level is Level.WARN
    assert judged("plan_end_confirmed", left(200, known_at=NOW - timedelta(days=10))).level is Level.PASS


def test_a_date_that_the_portal_belies_is_told():
    assert judged("plan_end_confirmed", left(-15)).level is Level.WARN
    assert judged("plan_end_confirmed", left(-14)).level is Level.PASS
    assert judged("plan_end_confirmed", left(-15, bought=True)).level is Level.PASS
