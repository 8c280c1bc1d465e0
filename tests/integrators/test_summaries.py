"""Summaries of clients: what they hold, when they are made anew, and that no portal holds another."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update

from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.engine.runs import start_run
from b24app.checklist.engine.stored_facts import load_verdict
from b24app.checklist.engine.verdict import Level
from b24app.database import db, every_portal, portal_scope
from b24app.integrators.consents import end_by_client, list_consents
from b24app.integrators.model import ClientSummary
from b24app.integrators.summaries import remake, remake_changed, stale_portals
from b24app.portals.model import Portal
from b24app.renewal.case_changes import mark_stage, open_case
from b24app.renewal.model import Case
from b24app.renewal.renewal_stages import Stage
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, consent, declare
from tests.statements import statements

RunJobs = Callable[[], int]


@pytest.fixture
def client(first_checks: Actor, south: Actor) -> Actor:
    """A client whose first checks are done, looked after by the other portal."""
    declare(south)
    consent(first_checks.portal_id, south.portal_id)
    return first_checks


def summary(actor: Actor) -> ClientSummary | None:
    db.session.expire_all()
    with portal_scope(actor.portal_id):
        return db.session.scalar(select(ClientSummary))


def write_end(actor: Actor, day: date) -> None:
    with portal_scope(actor.portal_id):
        set_paid_term("plan", day, by=ANNA, at=services().clock.now())
        db.session.commit()


def reach(actor: Actor, stage: Stage) -> None:
    now = services().clock.now()
    with portal_scope(actor.portal_id):
        term = find_paid_term("plan")
        assert term is not None
        mark_stage(open_case(term, now).id, stage, by=ANNA, at=now, on=now.date())
        db.session.commit()


def version(actor: Actor) -> str | None:
    db.session.expire_all()
    return db.session.scalar(select(Portal.state_version).where(Portal.id == actor.portal_id))


def test_without_an_end_the_date_is_asked_for_and_nothing_is_made_up(client: Actor) -> None:
    remake_changed()
    row = summary(client)
    assert row is not None
    assert (row.ends_on, row.pay_by, row.stage, row.date_state) == (None, None, "", "unknown")
    assert (row.act_reason, row.act_step) == ("date", "confirm_date")
    assert row.act_on is not None
    assert row.act_on.isoweekday() <= 5
    assert (row.copied_at, row.copy_verified, row.name) == (None, None, client.host)


def test_it_says_what_the_pages_of_the_client_say(client: Actor) -> None:
    write_end(client, date(2026, 12, 23))
    remake_changed()
    row = summary(client)
    with portal_scope(client.portal_id):
        view = checklist_view()
    assert row is not None
    assert row.blockers == view.numbers.blockers
    assert row.blocking == [one.code for one in view.of(CountedPlace.BLOCKING)][:10]
    assert (row.ends_on, row.said_by, row.date_state) == (date(2026, 12, 23), "Анна Орлова", "confirmed")
    assert row.pay_by is not None
    assert row.pay_by < row.ends_on
    assert row.act_reason == "pay"
    assert len(row.steps.split()) == 5
    assert (row.access, row.broke_count) == ("alive", None)  # nothing to compare with yet
    assert row.swept_at is not None


def test_money_on_its_way_is_what_is_paid_and_not_switched_on(client: Actor) -> None:
    write_end(client, date(2026, 12, 23))
    for stage, money in ((Stage.INVOICE_RECEIVED, "invoice"), (Stage.PAID, "paid")):
        reach(client, stage)
        remake_changed()
        assert summary(client).money == money
    assert summary(client).act_reason == "finish"


def test_it_is_made_anew_when_the_state_or_the_day_is_another_one(client: Actor, world: World) -> None:
    assert remake_changed() == 1
    assert remake_changed() == 0
    write_end(client, date(2026, 12, 23))
    assert remake_changed() == 1
    world.clock.advance(days=1)
    assert stale_portals(services().clock.now()) == [client.portal_id]
    remake_changed()
    assert summary(client).day == services().clock.now().date()


def test_a_clock_that_was_set_back_makes_it_anew(client: Actor, world: World) -> None:
    world.clock.advance(days=3)
    remake_changed()
    world.clock.advance(days=-3)
    assert remake_changed() == 1


def test_writing_it_renews_no_state_and_nothing_of_before_stays(client: Actor) -> None:
    write_end(client, date(2026, 12, 23))
    remake_changed()
    before = version(client)
    with portal_scope(client.portal_id):
        db.session.execute(update(ClientSummary).values(version="old", money="paid"))
        db.session.commit()
    assert remake_changed() == 1
    after, row = version(client), summary(client)
    assert after == before == row.version
    assert row.money == ""


def test_the_waiting_ones_are_found_by_one_statement(client: Actor) -> None:
    with statements() as asked:
        stale_portals(services().clock.now())
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_a_portal_that_fails_holds_no_other(client: Actor, south: Actor, visitor, world: World) -> None:
    other = Actor(visitor, world.add_portal("other.bitrix24.example")).installs()
    consent(other.portal_id, south.portal_id)
    db.session.execute(update(Portal).where(Portal.id == client.portal_id).values(time_zone="no/zone"))
    db.session.commit()
    with every_portal():
        db.session.execute(delete(ClientSummary))
        db.session.commit()
    assert remake_changed() >= 1
    assert summary(other) is not None


def test_no_portal_is_asked_and_nobody_without_consent_is_made(
    client: Actor, south: Actor, world: World, run_jobs: RunJobs
) -> None:
    run_jobs()
    world.requests.clear()
    remake_changed()
    assert not world.requests
    assert summary(south) is None
    with portal_scope(client.portal_id):
        end_by_client(list_consents()[0].code, by=ANNA, at=services().clock.now())
        db.session.commit()
    assert stale_portals(services().clock.now()) == []


def test_one_client_can_be_made_right_away(client: Actor) -> None:
    assert remake(client.portal_id) == version(client)
    db.session.commit()
    assert stale_portals(services().clock.now()) == []


def test_what_broke_since_last_week_is_named(client: Actor, loss: Opened) -> None:
    remake_changed()
    row = summary(client)
    assert row.broke_count is not None
    assert 0 < len(row.broke) <= row.broke_count <= row.blockers
    assert all(load_verdict(one).level is Level.FAIL for one in row.broke)


def test_a_second_look_is_compared_with_the_first(client: Actor, world: World, run_jobs: RunJobs) -> None:
    with portal_scope(client.portal_id):
        start_run(at=services().clock.now(), by=ANNA)
        db.session.commit()
    run_jobs()
    remake_changed()
    assert summary(client).broke_count == 0


def test_the_sum_says_where_it_comes_from(client: Actor) -> None:
    write_end(client, date(2026, 12, 23))
    with portal_scope(client.portal_id):
        term = find_paid_term("plan")
        assert term is not None
        open_case(term, services().clock.now())
        db.session.commit()
        db.session.execute(update(Case).values(amount=Decimal(83880), currency="RUB"))
        db.session.commit()
    remake(client.portal_id)
    row = summary(client)
    assert (row.amount, row.estimate, row.amount_from) == (Decimal(83880), False, "invoice")
    with portal_scope(client.portal_id):
        db.session.execute(update(Case).values(amount=None))
        db.session.commit()
    remake(client.portal_id)
    row = summary(client)
    assert (row.estimate, row.amount_from) in {(True, "list"), (False, "")}
