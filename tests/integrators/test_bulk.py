"""Work on many clients: counted before, done client by client, never twice, never without a right at that moment."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from b24app.checklist.model import Run, RunState
from b24app.database import db, every_portal, portal_scope
from b24app.integrators.audit import list_lines
from b24app.integrators.bulk.model import BulkStep
from b24app.integrators.bulk_work import get_work, work_on
from b24app.integrators.client_groups import add_group, clients_in
from b24app.integrators.client_notes import read_note
from b24app.integrators.consents import change_rights, end_by_client, list_consents
from b24app.integrators.model import StepState
from b24app.integrators.rights import MemberRole, Right
from b24app.jobs.model import JobRow
from b24app.jobs.upkeep import ask_unfinished
from b24app.portals.model import AvailabilityRecord
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, add_client, consent, declare, keep_summary

pytestmark = pytest.mark.dialect
RunJobs = Callable[[], int]


@pytest.fixture
def home(app: Flask, first_checks: Actor, south: Actor) -> Actor:
    """An integrator's portal with one client of the sandbox."""
    declare(south)
    consent(first_checks.portal_id, south.portal_id)
    keep_summary(first_checks.portal_id, name="Север")
    return south


@pytest.fixture
def board(home: Actor) -> Opened:
    return home.opens()


def code_of(client_id: int) -> str:
    with portal_scope(client_id):
        return list_consents()[0].code


def states(home: Actor) -> dict[int, tuple[str, str]]:
    db.session.expire_all()
    with portal_scope(home.portal_id):
        rows = db.session.scalars(select(BulkStep).order_by(BulkStep.id)).all()
        return {row.client_id: (str(row.state), row.reason) for row in rows}


def runs_of(actor: Actor) -> list[tuple[str, str]]:
    db.session.expire_all()
    with portal_scope(actor.portal_id):
        return [
            (str(row.state), row.asked_by_name) for row in db.session.scalars(select(Run).order_by(Run.id))
        ]


def work_off(world: World, run_jobs: RunJobs) -> None:
    """The job, the runs that it asks for, and its second look at them."""
    for _ in range(3):
        run_jobs()
        world.clock.advance(seconds=15)


def test_checks_of_many_are_run_and_told(
    home: Actor, board: Opened, first_checks: Actor, world: World, run_jobs: RunJobs
) -> None:
    before = len(runs_of(first_checks))
    page = board.post("/clients/bulk", kind="check", code=code_of(first_checks.portal_id))
    assert "Проверяем: 0 из 1" in page.text
    work_off(world, run_jobs)
    assert states(home) == {first_checks.portal_id: (StepState.DONE, "")}
    state, asked_by = runs_of(first_checks)[before]
    assert (state, "Верный шаг" in asked_by) == (RunState.DONE, True)
    text = board.get("/clients/bulk/1").text
    assert "Проверили 1 клиента" in text
    assert ("Север" in text, "every 2s" in text) == (True, False)
    with portal_scope(first_checks.portal_id):
        assert ("run_checks", "acted") in {(line.right, line.action) for line in list_lines()}


@pytest.mark.parametrize("change", ["ended", "narrowed"])
def test_what_a_run_has_found_is_not_looked_at_once_the_client_gives_it_no_more(
    home: Actor, board: Opened, first_checks: Actor, world: World, run_jobs: RunJobs, *, change: str
) -> None:
    code, now = code_of(first_checks.portal_id), services().clock.now()
    board.post("/clients/bulk", kind="check", code=code)
    work_on(1)
    assert states(home) == {first_checks.portal_id: (StepState.BEGUN, "")}
    with portal_scope(first_checks.portal_id):
        if change == "ended":
            end_by_client(code, by=ANNA, at=now)
        else:
            change_rights(code, frozenset({Right.TERMS}), by=ANNA, at=now)
        db.session.commit()
    work_off(world, run_jobs)
    ending = (StepState.FAILED, "ended") if change == "ended" else (StepState.DONE, "")
    assert states(home) == {first_checks.portal_id: ending}
    with portal_scope(home.portal_id):
        assert db.session.scalars(select(BulkStep.blockers_after)).all() == [None]


def test_nothing_is_done_before_it_is_begun_and_each_left_out_has_its_reason(
    app: Flask, home: Actor, board: Opened, first_checks: Actor
) -> None:
    add_client(app, 1, home.portal_id, frozenset({Right.TERMS}))
    add_client(app, 2, home.portal_id, access="refused")
    text = board.post("/clients/bulk/before", kind="check", all="yes", conditions="view=all").text
    assert "Проверим 1 клиента" in text
    assert "2 пропустим" in text
    assert "клиент этого не разрешил" in text
    assert "его портал нас не впускает" in text
    assert states(home) == {}
    assert board.post("/clients/bulk/before", kind="check").status_code == 422
    assert board.post("/clients/bulk", kind="nonsense", all="yes").status_code == 403


