"""Tasks about what broke: one in the integrator's own portal, closed when it is green or the access has ended, never in a client's."""

import pytest
from flask import Flask
from sqlalchemy import delete, select

from b24app.checklist.engine.runs import start_run
from b24app.database import db, portal_scope
from b24app.integrators.alerts.alert_looks import look_at_all, look_at_clients_of
from b24app.integrators.alerts.model import AlertTask, ClientAlert
from b24app.integrators.alerts.task_states import AlertTaskState
from b24app.integrators.client_notes import set_responsible
from b24app.integrators.members import end_declaration, remove_member, set_member
from b24app.integrators.rights import MemberRole, Right
from b24app.integrators.summaries import remake_changed
from b24app.jobs.model import JobRow
from b24app.services import services
from b24app.terms.term import Author
from sandbox.rest.table import Row
from tests.at_once import at_once
from tests.backup.dying_worker import Killed, dying
from tests.integrators.boards import ANNA
from tests.integrators.pipelines import ALL, Pair
from tests.integrators.telling import journal

MARINA = Author(1, "М. Ковалёва")
NEUTRAL = "Задача больше не нужна"


def tasks(pair: Pair) -> list[Row]:
    """Our tasks in the integrator's portal."""
    return [
        row
        for row in pair.own.portal.tables["task"].all()
        if "Тёплая сторона" in row["title"] or row["title"] == NEUTRAL
    ]


def switches(pair: Pair, way: str = "on") -> int:
    return pair.own.opens().post(f"/clients/pipeline/tasks/{way}").status_code


def checks(pair: Pair) -> None:
    """The client's portal is checked, its summary made, the look done with all that it asks for."""
    with portal_scope(pair.client.portal_id):
        start_run(at=services().clock.now(), by=MARINA)
        db.session.commit()
    pair.run_jobs()
    remake_changed()
    looks(pair)


def looks(pair: Pair, minutes: float = 1) -> None:
    pair.world.clock.advance(minutes=minutes)
    look_at_clients_of(pair.own.portal_id)
    pair.run_jobs()


def breaks(pair: Pair) -> None:
    pair.client.portal.switch_off("pay_system", first_pay_system(pair))
    checks(pair)


def mends(pair: Pair) -> None:
    pair.client.portal.switch_on("pay_system", first_pay_system(pair))
    checks(pair)


def first_pay_system(pair: Pair) -> str:
    return str(pair.client.portal.tables["paysystem"].all()[0]["ID"])


def rows(pair: Pair) -> list[AlertTask]:
    db.session.expire_all()
    with portal_scope(pair.own.portal_id):
        return list(db.session.scalars(select(AlertTask).order_by(AlertTask.id)))


def ends_of(pair: Pair) -> list[str]:
    db.session.expire_all()
    with portal_scope(pair.own.portal_id):
        return list(db.session.scalars(select(ClientAlert.end).order_by(ClientAlert.id)))


@pytest.fixture
def on(line: Pair) -> Pair:
    """The pipeline works and tasks are switched on."""
    assert switches(line) == 200
    line.run_jobs()
    return line


def test_what_breaks_is_a_task_that_closes_when_it_is_green(on: Pair) -> None:
    asked = len(on.client.portal.tables["task"].all())
    breaks(on)
    (task,) = tasks(on)
    assert task["title"].startswith("Тёплая сторона: ")
    assert task["responsibleId"] == str(on.own.portal.admin.id)
    assert f"params%5Bclient%5D={on.client.portal_id}" in task["description"]
    assert task["status"] == "2"
    assert ("/clients/alerts", on.own.portal.admin.id) in journal(on.client.portal_id)
    looks(on, 10)
    assert len(tasks(on)) == 1
    mends(on)
    looks(on)
    (task,) = tasks(on)
    assert task["status"] == "5"
    assert set(ends_of(on)) == {"green"}
    assert len(on.client.portal.tables["task"].all()) == asked


def test_nothing_is_written_without_the_switch(line: Pair) -> None:
    breaks(line)
    assert (tasks(line), rows(line)) == ([], [])


def test_a_switch_that_is_turned_off_sets_no_more_and_closes_what_there_is(on: Pair) -> None:
    breaks(on)
    assert switches(on, "off") == 200
    mends(on)
    looks(on)
    assert [one["status"] for one in tasks(on)] == ["5"]
    breaks(on)
    assert len(tasks(on)) == 1


