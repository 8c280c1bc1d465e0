"""A run teaches the licence room: measures of use, the plan's code, hints of dates, the paid-till of telephony."""

from collections.abc import Callable
from datetime import date

import pytest

from b24app.checklist.engine.runs import latest_run, start_run, verdicts_of_run
from b24app.checklist.engine.verdict import Level
from b24app.database import db, portal_scope
from b24app.services import services
from b24app.terms.date_suggestions import list_suggestions
from b24app.terms.paid_terms import list_paid_terms, set_paid_term
from b24app.terms.profile import get_profile
from b24app.terms.term import Author, Term
from b24app.terms.usage_records import list_usage
from tests.actors import Actor
from tests.conftest import DAY_OF_THE_STORY

pytestmark = pytest.mark.usefixtures("first_checks")


@pytest.fixture
def run(north: Actor, run_jobs: Callable[[], int]) -> Callable[[], None]:
    def run() -> None:
        with portal_scope(north.portal_id):
            start_run(at=services().clock.now())
        run_jobs()
        db.session.rollback()

    return run


def telephony(north: Actor) -> list[Term]:
    with portal_scope(north.portal_id):
        return [term for term in list_paid_terms() if term.kind == "telephony"]


def test_a_run_measures_the_use_of_the_plan(north: Actor, run: Callable[[], None]) -> None:
    run()
    with portal_scope(north.portal_id):
        usage, profile = list_usage(), get_profile()
    assert usage["users"][-1].value == 43
    assert {"orders", "deals", "pipelines", "sites", "smart_processes", "business_processes"} <= set(usage)
    assert max(point.value for point in usage["orders"]) >= 600
    assert profile.license_code == "ru_std"


def test_telephony_tells_its_own_end(north: Actor, run: Callable[[], None]) -> None:
    run()
    (term,) = telephony(north)
    assert term.source == "portal"
    run()
    assert len(telephony(north)) == 1


def test_a_run_judges_terms_as_the_portal_has_just_told_them(north: Actor, run: Callable[[], None]) -> None:
    north.portal.extra["sip"]["PAID_DATE_END"] = "01.11.2026"
    run()
    with portal_scope(north.portal_id):
        assert verdicts_of_run(latest_run(finished=True).id)["other_terms_alive"].level is Level.FAIL


def test_a_persons_word_about_telephony_is_not_replaced(north: Actor, run: Callable[[], None]) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("telephony", date(2027, 5, 5), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    run()
    (term,) = telephony(north)
    with portal_scope(north.portal_id):
        assert [hint.kind for hint in list_suggestions()] == ["telephony"]
    assert term.ends_on == date(2027, 5, 5)
