"""Every address of the queue: who may not is refused, another integrator finds nothing, a role sees no more than it includes."""

from collections.abc import Callable

import pytest

from b24app.database import db, portal_scope
from b24app.integrators.members import IntegratorProfile, declare_integrator, set_member
from b24app.integrators.rights import MemberRole, Right
from b24app.services import services
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor
from tests.integrators.looking import state_of
from tests.integrators.reporting import NINA, Reporting, plain, reports_to

pytestmark = pytest.mark.dialect
Jobs = Callable[[], int]
READING = ("/clients/reports", "/clients/reports/look", "/clients/reports/conditions")
OWNERS = ("look", "look/sender", "look/server", "look/sender/forget")
DEEDS = ("approve", "take-back", "again", "remake", "leave-out", "foreword", "reader", "reader/forget")
FORM = {"email": "a@b.example", "foreword": "Слова", "colour": "#0b5d57"}


@pytest.fixture
def reporting(world: World, south: Actor, first_checks: Actor, run_jobs: Jobs) -> Reporting:
    return reports_to(world, south, first_checks, run_jobs)


def plays(reporting: Reporting, role: MemberRole) -> None:
    """The person has this role from now on."""
    now = services().clock.now()
    with portal_scope(reporting.home.portal_id):
        set_member(9_001, "Хозяин", MemberRole.OWNER, by=NINA, at=now)
        set_member(reporting.home.portal.admin.id, "Нина", role, by=NINA, at=now)
        db.session.commit()


def test_an_employee_without_a_role_sees_and_does_nothing(reporting: Reporting) -> None:
    report_id = reporting.asks_draft()
    person = reporting.home.opens(user=reporting.home.portal.employee)
    for path in READING:
        assert (path, person.get(path).status_code) == (path, 403)
    assert person.get(f"/clients/reports/{report_id}").status_code == 403
    assert person.post("/clients/reports/approve", newest="1").status_code == 403
    for deed in DEEDS:
        assert (deed, person.post(f"/clients/reports/{report_id}/{deed}", **FORM).status_code) == (deed, 403)
    for path in OWNERS:
        assert (path, person.post(f"/clients/reports/{path}", **FORM).status_code) == (path, 403)


@pytest.mark.parametrize("role", [MemberRole.ENGINEER, MemberRole.ACCOUNTANT, MemberRole.VIEWER])
def test_other_roles_read_their_parts_and_send_nothing(reporting: Reporting, role: MemberRole) -> None:
    report_id = reporting.asks_draft()
    plays(reporting, role)
    text = plain(reporting.own.get(f"/clients/reports/{report_id}").text)
    assert ("Проверки нам не показаны" in text) == (role is MemberRole.ACCOUNTANT)
    assert (
        "Суммы нам не показаны" in text or "Ни один оплаченный срок" in text
    ) or role is MemberRole.ACCOUNTANT
    assert reporting.own.get("/clients/reports").status_code == 200
    for deed in DEEDS:
        assert (deed, reporting.own.post(f"/clients/reports/{report_id}/{deed}", **FORM).status_code) == (
            deed,
            403,
        )
    assert reporting.own.post("/clients/reports/approve", newest="1").status_code == 403
    for path in OWNERS:
        assert (path, reporting.own.post(f"/clients/reports/{path}", **FORM).status_code) == (path, 403)


def test_a_manager_does_not_see_the_reports_of_others_clients(reporting: Reporting) -> None:
    report_id = reporting.asks_draft()
    plays(reporting, MemberRole.MANAGER)
    assert reporting.looking.client.host not in reporting.own.get("/clients/reports").text
    assert reporting.own.get(f"/clients/reports/{report_id}").status_code == 404
    assert reporting.own.post(f"/clients/reports/{report_id}/approve").status_code == 404