def test_the_task_is_of_who_looks_after_the_client(on: Pair) -> None:
    user = on.own.portal.employee
    with portal_scope(on.own.portal_id):
        set_member(user.id, user.full_name, MemberRole.MANAGER, by=ANNA, at=services().clock.now())
        set_responsible(on.client.portal_id, user.id, at=services().clock.now())
        db.session.commit()
    breaks(on)
    assert [one["responsibleId"] for one in tasks(on)] == [str(user.id)]


def joins(pair: Pair, role: MemberRole) -> int:
    """Another person of the integrator looks after the client, in this role."""
    user = pair.own.portal.employee
    with portal_scope(pair.own.portal_id):
        set_member(user.id, user.full_name, role, by=ANNA, at=services().clock.now())
        set_responsible(pair.client.portal_id, user.id, at=services().clock.now())
        db.session.commit()
    return user.id


def test_a_role_that_sees_no_checks_gets_no_task_about_them(on: Pair) -> None:
    joins(on, MemberRole.ACCOUNTANT)
    breaks(on)
    assert [one["responsibleId"] for one in tasks(on)] == [str(on.own.portal.admin.id)]


def test_a_task_is_not_set_for_who_was_taken_from_the_work_meanwhile(on: Pair) -> None:
    user_id = joins(on, MemberRole.ENGINEER)
    on.client.portal.switch_off("pay_system", first_pay_system(on))
    with portal_scope(on.client.portal_id):
        start_run(at=services().clock.now(), by=MARINA)
        db.session.commit()
    on.run_jobs()
    remake_changed()
    look_at_clients_of(on.own.portal_id)
    assert [one.user_id for one in rows(on)] == [user_id]
    with portal_scope(on.own.portal_id):
        remove_member(user_id, at=services().clock.now())
        db.session.commit()
    on.run_jobs()
    assert tasks(on) == []
    looks(on)
    assert [one["responsibleId"] for one in tasks(on)] == [str(on.own.portal.admin.id)]


class TestEndedAccess:
    def test_the_task_is_closed_with_a_neutral_sentence(self, on: Pair) -> None:
        breaks(on)
        on.ends()
        looks(on)
        (task,) = tasks(on)
        assert (task["title"], task["status"]) == (NEUTRAL, "5")
        assert "Доступа к клиенту больше нет" in task["description"]
        assert "Тёплая" not in task["description"]
        assert "params" not in task["description"]

    def test_who_is_no_integrator_any_more_keeps_no_words_of_clients(self, on: Pair) -> None:
        breaks(on)
        with portal_scope(on.own.portal_id):
            end_declaration(services().clock.now())
            db.session.commit()
        assert look_at_all() == 1
        on.run_jobs()
        assert [(one["title"], one["status"]) for one in tasks(on)] == [(NEUTRAL, "5")]
        assert look_at_all() == 0

    def test_one_that_a_person_has_closed_loses_its_words_too(self, on: Pair) -> None:
        breaks(on)
        on.own.portal.tables["task"].update(tasks(on)[0]["id"], status="5")
        on.ends()
        looks(on)
        assert [one["title"] for one in tasks(on)] == [NEUTRAL]

    def test_a_task_that_waited_is_not_set(self, on: Pair) -> None:
        on.client.portal.switch_off("pay_system", first_pay_system(on))
        with portal_scope(on.client.portal_id):
            start_run(at=services().clock.now(), by=MARINA)
            db.session.commit()
        on.run_jobs()
        remake_changed()
        look_at_clients_of(on.own.portal_id)
        on.ends()
        on.run_jobs()
        looks(on)
        assert tasks(on) == []
        assert [one.state for one in rows(on)] == [AlertTaskState.CLOSED]

    def test_without_the_right_to_checks_it_is_closed_too(self, on: Pair) -> None:
        breaks(on)
        on.gives(ALL - {Right.CHECKS, Right.RUN})
        looks(on)
        assert [one["title"] for one in tasks(on)] == [NEUTRAL]