def test_a_killed_worker_does_nothing_twice(
    home: Actor, board: Opened, first_checks: Actor, world: World, run_jobs: RunJobs
) -> None:
    board.post("/clients/bulk", kind="check", code=code_of(first_checks.portal_id))
    before = len(runs_of(first_checks))
    work_on(1)
    with every_portal():
        db.session.execute(delete(JobRow).where(JobRow.name == "work_on_clients"))
        db.session.commit()
    work_on(1)
    assert len(runs_of(first_checks)) == before + 1
    with every_portal():
        db.session.execute(delete(JobRow).where(JobRow.name == "work_on_clients"))
        db.session.commit()
    assert ask_unfinished() >= 1
    work_off(world, run_jobs)
    assert states(home) == {first_checks.portal_id: (StepState.DONE, "")}


def test_the_right_is_asked_at_the_moment_itself(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    code = code_of(first_checks.portal_id)
    board.post("/clients/bulk", kind="check", code=code)
    before = len(runs_of(first_checks))
    with portal_scope(first_checks.portal_id):
        change_rights(code, frozenset({Right.TERMS}), by=ANNA, at=services().clock.now())
        db.session.commit()
    run_jobs()
    assert states(home) == {first_checks.portal_id: (StepState.FAILED, "no_right")}
    assert len(runs_of(first_checks)) == before
    with portal_scope(first_checks.portal_id):
        end_by_client(code, by=ANNA, at=services().clock.now())
        db.session.commit()
    board.post("/clients/bulk/1/repeat")
    run_jobs()
    assert states(home) == {first_checks.portal_id: (StepState.FAILED, "ended")}
    assert "Север" not in board.get("/clients/bulk/1").text


def test_only_the_failed_are_repeated(
    home: Actor, board: Opened, first_checks: Actor, app: Flask, run_jobs: RunJobs
) -> None:
    other = add_client(app, 1, home.portal_id)
    with portal_scope(other):
        now = services().clock.now()
        db.session.add(AvailabilityRecord(refused_since=now, refused_at=now, kind="plan_lapsed"))
        db.session.commit()
    board.post("/clients/bulk", kind="check", all="yes", conditions="view=all")
    run_jobs()
    assert states(home)[other] == (StepState.FAILED, "no_access")
    count = len(runs_of(first_checks))
    with portal_scope(other):
        db.session.execute(update(AvailabilityRecord).values(refused_since=None))
        db.session.commit()
    board.post("/clients/bulk/1/repeat")
    work_on(1)
    assert states(home)[other] == (StepState.BEGUN, "")
    assert len(runs_of(first_checks)) == count


def test_what_waits_is_let_be_when_it_is_stopped(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    before = len(runs_of(first_checks))
    board.post("/clients/bulk", kind="check", all="yes", conditions="view=all")
    board.post("/clients/bulk/1/stop")
    run_jobs()
    assert states(home) == {first_checks.portal_id: (StepState.FAILED, "stopped")}
    assert len(runs_of(first_checks)) == before
    with portal_scope(home.portal_id):
        assert get_work(1).finished


def test_a_broken_client_holds_no_other(
    home: Actor, board: Opened, first_checks: Actor, app: Flask, run_jobs: RunJobs
) -> None:
    other = add_client(app, 1, home.portal_id)
    with portal_scope(home.portal_id):
        group = add_group("Опт")
        db.session.commit()
    board.post("/clients/bulk", kind="group", value=str(group), all="yes", conditions="view=all")
    with portal_scope(home.portal_id):
        first = db.session.scalars(select(BulkStep).order_by(BulkStep.id)).first()
        assert first is not None
        first.consent_code = "gone"
        db.session.commit()
    run_jobs()
    assert sorted(one for one, _ in states(home).values()) == [StepState.DONE, StepState.FAILED]
    assert other in states(home)


def test_responsible_and_group_are_set_once(
    home: Actor, board: Opened, app: Flask, first_checks: Actor, run_jobs: RunJobs
) -> None:
    other, me = add_client(app, 1, home.portal_id), home.portal.admin.id
    board.post("/clients/bulk", kind="assign", value=str(me), all="yes", conditions="view=all")
    run_jobs()
    with portal_scope(home.portal_id):
        assert {read_note(one).responsible_id for one in (other, first_checks.portal_id)} == {me}
        group = add_group("Опт")
        db.session.commit()
    again = board.post(
        "/clients/bulk/before", kind="assign", value=str(me), all="yes", conditions="view=all"
    ).text
    assert "так уже и есть" in again
    board.post("/clients/bulk", kind="group", value=str(group), code=code_of(other))
    run_jobs()
    work_on(2)
    with portal_scope(home.portal_id):
        assert clients_in(group) == {other}
    assert board.post("/clients/bulk", kind="group", value="", code=code_of(other)).status_code == 422
    assert board.post("/clients/bulk", kind="assign", value="77", code=code_of(other)).status_code == 422
    assert board.post("/clients/bulk", kind="group", value="99", code=code_of(other)).status_code == 404


def test_the_list_for_invoices_holds_only_what_clients_show(app: Flask, home: Actor, board: Opened) -> None:
    add_client(
        app,
        1,
        home.portal_id,
        amount=Decimal("83880.50"),
        ends_on=date(2026, 12, 23),
        pay_by=date(2026, 12, 18),
    )
    add_client(app, 2, home.portal_id, frozenset({Right.TERMS}), amount=Decimal(5))
    add_client(app, 3, home.portal_id, amount=None)
    before = board.post("/clients/bulk/before", kind="invoices", all="yes", conditions="view=all").text
    assert "клиент не показывает суммы" in before
    table = board.download("/clients/invoices.csv", all="yes", conditions="view=all")
    assert "Клиент 1;" in table.text
    assert ";23.12.2026;83880,50;RUB;;18.12.2026;\r\n" in table.text
    assert table.data.startswith(b"\xef\xbb\xbf")
    assert "Клиент 2" not in table.text
    book = openpyxl.load_workbook(
        io.BytesIO(board.download("/clients/invoices.xlsx", all="yes", conditions="view=all").data)
    )
    rows = {row[0].value: row for row in book.active.iter_rows(min_row=2)}
    assert (rows["Клиент 1"][5].value, rows["Клиент 3"][5].value) == (83880.5, None)
    last = rows["Клиент 1"][4]
    assert (last.is_date, last.value.date(), last.number_format) == (True, date(2026, 12, 23), "dd.mm.yyyy")


def test_names_that_look_like_formulas_stay_text(app: Flask, home: Actor, board: Opened) -> None:
    client_id = add_client(app, 1, home.portal_id)
    board.post(f"/clients/{code_of(client_id)}/card", name="=1+1")
    table = board.download("/clients/invoices.csv", all="yes", conditions="view=all").text
    assert "'=1+1" in table
    sent = board.download("/clients/invoices.xlsx", all="yes", conditions="view=all").data
    names = [row[0] for row in openpyxl.load_workbook(io.BytesIO(sent)).active.iter_rows(min_row=2)]
    assert [(one.value, one.data_type) for one in names if one.value == "=1+1"] == [("=1+1", "s")]


def test_a_role_without_papers_gets_no_list(app: Flask, south: Actor) -> None:
    declare(south, MemberRole.ENGINEER)
    add_client(app, 1, south.portal_id, amount=Decimal(5))
    opened = south.opens()
    assert opened.download("/clients/invoices.csv", all="yes", conditions="view=all").status_code == 403
    assert opened.post("/clients/bulk", kind="assign", all="yes").status_code == 403


def test_a_work_of_another_integrator_is_no_page(
    app: Flask, home: Actor, board: Opened, first_checks: Actor, north_admin: Opened
) -> None:
    board.post("/clients/bulk", kind="check", all="yes", conditions="view=all")
    declare(first_checks)
    for path in ("/clients/bulk/1", "/clients/bulk/77"):
        assert north_admin.get(path).status_code == 404, path
    assert north_admin.post("/clients/bulk/1/stop").status_code == 404
    assert north_admin.post("/clients/bulk/1/repeat").status_code == 404


def test_invoice_by_is_the_day_of_the_term_whatever_broke(app: Flask, home: Actor, board: Opened) -> None:
    seen = {"stage": "invoice", "pay_by": date(2026, 12, 20), "amount": Decimal(5)}
    add_client(app, 1, home.portal_id, act_on=date(2026, 12, 10), broke_count=1, **seen)
    add_client(app, 2, home.portal_id, act_on=date(2026, 11, 20), **seen)
    add_client(app, 3, home.portal_id, act_on=date(2026, 12, 11), **{**seen, "stage": "payment"})
    table = board.download("/clients/invoices.csv", all="yes", conditions="view=all").text
    ends = {line.split(";")[0]: line.rstrip().split(";")[-1] for line in table.splitlines()}
    assert (ends["Клиент 1"], ends["Клиент 2"], ends["Клиент 3"]) == ("10.12.2026", "20.11.2026", "")
