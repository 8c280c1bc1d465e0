"""Hints of the portal about dates: offered, or agreeing; never a fact by themselves."""

from datetime import date

import pytest

from b24app.errors import NotFound
from b24app.terms.date_suggestions import (
    Suggestion,
    accept_suggestion,
    dismiss_suggestion,
    keep_suggestions,
    list_suggestions,
    suggest_from_app,
)
from b24app.terms.paid_terms import find_paid_term, list_paid_terms, set_paid_term
from tests.terms.conftest import AT, MARINA

TODAY = date(2026, 11, 30)
HINT = Suggestion("marketplace", date(2026, 12, 28), "app.info")


@pytest.mark.parametrize(
    ("answer", "kind", "ends_on"),
    [
        ({"STATUS": "S", "DAYS": 28}, "marketplace", date(2026, 12, 28)),
        ({"STATUS": "S", "DAYS": "-2"}, "marketplace", date(2026, 11, 28)),
        ({"STATUS": "T", "DAYS": "3"}, "application", date(2026, 12, 3)),
    ],
)
def test_days_speak_of_the_subscription_or_of_the_application(answer, kind, ends_on):
    assert suggest_from_app(answer, TODAY) == (Suggestion(kind, ends_on, "app.info"),)


@pytest.mark.parametrize(
    "answer",
    [
        {"STATUS": "L", "DAYS": None},
        {"STATUS": "F", "DAYS": 5},
        {"STATUS": "S", "DAYS": "soon"},
        {},
        {"DAYS": 99999},
    ],
)
def test_what_the_portal_does_not_say_is_no_date(answer):
    assert suggest_from_app(answer, TODAY) == ()


def test_a_hint_changes_nothing_until_a_person_takes_it(portal):
    assert keep_suggestions((HINT,), AT) == 1
    assert list_paid_terms() == ()
    term = accept_suggestion(list_suggestions()[0].id, by=MARINA, at=AT)
    assert (term.ends_on, term.source, term.said_by) == (HINT.ends_on, "portal", "Марина Ковалёва")
    assert list_suggestions() == ()


def test_the_same_hint_again_is_not_new_and_stays_dismissed(portal):
    keep_suggestions((HINT,), AT)
    dismiss_suggestion(list_suggestions()[0].id)
    assert keep_suggestions((HINT,), AT) == 0
    assert list_suggestions() == ()


def test_another_date_from_the_same_source_asks_again(portal):
    keep_suggestions((HINT,), AT)
    dismiss_suggestion(list_suggestions()[0].id)
    assert keep_suggestions((Suggestion("marketplace", date(2027, 12, 28), "app.info"),), AT) == 1


def test_a_hint_that_agrees_confirms_the_date(portal):
    set_paid_term("marketplace", HINT.ends_on, by=MARINA, at=AT, source="document")
    assert keep_suggestions((Suggestion("marketplace", date(2026, 12, 29), "app.info"),), AT) == 0
    assert find_paid_term("marketplace").confirmed_by == "app.info"
    assert find_paid_term("marketplace").ends_on == HINT.ends_on


def test_a_hint_that_disagrees_waits_for_a_person(portal):
    set_paid_term("marketplace", date(2026, 6, 1), by=MARINA, at=AT)
    keep_suggestions((HINT,), AT)
    assert list_suggestions()[0].ends_on == HINT.ends_on
    assert accept_suggestion(list_suggestions()[0].id, by=MARINA, at=AT).ends_on == HINT.ends_on


def test_the_applications_own_period_never_touches_other_applications(portal):
    keep_suggestions((Suggestion("application", date(2026, 12, 3), "app.info"),), AT)
    assert accept_suggestion(list_suggestions()[0].id, by=MARINA, at=AT).title == "Продление без простоя"


def test_there_is_no_hint_of_that_number(portal):
    with pytest.raises(NotFound):
        accept_suggestion(4711, by=MARINA, at=AT)
