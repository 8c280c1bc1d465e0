"""What is kept: daily 7, weekly 5, monthly 12, those around a renewal; whatever clocks do, never too little."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from b24app.backup.proofs.thinning_rules import (
    DAILY,
    MONTHLY,
    NEWEST,
    WEEKLY,
    KeptCopy,
    filled_slots,
    surplus,
)

FIRST = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)


def copy_of(
    number: int, at: datetime, *, verified: bool = True, before: bool = False, after: bool = False
) -> KeptCopy:
    return KeptCopy(number, at, at.date(), verified, before_renewal=before, after_activation=after)


def nights(count: int) -> list[KeptCopy]:
    return [copy_of(number, FIRST + timedelta(days=number)) for number in range(1, count + 1)]


def thinned_nightly(copies: list[KeptCopy], activations: tuple[datetime, ...] = ()) -> list[KeptCopy]:
    """Night after night: each new copy comes, then what is too much goes."""
    kept: list[KeptCopy] = []
    for one in copies:
        kept.append(one)
        going = set(surplus(kept, activations))
        kept = [known for known in kept if known.id not in going]
    return kept


moments = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
copies = st.lists(st.tuples(moments, st.booleans(), st.booleans(), st.booleans()), max_size=60).map(
    lambda rows: [
        copy_of(number, at, verified=verified, before=before, after=after)
        for number, (at, verified, before, after) in enumerate(rows, 1)
    ]
)


def test_after_a_year_of_nights_seven_days_five_weeks_and_twelve_months_are_left():
    kept = thinned_nightly(nights(400))
    slots = filled_slots(kept)
    assert [sum(slot.kind == kind for slot in slots) for kind in ("day", "week", "month")] == [
        DAILY,
        WEEKLY,
        MONTHLY,
    ]
    assert {one.id for one in kept} == {slot.copy_id for slot in slots}
    newest = {one.made_on for one in kept if one.id > 400 - DAILY}
    assert newest == {(FIRST + timedelta(days=number)).date() for number in range(394, 401)}


def test_the_last_copy_of_each_of_twelve_months_is_kept():
    kept = {one.made_on for one in thinned_nightly(nights(400))}
    assert {date(2026, month, 1) - timedelta(days=1) for month in range(4, 13)} <= kept


@given(copies, st.lists(moments, max_size=4))
def test_the_newest_seven_and_the_newest_verified_one_stay_whatever_their_dates_say(found, activations):
    going = set(surplus(found, activations))
    assert not going & {one.id for one in found[-NEWEST:]}
    verified = [one.id for one in found if one.verified]
    assert not verified or verified[-1] not in going


@given(copies, st.lists(moments, max_size=4))
def test_what_was_thinned_once_is_not_thinned_further(found, activations):
    going = set(surplus(found, activations))
    left = [one for one in found if one.id not in going]
    assert surplus(left, activations) == []


@given(st.integers(8, 60), st.integers(0, 59), st.integers(-5000, 5000))
def test_one_night_of_a_wrong_clock_costs_no_day_of_the_last_week(count, place, days):
    found = nights(count)
    wrong = found[place % count]
    found[place % count] = copy_of(wrong.id, wrong.made_at + timedelta(days=days))
    kept = {one.id for one in thinned_nightly(found)}
    assert set(range(count - NEWEST + 1, count + 1)) <= kept


def test_a_clock_that_went_ahead_for_one_night_takes_no_month_away():
    """Every copy keeps its place: only as many are left out as there are places for days, weeks and months."""
    usual = {one.id for one in thinned_nightly(nights(300))}
    jumped = nights(300)
    jumped[250] = copy_of(251, jumped[250].made_at + timedelta(days=3650))
    left = {one.id for one in thinned_nightly(jumped)}
    assert len(usual - left) <= 3


def test_a_copy_before_a_renewal_stays_until_the_next_one_is_active():
    before = copy_of(1, FIRST, before=True)
    rest = [copy_of(number, FIRST + timedelta(days=number)) for number in range(2, 500)]
    first, second = FIRST + timedelta(days=3), FIRST + timedelta(days=368)
    newer = copy_of(600, second - timedelta(days=2), before=True)
    assert 1 not in surplus([before, *rest, newer], [first])
    assert 1 in surplus([before, *rest, newer], [first, second])


def test_a_copy_after_an_activation_stays_until_the_next_one():
    after = copy_of(1, FIRST, after=True)
    rest = [copy_of(number, FIRST + timedelta(days=number)) for number in range(2, 500)]
    newer = copy_of(600, FIRST + timedelta(days=368), after=True)
    assert 1 not in surplus([after, *rest, newer], [FIRST])
    assert 1 in surplus([after, *rest, newer], [FIRST, FIRST + timedelta(days=367)])


def test_an_activation_that_was_marked_twice_is_one():
    before = copy_of(1, FIRST, before=True)
    rest = [copy_of(number, FIRST + timedelta(days=number)) for number in range(2, 500)]
    newer = copy_of(600, FIRST + timedelta(days=200), before=True)
    twice = [FIRST + timedelta(days=3), FIRST + timedelta(days=5)]
    assert 1 not in surplus([before, *rest, newer], twice)


def test_the_best_copy_of_a_day_is_the_verified_one():
    morning = copy_of(1, FIRST)
    evening = copy_of(2, FIRST + timedelta(hours=9), verified=False)
    assert {slot.copy_id for slot in filled_slots([morning, evening])} == {1}
