"""How fresh the data is: said in the bar, looked at anew by a press or by an opening after a day; the page redraws itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from b24app.checklist.engine.freshness import look_after_a_day
from b24app.checklist.engine.runs import end_run, latest_run, run_history, start_run
from b24app.checklist.model import RunState
from b24app.database import db, portal_scope
from b24app.errors import PlanLapsed
from b24app.portals.availability import note_refusal
from b24app.terms.term import Author
from sandbox.portal import Portal
from sandbox.world import World
from tests.actors import Actor, Opened

RunJobs = Callable[[], int]


@pytest.fixture
def checked(first_checks: Actor, north_admin: Opened) -> Opened:
    """The administrator of a portal whose first checks have been run."""
    return north_admin


def kinds(actor: Actor) -> list[str]:
    with portal_scope(actor.portal_id):
        return [run.kind for run in run_history()]


def bar(opened: Opened, path: str = "/renewal") -> str:
    page = opened.get(path).text
    return page.split('id="freshness"', 1)[1].split("</div>", 1)[0]


def test_data_of_today_only_says_when(checked: Opened) -> None:
    assert "Данные: сегодня" in bar(checked)
    assert "hx-post" not in bar(checked)


def test_old_data_has_a_button_beside_it(north: Actor, checked: Opened, world: World) -> None:
    world.clock.advance(days=2)
    with portal_scope(north.portal_id):
        start_run(at=world.clock.now() - timedelta(minutes=30))
        run = latest_run()
        assert run is not None
        end_run(run.id, RunState.UNANSWERED)
        db.session.commit()
    text = north.opens().text.split('id="freshness"', 1)[1].split("</div>", 1)[0]
    assert "Данные от 30" in text
    assert 'hx-post="/freshness"' in text


def test_an_opening_after_a_day_looks_again_once(
    north: Actor, checked: Opened, world: World, run_jobs: RunJobs
) -> None:
    before = len(kinds(north))
    north.opens()
    assert len(kinds(north)) == before
    world.clock.advance(days=2)
    assert "Смотрим портал заново" in north.opens().text
    north.opens()
    assert len(kinds(north)) == before + 1
    assert kinds(north)[0] == "opened"
    run_jobs()
    assert "Данные: сегодня" in north.opens().text
    assert len(kinds(north)) == before + 1


def test_an_employee_starts_nothing(north: Actor, checked: Opened, world: World) -> None:
    before = len(kinds(north))
    world.clock.advance(days=2)
    north.opens(user=north.portal.employee)
    assert len(kinds(north)) == before


def test_a_portal_that_refuses_is_not_asked_by_an_opening(
    north: Actor, checked: Opened, world: World
) -> None:
    world.clock.advance(days=2)
    with portal_scope(north.portal_id):
        note_refusal(
            PlanLapsed("ACCESS_DENIED", "REST is available only on commercial plans."), world.clock.now()
        )
        assert not look_after_a_day(by=Author(1, "admin"), at=world.clock.now())


def test_a_press_looks_again_and_the_end_redraws_the_page(checked: Opened, run_jobs: RunJobs) -> None:
    pressed = checked.post("/freshness")
    assert 'hx-get="/freshness"' in pressed.text
    assert checked.get("/freshness").status_code == 204
    run_jobs()
    assert "data-fresh" in checked.get("/freshness").text


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_an_administrator_may_look(north: Actor, checked: Opened, method: str) -> None:
    employee = north.opens(user=north.portal.employee)
    assert getattr(employee, method)("/freshness").status_code == 403


def test_another_portal_is_left_alone(north: Actor, checked: Opened, world: World) -> None:
    other: Portal = world.add_portal("other.bitrix24.example")
    actor = Actor(north.client, other).installs()
    before = len(kinds(north))
    actor.opens().post("/freshness")
    assert len(kinds(north)) == before


def test_a_run_of_a_clock_that_was_ahead_is_no_fresh_data_and_holds_up_no_look(
    north: Actor, checked: Opened, world: World, run_jobs: RunJobs
) -> None:
    with portal_scope(north.portal_id):
        ahead = world.clock.now() + timedelta(days=400)
        done = latest_run(finished=True)
        assert done is not None
        done.finished_at = done.created_at = ahead
        start_run(at=ahead, kind="daily")
        db.session.commit()
        assert look_after_a_day(by=Author(1, "Марина"), at=world.clock.now())
        db.session.commit()
    run_jobs()
    assert kinds(north)[0] == "opened"
