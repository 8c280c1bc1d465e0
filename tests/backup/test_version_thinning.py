"""A year of versions stays bounded, and what a baseline stands on stays whatever its age."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from b24app.backup.settings_versions.version_thinning import WHOLE_FOR, OldVersion, surplus

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)


def nightly(days: int) -> list[OldVersion]:
    """A new version every night, oldest first."""
    return [OldVersion(number, "store", NOW - timedelta(days=days - number)) for number in range(1, days + 1)]


def staying(versions: list[OldVersion], *moments: datetime) -> list[OldVersion]:
    going = set(surplus(versions, NOW, moments))
    return [one for one in versions if one.id not in going]


def test_of_two_years_of_nights_a_month_and_the_last_of_each_week_of_a_year_stay() -> None:
    kept = staying(nightly(730))
    assert len([one for one in kept if NOW - one.taken_at <= WHOLE_FOR]) == 31
    assert 31 + 47 <= len(kept) <= 31 + 50
    assert kept[0].taken_at >= NOW - timedelta(days=380)


def test_the_version_under_a_baseline_stays_whatever_its_age() -> None:
    moment = NOW - timedelta(days=600, hours=5)
    kept = staying(nightly(730), moment)
    assert [one for one in kept if one.taken_at <= moment][-1].taken_at == NOW - timedelta(days=601)


@given(st.lists(st.integers(0, 900), min_size=1, max_size=40), st.lists(st.integers(0, 900), max_size=3))
def test_what_holds_now_and_at_a_baseline_is_never_thinned_out_however_irregular_the_nights(
    ages: list[int], baselines: list[int]
) -> None:
    ordered = sorted(ages, reverse=True)
    versions = [OldVersion(number, "store", NOW - timedelta(days=age)) for number, age in enumerate(ordered)]
    moments = [NOW - timedelta(days=age) for age in baselines]
    kept = staying(versions, *moments)
    for at in (NOW, *moments):
        held = [one for one in versions if one.taken_at <= at][-1:]
        assert held == [one for one in kept if one.taken_at <= at][-1:]
    assert surplus(kept, NOW, moments) == []
