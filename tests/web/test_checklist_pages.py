"""The page of checks: run, watch, open, repeat, silence, answer; history and the register; the four standing questions."""

import re
from collections.abc import Callable

import pytest

from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.engine.runs import latest_run, store_verdicts
from b24app.checklist.engine.verdict import passed
from b24app.database import db, portal_scope
from sandbox.portal import Portal
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

RunJobs = Callable[[], int]


@pytest.fixture
def checked(first_checks: Actor, north_admin: Opened) -> Opened:
    """The administrator of a portal whose first checks, queued by the installation, have been run."""
    return north_admin


def test_before_the_first_run_the_page_invites(north_admin: Opened) -> None:
    assert "/checklist/run" in north_admin.get("/checklist").text


def test_a_run_shows_its_progress_and_ends_by_itself(north_admin: Opened, run_jobs: RunJobs) -> None:
    assert "/checklist/progress" in north_admin.post("/checklist/run").text
    assert "every 1s" in north_admin.get("/checklist/progress").text
    run_jobs()
    ended = north_admin.get("/checklist/progress").text
    assert "/checklist/progress" not in ended
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


def test_lost_rights_are_one_open_line_and_a_fold(north: Actor, checked: Opened, run_jobs: RunJobs) -> None:
    north.portal.admin.admin = False
    checked.post("/checklist/run")
    run_jobs()
    with portal_scope(north.portal_id):
        view = checklist_view()
    blinded = [row for area in view.areas for row in area.checks if row.waits_for_rights]
    assert len(blinded) > 20
    assert not {row.code for row in blinded} & set(view.readiness.todo)
    assert "seen_by_administrator" in view.readiness.todo
    north.portal.admin.admin = True
    folds = re.findall(r"<summary>.*?</summary>", north.opens().get("/checklist").text, re.DOTALL)
    assert any("lack of rights" in fold or "не хватает прав" in fold for fold in folds)


def test_a_row_opens_and_folds(checked: Opened) -> None:
    assert "check-open" in checked.get("/checklist/check/pipelines_present").text
    assert "check-open" not in checked.get("/checklist/check/pipelines_present", fold="").text


def test_one_check_and_one_area_are_done_again(checked: Opened, run_jobs: RunJobs) -> None:
    assert "every 1s" in checked.post("/checklist/check/pipelines_present/again").text
    assert run_jobs() == 1
    assert "every 1s" in checked.post("/checklist/area/payments/again").text
    assert run_jobs() == 1


@pytest.mark.parametrize("place", ["check/pipelines_present", "area/crm"])
def test_a_repeat_is_waited_for_until_its_result_is_there(
    checked: Opened, world: World, run_jobs: RunJobs, place: str
) -> None:
    world.clock.advance(seconds=5)
    since = int(world.clock.now().timestamp() * 1000)
    checked.post(f"/checklist/{place}/again")
    assert checked.get(f"/checklist/{place}", since=since).status_code == 204
    run_jobs()
    result = checked.get(f"/checklist/{place}", since=since)
    assert "every 1s" not in result.text
    assert 'id="verdict-line" hx-swap-oob="true"' in result.text


def test_a_repeat_that_never_comes_is_given_up(checked: Opened, world: World) -> None:
    since = int(DAY_OF_THE_STORY.timestamp() * 1000) + 1000
    world.clock.advance(seconds=200)
    assert "toast" in checked.get("/checklist/check/pipelines_present", since=since).text


def test_areas_fill_up_while_a_run_goes_on(north: Actor, checked: Opened) -> None:
    checked.post("/checklist/run")
    with portal_scope(north.portal_id):
        run = latest_run()
        assert run is not None
        store_verdicts(run.id, {"base_price_present": passed("ok")})
        db.session.commit()
    first = checked.get("/checklist/progress").text
    assert 'id="section-catalogue"' in first
    assert "skeleton" in first
    shown = re.search(r"/checklist/progress\?have=([\w.,]+)", first)
    assert shown is not None
    assert "section-catalogue" not in checked.get("/checklist/progress", have=shown.group(1)).text


def test_a_run_that_waits_long_is_told_and_one_without_end_is_given_up(checked: Opened, world: World) -> None:
    checked.post("/checklist/run")
    world.clock.advance(seconds=70)
    assert "#notices" in checked.get("/checklist/progress").text
    assert "every 5s" in checked.get("/checklist/progress").text
    world.clock.advance(minutes=10)
    assert "/checklist/run" in checked.get("/checklist").text


