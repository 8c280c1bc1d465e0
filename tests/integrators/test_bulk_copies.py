"""Copies before the renewal of many clients, the journal of a list for invoices, and a work that is put back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from b24app.backup.model import BackupCopy, CopyKind, CopyState
from b24app.database import db, portal_scope
from b24app.integrators.audit import list_lines
from b24app.integrators.bulk.model import BulkStep, BulkWork
from b24app.integrators.bulk_work import work_on
from b24app.integrators.client_groups import add_group, clients_in, delete_group, put_in
from b24app.integrators.client_notes import read_note, set_responsible
from b24app.integrators.consents import end_by_client, list_consents
from b24app.integrators.members import set_member
from b24app.integrators.model import StepState
from b24app.integrators.rights import MemberRole, Right
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, add_client, consent, declare, keep_summary
from tests.web.copies import add_going_copy, get_ready

pytestmark = pytest.mark.dialect
RunJobs = Callable[[], int]


@pytest.fixture
def home(first_checks: Actor, south: Actor) -> Actor:
    declare(south)
    consent(first_checks.portal_id, south.portal_id)
    keep_summary(first_checks.portal_id, name="Север", copy_set_up=True)
    return south


@pytest.fixture
def board(home: Actor) -> Opened:
    return home.opens()


def code_of(client_id: int) -> str:
    with portal_scope(client_id):
        return list_consents()[0].code


def steps(home: Actor) -> list[tuple[str, str]]:
    db.session.expire_all()
    with portal_scope(home.portal_id):
        rows = db.session.scalars(select(BulkStep).order_by(BulkStep.id))
        return [(str(one.state), one.reason) for one in rows]


def copies_of(client: Actor) -> list[BackupCopy]:
    db.session.expire_all()
    with portal_scope(client.portal_id):
        return list(db.session.scalars(select(BackupCopy).order_by(BackupCopy.id)))


def set_copy(client: Actor, **values: object) -> None:
    with portal_scope(client.portal_id):
        db.session.execute(update(BackupCopy).values(**values))
        db.session.commit()


def test_a_copy_is_begun_followed_and_told(home: Actor, board: Opened, first_checks: Actor) -> None:
    get_ready(first_checks, services().clock.now())
    code = code_of(first_checks.portal_id)
    assert "Начнём копию у 1 клиента" in board.post("/clients/bulk/before", kind="copy", code=code).text
    assert copies_of(first_checks) == []
    board.post("/clients/bulk", kind="copy", code=code)
    work_on(1)
    work_on(1)
    (copy,) = copies_of(first_checks)
    assert copy.kind == CopyKind.BEFORE_RENEWAL
    assert copy.asked_by_name.endswith("(Верный шаг)")
    assert steps(home) == [(StepState.BEGUN, "")]
    with portal_scope(first_checks.portal_id):
        deeds = [(one.action, one.right, one.detail) for one in list_lines()]
    assert deeds.count(("acted", "start_copy", "/copy/start")) == 1
    set_copy(first_checks, state=CopyState.DONE)
    work_on(1)
    assert steps(home) == [(StepState.DONE, "")]
    assert "Копия сделана у 1 клиента" in board.get("/clients/bulk/1").text


@pytest.mark.parametrize(
    ("state", "ending"),
    [
        (CopyState.UNPROVEN, (StepState.DONE, "unproven")),
        (CopyState.FAILED, (StepState.FAILED, "error")),
        (CopyState.STOPPED, (StepState.FAILED, "stopped")),
        (CopyState.PAUSED, (StepState.FAILED, "paused")),
        (CopyState.READING, (StepState.BEGUN, "")),
    ],
)
def test_what_becomes_of_the_copy_is_the_result(
    home: Actor, board: Opened, first_checks: Actor, state: CopyState, ending: tuple[str, str]
) -> None:
    get_ready(first_checks, services().clock.now())
    board.post("/clients/bulk", kind="copy", code=code_of(first_checks.portal_id))
    work_on(1)
    set_copy(first_checks, state=state)
    work_on(1)
    assert steps(home) == [ending]


def test_a_copy_that_goes_on_for_a_day_is_given_up_here_alone(
    home: Actor, board: Opened, first_checks: Actor, world: World
) -> None:
    get_ready(first_checks, services().clock.now())
    board.post("/clients/bulk", kind="copy", code=code_of(first_checks.portal_id))
    work_on(1)
    world.clock.advance(hours=25)
    work_on(1)
    assert steps(home) == [(StepState.FAILED, "late")]
    assert copies_of(first_checks)[0].state == CopyState.WAITING


def test_a_paused_copy_of_the_client_stays_paused(home: Actor, board: Opened, first_checks: Actor) -> None:
    add_going_copy(first_checks, services().clock.now(), state=CopyState.PAUSED)
    board.post("/clients/bulk", kind="copy", code=code_of(first_checks.portal_id))
    work_on(1)
    assert steps(home) == [(StepState.FAILED, "paused")]
    assert [one.state for one in copies_of(first_checks)] == [CopyState.PAUSED]


def test_without_key_and_storage_no_copy_is_begun(home: Actor, board: Opened, first_checks: Actor) -> None:
    board.post("/clients/bulk", kind="copy", code=code_of(first_checks.portal_id))
    work_on(1)
    assert (steps(home), copies_of(first_checks)) == ([(StepState.FAILED, "no_target")], [])


def test_those_without_a_right_or_a_storage_are_left_out_before(
    app: Flask, home: Actor, board: Opened
) -> None:
    add_client(app, 1, home.portal_id, frozenset(Right) - {Right.COPY})
    add_client(app, 2, home.portal_id, copy_set_up=False)
    add_client(app, 3, home.portal_id, access="lost")
    text = board.post("/clients/bulk/before", kind="copy", all="yes", conditions="view=all").text
    assert "3 пропустим" in text
    for reason in ("клиент этого не разрешил", "клиент не настроил копии", "его портал нас не впускает"):
        assert reason in text


def test_an_ended_consent_begins_no_copy(home: Actor, board: Opened, first_checks: Actor) -> None:
    get_ready(first_checks, services().clock.now())
    code = code_of(first_checks.portal_id)
    board.post("/clients/bulk", kind="copy", code=code)
    with portal_scope(first_checks.portal_id):
        end_by_client(code, by=ANNA, at=services().clock.now())
        db.session.commit()
    work_on(1)
    assert (steps(home), copies_of(first_checks)) == ([(StepState.FAILED, "ended")], [])


def test_a_role_without_copies_begins_none(app: Flask, south: Actor) -> None:
    declare(south, MemberRole.ACCOUNTANT)
    client = add_client(app, 1, south.portal_id)
    assert south.opens().post("/clients/bulk", kind="copy", code=code_of(client)).status_code == 403


def test_who_takes_the_list_for_invoices_stands_in_each_journal(
    app: Flask, home: Actor, board: Opened
) -> None:
    shown = add_client(app, 1, home.portal_id)
    hidden = add_client(app, 2, home.portal_id, frozenset({Right.TERMS}))
    board.post("/clients/bulk/before", kind="invoices", all="yes", conditions="view=all")
    assert taken(shown) == []
    board.download("/clients/invoices.xlsx", all="yes", conditions="view=all")
    board.download("/clients/invoices.csv", all="yes", conditions="view=all")
    assert (taken(shown), taken(hidden)) == ([("looked", "papers")], [])


def taken(client_id: int) -> list[tuple[str, str]]:
    with portal_scope(client_id):
        return [(one.action, one.right) for one in list_lines() if one.detail == "/clients/invoices"]


def test_responsible_people_are_put_back_where_nobody_changed_them_since(
    app: Flask, home: Actor, board: Opened, run_jobs: RunJobs
) -> None:
    first, second = (add_client(app, number, home.portal_id) for number in (1, 2))
    me, now = home.portal.admin.id, services().clock.now()
    with portal_scope(home.portal_id):
        set_member(71, "Пётр", MemberRole.MANAGER, by=ANNA, at=now)
        set_member(72, "Ирина", MemberRole.MANAGER, by=ANNA, at=now)
        set_responsible(first, 71, at=now)
        db.session.commit()
    codes = [code_of(first), code_of(second)]
    board.post("/clients/bulk", kind="assign", value=str(me), code=codes)
    run_jobs()
    assert "Вернуть" in board.get("/clients/bulk/1").text
    with portal_scope(home.portal_id):
        set_responsible(second, 72, at=now)
        db.session.commit()
    board.post("/clients/bulk/1/undo")
    run_jobs()
    with portal_scope(home.portal_id):
        assert [read_note(one).responsible_id for one in (first, second)] == [71, 72]
    assert steps(home) == [(StepState.RETURNED, ""), (StepState.DONE, "moved")]
    text = board.get("/clients/bulk/1").text
    assert ("Вернули как было: 1 клиент" in text, "Вернуть" in text) == (True, False)


def test_only_those_leave_the_group_who_came_by_the_work(
    app: Flask, home: Actor, board: Opened, run_jobs: RunJobs
) -> None:
    before, new = (add_client(app, number, home.portal_id) for number in (1, 2))
    with portal_scope(home.portal_id):
        group = add_group("Опт")
        db.session.commit()
    board.post("/clients/bulk", kind="group", value=str(group), code=[code_of(before), code_of(new)])
    with portal_scope(home.portal_id):
        put_in(group, before)
        db.session.commit()
    run_jobs()
    board.post("/clients/bulk/1/undo")
    run_jobs()
    with portal_scope(home.portal_id):
        assert clients_in(group) == {before}


def test_a_group_that_is_gone_is_not_put_back(
    app: Flask, home: Actor, board: Opened, run_jobs: RunJobs
) -> None:
    client = add_client(app, 1, home.portal_id)
    with portal_scope(home.portal_id):
        group = add_group("Опт")
        db.session.commit()
    board.post("/clients/bulk", kind="group", value=str(group), code=code_of(client))
    run_jobs()
    with portal_scope(home.portal_id):
        delete_group(group)
        db.session.commit()
    board.post("/clients/bulk/1/undo")
    run_jobs()
    assert steps(home)[0][0] == StepState.DONE


def test_what_writes_into_a_client_or_is_old_is_not_put_back(
    app: Flask, home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    client = add_client(app, 1, home.portal_id)
    board.post("/clients/bulk", kind="check", code=code_of(first_checks.portal_id))
    run_jobs()
    assert board.post("/clients/bulk/1/undo").status_code == 404
    board.post("/clients/bulk", kind="assign", value=str(home.portal.admin.id), code=code_of(client))
    run_jobs()
    with portal_scope(home.portal_id):
        db.session.execute(update(BulkWork).values(keeps_before=False))
        db.session.commit()
    assert board.post("/clients/bulk/2/undo").status_code == 404


def test_a_killed_undo_goes_on(app: Flask, home: Actor, board: Opened, run_jobs: RunJobs) -> None:
    clients = [add_client(app, number, home.portal_id) for number in (1, 2)]
    board.post(
        "/clients/bulk",
        kind="assign",
        value=str(home.portal.admin.id),
        code=[code_of(one) for one in clients],
    )
    run_jobs()
    board.post("/clients/bulk/1/undo")
    work_on(1)
    work_on(1)
    assert steps(home) == [(StepState.RETURNED, "")] * 2
    with portal_scope(home.portal_id):
        assert [read_note(one).responsible_id for one in clients] == [None, None]
        work = db.session.query(BulkWork).one()
        assert work.finished_at - services().clock.now() < timedelta(seconds=1)  # type: ignore[operator]
