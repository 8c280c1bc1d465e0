"""A renewal that was bought: after the old end the new date is asked for, and nobody says that nothing was renewed."""

from datetime import date, datetime, timedelta

import pytest

from b24app.checklist.engine.checklist_view import checklist_view
from b24app.errors import PlanLapsed
from b24app.pages.renewal.renewal_view import renewal_view
from b24app.portals.availability import note_answer, note_refusal
from b24app.reminders.portal_schedule import plan_timeline
from b24app.renewal.recovery import PortalRefusal, losses_of, recovery
from b24app.terms.paid_terms import find_paid_term, mark_pending
from b24app.terms.policy import State
from b24app.terms.stored_terms import timeline_view
from tests.renewal.conftest import END, TODAY
from tests.terms.conftest import AT, MARINA


def at(day: date) -> datetime:
    return datetime.combine(day, AT.timetz())


@pytest.fixture
def bought(shop) -> None:
    mark_pending(find_paid_term("plan").id, TODAY, by=MARINA, at=AT)


@pytest.mark.parametrize("after", [1, 14, 15, 40])
def test_after_the_old_end_the_new_date_is_asked_for(bought, after):
    day = END + timedelta(days=after)
    found = renewal_view(at(day), day, checklist_view())
    assert found.situation.state is State.RENEWED_PENDING
    assert found.answer.answer.message == "The renewal was bought. Until when is it paid now?"
    assert (found.step.code, found.step.action) == ("new_date", "open_my_plan")


def test_before_the_old_end_it_only_waits(bought):
    found = renewal_view(at(TODAY), TODAY, checklist_view())
    assert (found.answer.word.message, found.step.code) == ("Paid", "activate")


def test_a_portal_that_fell_to_the_free_plan_was_not_renewed(bought):
    day = END + timedelta(days=16)
    note_refusal(PlanLapsed("ACCESS_DENIED", "REST is available only on commercial plans"), at(day))
    assert renewal_view(at(day), day, checklist_view()).situation.state is State.LAPSED


def test_nobody_is_told_that_it_was_not_renewed(bought):
    day = END + timedelta(days=16)
    planned = plan_timeline(timeline_view(at(day), day), at(day), day)
    codes = {item.code for item in planned if f":{END}:" in item.key and item.days_left < 0}
    assert codes == {"new_date"}


def test_without_a_purchase_it_is_told(shop):
    day = END + timedelta(days=16)
    planned = plan_timeline(timeline_view(at(day), day), at(day), day)
    assert "lapsed" in {item.code for item in planned}
    assert "new_date" not in {item.code for item in planned}


def test_the_order_of_the_recovery_begins_with_the_date(bought):
    day = END + timedelta(days=16)
    note_answer(at(day))
    s = renewal_view(at(day), day, checklist_view()).situation
    steps = [step.code for step in recovery(s, PortalRefusal())]
    assert steps[0] == "new_end"
    assert "pay" not in steps
    assert all(line.left > 0 for line in losses_of(s))
