"""Where a term stands on a day: transitions by rule, over any date, month end, leap day and time zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.clock import SetClock, today
from b24app.sources import Claim
from b24app.terms.policy import Standing, State, policy_kind, read_policy, state_on

CLOUD = read_policy("cloud")
BOX = read_policy("on_premise")
END = date(2026, 12, 23)
ENDS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
ORDER = [
    State.ACTIVE,
    State.WINDOW_OPEN,
    State.WARNING,
    State.CRITICAL,
    State.LAST_DAY,
    State.GRACE,
    State.LAPSED,
]


def on(day: date, **more: object) -> State:
    return state_on(Standing(END, **more), CLOUD, day)


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (31, State.ACTIVE),
        (30, State.WINDOW_OPEN),
        (15, State.WINDOW_OPEN),
        (14, State.WARNING),
        (8, State.WARNING),
        (7, State.CRITICAL),
        (1, State.CRITICAL),
        (0, State.LAST_DAY),
        (-1, State.GRACE),
        (-14, State.GRACE),
        (-15, State.LAPSED),
    ],
)
def test_each_border_of_the_cloud(left, state):
    assert on(END - timedelta(days=left)) is state


def test_an_unknown_end_is_an_unknown_state():
    assert state_on(Standing(None), CLOUD, END) is State.UNKNOWN


def test_a_renewal_bought_ahead_waits_through_the_grace():
    assert on(END - timedelta(days=5), pending=True) is State.RENEWED_PENDING
    assert on(END + timedelta(days=14), pending=True) is State.RENEWED_PENDING
    assert on(END + timedelta(days=15), pending=True) is State.LAPSED


def test_a_lock_counts_only_after_the_end():
    assert on(END + timedelta(days=3), locked=True) is State.LOCKED
    assert on(END - timedelta(days=20), locked=True) is State.WINDOW_OPEN


def test_a_renewed_term_is_active_again_until_it_is_verified():
    assert on(END - timedelta(days=300), renewed_on=END, verified=False) is State.ACTIVE_AGAIN
    assert on(END - timedelta(days=300), renewed_on=END) is State.ACTIVE


@given(ends_on=ENDS, offset=st.integers(-400, 400))
def test_time_only_moves_a_term_forward(ends_on, offset):
    day = ends_on + timedelta(days=offset)
    now, tomorrow = (state_on(Standing(ends_on), CLOUD, d) for d in (day, day + timedelta(days=1)))
    assert ORDER.index(now) <= ORDER.index(tomorrow) <= ORDER.index(now) + 1


@given(ends_on=ENDS, left=st.integers(-60, 60))
def test_only_the_distance_to_the_end_decides(ends_on, left):
    assert state_on(Standing(ends_on), CLOUD, ends_on - timedelta(days=left)) is on(
        END - timedelta(days=left)
    )


@given(
    hours=st.floats(0, 72),
    zone=st.sampled_from(["Europe/Kaliningrad", "Europe/Moscow", "Asia/Vladivostok", "America/New_York"]),
)
def test_the_last_day_is_the_portals_own_day(hours, zone):
    moment = datetime(2026, 12, 22, tzinfo=UTC) + timedelta(hours=hours)
    day = today(SetClock(moment), zone)
    is_last = moment.astimezone(ZoneInfo(zone)).date() == END
    assert (on(day) is State.LAST_DAY) is is_last


def test_month_ends_and_the_leap_day_are_ordinary_days():
    assert CLOUD.window_opens(date(2028, 3, 31)) == date(2028, 3, 1)
    assert CLOUD.grace_ends(date(2028, 2, 29)) == date(2028, 3, 14)
    assert CLOUD.grace_ends(date(2027, 2, 14)) == date(2027, 2, 28)


def test_the_stricter_of_two_sources_drives_and_both_are_kept():
    grace = CLOUD.fact("grace_days")
    assert [claim.number for claim in grace.claims] == [15, 30]
    assert grace.differ
    assert grace.number == 15


def test_a_correction_by_a_person_wins_with_its_reason():
    mine = Claim(20, "person", date(2026, 11, 30), "H", "в договоре")
    assert CLOUD.corrected([("grace_days", mine)]).days("grace_days") == 20
    assert CLOUD.days("grace_days") == 15


def test_a_box_opens_sixty_days_before_and_enterprise_ninety():
    assert BOX.window_opens(date(2027, 3, 31)) == date(2027, 1, 30)
    assert read_policy("on_premise", enterprise=True).days("window_days") == 90


def test_regions_differ_only_where_a_source_says_so():
    abroad = read_policy("cloud", "de")
    assert abroad.days("grace_days") == CLOUD.days("grace_days")
    assert len(abroad.fact("warning_days").claims) > len(CLOUD.fact("warning_days").claims)


def test_no_grace_is_assumed_where_nobody_promised_one():
    assert read_policy("marketplace").days("grace_days") == 0
    assert read_policy("domain").grace_days == 0


def test_fourteen_days_are_counted_and_the_promised_fifteen_are_named():
    assert (CLOUD.grace_days, CLOUD.promised_grace_days) == (14, 15)
    assert (BOX.grace_days, BOX.promised_grace_days) == (14, 15)


@pytest.mark.parametrize(("days", "counted"), [(20, 20), (10, 10), (0, 0)])
def test_days_that_a_person_wrote_down_are_counted(days, counted):
    mine = Claim(days, "person", date(2026, 11, 30), "H", "в договоре")
    policy = CLOUD.corrected([("grace_days", mine)])
    assert (policy.grace_days, policy.promised_grace_days) == (counted, 15)
    rest = next(day for loss, day, _ in policy.losses_after(END, END) if loss.code == "rest")
    assert rest == policy.grace_ends(END) + timedelta(days=1)


def test_what_stops_next_is_counted_from_today():
    losses = CLOUD.losses_after(END, date(2027, 1, 2))
    assert losses[0][0].code == "scanner_notice"
    assert {(loss.code, left) for loss, _, left in losses} >= {("bi_builder", 4), ("rest", 5)}
    assert all(loss.claim.grade != "A" for loss, _, _ in losses)


def test_a_smaller_plan_can_be_bought_a_day_before_the_end():
    assert CLOUD.downgrade_from(END) == date(2026, 12, 22)


def test_every_claim_names_a_listed_source():
    for kind in ("cloud", "on_premise", "marketplace", "telephony", "other"):
        policy = read_policy(kind, enterprise=kind == "on_premise")
        claims = [c for fact in policy.facts.values() for c in fact.claims] + [x.claim for x in policy.losses]
        assert {claim.source for claim in claims} <= set(policy.sources)


def test_terms_that_have_no_rules_of_their_own_live_by_the_general_ones():
    assert [policy_kind(kind) for kind in ("plan", "site", "telephony")] == ["cloud", "other", "telephony"]