def test_another_integrator_of_the_same_client_finds_nothing(reporting: Reporting, world: World) -> None:
    report_id = reporting.asks_draft()
    east = Actor(reporting.visitor, world.add_portal("east.bitrix24.example")).installs()
    other = reports_to(world, east, reporting.looking.client, reporting.run_jobs)
    assert "Пока нет ни одного отчёта" in plain(other.own.get("/clients/reports").text)
    assert other.own.get(f"/clients/reports/{report_id}").status_code == 404
    before = state_of(reporting.home)
    for deed in DEEDS:
        assert (deed, other.own.post(f"/clients/reports/{report_id}/{deed}", **FORM).status_code) == (
            deed,
            404,
        )
    assert state_of(reporting.home) == before


def test_a_number_that_is_none_is_not_found(reporting: Reporting) -> None:
    assert reporting.own.get("/clients/reports/77").status_code == 404
    assert reporting.own.get("/clients/reports?first=99999999999&shown=x").status_code == 200
    assert reporting.own.get("/clients/reports/conditions").status_code == 200


def test_a_foreword_that_is_too_long_is_refused_and_one_that_fits_stands_in_the_report(
    reporting: Reporting,
) -> None:
    report_id = reporting.asks_draft()
    path = f"/clients/reports/{report_id}/foreword"
    assert reporting.own.post(path, foreword="о" * 1_300).status_code == 422
    assert reporting.own.post(path, foreword="Спасибо за <b>ноябрь</b>").status_code == 200
    text = reporting.own.get(f"/clients/reports/{report_id}").text
    assert "Спасибо за &lt;b&gt;ноябрь&lt;/b&gt;" in text


def test_one_that_is_left_out_goes_away_and_is_not_made_again(reporting: Reporting) -> None:
    report_id = reporting.asks_draft()
    assert reporting.own.post(f"/clients/reports/{report_id}/leave-out").status_code == 200
    assert "Пока нет ни одного отчёта" in plain(reporting.own.get("/clients/reports").text)
    assert reporting.row().state == "left_out"


def test_a_group_is_wanted_or_excepted_in_the_queue(reporting: Reporting) -> None:
    from b24app.integrators.client_groups import add_group, put_in

    reporting.asks_draft()
    with portal_scope(reporting.home.portal_id):
        group = add_group("Магазины")
        put_in(group, reporting.looking.client.portal_id)
        db.session.commit()
    name = reporting.looking.client.host
    assert name in reporting.own.get(f"/clients/reports?group={group}").text
    left = reporting.own.get(f"/clients/reports?not_group={group}")
    assert name not in left.text.partition('id="main"')[2]


def test_without_a_right_the_bulk_leaves_the_client_out(
    world: World, south: Actor, first_checks: Actor, run_jobs: Jobs
) -> None:
    reporting = reports_to(world, south, first_checks, run_jobs, (Right.COPY,))
    answer = reporting.own.post("/clients/bulk/before", kind="report", code=reporting.code)
    assert "клиент этого не разрешил" in plain(answer.text)
    reporting.own.post("/clients/bulk", kind="report", code=reporting.code)
    run_jobs()
    assert reporting.rows() == []


def test_a_work_that_is_repeated_makes_no_second_draft(reporting: Reporting) -> None:
    from b24app.integrators.bulk_work import work_on

    reporting.asks_draft()
    work_on(1)
    work_on(1)
    assert len(reporting.rows()) == 1


def test_a_profile_named_otherwise_later_does_not_change_what_was_approved(reporting: Reporting) -> None:
    report_id = reporting.asks_draft()
    reporting.reader_agrees(report_id)
    reporting.own.post(f"/clients/reports/{report_id}/approve")
    profile = IntegratorProfile("ООО «Другое имя»", "7799104520", "Нина", "nina@step.example", "")
    with portal_scope(reporting.home.portal_id):
        declare_integrator(profile, by=Author(1, "Нина"), at=services().clock.now())
        db.session.commit()
    text = plain(reporting.own.get(f"/clients/reports/{report_id}").text)
    assert "ООО «Верный шаг»" in text
    assert "Другое имя" not in text
