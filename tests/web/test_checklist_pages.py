"""The page «Shop»: run, watch, open, put right, repeat, set aside, give away, answer; history and the register."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.engine.runs import latest_run, store_verdicts
from b24app.checklist.engine.verdict import failed
from b24app.checklist.questions.answers import take_back_answer
from b24app.database import db, portal_scope
from b24app.errors import NotFound
from b24app.services import services
from b24app.terms.term import Author
from sandbox.portal import Portal
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

RunJobs = Callable[[], int]
EMPTY = '<b id="count-muted" class="none"'


@pytest.fixture
def checked(first_checks: Actor, north_admin: Opened) -> Opened:
    """The administrator of a portal whose first checks, queued by the installation, have been run."""
    return north_admin


def test_before_the_first_run_the_page_invites(north_admin: Opened) -> None:
    assert "/shop/run" in north_admin.get("/shop").text


def test_a_run_shows_its_progress_and_ends_by_itself(north_admin: Opened, run_jobs: RunJobs) -> None:
    assert "/shop/progress" in north_admin.post("/shop/run").text
    assert "every 1s" in north_admin.get("/shop/progress").text
    run_jobs()
    ended = north_admin.get("/shop/progress").text
    assert "/shop/progress" not in ended
    assert 'hx-get="/shop"' in ended


def test_results_stand_in_parts_and_their_sum_is_the_total(north: Actor, checked: Opened) -> None:
    text = checked.get("/shop").text
    assert all(f'id="{part}"' in text for part in ("shop-head", "blockers", "deck", "fold-fine", "sum"))
    said = re.search(r"Всего (\d+): ([^<]+)\.", text)
    assert said is not None
    assert int(said[1]) == sum(map(int, re.findall(r"\d+", said[2])))
    with portal_scope(north.portal_id):
        numbers = checklist_view().numbers
    assert numbers.total == int(said[1])


def test_a_fold_brings_its_rows_when_it_is_opened(checked: Opened) -> None:
    assert 'id="check-stages_present"' not in checked.get("/shop").text
    rows = checked.get("/shop/fold/fine").text
    assert 'id="area-payments"' in rows
    assert 'id="check-stages_present"' in rows
    assert checked.get("/shop/fold/pigeons").status_code == 404


def test_a_lost_pay_system_stands_among_the_blockers(
    north: Actor, checked: Opened, run_jobs: RunJobs
) -> None:
    yookassa = next(row for row in north.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    north.portal.switch_off("pay_system", yookassa["ID"])
    checked.post("/shop/run")
    run_jobs()
    text = checked.get("/shop", open="pay_systems_still_on").text
    assert str(yookassa["NAME"]) in text
    assert "/shop/check/pay_systems_still_on/again" in text
    edit = f"/shop/settings/sale_pay_system_edit/?publicSidePanel=Y&amp;ID={yookassa['ID']}"
    assert f'data-portal-path="{edit}"' in text


def lose(north: Actor, checked: Opened, run_jobs: RunJobs) -> str:
    """Switch a pay system off and let the checks see it; answers its id."""
    found = next(row for row in north.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    north.portal.switch_off("pay_system", found["ID"])
    checked.post("/shop/run")
    run_jobs()
    return str(found["ID"])


LOST = "/shop/check/pay_systems_still_on"


def test_what_was_opened_is_asked_about_also_after_a_reload(
    north: Actor, checked: Opened, run_jobs: RunJobs
) -> None:
    lose(north, checked, run_jobs)
    assert "/not-yet" not in checked.get("/shop").text
    assert f"{LOST}/not-yet" in checked.post(f"{LOST}/opened").text
    assert f"{LOST}/not-yet" in checked.get("/shop").text
    assert "/not-yet" not in checked.post(f"{LOST}/not-yet").text
    assert "/not-yet" not in checked.get("/shop").text


@pytest.mark.parametrize("mended", [True, False])
def test_the_portal_decides_whether_it_is_put_right(
    north: Actor, checked: Opened, world: World, run_jobs: RunJobs, *, mended: bool
) -> None:
    key = lose(north, checked, run_jobs)
    checked.post(f"{LOST}/opened")
    if mended:
        north.portal.tables["paysystem"].update(key, ACTIVE="Y")
    world.clock.advance(seconds=5)
    since = int(world.clock.now().timestamp() * 1000)
    assert "every 1s" in checked.post(f"{LOST}/again").text
    run_jobs()
    text = checked.get(f"{LOST}?since={since}&fixed").text
    assert ("проверено в" in text) is mended
    assert ("check-open v-fail" in text) is not mended
    assert ("Портал ответил в" in text) is not mended


def test_a_check_is_given_to_a_person_and_taken_back(
    north: Actor, checked: Opened, run_jobs: RunJobs
) -> None:
    lose(north, checked, run_jobs)
    form = {"other_id": str(north.portal.admin.id), "other_name": "Игорь", "due_on": "2026-12-02"}
    path = "/shop/give/pay_systems_still_on"
    assert checked.post(path, **form | {"other_id": ""}).status_code == 422
    assert checked.post(path, **form | {"due_on": "2026-11-01"}).status_code == 422
    assert checked.post("/shop/give/pigeon", **form).status_code == 404
    line = "/shop/given/pay_systems_still_on"
    assert checked.get(line).status_code == 404
    text = checked.post(path, **form).text
    assert "Игорь" in text
    assert f'hx-get="{line}"' in text
    assert checked.get(line).status_code == 204
    run_jobs()
    (task,) = [row for row in north.portal.tables["task"].all() if "Выключены" in row["title"]]
    assert f"задача № {task['id']}" in checked.get("/shop").text
    text = checked.get(line).text
    assert f"/company/personal/user/{north.portal.admin.id}/tasks/task/view/{task['id']}/" in text
    assert "hx-get" not in text
    checked.post("/shop/take-back/pay_systems_still_on")
    run_jobs()
    assert north.portal.tables["task"].get(task["id"]) is None
    assert checked.post("/shop/take-back/pay_systems_still_on").status_code == 404


def test_a_task_that_the_portal_does_not_take_says_so(
    north: Actor, checked: Opened, run_jobs: RunJobs
) -> None:
    lose(north, checked, run_jobs)
    form = {"other_id": "4040", "other_name": "Никто", "due_on": "2026-12-02"}
    checked.post("/shop/give/pay_systems_still_on", **form)
    run_jobs()
    assert "Задача не поставлена" in checked.get("/shop").text


def test_lost_rights_are_one_open_line_and_a_fold(north: Actor, checked: Opened, run_jobs: RunJobs) -> None:
    north.portal.admin.admin = False
    checked.post("/shop/run")
    run_jobs()
    with portal_scope(north.portal_id):
        view = checklist_view()
    blinded = [row for area in view.areas for row in area.checks if row.waits_for_rights]
    assert len(blinded) > 20
    assert not {row.code for row in blinded} & set(view.numbers.todo)
    assert "seen_by_administrator" in view.numbers.todo
    north.portal.admin.admin = True
    rows = north.opens().get("/shop/fold/unchecked").text
    assert all(f'id="check-{row.code}"' in rows for row in blinded)


def test_a_row_opens_and_folds(checked: Opened) -> None:
    assert "check-open" in checked.get("/shop/check/pipelines_present").text
    assert "check-open" not in checked.get("/shop/check/pipelines_present", fold="").text


def test_one_check_and_one_area_are_done_again(checked: Opened, run_jobs: RunJobs) -> None:
    assert "every 1s" in checked.post("/shop/check/pipelines_present/again").text
    assert run_jobs() == 2  # with the list of changes
    assert "every 1s" in checked.post("/shop/area/payments/again").text
    assert run_jobs() == 2


@pytest.mark.parametrize("place", ["check/pipelines_present", "area/crm"])
def test_a_repeat_is_waited_for_until_its_result_is_there(
    checked: Opened, world: World, run_jobs: RunJobs, place: str
) -> None:
    world.clock.advance(seconds=5)
    since = int(world.clock.now().timestamp() * 1000)
    checked.post(f"/shop/{place}/again")
    assert checked.get(f"/shop/{place}", since=since).status_code == 204
    run_jobs()
    result = checked.get(f"/shop/{place}", since=since)
    assert "every 1s" not in result.text
    assert 'id="shop-head" hx-swap-oob="true"' in result.text


def test_a_repeat_that_never_comes_is_given_up(checked: Opened, world: World) -> None:
    since = int(DAY_OF_THE_STORY.timestamp() * 1000) + 1000
    world.clock.advance(seconds=200)
    assert "toast" in checked.get("/shop/check/pipelines_present", since=since).text


def test_rows_stay_and_change_in_place_while_a_run_goes_on(north: Actor, checked: Opened) -> None:
    checked.post("/shop/run")
    first = checked.get("/shop").text
    assert "Проверяем: 0 из" in first
    assert 'id="fold-fine"' in first
    with portal_scope(north.portal_id):
        run = latest_run()
        assert run is not None
        store_verdicts(run.id, {"base_price_present": failed("broken")})
        db.session.commit()
    second = checked.get("/shop/progress", have=0).text
    assert "/shop/progress?have=1" in second
    assert 'id="check-base_price_present"' in second
    assert 'id="blockers"' not in checked.get("/shop/progress", have=1).text


def test_the_first_run_holds_the_place_of_rows_to_come(north_admin: Opened) -> None:
    north_admin.post("/shop/run")
    assert "skeleton" in north_admin.get("/shop").text


def test_a_run_that_waits_long_is_told_and_one_without_end_is_given_up(checked: Opened, world: World) -> None:
    checked.post("/shop/run")
    world.clock.advance(seconds=70)
    assert "note v-warn" in checked.get("/shop/progress").text
    assert "every 5s" in checked.get("/shop/progress").text
    world.clock.advance(minutes=10)
    assert "/shop/run" in checked.get("/shop").text


def test_rows_of_a_past_run_are_only_read(checked: Opened) -> None:
    past = checked.get("/shop/runs/1").text
    assert "/again" not in past
    assert 'id="deck"' not in past
    assert "/again" not in checked.get("/shop/fold/fine", run="1").text
    row = checked.get("/shop/check/pipelines_present", run="1").text
    assert "check-open" in row
    assert "/again" not in row


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/shop/question/ask_plan_quota", "value"),
        ("/shop/question/ask_plan_quota", "note"),
        ("/shop/register", "owner_name"),
        ("/shop/register", "purpose"),
        ("/money/terms", "note"),
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
    path = "/shop/mute/pipelines_present"
    assert checked.post(path, reason="", until="2026-12-31").status_code == 422
    assert checked.post(path, reason="known", until="someday").status_code == 422
    silenced = checked.post(path, reason="known", until="2026-12-31").text
    assert "known" in silenced
    assert "/shop/unmute/pipelines_present" in silenced
    other = {"reason": "known", "until": "other", "until_day": "2026-12-30"}
    assert "30\xa0декабря" in checked.post(path, **other).text
    assert EMPTY not in checked.get("/shop").text
    back = checked.post("/shop/unmute/pipelines_present").text
    assert 'id="folds"' in back
    assert "/shop/unmute/" not in back
    assert EMPTY in checked.get("/shop").text


def test_a_reason_longer_than_a_page_is_refused_with_words(checked: Opened) -> None:
    path = "/shop/mute/pipelines_present"
    answer = checked.post(path, reason="x" * 2_001, until="2026-12-31")
    assert answer.status_code == 422
    assert "Слишком длинно" in answer.text
    assert EMPTY in checked.get("/shop").text
    assert "/shop/unmute/" in checked.post(path, reason="x" * 2_000, until="2026-12-31").text


def test_an_area_is_silenced_as_a_whole(checked: Opened) -> None:
    path = "/shop/mute/area:catalogue"
    wrong = checked.post(path, reason="", until="2026-12-31")
    assert wrong.status_code == 422
    assert 'id="area-catalogue"' in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    assert EMPTY not in checked.post(path, reason="sold", until="2026-12-31").text
    assert "/shop/unmute/area:catalogue" in checked.get("/shop/fold/muted").text
    assert EMPTY in checked.post("/shop/unmute/area:catalogue").text


def top_of(text: str) -> str:
    """The code of the question on top of the deck."""
    found = re.search(r'hx-post="/shop/question/(\w+)"', text)
    return found[1] if found else ""


def test_one_click_answers_and_the_next_card_takes_its_place(north: Actor, checked: Opened) -> None:
    first = top_of(checked.get("/shop").text)
    assert "Вопрос 1 из 5" in checked.get("/shop").text
    answered = checked.post(f"/shop/question/{first}", outcome="yes")
    assert "Вопрос 2 из 5" in answered.text
    assert top_of(answered.text) not in ("", first)
    assert "спросим 4" in answered.text
    assert "Записали" in answered.text
    assert north.portal.admin.name in checked.get(f"/shop/question/{first}").text


def test_an_answer_is_taken_back_by_whoever_gave_it_within_the_hour(
    checked: Opened, south_admin: Opened
) -> None:
    first = top_of(checked.get("/shop").text)
    said = checked.post(f"/shop/question/{first}", outcome="no").text
    undo = re.search(r"/shop/answers/\d+/undo", said)
    assert undo is not None
    assert "Теперь мешает" in said
    assert south_admin.post(undo[0]).status_code == 404
    back = checked.post(undo[0]).text
    assert top_of(back) == first
    assert "спросим 5" in back
    assert checked.post(undo[0]).status_code == 404


def test_an_answer_is_not_taken_back_later_nor_by_another(north: Actor, checked: Opened) -> None:
    checked.post("/shop/question/ask_domain", outcome="yes")
    with portal_scope(north.portal_id):
        me, now = Author(north.portal.admin.id, "Анна"), services().clock.now()
        for by, at in ((me, now + timedelta(hours=2)), (Author(4040, "Пётр"), now)):
            with pytest.raises(NotFound):
                take_back_answer(1, by=by, at=at)


def test_what_nobody_knows_stays_not_checked(checked: Opened) -> None:
    first = top_of(checked.get("/shop").text)
    said = checked.post(f"/shop/question/{first}", outcome="later").text
    assert "спросим 4" in said
    assert f'id="check-{first}"' in checked.get("/shop/fold/unchecked").text


def test_a_skipped_question_comes_last_and_five_are_enough(checked: Opened) -> None:
    first = top_of(checked.get("/shop").text)
    skipped = checked.get("/shop/deck", skip=first).text
    assert top_of(skipped) != first
    for _ in range(4):
        code = top_of(checked.get("/shop/deck", skip=first).text)
        assert code != first
        checked.post(f"/shop/question/{code}", outcome="yes", skip=first)
    assert "Отложен 1" in checked.get("/shop/deck", skip=first).text
    assert top_of(checked.get("/shop/deck").text) == first
    assert "Спросили всё. Ещё" in checked.post(f"/shop/question/{first}", outcome="yes").text


@pytest.mark.parametrize("code", ["ask_domain", "ask_plan_end"])
def test_a_link_to_a_question_puts_it_on_top(checked: Opened, code: str) -> None:
    text = checked.get("/shop", open=code).text
    assert top_of(text) == code
    assert "data-focus-me" in text


@pytest.mark.parametrize("code", ["stages_present", "deals_can_be_made"])
def test_a_link_to_a_check_unfolds_it_where_it_stands(checked: Opened, code: str) -> None:
    text = checked.get("/shop", open=code).text
    row = re.search(rf'<div class="check check-open[^>]*id="check-{code}"[^>]*>', text)
    assert row is not None
    assert "data-focus-me" in row[0]


def test_an_answer_needs_one_of_its_words(checked: Opened) -> None:
    opened = checked.get("/shop/question/ask_plan_quota").text
    assert "/shop/question/ask_plan_quota" in opened
    assert checked.post("/shop/question/ask_plan_quota", outcome="").status_code == 422
    assert checked.post("/shop/question/ask_plan_quota", outcome="yes", value="78").status_code == 200


def test_what_does_not_exist_is_not_found(checked: Opened) -> None:
    acts = (
        "check/pigeon/again", "area/pigeon/again", "question/pigeon", "question/pipelines_present",
        "check/ask_plan_quota/again", "check/pigeon/opened", "check/pigeon/not-yet", "take-back/pipelines_present",
        "answers/999/undo", "runs/999/baseline", "register/999", "register/999/strike", "unmute/pigeon",
        "mute/pigeon",
    )  # fmt: skip
    form = {"outcome": "yes", "kind": "other", "name": "x", "reason": "y", "until": "2026-12-31"}
    assert {checked.post(f"/shop/{path}", **form).status_code for path in acts} == {404}
    pages = ("check/pigeon", "given/pigeon", "area/pigeon", "question/pipelines_present", "runs/999")
    assert {checked.get(f"/shop/{path}").status_code for path in pages} == {404}
    assert checked.get("/shop/register", edit=999).status_code == 404


def test_the_history_shows_runs_and_takes_a_baseline(checked: Opened, run_jobs: RunJobs) -> None:
    checked.post("/shop/run")
    run_jobs()
    assert "/shop/runs/1" in checked.get("/shop/runs").text
    assert checked.get("/shop/runs/1").status_code == 200
    assert checked.post("/shop/runs/1/baseline").status_code == 200


def test_the_register_keeps_what_no_portal_lists(checked: Opened) -> None:
    assert checked.post("/shop/register", kind="application", name="").status_code == 422
    form = {
        "kind": "application",
        "name": "Exchange",
        "expires_on": "2027-01-31",
        "host": "https://a.example/x?y=1",
    }
    text = checked.post("/shop/register", **form).text
    assert "Exchange" in text
    assert "a.example" in text
    assert "y=1" not in text
    assert checked.post("/shop/register", **form | {"expires_on": "soon"}).status_code == 422
    assert 'value="Exchange"' in checked.get("/shop/register", edit=1).text
    assert checked.post("/shop/register/1", **form | {"name": ""}).status_code == 422
    assert "Stock" in checked.post("/shop/register/1", **form | {"name": "Stock"}).text
    assert "Stock" not in checked.post("/shop/register/1/strike").text


def test_a_refusing_portal_is_told_and_the_last_results_stay(
    north: Actor, checked: Opened, run_jobs: RunJobs
) -> None:
    north.portal.lapse_to_free()
    checked.post("/shop/run")
    run_jobs()
    text = checked.get("/shop").text
    assert 'hx-get="/renewal"' in text
    assert "ACCESS_DENIED" in text
    assert 'id="fold-fine"' in text
    assert text.count("btn-filled") == 1


def test_a_run_that_breaks_says_so(north: Actor, north_admin: Opened, run_jobs: RunJobs) -> None:
    portal: Portal = north.portal
    portal.answer_next("html", times=500)
    north_admin.post("/shop/run")
    run_jobs()
    assert north_admin.get("/shop").status_code == 200


def test_another_portal_sees_nothing_of_it(checked: Opened, south_admin: Opened) -> None:
    assert "fold-fine" not in south_admin.get("/shop").text
    assert south_admin.get("/shop/runs/1").status_code == 404
    assert south_admin.post("/shop/check/pipelines_present/again").status_code == 404


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/shop").status_code == 403
    posts = ("run", "check/x/opened", "check/x/not-yet", "give/x", "take-back/x", "answers/1/undo")
    assert north_employee.get("/shop/given/x").status_code == 403
    assert {north_employee.post(f"/shop/{path}").status_code for path in posts} == {403}
    assert {north_employee.get(f"/shop/{path}").status_code for path in ("deck", "fold/fine")} == {403}
