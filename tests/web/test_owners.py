"""Who is responsible for a check: named on its row or its area, told in notices and on the report in all its forms."""

import io
import json
from collections.abc import Callable

import openpyxl
import pytest

from b24app.database import portal_scope
from b24app.reminders.outbox import list_deliveries
from tests.actors import Actor, Opened
from tests.report_taking import take_report

pytestmark = pytest.mark.usefixtures("first_checks")
RunJobs = Callable[[], int]
CHECK, AREA = "pay_systems_still_on", "area:payments"


@pytest.fixture
def checked(north_admin: Opened, run_jobs: RunJobs) -> Opened:
    run_jobs()
    return north_admin


def say(opened: Opened, target: str, name: str, person: str = ""):
    return opened.post(f"/shop/owner/{target}", owner_name=name, owner_id=person)


def findings(opened: Opened) -> dict[str, str]:
    report = json.loads(take_report(opened, "json").data)
    rows = [*report["passed"], *(one for group in report["groups"] for one in group["findings"])]
    return {row["code"]: row["owner"] for row in rows}


def test_a_checks_own_person_goes_before_the_one_of_its_area(checked: Opened) -> None:
    assert "Ответственный: Олег" in say(checked, AREA, "Олег").text
    assert "Ответственный: Игорь" in say(checked, "pay_system_for_orders", "Игорь").text
    owners = findings(checked)
    assert (owners["pay_system_for_orders"], owners["payments_come"]) == ("Игорь", "Олег")


def test_a_question_has_its_person_too(checked: Opened) -> None:
    assert "Ответственный: Игорь" in say(checked, "ask_test_payment", "Игорь").text


def test_an_empty_name_takes_it_back(checked: Opened) -> None:
    say(checked, CHECK, "Игорь")
    assert "Игорь" not in say(checked, CHECK, " ").text


def test_the_person_stands_on_the_page_and_in_the_spreadsheet(checked: Opened) -> None:
    say(checked, AREA, "Олег Дроздов")
    assert "Олег Дроздов" in checked.get("/shop/report").text
    book = openpyxl.load_workbook(io.BytesIO(take_report(checked, "xlsx").data))
    assert "Олег Дроздов" in {cell.value for row in book["Проверки"].iter_rows() for cell in row}


def test_the_person_hears_when_the_check_gets_worse(north: Actor, checked: Opened, run_jobs: RunJobs) -> None:
    say(checked, CHECK, "Игорь", str(north.portal.employee.id))
    row = next(row for row in north.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    north.portal.switch_off("pay_system", row["ID"])
    checked.post("/shop/run")
    run_jobs()
    with portal_scope(north.portal_id):
        told = {line.recipient for line in list_deliveries()}
    assert str(north.portal.employee.id) in told


def test_what_does_not_exist_another_portal_and_an_employee(
    checked: Opened, south_admin: Opened, north_employee: Opened
) -> None:
    assert say(checked, "fly", "Игорь").status_code == 404
    assert say(north_employee, CHECK, "Игорь").status_code == 403
    say(checked, AREA, "Олег")
    assert "Олег" not in south_admin.get("/shop").text
