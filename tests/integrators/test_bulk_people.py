"""Who does a work on many clients: in whose name and role, who sees and steers it, and what its pages say of others' clients."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from b24app.checklist.engine.runs import latest_run
from b24app.database import db, portal_scope
from b24app.integrators.audit import list_lines
from b24app.integrators.bulk.model import BulkStep
from b24app.integrators.client_groups import add_group, change_group
from b24app.integrators.client_notes import read_note, set_responsible
from b24app.integrators.consents import end_by_client
from b24app.integrators.members import set_member
from b24app.integrators.model import ClientSummary, IntegratorMember, StepState
from b24app.integrators.rights import MemberRole
from b24app.integrators.summary_parts import blocking_of
from b24app.portals.people import note_employment
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA
from tests.integrators.test_bulk import board, code_of, home, runs_of, states, work_off

__all__ = ["board", "home"]
pytestmark = pytest.mark.dialect
RunJobs = Callable[[], int]


def engineer(home: Actor, name: str = "Инженер Сидоров", role: MemberRole = MemberRole.ENGINEER) -> Opened:
    """Another person of the integrator's portal, in a role."""
    with portal_scope(home.portal_id):
        set_member(home.portal.employee.id, name, role, by=ANNA, at=services().clock.now())
        db.session.commit()
    return home.opens(user=home.portal.employee)


def leaves(home: Actor, role: MemberRole | None) -> None:
    """The administrator gets another role, or none."""
    me = home.portal.admin.id
    with portal_scope(home.portal_id):
        set_member(900, "Хозяин", MemberRole.OWNER, by=ANNA, at=services().clock.now())
        if role is None:
            db.session.execute(delete(IntegratorMember).where(IntegratorMember.user_id == me))
        else:
            set_member(me, "Н. Рябова", role, by=ANNA, at=services().clock.now())
        db.session.commit()


def test_what_is_repeated_is_done_under_the_name_of_who_repeats_it(
    home: Actor, board: Opened, first_checks: Actor, world: World, run_jobs: RunJobs
) -> None:
    board.post("/clients/bulk", kind="check", code=code_of(first_checks.portal_id))
    board.post("/clients/bulk/1/stop")
    assert engineer(home).post("/clients/bulk/1/repeat").status_code == 200
    leaves(home, None)
    work_off(world, run_jobs)
    assert states(home) == {first_checks.portal_id: (StepState.DONE, "")}
    repeats = home.portal.employee.full_name
    assert repeats in runs_of(first_checks)[-1][1]
    with portal_scope(first_checks.portal_id):
        assert repeats in {line.person for line in list_lines() if line.right == "run_checks"}


@pytest.mark.parametrize(
    ("role", "reason"), [(None, "no_seat"), (MemberRole.VIEWER, "no_role"), (MemberRole.MANAGER, "not_seen")]
)
def test_the_role_is_asked_at_the_moment_itself(
    home: Actor,
    board: Opened,
    first_checks: Actor,
    run_jobs: RunJobs,
    *,
    role: MemberRole | None,
    reason: str,
) -> None:
    client_id, me = first_checks.portal_id, home.portal.admin.id
    board.post("/clients/bulk", kind="assign", value=str(me), code=code_of(client_id))
    leaves(home, role)
    run_jobs()
    assert states(home) == {client_id: (StepState.FAILED, reason)}
    with portal_scope(home.portal_id):
        assert read_note(client_id).responsible_id is None


def test_a_group_that_became_anothers_is_not_filled_any_more(
    app: Flask, home: Actor, first_checks: Actor, run_jobs: RunJobs
) -> None:
    manager, client_id = engineer(home, "Менеджер", MemberRole.MANAGER), first_checks.portal_id
    with portal_scope(home.portal_id):
        set_responsible(client_id, home.portal.employee.id, at=services().clock.now())
        group = add_group("Моя", home.portal.employee.id)
        db.session.commit()
    assert (
        manager.post("/clients/bulk", kind="group", value=str(group), code=code_of(client_id)).status_code
        == 200
    )
    with portal_scope(home.portal_id):
        change_group(group, "Моя", None)
        db.session.commit()
    run_jobs()
    assert states(home) == {client_id: (StepState.FAILED, "no_role")}


def test_a_manager_sees_and_steers_his_own_work_alone(
    home: Actor, board: Opened, first_checks: Actor, app: Flask
) -> None:
    client_id, code = first_checks.portal_id, code_of(first_checks.portal_id)
    board.post("/clients/bulk", kind="check", code=code)
    manager = engineer(home, "Менеджер", MemberRole.MANAGER)
    assert manager.get("/clients/bulk/1").status_code == 404
    for deed in ("stop", "repeat"):
        assert manager.post(f"/clients/bulk/1/{deed}").status_code == 404, deed
    assert states(home) == {client_id: (StepState.WAITING, "")}
    with portal_scope(home.portal_id):
        set_responsible(client_id, home.portal.employee.id, at=services().clock.now())
        db.session.commit()
    assert "Север" in manager.post("/clients/bulk", kind="check", code=code).text
    assert board.get("/clients/bulk/2").status_code == 200
    assert manager.post("/clients/bulk/2/stop").status_code == 200


def test_a_client_that_went_to_another_manager_is_not_called_ended(
    home: Actor, first_checks: Actor, app: Flask
) -> None:
    manager, client_id = engineer(home, "Менеджер", MemberRole.MANAGER), first_checks.portal_id
    with portal_scope(home.portal_id):
        set_responsible(client_id, home.portal.employee.id, at=services().clock.now())
        db.session.commit()
    manager.post("/clients/bulk", kind="check", code=code_of(client_id))
    with portal_scope(home.portal_id):
        set_responsible(client_id, home.portal.admin.id, at=services().clock.now())
        db.session.commit()
    text = manager.get("/clients/bulk/1").text
    assert "клиент, которого вы больше не видите" in text
    assert ("Север" in text, "чей доступ закончился" in text) == (False, False)
    with portal_scope(client_id):
        end_by_client(code_of(client_id), by=ANNA, at=services().clock.now())
        db.session.commit()
    assert "клиент, чей доступ закончился" in manager.get("/clients/bulk/1").text


def test_a_work_says_what_its_own_run_found(
    home: Actor, board: Opened, first_checks: Actor, world: World, run_jobs: RunJobs
) -> None:
    board.post("/clients/bulk", kind="check", code=code_of(first_checks.portal_id))
    work_off(world, run_jobs)
    with portal_scope(home.portal_id):
        step = db.session.scalars(select(BulkStep)).one()
        assert (step.blockers_before, step.blockers_after) == (0, _blocking_now(first_checks))
        step.blockers_after = 3
        db.session.commit()
    with portal_scope(first_checks.portal_id):
        db.session.execute(update(ClientSummary).values(blockers=7))
        db.session.commit()
    assert "сломалось: 3" in board.get("/clients/bulk/1").text


def _blocking_now(actor: Actor) -> int:
    with portal_scope(actor.portal_id):
        run = latest_run(finished=True)
        assert run is not None
        return len(blocking_of(run))


def test_nothing_is_done_for_a_person_who_was_dismissed_meanwhile(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    board.post("/clients/bulk", kind="check", code=code_of(first_checks.portal_id))
    before = len(runs_of(first_checks))
    with portal_scope(home.portal_id):
        note_employment(home.portal.admin.id, active=False, at=services().clock.now())
        db.session.commit()
    run_jobs()
    assert states(home) == {first_checks.portal_id: (StepState.FAILED, "no_seat")}
    assert len(runs_of(first_checks)) == before
