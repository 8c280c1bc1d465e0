"""The page of checks: run, watch, open, repeat, silence, answer; history and the register; the four standing questions."""

from collections.abc import Callable

import pytest

from sandbox.portal import Portal
from tests.actors import Actor, Opened

RunJobs = Callable[[], int]


@pytest.fixture
def checked(north_admin: Opened, run_jobs: RunJobs) -> Opened:
    """The administrator of a portal whose checks have been run."""
    north_admin.post("/checklist/run")
    run_jobs()
    return north_admin


def test_before_the_first_run_the_page_invites(north_admin: Opened) -> None:
    assert "/checklist/run" in north_admin.get("/checklist").text


def test_a_run_shows_its_progress_and_ends_by_itself(north_admin: Opened, run_jobs: RunJobs) -> None:
    assert "/checklist/progress" in north_admin.post("/checklist/run").text
    assert "every 1s" in north_admin.get("/checklist/progress").text
    run_jobs()
    ended = north_admin.get("/checklist/progress").text
    assert "every" not in ended
    assert 'hx-get="/checklist"' in ended


def test_results_are_there_with_rows_and_filters(checked: Opened) -> None:
    text = checked.get("/checklist").text
    assert 'id="section-payments"' in text
    assert 'data-filter="pass"' in text


def test_a_lost_pay_system_stands_among_the_blockers(
    north: Actor, checked: Opened, run_jobs: RunJobs
) -> None:
    yookassa = next(row for row in north.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    north.portal.switch_off("pay_system", yookassa["ID"])
    checked.post("/checklist/run")
    run_jobs()
    text = checked.get("/checklist", open="pay_systems_still_on").text
    assert str(yookassa["NAME"]) in text
    assert "/checklist/check/pay_systems_still_on/again" in text


def test_a_row_opens_and_folds(checked: Opened) -> None:
    assert "check-open" in checked.get("/checklist/check/pipelines_present").text
    assert "check-open" not in checked.get("/checklist/check/pipelines_present", fold="").text


def test_one_check_and_one_area_are_done_again(checked: Opened, run_jobs: RunJobs) -> None:
    assert "spinner" in checked.post("/checklist/check/pipelines_present/again").text
    assert run_jobs() == 1
    assert checked.post("/checklist/area/payments/again").status_code == 200
    assert run_jobs() == 1


def test_silencing_needs_a_reason_and_an_end(checked: Opened) -> None:
    path = "/checklist/mute/pipelines_present"
    assert checked.post(path, reason="", until="2026-12-31").status_code == 422
    assert checked.post(path, reason="known", until="someday").status_code == 422
    assert "known" in checked.post(path, reason="known", until="2026-12-31").text
    assert "/checklist/unmute/pipelines_present" in checked.get("/checklist").text
    assert "/checklist/unmute/" not in checked.post("/checklist/unmute/pipelines_present").text


def test_a_question_is_answered_with_name_and_time(north: Actor, checked: Opened) -> None:
    opened = checked.get("/checklist/check/ask_plan_quota").text
    assert "/checklist/question/ask_plan_quota" in opened
    assert checked.post("/checklist/question/ask_plan_quota", outcome="").status_code == 422
    assert checked.post("/checklist/question/ask_plan_quota", outcome="yes", value="78").status_code == 200
    assert north.portal.admin.name in checked.get("/checklist/check/ask_plan_quota").text


@pytest.mark.parametrize(
    "path",
    ["/checklist/check/pigeon/again", "/checklist/area/pigeon/again", "/checklist/question/pigeon",
     "/checklist/question/pipelines_present", "/checklist/check/ask_plan_quota/again",
     "/checklist/runs/999/baseline", "/checklist/register/999/strike"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(checked: Opened, path: str) -> None:
    assert checked.post(path, outcome="yes").status_code == 404


def test_the_history_shows_runs_and_takes_a_snapshot(checked: Opened, run_jobs: RunJobs) -> None:
    checked.post("/checklist/run")
    run_jobs()
    assert "/checklist/runs/1" in checked.get("/checklist/runs").text
    assert checked.get("/checklist/runs/1").status_code == 200
    assert checked.post("/checklist/runs/1/baseline").status_code == 200


def test_the_register_keeps_what_no_portal_lists(checked: Opened) -> None:
    assert checked.post("/checklist/register", kind="application", name="").status_code == 422
    form = {
        "kind": "application",
        "name": "Exchange",
        "expires_on": "2027-01-31",
        "host": "https://a.example/x?y=1",
    }
    text = checked.post("/checklist/register", **form).text
    assert "Exchange" in text
    assert "a.example" in text
    assert "y=1" not in text
    assert checked.post("/checklist/register", **form | {"expires_on": "soon"}).status_code == 422
    assert "Exchange" not in checked.post("/checklist/register/1/strike").text


def test_a_refusing_portal_is_told_and_the_last_results_stay(
    north: Actor, checked: Opened, run_jobs: RunJobs
) -> None:
    north.portal.lapse_to_free()
    checked.post("/checklist/run")
    run_jobs()
    text = checked.get("/checklist").text
    assert "/late" in text
    assert 'id="section-payments"' in text


def test_a_run_that_breaks_says_so(north: Actor, north_admin: Opened, run_jobs: RunJobs) -> None:
    portal: Portal = north.portal
    portal.answer_next("html", times=500)
    north_admin.post("/checklist/run")
    run_jobs()
    assert north_admin.get("/checklist").status_code == 200


def test_another_portal_sees_nothing_of_it(checked: Opened, south_admin: Opened) -> None:
    assert "section-payments" not in south_admin.get("/checklist").text
    assert south_admin.get("/checklist/runs/1").status_code == 404
    assert south_admin.post("/checklist/check/pipelines_present/again").status_code == 404


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/checklist").status_code == 403
    assert north_employee.post("/checklist/run").status_code == 403
