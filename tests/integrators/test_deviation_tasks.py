"""A difference handed on as a task: one task whatever is killed or lost, completed when the value agrees, deleted when taken back."""

import contextlib

import pytest
from flask import Flask
from sqlalchemy import delete

from b24app.database import db, every_portal
from b24app.integrators.rights import MemberRole, Right
from b24app.integrators.standards.deviation_query import DIFFERS, HANDED, MET
from b24app.integrators.standards.deviation_tasks import keep_deviation_task
from b24app.integrators.standards.model import DecisionEnd, HandedState
from b24app.jobs.model import JobRow
from b24app.jobs.upkeep import ask_unfinished
from tests.at_once import at_once
from tests.backup.dying_worker import Killed, dying
from tests.integrators.standard_story import Story

pytestmark = pytest.mark.dialect


@pytest.fixture
def broken(story: Story) -> Story:
    """The client's cash registers are off."""
    story.breaks()
    return story


def settles(story: Story, times: int = 3) -> None:
    """Minutes go by, lost jobs are asked for again, the work is done."""
    for _ in range(times):
        story.world.clock.advance(minutes=2)
        ask_unfinished()
        db.session.commit()
        story.run_jobs()


def test_the_task_says_value_against_value(broken: Story):
    assert broken.hands_on().status_code == 200
    assert broken.state("cash_register") == HANDED
    assert broken.tasks() == [], "the page waits for no portal"
    broken.run_jobs()
    (task,) = broken.tasks()
    assert task["responsibleId"] == str(broken.own.portal.admin.id)
    for words in ("Ожидаем: включена", "На портале: выключена", "Прочитано", "по проверкам"):
        assert words in task["description"]
    assert task["deadline"].startswith("2026-12-15")
    assert (broken.decisions()[0].task_state, broken.decisions()[0].task_id) == (HandedState.SET, task["id"])
    assert "задача:" in broken.opens().get("/clients/standards").text


def test_pressed_twice_it_is_one_task(broken: Story):
    broken.hands_on()
    assert "уже отдана" in broken.hands_on().headers.get("HX-Trigger", "") + broken.hands_on().text
    broken.run_jobs()
    broken.hands_on()
    broken.run_jobs()
    assert len(broken.tasks()) == 1
    assert len(broken.decisions()) == 1


def test_another_wrong_value_makes_no_second_task(broken: Story):
    broken.hands_on()
    broken.run_jobs()
    for row in broken.client.portal.tables["cashbox"].all():
        broken.client.portal.tables["cashbox"].delete(row["ID"])
    broken.checks()
    assert broken.state("cash_register") == HANDED
    assert len(broken.tasks()) == 1


def test_it_is_completed_by_itself_when_the_value_agrees(broken: Story):
    broken.hands_on()
    broken.run_jobs()
    broken.mends()
    broken.run_jobs()
    (task,) = broken.tasks()
    assert task["status"] == "5"
    (row,) = broken.decisions()
    assert (row.end, row.task_state, row.closed_at is None) == (DecisionEnd.MET, HandedState.ENDED, False)
    assert broken.state("cash_register") == MET


def test_a_task_that_people_completed_or_deleted_stays_as_it_is(broken: Story):
    broken.hands_on()
    broken.run_jobs()
    broken.own.portal.tables["task"].delete(broken.tasks()[0]["id"])
    broken.mends()
    broken.run_jobs()
    assert broken.tasks() == []
    assert broken.decisions()[0].task_state == HandedState.ENDED


def test_taken_back_it_is_deleted(broken: Story):
    broken.hands_on()
    broken.run_jobs()
    assert broken.presses("back").status_code == 200
    broken.run_jobs()
    assert broken.tasks() == []
    assert broken.state("cash_register") == DIFFERS


def test_accepted_instead_it_is_deleted(broken: Story):
    broken.hands_on()
    broken.run_jobs()
    broken.accepts()
    broken.run_jobs()
    assert broken.tasks() == []


def test_a_standard_that_is_deleted_takes_its_tasks_along(broken: Story):
    broken.hands_on()
    broken.run_jobs()
    assert broken.opens().post(f"/clients/standards/{broken.standard_id}/delete").status_code == 200
    broken.run_jobs()
    assert (broken.tasks(), broken.decisions()) == ([], [])


def test_taken_back_before_it_is_set_nothing_is_set(broken: Story):
    broken.hands_on()
    broken.presses("back")
    broken.run_jobs()
    assert broken.tasks() == []


