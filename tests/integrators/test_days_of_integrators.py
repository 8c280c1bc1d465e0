"""A day that an integrator writes into a client's terms: told by him, neither confirmed nor a renewal, and the rest of a term is no day."""

from datetime import timedelta

import pytest

from b24app.database import db, portal_scope
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.term import Term
from b24app.terms.term_words import HEADS
from tests.actors import Actor
from tests.integrators.looking import MARINA, Looking, looks_after

pytestmark = pytest.mark.dialect


@pytest.fixture
def looking(south: Actor, first_checks: Actor) -> Looking:
    """An integrator in the portal of a client who has confirmed the end of the plan."""
    looking = looks_after(south, first_checks)
    with portal_scope(first_checks.portal_id):
        now = services().clock.now()
        set_paid_term("plan", now.date() + timedelta(days=40), by=MARINA, at=now)
        db.session.commit()
    return looking


def plan(looking: Looking) -> Term:
    db.session.expire_all()
    with portal_scope(looking.client.portal_id):
        found = find_paid_term("plan")
    assert found is not None
    assert found.ends_on is not None
    return found


def test_a_later_day_is_told_and_means_no_renewal(looking: Looking) -> None:
    before = plan(looking)
    later = before.ends_on + timedelta(days=365)  # type: ignore[operator]
    looking.opens()
    answer = looking.post(f"/money/terms/{before.id}", ends_on=later.isoformat())
    assert answer.status_code == 200, answer.text
    after = plan(looking)
    assert (after.ends_on, after.only_from_integrator, after.renewed_on) == (later, True, None)


def test_who_changes_the_rest_leaves_the_day_to_who_has_said_it(looking: Looking) -> None:
    before = plan(looking)
    looking.opens()
    answer = looking.post(f"/money/terms/{before.id}", ends_on=before.ends_on.isoformat(), note="счёт")  # type: ignore[union-attr]
    assert answer.status_code == 200, answer.text
    after = plan(looking)
    assert (after.note, after.confirmed_by, after.only_from_integrator) == ("счёт", "Марина Ковалёва", False)


def test_a_day_of_a_table_and_of_an_answer_is_told_too(looking: Looking) -> None:
    before = plan(looking)
    later = before.ends_on + timedelta(days=365)  # type: ignore[operator]
    looking.opens()
    table = f"{HEADS['kind']};{HEADS['ends_on']}\nplan;{later.isoformat()}\n"
    answer = looking.post("/money/terms/exchange/apply", table=table)
    assert answer.status_code == 200, answer.text
    after = plan(looking)
    assert (after.ends_on, after.only_from_integrator, after.renewed_on) == (later, True, None)
    asked = looking.post(
        "/shop/question/ask_marketplace", outcome="yes", value=later.isoformat(), sure_value=later.isoformat()
    )
    assert asked.status_code == 200, asked.text
    with portal_scope(looking.client.portal_id):
        subscription = find_paid_term("marketplace")
    assert subscription is not None
    assert (subscription.ends_on, subscription.only_from_integrator) == (later, True)
