"""An administrator corrects limits, prices and rules, with a reason; the sources stay beside."""

import pytest

from b24app.database import portal_scope
from b24app.errors import BadInput, NotFound
from b24app.terms.corrections import (
    correct_fact,
    corrected_plans,
    corrected_policy,
    list_corrections,
    withdraw_correction,
)
from b24app.terms.profile import RenewalProfile, get_profile
from tests.terms.conftest import AT, MARINA


def correct(subject="std", code="price", value="6 990", reason="счёт прошлого года"):
    return correct_fact(subject, code, value, reason=reason, by=MARINA, at=AT)


def test_a_corrected_price_is_used_and_says_who_and_why(portal):
    correct()
    used = corrected_plans(get_profile()).find("std").fact("price").used
    assert (used.number, used.grade, used.note) == (6990, "H", "Марина Ковалёва: счёт прошлого года")
    assert used.checked == AT.date()


def test_the_newest_correction_wins_and_the_older_stays_as_history(portal):
    correct(value="6500")
    correct(value="6990,50")
    assert [str(item.claim.value) for item in list_corrections()] == ["6500", "6990.50"]
    assert str(corrected_plans(get_profile()).find("std").fact("price").used.value) == "6990.50"


def test_a_withdrawn_correction_gives_way_to_the_sources(portal):
    portal.plan_code = "ru_std"
    withdraw_correction(correct().id, AT)
    assert corrected_plans(get_profile()).find("std").fact("price").number == 3990
    assert len(list_corrections(with_withdrawn=True)) == 1


def test_a_corrected_rule_drives(portal):
    correct("policy:cloud", "grace_days", "10", "ответ поддержки")
    assert corrected_policy("plan", RenewalProfile()).days("grace_days") == 10
    assert corrected_policy("site", RenewalProfile()).days("grace_days") == 0


def test_a_function_is_corrected_with_yes_and_no(portal):
    correct("basic", "bi_builder", "yes")
    assert corrected_plans(get_profile()).find("basic").has("bi_builder") is True


def test_corrections_of_one_portal_do_not_reach_another(portal, other):
    number, other.plan_code = correct().id, "ru_std"
    with portal_scope(other.id):
        assert corrected_plans(get_profile()).find("std").fact("price").number == 3990
        with pytest.raises(NotFound):
            withdraw_correction(number, AT)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("code", {"subject": "spaceship"}),
        ("code", {"code": "charm"}),
        ("code", {"subject": "policy:cloud", "code": "price"}),
        ("reason", {"reason": " "}),
        ("value", {"value": "много"}),
        ("value", {"value": "-1"}),
        ("value", {"code": "users", "value": "1.5"}),
        ("value", {"value": "NaN"}),
        ("value", {"code": "robots", "value": "maybe"}),
    ],
)
def test_says_what_cannot_be_used(portal, field, words):
    with pytest.raises(BadInput) as refusal:
        correct(**words)
    assert refusal.value.field == field
