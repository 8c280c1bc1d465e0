"""The starting points of a portal's sums, and what the portal reports about its plan."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from b24app.database import portal_scope
from b24app.errors import BadInput
from b24app.terms.corrections import current_plan
from b24app.terms.profile import RenewalProfile, change_profile, get_profile, note_license, offered_countries
from tests.terms.conftest import AT, MARINA


def test_defaults_are_cautious_before_anybody_spoke(portal):
    profile = get_profile()
    assert (profile.method, profile.approval_days, profile.reserve_percent) == ("transfer", 3, Decimal(10))
    assert (profile.plan_code, profile.region, profile.bank_country) == ("", "ru", "ru")


def test_the_reported_plan_is_kept_and_a_change_is_noticed(portal):
    assert not note_license("ru_std", AT)
    assert not note_license("ru_std", AT + timedelta(days=1))
    assert note_license("ru_pro100", AT + timedelta(days=2))
    profile = get_profile()
    assert (profile.plan_code, profile.license_previous) == ("pro100", "ru_std")
    assert profile.license_changed_at == AT + timedelta(days=2)


def test_a_box_says_so_in_its_code(portal):
    note_license("kz_selfhosted", AT)
    profile = get_profile()
    assert (profile.edition, profile.bank_country) == ("on_premise", "kz")


def test_a_plan_named_by_a_person_wins_over_the_report(portal):
    note_license("ru_company", AT)
    assert current_plan() is None
    assert change_profile(by=MARINA, at=AT, plan_named="std").plan_code == "std"
    assert current_plan().title == "Standard"


def test_a_plan_named_by_a_person_ends_when_the_portal_reports_another_known_one(portal):
    note_license("ru_company", AT)
    change_profile(by=MARINA, at=AT, plan_named="std")
    assert note_license("ru_nfr", AT + timedelta(days=1))
    assert get_profile().plan_code == "std"
    assert note_license("ru_basic", AT + timedelta(days=2))
    assert get_profile().plan_code == "basic"


def test_remembers_who_changed_the_starting_points(portal):
    profile = change_profile(by=MARINA, at=AT, transfer_days=5, country="by", average_order=Decimal(4350))
    assert (profile.transfer_days, profile.bank_country, profile.said_by) == (5, "by", "Марина Ковалёва")


def test_a_neighbour_without_a_calendar_is_counted_by_the_russian_one():
    assert RenewalProfile(license_code="uz_std").bank_country == "ru"
    assert RenewalProfile(license_code="uz_std").region == "uz"


@pytest.mark.parametrize(
    ("code", "abroad"),
    [("de_std", True), ("en_std", True), ("kz_std", False), ("ru_std", False), ("", False)],
)
def test_whether_a_portal_is_abroad_is_known_from_its_licence(code, abroad):
    profile = RenewalProfile(license_code=code)
    assert profile.is_abroad is abroad
    assert bool(offered_countries(profile)) is not abroad
    assert offered_countries(replace(profile, country="kz")) == (
        ("kz",) if abroad else offered_countries(profile)
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("route", "pigeon"),
        ("method", "barter"),
        ("country", "fr"),
        ("approval_days", 90),
        ("reserve_percent", Decimal(101)),
        ("license_code", "ru_std"),
        ("plan_named", "gold"),
    ],
)
def test_says_which_starting_point_cannot_be_used(portal, field, value):
    with pytest.raises(BadInput) as refusal:
        change_profile(by=MARINA, at=AT, **{field: value})
    assert refusal.value.field == field


def test_each_portal_has_its_own_profile(portal, other):
    note_license("ru_std", AT)
    with portal_scope(other.id):
        assert get_profile() == RenewalProfile()


def test_the_plan_that_an_opening_brought_is_known_before_any_run(portal):
    portal.plan_code = "kz_pro100"
    assert (current_plan().code, get_profile().region) == ("pro100", "kz")
    assert not note_license("kz_pro100", AT)


def test_a_plan_that_a_person_named_counts_for_answers_that_are_not_kept_yet_too(portal):
    assert current_plan("ru_basic").code == "basic"
    change_profile(by=MARINA, at=AT, plan_named="std")
    assert current_plan("ru_basic").code == "std"
