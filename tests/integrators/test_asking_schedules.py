"""A schedule of questions: the client is asked when its confirmation is old enough, in whose seat it was set, while the consent lives."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.audit import list_lines
from b24app.integrators.bulk.asking_schedules import ask_by_schedule, read_days
from b24app.integrators.bulk.model import AskingSchedule, BulkStep, DateRequest
from b24app.integrators.consents import change_rights, end_by_client, list_consents
from b24app.integrators.members import set_member
from b24app.integrators.model import StepState
from b24app.integrators.rights import MemberRole, Right
from b24app.services import services
from b24app.terms.paid_terms import confirm_paid_term, find_paid_term, set_paid_term
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, add_client, consent, declare, keep_summary

pytestmark = pytest.mark.dialect
RunJobs = Callable[[], int]


@pytest.fixture
def home(first_checks: Actor, south: Actor) -> Actor:
    """An integrator whose client has confirmed its date today."""
    declare(south)
    consent(first_checks.portal_id, south.portal_id)
    keep_summary(first_checks.portal_id, name="Север")
    with portal_scope(first_checks.portal_id):
        end = services().clock.now().date() + timedelta(days=300)
        set_paid_term("plan", end, by=ANNA, at=services().clock.now())
        db.session.commit()
    return south


@pytest.fixture
def board(home: Actor) -> Opened:
    return home.opens()


def code_of(client_id: int) -> str:
    with portal_scope(client_id):
        return list_consents()[0].code


def schedules(board: Opened, client: Actor, run_jobs: RunJobs, days: str = "90") -> None:
    code = code_of(client.portal_id)
    assert board.post("/clients/bulk", kind="schedule", value=days, code=code).status_code == 200
    run_jobs()


def days_of(home: Actor, client: Actor) -> int:
    db.session.expire_all()
    with portal_scope(home.portal_id):
        return read_days(client.portal_id)


def asked(client: Actor) -> list[str]:
    db.session.expire_all()
    with portal_scope(client.portal_id):
        return [str(row.state) for row in db.session.scalars(select(DateRequest).order_by(DateRequest.id))]


def test_a_client_is_asked_once_its_confirmation_is_old_enough(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs, world: World
) -> None:
    schedules(board, first_checks, run_jobs)
    assert days_of(home, first_checks) == 90
    ask_by_schedule()
    assert asked(first_checks) == []
    world.clock.advance(days=89)
    assert (ask_by_schedule(), asked(first_checks)) == (0, [])
    world.clock.advance(days=1, minutes=1)
    assert (ask_by_schedule(), asked(first_checks)) == (1, ["open"])
    assert (ask_by_schedule(), asked(first_checks)) == (0, ["open"])
    with portal_scope(first_checks.portal_id):
        term = find_paid_term("plan")
        assert term is not None
        confirm_paid_term(term.id, by=ANNA, at=services().clock.now() + timedelta(seconds=1))
        db.session.commit()
    world.clock.advance(days=91)
    ask_by_schedule()
    assert asked(first_checks) == ["elsewhere", "open"]


def test_a_clock_that_ran_ahead_once_keeps_nobody_from_being_asked(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs, world: World
) -> None:
    schedules(board, first_checks, run_jobs, "30")
    ask_by_schedule()
    world.clock.advance(days=200)
    ask_by_schedule()
    world.clock.advance(days=-200)
    with portal_scope(first_checks.portal_id):
        db.session.execute(delete(DateRequest))
        db.session.commit()
    world.clock.advance(days=31)
    ask_by_schedule()
    assert asked(first_checks) == ["open"]


def test_the_client_sees_how_often_it_is_asked(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    schedules(board, first_checks, run_jobs, "180")
    text = first_checks.opens().get("/settings/integrator").text
    assert "Просит подтвердить дату окончания: раз в полгода" in text
    assert "задано, как часто вас спрашивают о дате" in text


def test_a_schedule_is_counted_before_set_changed_and_taken_off(
    app: Flask, home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    add_client(app, 1, home.portal_id, frozenset({Right.CHECKS}))
    before = board.post("/clients/bulk/before", kind="schedule", all="yes", conditions="view=all").text
    assert "Зададим расписание 1 клиенту" in before
    assert "клиент этого не разрешил" in before
    schedules(board, first_checks, run_jobs)
    schedules(board, first_checks, run_jobs)
    code = code_of(first_checks.portal_id)
    assert board.post("/clients/bulk", kind="schedule", value="17", code=code).status_code == 422
    schedules(board, first_checks, run_jobs, "")
    assert days_of(home, first_checks) == 0
    with portal_scope(first_checks.portal_id):
        assert [one.detail for one in list_lines()].count("/clients/schedule") == 2


def test_a_schedule_is_put_back(home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs) -> None:
    schedules(board, first_checks, run_jobs, "30")
    schedules(board, first_checks, run_jobs, "180")
    board.post("/clients/bulk/2/undo")
    run_jobs()
    assert days_of(home, first_checks) == 30
    board.post("/clients/bulk/1/undo")
    run_jobs()
    assert days_of(home, first_checks) == 0
    with portal_scope(home.portal_id):
        assert set(db.session.scalars(select(BulkStep.state))) == {StepState.RETURNED}


def test_an_ended_consent_takes_the_schedule_with_it(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs, world: World
) -> None:
    schedules(board, first_checks, run_jobs)
    with portal_scope(first_checks.portal_id):
        end_by_client(list_consents()[0].code, by=ANNA, at=services().clock.now())
        db.session.commit()
    world.clock.advance(days=100)
    ask_by_schedule()
    assert (asked(first_checks), days_of(home, first_checks)) == ([], 0)


@pytest.mark.parametrize("what", ["right", "role", "seat"])
def test_who_may_not_ask_any_more_asks_nobody(
    home: Actor, first_checks: Actor, run_jobs: RunJobs, world: World, what: str
) -> None:
    schedules(home.opens(), first_checks, run_jobs)
    now = services().clock.now()
    if what == "right":
        with portal_scope(first_checks.portal_id):
            change_rights(list_consents()[0].code, frozenset({Right.CHECKS}), by=ANNA, at=now)
            db.session.commit()
    else:
        role = MemberRole.ENGINEER if what == "role" else MemberRole.MANAGER
        with portal_scope(home.portal_id):
            set_member(99, "Хозяин", MemberRole.OWNER, by=ANNA, at=now)
            set_member(home.portal.admin.id, "Н. Рябова", role, by=ANNA, at=now)
            db.session.commit()
    world.clock.advance(days=100)
    ask_by_schedule()
    assert (asked(first_checks), days_of(home, first_checks)) == ([], 90)


def test_a_broken_client_holds_no_other(
    app: Flask, home: Actor, first_checks: Actor, run_jobs: RunJobs, world: World
) -> None:
    board = home.opens()
    other = add_client(app, 1, home.portal_id)
    for client_id in (other, first_checks.portal_id):
        board.post("/clients/bulk", kind="schedule", value="30", code=code_of(client_id))
    run_jobs()
    with every_portal():
        rows = {row.client_id: row.next_at for row in db.session.scalars(select(AskingSchedule))}
    assert set(rows) == {other, first_checks.portal_id}
    world.clock.advance(days=31)
    assert ask_by_schedule() == 2
    assert asked(first_checks) == ["open"]


def test_another_integrator_sees_no_schedule(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs, world: World
) -> None:
    schedules(board, first_checks, run_jobs)
    east = declare(Actor(first_checks.client, world.add_portal("east.bitrix24.example")).installs())
    with portal_scope(east.portal_id):
        assert read_days(first_checks.portal_id) == 0
