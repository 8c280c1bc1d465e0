"""What happened at a client becomes an event once, by what is stored; what is not given makes none."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.runs import end_run, latest_run, start_run, store_verdicts
from b24app.checklist.engine.verdict import Level, Verdict, sentence
from b24app.checklist.model import RunState
from b24app.database import current_portal_id, db, every_portal, portal_scope
from b24app.integrators.consents import change_rights, resume
from b24app.integrators.model import ConsentAudit
from b24app.integrators.rights import Right
from b24app.integrators.webhooks import event_kinds as kinds
from b24app.integrators.webhooks import event_watch
from b24app.integrators.webhooks.client_marks import look_at_marks
from b24app.integrators.webhooks.model import WebhookClient, WebhookEvent
from b24app.renewal.case_changes import mark_stage, open_case
from b24app.services import services
from b24app.terms.paid_terms import confirm_paid_term, find_paid_term, set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor
from tests.integrators.boards import ANNA, add_client, consent
from tests.integrators.webhooks import EVERY, Hooked, hook

ENDS, LATER = date(2026, 12, 23), date(2027, 1, 15)


@pytest.fixture
def hooked(first_checks: Actor, north: Actor, south: Actor) -> Hooked:
    return hook(south, north)


def test_the_first_look_tells_nothing(hooked: Hooked):
    assert hooked.works() == []


def test_a_term_that_changed_is_told_with_its_record(hooked: Hooked):
    hooked.sets(LATER)
    assert kinds.TERM_CHANGED in hooked.works()
    told = next(one for one in hooked.receiver.told if one["type"] == kinds.TERM_CHANGED)
    assert (told["data"]["ends_on"], told["data"]["portal"], told["data"]["kind"]) == (
        LATER.isoformat(),
        hooked.code,
        "plan",
    )
    assert hooked.works() == []


def test_a_confirmed_term_is_told(hooked: Hooked, world: World):
    hooked.sets(LATER)
    hooked.works()
    world.clock.advance(minutes=5)
    with portal_scope(hooked.client.portal_id):
        term = find_paid_term("plan")
        assert term is not None
        confirm_paid_term(term.id, by=Author(1, "Marina"), at=services().clock.now())
        db.session.commit()
    assert kinds.TERM_CONFIRMED in hooked.works()


def test_a_run_is_told_when_it_has_ended(hooked: Hooked, run_jobs):
    with portal_scope(hooked.client.portal_id):
        run_id = start_run(at=services().clock.now())
        db.session.commit()
    assert kinds.RUN_FINISHED not in hooked.works()
    run_jobs()
    assert kinds.RUN_FINISHED in hooked.works()
    told = next(one for one in hooked.receiver.told if one["type"] == kinds.RUN_FINISHED)
    assert told["data"] == {"portal": hooked.code, "id": run_id, "state": RunState.DONE}


def judged(client: Actor, code: str, level: Level) -> None:
    """The newest run says this of a check, as a repeated check would have left it."""
    with portal_scope(client.portal_id):
        run = latest_run(finished=True)
        assert run is not None
        store_verdicts(run.id, {code: Verdict(level, sentence("x"))})
        db.session.commit()


CHECK = "pay_system_for_orders"


def test_what_broke_and_what_is_in_order_again_are_told_once(hooked: Hooked):
    judged(hooked.client, CHECK, Level.PASS)
    hooked.works()
    judged(hooked.client, CHECK, Level.FAIL)
    assert hooked.works() == [kinds.FINDING_OPENED]
    assert hooked.receiver.told[-1]["data"]["check"] == CHECK
    assert hooked.receiver.told[-1]["data"]["level"] == "fail"
    assert hooked.works() == []
    judged(hooked.client, CHECK, Level.PASS)
    assert hooked.works() == [kinds.FINDING_CLOSED]
    assert hooked.receiver.told[-1]["data"]["level"] == "pass"


def test_what_nobody_knows_is_not_in_order(hooked: Hooked):
    judged(hooked.client, CHECK, Level.FAIL)
    hooked.works()
    judged(hooked.client, CHECK, Level.UNKNOWN)
    assert hooked.works() == []
    judged(hooked.client, CHECK, Level.FAIL)
    assert hooked.works() == []
    judged(hooked.client, CHECK, Level.PASS)
    assert hooked.works() == [kinds.FINDING_CLOSED]


def test_a_stage_of_a_renewal_is_told(hooked: Hooked):
    hooked.sets(ENDS)
    hooked.works()
    with portal_scope(hooked.client.portal_id):
        term = find_paid_term("plan")
        assert term is not None
        case = open_case(term, services().clock.now())
        mark_stage(case.id, "invoice_requested", by=ANNA, at=services().clock.now())
        db.session.commit()
    assert kinds.CASE_STAGE in hooked.works()
    told = [one for one in hooked.receiver.told if one["type"] == kinds.CASE_STAGE][-1]
    assert told["data"]["stage"] == "invoice_requested"


def test_an_access_that_ended_is_told_with_its_id_alone(hooked: Hooked, north: Actor):
    hooked.ends()
    assert hooked.works() == [kinds.CONSENT_ENDED]
    assert hooked.receiver.told[-1]["data"] == {
        "portal": hooked.code,
        "lives": False,
        "rights": [],
        "ends_on": None,
    }
    assert north.host.encode() not in hooked.receiver.heard[-1].body
    with every_portal():
        assert db.session.scalars(select(WebhookClient)).all() == []


def test_an_access_whose_time_is_over_is_told(hooked: Hooked, world: World):
    world.clock.advance(days=400)
    assert hooked.works() == [kinds.CONSENT_ENDED]


def test_an_end_that_was_taken_back_is_told_as_a_new_access(hooked: Hooked):
    hooked.ends()
    hooked.works()
    with portal_scope(hooked.client.portal_id):
        resume(hooked.code, by=ANNA, at=services().clock.now())
        db.session.commit()
    assert hooked.works() == [kinds.CONSENT_GRANTED]


def test_a_narrowed_access_is_told_and_nothing_of_the_rest(hooked: Hooked):
    with portal_scope(hooked.client.portal_id):
        change_rights(hooked.code, frozenset({Right.TERMS}), by=ANNA, at=services().clock.now())
        db.session.commit()
    judged(hooked.client, CHECK, Level.FAIL)
    assert hooked.works() == [kinds.CONSENT_CHANGED]
    assert hooked.receiver.told[-1]["data"]["rights"] == ["see_terms"]


def test_what_is_given_anew_begins_without_events_of_the_past(
    first_checks: Actor, north: Actor, south: Actor
):
    hooked = hook(south, north, frozenset({Right.TERMS}))
    judged(north, CHECK, Level.FAIL)
    assert hooked.works() == []
    with portal_scope(north.portal_id):
        change_rights(hooked.code, EVERY, by=ANNA, at=services().clock.now(), own=True)
        db.session.commit()
    assert hooked.works() == [kinds.CONSENT_CHANGED]
    judged(north, CHECK, Level.PASS)
    assert hooked.works() == [kinds.FINDING_CLOSED]


def test_a_new_client_is_told_and_an_old_one_is_not(
    first_checks: Actor, north: Actor, south: Actor, world: World
):
    hooked = hook(south, north)
    assert hooked.works() == []
    world.clock.advance(minutes=1)
    again = consent(north.portal_id, south.portal_id)
    assert sorted(hooked.works()) == [kinds.CONSENT_ENDED, kinds.CONSENT_GRANTED]
    assert again.code in {one["data"]["portal"] for one in hooked.receiver.told}


def test_an_address_is_told_of_what_it_chose(hooked: Hooked):
    hooked.adds((kinds.CONSENT_ENDED,))
    hooked.sets(LATER)
    hooked.looks()
    hooked.sends()
    assert hooked.receiver.heard == []


def test_a_look_that_was_killed_is_done_again_and_doubles_nothing(hooked: Hooked):
    hooked.sets(LATER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_watch, "_tell_access", killed)
        with pytest.raises(Killed):
            event_watch.watch_clients(hooked.own.portal_id)
        db.session.rollback()
    hooked.looks()
    hooked.looks()
    with every_portal():
        found = db.session.scalars(select(WebhookEvent).where(WebhookEvent.kind == kinds.TERM_CHANGED)).all()
    assert len(found) == 1


class Killed(BaseException):
    """The process ends here."""


def killed(*_: object) -> None:
    raise Killed


def test_a_client_that_fails_keeps_no_other_from_it(hooked: Hooked, app: Flask):
    other = add_client(app, 5, hooked.own.portal_id)
    hooked.works()
    hooked.sets(LATER)
    with portal_scope(other):
        set_paid_term("plan", LATER, by=ANNA, at=services().clock.now())
        db.session.commit()
    broken = min(other, hooked.client.portal_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_watch, "look_at_marks", failing_in(broken))
        told = hooked.works()
    assert told.count(kinds.TERM_CHANGED) == 1
    assert hooked.works().count(kinds.TERM_CHANGED) == 1


def failing_in(portal_id: int):
    """The look at one client meets a row that cannot be read."""

    def look(*args):
        if current_portal_id() == portal_id:
            raise RuntimeError("unreadable")
        return look_at_marks(*args)

    return look


def test_the_first_run_breaks_nothing(first_checks: Actor, north: Actor, south: Actor, app: Flask):
    hooked = hook(south, north)
    other = add_client(app, 5, south.portal_id)
    hooked.works()
    with portal_scope(other):
        run_id = start_run(at=services().clock.now())
        store_verdicts(run_id, {CHECK: Verdict(Level.FAIL, sentence("x"))})
        end_run(run_id, RunState.DONE)
        db.session.commit()
    assert hooked.works() == [kinds.RUN_FINISHED]


def test_each_message_stands_in_the_clients_journal(hooked: Hooked):
    hooked.sets(LATER)
    hooked.works()
    with portal_scope(hooked.client.portal_id):
        lines = db.session.scalars(select(ConsentAudit).where(ConsentAudit.detail == "/webhooks")).all()
    assert {(line.person, line.refused) for line in lines} == {
        (f"{hooked.own.portal.admin.full_name}, webhook", False)
    }


def test_nothing_of_a_client_lies_in_the_rows(hooked: Hooked, north: Actor):
    hooked.sets(LATER)
    hooked.looks()
    with every_portal():
        events = db.session.scalars(select(WebhookEvent)).all()
        seen = db.session.scalars(select(WebhookClient)).one()
    assert {one.kind for one in events} >= {kinds.TERM_CHANGED}
    assert all(one.subject.isdecimal() or one.subject in load_checks() for one in events)
    assert all(len(mark) == 16 for mark in seen.marks)
