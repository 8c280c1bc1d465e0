"""Marks that are taken back leave nothing of theirs behind, and a press that changed nothing takes nothing of another's away."""

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from b24app.checklist.model import AfterStep
from b24app.database import db, portal_scope
from b24app.renewal.case import CaseView
from b24app.renewal.case_changes import list_cases, why_given_up
from b24app.renewal.renewal_stages import Stage
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.term import Author, Term, TermKind
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

END, NEXT_END = date(2026, 12, 23), date(2027, 12, 23)
RunJobs = Callable[[], int]


@pytest.fixture
def dated(first_checks: Actor, north: Actor, north_admin: Opened) -> Opened:
    """A portal with an end of the plan and a snapshot."""
    with portal_scope(north.portal_id):
        set_paid_term("plan", END, by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    return north_admin


def offered_undo(text: str) -> str:
    """What «Take back» of the newest note posts to; nothing without one."""
    found = re.findall(r'hx-post="([^"]+)"', text.partition("beforeend:#toasts")[2])
    return html.unescape(found[-1]) if found else ""


def cases_of(actor: Actor) -> tuple[CaseView, ...]:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return list_cases()


def plan_of(actor: Actor) -> Term:
    with portal_scope(actor.portal_id):
        found = find_paid_term(TermKind.PLAN)
    assert found is not None
    return found


def repeats_of(actor: Actor) -> int:
    with portal_scope(actor.portal_id):
        return db.session.scalar(select(func.count()).select_from(AfterStep)) or 0


def test_the_activation_is_taken_back_with_its_end_and_its_repeats(dated: Opened, north: Actor) -> None:
    dated.post("/renewal/mark/mark_paid", way="transfer")
    undo = offered_undo(dated.post("/renewal/renewed", ends_on=str(NEXT_END)).text)
    assert undo.startswith("/renewal/unmark/active")
    assert dated.post(undo).status_code == 200
    dated.get("/renewal")
    assert cases_of(north)[0].stage is Stage.ACTIVATION_AWAITED
    assert plan_of(north).ends_on == END
    assert plan_of(north).pending_since == DAY_OF_THE_STORY.date()
    assert repeats_of(north) == 0


def test_an_end_that_was_changed_again_since_is_not_taken_back(dated: Opened, north: Actor) -> None:
    dated.post("/renewal/renewed", ends_on=str(NEXT_END))
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2027, 12, 30), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    refused = dated.post("/renewal/unmark/active")
    assert refused.status_code == 422
    assert "Дату с тех пор меняли" in refused.text.replace("\u00a0", " ")
    assert cases_of(north)[0].stage is Stage.ACTIVE
    assert plan_of(north).ends_on == date(2027, 12, 30)


def test_renewed_pressed_twice_is_compared_once(dated: Opened, north: Actor, world: World) -> None:
    dated.post("/renewal/renewed", ends_on=str(NEXT_END))
    world.clock.advance(seconds=2)
    again = dated.post("/renewal/renewed", ends_on=str(NEXT_END))
    assert repeats_of(north) == 4
    assert not offered_undo(again.text)


def test_a_mark_that_stands_already_offers_no_way_back(dated: Opened, north: Actor, world: World) -> None:
    assert offered_undo(dated.post("/renewal/mark/mark_paid", way="transfer").text)
    world.clock.advance(hours=1)
    again = dated.post("/renewal/mark/mark_paid", way="transfer", note="second")
    assert not offered_undo(again.text)
    assert "Было отмечено раньше" in again.text


def test_a_mark_taken_back_leaves_a_given_up_renewal_given_up(dated: Opened, north: Actor) -> None:
    dated.post("/renewal/give-up", reason="переезжаем")
    undo = offered_undo(dated.post("/renewal/mark/mark_invoice_requested").text)
    assert not cases_of(north)[0].given_up
    assert dated.post(undo).status_code == 200
    case = cases_of(north)[0]
    assert case.given_up
    with portal_scope(north.portal_id):
        reason = why_given_up(case)
    assert reason is not None
    assert reason.changes["reason"][1] == "переезжаем"


def test_a_renewal_that_goes_on_is_not_given_up_by_an_address(dated: Opened, north: Actor) -> None:
    dated.post("/renewal/mark/mark_invoice_requested")
    dated.post("/renewal/unmark/invoice_requested?given_up=yes")
    assert not cases_of(north)[0].given_up


def test_a_renewal_of_last_year_is_not_opened_again_beside_the_present_one(
    dated: Opened, north: Actor, world: World, run_jobs: RunJobs
) -> None:
    dated.post("/renewal/renewed", ends_on=str(NEXT_END))
    run_jobs()
    undo = offered_undo(dated.post("/renewal/mark/mark_verified", note="всё хорошо, закрываем").text)
    world.clock.advance(days=360)
    later = north.opens()
    later.post("/renewal/mark/mark_invoice_requested")
    refused = later.post(undo)
    assert refused.status_code == 422
    assert "Это продление уже позади" in refused.text
    assert [case.ends_on for case in cases_of(north) if case.closed_at is None] == [NEXT_END]
