"""A check given to a person: one task of the portal for each giving, whatever is killed, overtaken, renamed or refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.reminders import check_tasks
from b24app.reminders.check_tasks import give_task, set_check_task, take_back_task
from b24app.reminders.model import CheckTask, TaskState
from b24app.services import services
from tests.actors import Actor, Opened
from tests.terms.conftest import MARINA

RunJobs = Callable[[], int]
CODE = "pay_system_for_orders"


@pytest.fixture
def shop(first_checks: Actor, north_admin: Opened, run_jobs: RunJobs) -> Actor:
    """A portal that was checked once and has no tasks."""
    run_jobs()
    return first_checks


def give(actor: Actor, days: int = 2) -> None:
    now = services().clock.now()
    with portal_scope(actor.portal_id):
        person = (actor.portal.admin.id, "Марина")
        give_task(CODE, person, now.date() + timedelta(days=days), by=MARINA, at=now)
        db.session.commit()


def take_back(actor: Actor) -> None:
    with portal_scope(actor.portal_id):
        assert take_back_task(CODE, by=MARINA, at=services().clock.now())
        db.session.commit()


def row_of(actor: Actor) -> CheckTask:
    with portal_scope(actor.portal_id):
        return db.session.scalars(select(CheckTask)).one()


def tasks(actor: Actor) -> list[dict[str, Any]]:
    return [dict(row) for row in actor.portal.tables["task"].all()]


def killed(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker dies after the portal has the task, before its number is kept."""

    def dies(*_what: object, **_more: object) -> None:
        raise KeyboardInterrupt

    number = row_of(actor).id
    with monkeypatch.context() as patched:
        patched.setattr(check_tasks, "_note", dies)
        with pytest.raises(KeyboardInterrupt):
            set_check_task(actor.portal_id, number)
    db.session.rollback()


def test_given_again_after_the_first_task_was_done_there_is_a_new_one(shop: Actor, run_jobs: RunJobs):
    give(shop)
    run_jobs()
    (done,) = tasks(shop)
    shop.portal.tables["task"].update(done["id"], status="5")
    give(shop, days=5)
    run_jobs()
    (left,) = [task for task in tasks(shop) if task["status"] != "5"]
    assert row_of(shop).task_id == left["id"]


def test_given_again_while_the_new_task_overtakes_the_end_of_the_old_one(shop: Actor, run_jobs: RunJobs):
    give(shop)
    run_jobs()
    give(shop, days=5)
    set_check_task(shop.portal_id, row_of(shop).id)
    run_jobs()
    assert [task["id"] for task in tasks(shop)] == [row_of(shop).task_id]


def test_work_of_an_earlier_giving_does_not_speak_for_the_present_one(shop: Actor, run_jobs: RunJobs):
    give(shop)
    first = row_of(shop)
    give(shop, days=5)
    with portal_scope(shop.portal_id):
        assert not check_tasks._note(row_of(shop).id, TaskState.SET, key=first.key, task_id="900")
    assert row_of(shop).state == TaskState.WAITING


def test_a_worker_killed_after_the_portal_has_the_task_sets_no_second(
    shop: Actor, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
):
    give(shop)
    killed(shop, monkeypatch)
    (task,) = tasks(shop)
    shop.portal.tables["task"].update(task["id"], title="Переименовали: " + task["title"])
    run_jobs()
    assert [task["id"] for task in tasks(shop)] == [row_of(shop).task_id]


def test_taken_back_after_such_an_end_no_task_stays(
    shop: Actor, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
):
    give(shop)
    killed(shop, monkeypatch)
    take_back(shop)
    run_jobs()
    assert tasks(shop) == []


def test_a_person_with_many_tasks_is_asked_by_the_title_too(
    shop: Actor, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
):
    give(shop)
    killed(shop, monkeypatch)
    (task,) = tasks(shop)
    for number in range(60):
        shop.portal.tables["task"].add(
            dict(task) | {"id": str(700 + number), "title": "другое", "description": ""}
        )
    run_jobs()
    assert len(tasks(shop)) == 61
    assert row_of(shop).task_id == task["id"]


@pytest.mark.parametrize("fault", ["internal_server_error", "html"])
def test_a_final_failure_promises_no_attempt_of_ours(shop: Actor, run_jobs: RunJobs, fault: str):
    give(shop)
    if fault == "html":
        shop.portal.answer_next("html", times=None)
    else:
        shop.portal.refuse_next(fault, times=None)
    run_jobs()
    row = row_of(shop)
    assert row.state == TaskState.FAILED
    assert "try again" not in row.error
