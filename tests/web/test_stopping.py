"""A run is stopped by a press: before its next request, for good, and it is never taken for a result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from b24app.bitrix24.responses import Command, Outcome
from b24app.checklist.engine.gather import BatchClient
from b24app.checklist.engine.run_jobs import StoppableClient, Stopped, carry_out
from b24app.checklist.engine.runs import (
    choose_baseline,
    chosen_baseline,
    get_run,
    latest_run,
    start_run,
    stop_run,
)
from b24app.checklist.model import RunState
from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.database import db, portal_scope
from b24app.errors import NotFound
from b24app.portals.client_factory import open_client
from b24app.services import services
from b24app.terms.term import Author
from tests.actors import Actor, Opened

pytestmark = pytest.mark.usefixtures("first_checks")
RunJobs = Callable[[], int]


@dataclass
class Pressed:
    """A door in front of which somebody presses Stop while the first request is under way."""

    run_id: int
    client: BatchClient
    asked: list[int] = field(default_factory=list)

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        self.asked.append(len(commands))
        stop_run(self.run_id, by=Author(1, "Марина"), at=services().clock.now())
        db.session.commit()
        return self.client.batch(commands)


def press(opened: Opened) -> str:
    """Start a run; answers where its Stop button leads."""
    opened.post("/shop/run")
    return opened.get("/shop").text.split("/stop")[0].rpartition('"')[2] + "/stop"


def test_a_run_that_waits_is_stopped_and_never_begins(north: Actor, north_admin: Opened, run_jobs: RunJobs):
    path = press(north_admin)
    text = north_admin.post(path).text
    assert "Проверка остановлена" in text
    with portal_scope(north.portal_id):
        stopped = latest_run().id
    run_jobs()
    with portal_scope(north.portal_id):
        assert (get_run(stopped).state, get_run(stopped).started_at) == (RunState.STOPPED, None)


def test_one_under_way_asks_no_further_request(north: Actor, run_jobs: RunJobs):
    with portal_scope(north.portal_id):
        run_jobs()
        run_id = start_run(at=services().clock.now())
        door = Pressed(run_id, open_client(north.portal_id))
        with pytest.raises(Stopped):
            carry_out(run_id, StoppableClient(run_id, door))
        run = get_run(run_id)
        assert len(door.asked) == 1
        assert (run.state, run.complete, run.stopped_by) == (RunState.STOPPED, False, "Марина")
        run_jobs()
        assert get_run(run_id).state == RunState.STOPPED


def test_a_stopped_run_is_no_baseline_and_is_not_compared(north: Actor, run_jobs: RunJobs):
    with portal_scope(north.portal_id):
        run_jobs()
        whole = latest_run(finished=True).id
        run_id = start_run(at=services().clock.now())
        assert stop_run(run_id, by=Author(1, "Марина"), at=services().clock.now())
        run_jobs()
        assert chosen_baseline().run_id == whole
        assert compare_with_baseline(run_id) is None
        assert latest_run(finished=True).id == whole
        with pytest.raises(NotFound):
            choose_baseline(run_id, at=services().clock.now())


def test_one_that_has_ended_stays_as_it_is(north: Actor, north_admin: Opened, run_jobs: RunJobs):
    run_jobs()
    path = press(north_admin)
    run_jobs()
    assert "Проверка остановлена" not in north_admin.post(path).text
    with portal_scope(north.portal_id):
        assert latest_run().state == RunState.DONE


def test_the_results_before_it_stay_and_the_history_names_it(north_admin: Opened, run_jobs: RunJobs):
    run_jobs()
    text = north_admin.post(press(north_admin)).text
    assert "В порядке" in text
    assert "остановлена: " in north_admin.get("/shop/runs").text
    assert "остановлена" in north_admin.get("/shop/compare").text


def test_what_is_not_there_is_not_found(north_admin: Opened):
    assert north_admin.post("/shop/runs/999/stop").status_code == 404


def test_another_portal_and_an_employee_stop_nothing(
    north: Actor, north_admin: Opened, south_admin: Opened, north_employee: Opened
):
    path = press(north_admin)
    assert south_admin.post(path).status_code == 404
    assert north_employee.post(path).status_code == 403
    with portal_scope(north.portal_id):
        assert latest_run().state == RunState.QUEUED