@pytest.mark.parametrize("kind", ["truncated", "cut", "empty", "html"])
def test_an_answer_that_is_lost_makes_no_second_task(broken: Story, kind: str):
    broken.own.portal.answer_next(kind, method="tasks.task.add")
    broken.hands_on()
    broken.run_jobs()
    settles(broken)
    if broken.decisions()[0].task_state == HandedState.FAILED:
        broken.hands_on()
        settles(broken)
    assert len(broken.tasks()) == 1
    assert broken.decisions()[-1].task_id == broken.tasks()[0]["id"]


def test_taken_back_after_a_lost_answer_no_task_stays(broken: Story):
    broken.own.portal.answer_next("truncated", method="tasks.task.add")
    broken.hands_on()
    broken.run_jobs()
    broken.presses("back")
    settles(broken)
    assert broken.tasks() == []


def test_agreeing_after_a_lost_answer_the_task_is_completed(broken: Story):
    broken.own.portal.answer_next("truncated", method="tasks.task.add")
    broken.hands_on()
    broken.run_jobs()
    broken.mends()
    settles(broken)
    assert [task["status"] for task in broken.tasks()] == ["5"]


@pytest.mark.cases
@pytest.mark.parametrize("moment", ["before", "after", "commit"])
def test_killed_at_any_moment_there_is_one_task(app: Flask, broken: Story, moment: str):
    number, died = 0, True
    while died:
        number += 1
        broken.hands_on()
        row = broken.decisions()[-1]
        portal_id, row_id = row.portal_id, row.id
        with dying(app, broken.world, moment, number) as countdown, contextlib.suppress(Killed):
            keep_deviation_task(portal_id, row_id)
            db.session.commit()
        db.session.remove()
        died = countdown.died
        settles(broken, 2)
        assert len(broken.tasks()) == 1, (moment, number)
        broken.presses("back")
        settles(broken, 2)
        assert broken.tasks() == [], (moment, number)
    assert number > 2


def test_two_workers_at_once_set_one_task(app: Flask, broken: Story):
    broken.hands_on()
    row = broken.decisions()[0]
    portal_id, row_id = row.portal_id, row.id
    db.session.commit()
    at_once(app, *[lambda: keep_deviation_task(portal_id, row_id)] * 2)
    settles(broken)
    assert len(broken.tasks()) == 1


def test_lost_work_begins_again(broken: Story):
    broken.hands_on()
    with every_portal():
        db.session.execute(delete(JobRow).where(JobRow.name == "keep_deviation_task"))
        db.session.commit()
    settles(broken, 1)
    assert len(broken.tasks()) == 1


def test_a_consent_that_ended_meanwhile_lets_nothing_out(broken: Story):
    broken.hands_on()
    broken.ends()
    broken.run_jobs()
    assert broken.tasks() == []
    assert broken.decisions()[0].task_state == HandedState.FAILED


@pytest.mark.parametrize("change", ["narrowed", "role"])
def test_a_right_that_went_meanwhile_lets_nothing_out(broken: Story, change: str):
    broken.hands_on()
    if change == "narrowed":
        broken.given(Right.TERMS)
    else:
        broken.role(MemberRole.ACCOUNTANT)
    broken.run_jobs()
    assert broken.tasks() == []


def test_a_task_of_a_client_that_shows_the_value_no_more_is_not_completed(broken: Story):
    broken.hands_on()
    broken.run_jobs()
    broken.mends()
    broken.ends()
    broken.run_jobs()
    assert [task["status"] == "5" for task in broken.tasks()] == [False]
    assert broken.decisions()[0].task_state == HandedState.ENDED


def test_nobody_gets_what_his_role_does_not_show(broken: Story):
    broken.role(MemberRole.ACCOUNTANT, user_id=55)
    answer = broken.hands_on(user=55)
    assert (answer.status_code, "не видит это значение" in answer.text) == (422, True)
    assert broken.hands_on(user=777).status_code == 422
    broken.role(MemberRole.MANAGER, user_id=56)
    assert broken.hands_on(user=56).status_code == 422, "not of his groups"
    assert broken.decisions() == []


def test_a_refusal_is_said_and_may_be_tried_again(broken: Story):
    broken.own.portal.refuse_next("ERROR_CORE", method="tasks.task.add")
    broken.hands_on()
    broken.run_jobs()
    assert broken.decisions()[0].task_state == HandedState.FAILED
    broken.hands_on()
    broken.run_jobs()
    assert len(broken.tasks()) == 1
    assert [row.closed_at is None for row in broken.decisions()] == [False, True]


def test_a_day_that_passed_while_it_waited_is_no_deadline(broken: Story):
    broken.hands_on(until=str(broken.today))
    broken.world.clock.advance(days=1)
    keep_deviation_task(broken.own.portal_id, broken.decisions()[0].id)
    db.session.commit()
    assert [task["deadline"] or "" for task in broken.tasks()] == [""]