def test_rows_of_a_past_run_are_only_read(checked: Opened) -> None:
    assert "/again" not in checked.get("/checklist/runs/1").text
    row = checked.get("/checklist/check/pipelines_present", run="1").text
    assert "check-open" in row
    assert "/again" not in row


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/checklist/question/ask_plan_quota", "value"),
        ("/checklist/question/ask_plan_quota", "note"),
        ("/checklist/register", "owner_name"),
        ("/checklist/register", "purpose"),
        ("/terms", "note"),
        ("/settings/start", "portal_name"),
    ],
)
def test_a_text_that_is_too_long_is_told_beside_its_field(checked: Opened, path: str, field: str) -> None:
    whole = {
        "outcome": "yes",
        "kind": "application",
        "name": "x",
        "title": "x",
        "ends_on": "2027-01-31",
        "pays_by": "unknown",
        "plan_named": "std",
        "edition": "cloud",
        "country": "by",
        "route": "partner",
        "method": "transfer",
    }
    answer = checked.post(path, **whole | {field: "x" * 2_001})
    assert answer.status_code == 422
    assert re.search(rf'name="{field}"[^>]* aria-invalid="true"', answer.text)
    assert "Слишком длинно" in answer.text


def test_silencing_needs_a_reason_and_an_end(checked: Opened) -> None:
    path = "/checklist/mute/pipelines_present"
    assert checked.post(path, reason="", until="2026-12-31").status_code == 422
    assert checked.post(path, reason="known", until="someday").status_code == 422
    silenced = checked.post(path, reason="known", until="2026-12-31").text
    assert "known" in silenced
    assert "/checklist/unmute/pipelines_present" in silenced
    back = checked.post("/checklist/unmute/pipelines_present").text
    assert 'id="section-crm"' in back
    assert "/checklist/unmute/" not in back


def test_a_reason_longer_than_a_page_is_refused_with_words(checked: Opened) -> None:
    path = "/checklist/mute/pipelines_present"
    answer = checked.post(path, reason="x" * 2_001, until="2026-12-31")
    assert answer.status_code == 422
    assert "Слишком длинно" in answer.text
    assert "/checklist/unmute/" not in checked.get("/checklist").text
    assert "/checklist/unmute/" in checked.post(path, reason="x" * 2_000, until="2026-12-31").text


def test_an_area_is_silenced_as_a_whole(checked: Opened) -> None:
    path = "/checklist/mute/area:catalogue"
    wrong = checked.post(path, reason="", until="2026-12-31")
    assert wrong.status_code == 422
    assert 'id="section-catalogue"' in wrong.text
    assert "/checklist/unmute/area:catalogue" in checked.post(path, reason="sold", until="2026-12-31").text
    assert "/checklist/unmute/" not in checked.post("/checklist/unmute/area:catalogue").text


def test_a_question_is_answered_with_name_and_time(north: Actor, checked: Opened) -> None:
    opened = checked.get("/checklist/question/ask_plan_quota").text
    assert "/checklist/question/ask_plan_quota" in opened
    assert checked.post("/checklist/question/ask_plan_quota", outcome="").status_code == 422
    assert checked.post("/checklist/question/ask_plan_quota", outcome="yes", value="78").status_code == 200
    assert north.portal.admin.name in checked.get("/checklist/check/ask_plan_quota").text


def test_what_does_not_exist_is_not_found(checked: Opened) -> None:
    acts = (
        "check/pigeon/again", "area/pigeon/again", "question/pigeon", "question/pipelines_present",
        "check/ask_plan_quota/again", "runs/999/baseline", "register/999", "register/999/strike", "unmute/pigeon",
        "mute/pigeon",
    )  # fmt: skip
    form = {"outcome": "yes", "kind": "other", "name": "x", "reason": "y", "until": "2026-12-31"}
    assert {checked.post(f"/checklist/{path}", **form).status_code for path in acts} == {404}
    pages = ("check/pigeon", "area/pigeon", "question/pipelines_present", "runs/999")
    assert {checked.get(f"/checklist/{path}").status_code for path in pages} == {404}
    assert checked.get("/checklist/register", edit=999).status_code == 404


def test_the_history_shows_runs_and_takes_a_baseline(checked: Opened, run_jobs: RunJobs) -> None:
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
    assert 'value="Exchange"' in checked.get("/checklist/register", edit=1).text
    assert checked.post("/checklist/register/1", **form | {"name": ""}).status_code == 422
    assert "Stock" in checked.post("/checklist/register/1", **form | {"name": "Stock"}).text
    assert "Stock" not in checked.post("/checklist/register/1/strike").text


def test_a_refusing_portal_is_told_and_the_last_results_stay(
    north: Actor, checked: Opened, run_jobs: RunJobs
) -> None:
    north.portal.lapse_to_free()
    checked.post("/checklist/run")
    run_jobs()
    text = checked.get("/checklist").text
    assert "/late" in text
    assert "ACCESS_DENIED" in text
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