class TestOnce:
    """Killed, lost or done by two at once: one task."""

    def waits(self, pair: Pair) -> int:
        """An alert whose task is asked for and not set; answers its number."""
        pair.client.portal.switch_off("pay_system", first_pay_system(pair))
        with portal_scope(pair.client.portal_id):
            start_run(at=services().clock.now(), by=MARINA)
            db.session.commit()
        pair.run_jobs()
        remake_changed()
        look_at_clients_of(pair.own.portal_id)
        (row,) = rows(pair)
        return row.alert_id

    def again(self, pair: Pair) -> None:
        """As it was before the task was set."""
        table = pair.own.portal.tables["task"]
        for row in tasks(pair):
            table.delete(row["id"])
        with portal_scope(pair.own.portal_id):
            row = db.session.scalars(select(AlertTask)).one()
            row.state, row.task_id, row.adding_since = AlertTaskState.WAITING, "", None
            db.session.commit()

    @pytest.mark.cases
    @pytest.mark.parametrize("moment", ["before", "after", "commit"])
    def test_killed_at_any_moment_there_is_one_task(self, app: Flask, on: Pair, moment: str) -> None:
        from b24app.integrators.alerts.alert_tasks import follow_alert_task

        alert_id, number, died = self.waits(on), 0, True
        db.session.execute(delete(JobRow))
        db.session.commit()
        while died:
            number += 1
            try:
                with dying(app, on.world, moment, number) as countdown:
                    follow_alert_task(on.own.portal_id, alert_id)
            except Killed:
                db.session.remove()
            died = countdown.died
            for _ in range(3):
                on.world.clock.advance(seconds=63)
                follow_alert_task(on.own.portal_id, alert_id)
                db.session.commit()
            assert len(tasks(on)) == 1, (moment, number)
            assert [one.state for one in rows(on)] == [AlertTaskState.SET]
            self.again(on)
        assert number > 1

    @pytest.mark.parametrize("kind", ["truncated", "cut", "empty", "html"])
    def test_an_answer_that_is_lost_makes_no_second_task(self, on: Pair, kind: str) -> None:
        on.own.portal.answer_next(kind, method="tasks.task.add")
        breaks(on)
        for _ in range(4):
            looks(on, 2)
        assert len(tasks(on)) == 1
        assert [one.state for one in rows(on)] == [AlertTaskState.SET]

    def test_a_task_whose_answer_was_lost_is_closed_when_it_is_green_by_then(self, on: Pair) -> None:
        on.own.portal.answer_next("html", method="tasks.task.add")
        breaks(on)
        mends(on)
        for _ in range(3):
            looks(on, 2)
        assert {one["status"] for one in tasks(on)} <= {"5"}
        assert [one.state for one in rows(on)] == [AlertTaskState.CLOSED]

    def test_two_workers_at_once_set_one(self, app: Flask, on: Pair) -> None:
        from b24app.integrators.alerts.alert_tasks import follow_alert_task

        alert_id, own_id = self.waits(on), on.own.portal_id
        at_once(app, *[lambda: follow_alert_task(own_id, alert_id)] * 2)
        for _ in range(3):
            looks(on, 2)
        assert len(tasks(on)) == 1


def test_a_task_that_was_deleted_in_the_portal_is_let_be(on: Pair) -> None:
    breaks(on)
    on.own.portal.tables["task"].delete(tasks(on)[0]["id"])
    mends(on)
    looks(on)
    assert [one.state for one in rows(on)] == [AlertTaskState.GONE]


def test_a_portal_without_the_permission_says_so_and_is_not_asked_for_ever(on: Pair) -> None:
    on.own.grants("crm", "user", "im")
    breaks(on)
    assert [one.state for one in rows(on)] == [AlertTaskState.FAILED]
    assert "не принял задачу" in on.own.opens().get("/clients/alerts").text


def test_the_page_says_which_task_it_is(on: Pair) -> None:
    breaks(on)
    number = tasks(on)[0]["id"]
    assert f"задача {number} открыта" in on.own.opens().get("/clients/alerts").text.replace("\xa0", " ")


class TestSwitch:
    """Owners alone, in a pipeline that is there."""

    def test_of_another_way_there_is_none(self, line: Pair) -> None:
        assert switches(line, "perhaps") == 404

    def test_without_a_pipeline_there_is_none(self, pair: Pair) -> None:
        assert switches(pair) == 404

    def test_nobody_but_an_owner_turns_it(self, line: Pair) -> None:
        user = line.own.portal.employee
        with portal_scope(line.own.portal_id):
            set_member(user.id, user.full_name, MemberRole.MANAGER, by=ANNA, at=services().clock.now())
            db.session.commit()
        path = "/clients/pipeline/tasks/on"
        assert line.own.opens(user=user).post(path).status_code == 403
        assert line.client.opens().post(path).status_code == 403

    def test_the_page_shows_it(self, line: Pair) -> None:
        text = line.own.opens().get("/clients/pipeline").text
        assert 'hx-post="/clients/pipeline/tasks/on"' in text
        switches(line)
        assert 'hx-post="/clients/pipeline/tasks/off"' in line.own.opens().get("/clients/pipeline").text
