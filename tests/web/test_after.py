"""After the activation: nothing to compare, everything in place, losses, acceptance, repeats; the standing questions."""

import contextvars
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, Session

from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.runs import chosen_baseline, facts_of_run, store_facts
from b24app.checklist.facts.apps.me import Me
from b24app.checklist.facts.delivery.recent_orders import Order, RecentOrders
from b24app.checklist.model import AcceptedChange, RunResult
from b24app.comparison.after_activation import schedule_after_activation, start_due_repeats
from b24app.comparison.stored_comparison import count_orders
from b24app.database import db, portal_scope
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

pytestmark = pytest.mark.usefixtures("first_checks")
RunJobs = Callable[[], int]


def run(opened: Opened, run_jobs: RunJobs) -> None:
    opened.post("/after/run")
    run_jobs()


def lines(text: str) -> list[str]:
    return [part.split('"')[0] for part in text.split('id="line-')[1:]]


def test_without_two_runs_there_is_nothing_to_compare(north_admin: Opened) -> None:
    assert "/after/run" in north_admin.get("/after").text


def test_when_nothing_changed_everything_is_in_its_place(north_admin: Opened, run_jobs: RunJobs) -> None:
    run(north_admin, run_jobs)
    north_admin.post("/checklist/runs/1/baseline")
    run(north_admin, run_jobs)
    text = north_admin.get("/after").text
    assert lines(text) == []
    assert "v-pass" in text


def test_what_was_lost_and_switched_off_is_named(loss: Opened) -> None:
    text = loss.get("/after").text
    assert 'id="group-lost"' in text
    assert 'id="group-off"' in text
    assert len(lines(text)) >= 2


def test_a_loss_does_not_become_the_baseline(loss: Opened, run_jobs: RunJobs) -> None:
    run(loss, run_jobs)
    assert 'id="group-lost"' in loss.get("/after").text


def test_an_accepted_line_says_who_and_why_and_can_return(loss: Opened) -> None:
    line = lines(loss.get("/after").text)[0]
    assert "accept-form" in loss.get("/after", accept=line).text
    assert loss.post(f"/after/accept/{line}", reason="weather").status_code == 422
    text = loss.post(f"/after/accept/{line}", reason="on_purpose", note="we closed it").text
    assert "we closed it" in text
    assert "пока не объяснены все отличия" in text.replace("\u00a0", " ")
    assert "we closed it" not in loss.post(f"/after/return/{line}").text


def test_own_events_are_restored_in_one_press(north: Actor, north_admin: Opened, run_jobs: RunJobs) -> None:
    run(north_admin, run_jobs)
    installation = next(iter(north.portal.installations.values()))
    before = len(installation.events)
    installation.events.clear()
    run(north_admin, run_jobs)
    assert "/after/restore" in north_admin.get("/after").text
    north_admin.post("/after/restore")
    run_jobs()
    assert len(installation.events) == before
    assert "/after/restore" not in north_admin.get("/after").text


def test_a_portal_that_refuses_to_restore_is_compared_all_the_same(
    north: Actor, north_admin: Opened, run_jobs: RunJobs
) -> None:
    run(north_admin, run_jobs)
    next(iter(north.portal.installations.values())).events.clear()
    north.portal.refuse_next("insufficient_scope")
    assert "every 2s" in north_admin.post("/after/restore").text
    run_jobs()
    text = north_admin.get("/after").text
    assert "every 2s" not in text
    assert "/after/restore" in text


def test_a_run_that_ends_while_the_page_is_drawn_is_drawn_or_asked_for_again(
    north: Actor, loss: Opened, run_jobs: RunJobs
) -> None:
    ends_meanwhile = iter([run_jobs])

    def end_the_run(state: ORMExecuteState) -> None:
        """The comparison has read its runs, and now looks for what was accepted."""
        asks = any(mapper.class_ is AcceptedChange for mapper in state.all_mappers)
        if asks and (jobs := next(ends_meanwhile, None)):
            contextvars.Context().run(jobs)

    loss.post("/after/run")
    event.listen(Session, "do_orm_execute", end_the_run)
    try:
        text = loss.get("/after").text
    finally:
        event.remove(Session, "do_orm_execute", end_the_run)
    assert next(ends_meanwhile, None) is None
    assert "every 2s" in text
    assert "every 2s" not in loss.get("/after").text


def test_repeats_are_planned_and_the_first_starts_at_once(north_admin: Opened, run_jobs: RunJobs) -> None:
    run(north_admin, run_jobs)
    assert "72" in north_admin.post("/after/schedule").text
    assert run_jobs() >= 2
    assert "is-done" in north_admin.get("/after").text


def test_everything_can_be_listed(loss: Opened) -> None:
    assert 'id="unchanged"' in loss.get("/after", all="").text
    assert 'id="unchanged"' not in loss.get("/after").text


def test_what_was_written_comes_back_with_the_error(loss: Opened) -> None:
    line = lines(loss.get("/after").text)[0]
    answer = loss.post(f"/after/accept/{line}", reason="weather", note="we closed it")
    assert "we closed it" in answer.text
    assert 'role="alert"' in answer.text


def test_pictures_of_different_users_are_not_compared(north: Actor, loss: Opened) -> None:
    with portal_scope(north.portal_id):
        before = chosen_baseline().run_id
        store_facts(before, Facts({"me": replace(facts_of_run(before).of(Me), id=77)}))
        db.session.commit()
    text = loss.get("/after").text
    assert "нельзя сравнить" in text
    assert "/checklist/runs" in text


def test_what_could_not_be_seen_now_is_named(north: Actor, loss: Opened) -> None:
    with portal_scope(north.portal_id):
        newest = db.session.scalars(select(RunResult).order_by(RunResult.run_id.desc())).first()
        newest.facts = {name: number for name, number in newest.facts.items() if name != "sites"}
        db.session.commit()
    unseen = loss.get("/after").text.split('id="group-unknown"')[1]
    line = lines(unseen)[0]
    assert "no right" in loss.post(f"/after/accept/{line}", reason="other", note="no right").text


def test_what_was_altered_is_shown_field_by_field(
    north: Actor, north_admin: Opened, run_jobs: RunJobs
) -> None:
    run(north_admin, run_jobs)
    row = next(row for row in north.portal.tables["delivery"].all() if row["ACTIVE"] == "Y")
    before, row["NAME"] = row["NAME"], "Courier by night"
    with portal_scope(north.portal_id):
        schedule_after_activation(DAY_OF_THE_STORY)
        db.session.commit()
    run(north_admin, run_jobs)
    text = north_admin.get("/after").text
    assert 'id="group-altered"' in text
    assert before in text
    assert "Courier by night" in text


def test_a_repeat_under_way_says_so(loss: Opened, run_jobs: RunJobs) -> None:
    loss.post("/after/schedule")
    start_due_repeats()
    assert "сверяем" in loss.get("/after").text


def test_repeats_tell_what_they_found_and_orders_are_counted(loss: Opened, run_jobs: RunJobs) -> None:
    assert 'id="orders"' not in loss.get("/after").text
    loss.post("/after/schedule")
    run_jobs()
    text = loss.get("/after").text
    assert "2 отличия" in text
    assert 'id="orders"' in text


@pytest.mark.parametrize(
    ("hours", "count", "paid", "at_least"),
    [((1, 3), 1, 1, False), ((2, 3), 2, 1, True), ((0, 9), 0, 0, False)],
)
def test_orders_are_counted_between_two_moments(
    hours: tuple[int, int], count: int, paid: int, at_least: bool
) -> None:
    rows = tuple(
        Order(str(hour), date_insert=DAY_OF_THE_STORY + timedelta(hours=hour), payed=hour == hours[1])
        for hour in hours
    )
    since, until = DAY_OF_THE_STORY + timedelta(hours=2), DAY_OF_THE_STORY + timedelta(hours=4)
    found = count_orders(RecentOrders(rows), since, until)
    assert (found.count, found.paid, found.at_least) == (count, paid, at_least)


@pytest.mark.parametrize("path", ["/after/accept/none", "/after/return/none"])
def test_an_unknown_line_is_not_found(loss: Opened, path: str) -> None:
    assert loss.post(path, reason="on_purpose").status_code == 404


def test_another_portal_sees_nothing_of_it(loss: Opened, south_admin: Opened) -> None:
    line = lines(loss.get("/after").text)[0]
    assert "group-lost" not in south_admin.get("/after").text
    assert south_admin.post(f"/after/accept/{line}", reason="on_purpose").status_code == 404


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/after").status_code == 403
    assert north_employee.post("/after/restore").status_code == 403


def test_a_portal_in_which_nothing_changed_is_told_since_when(north_admin: Opened, run_jobs: RunJobs) -> None:
    """Each good run becomes the snapshot itself, and still there is something to say."""
    for _ in range(3):
        run(north_admin, run_jobs)
        text = north_admin.get("/after").text
        assert "Ничего не изменилось с " in text
        assert "Сравнивать пока нечего" not in text


def test_the_page_says_why_the_snapshot_stays(loss: Opened) -> None:
    reason = loss.get("/after").text.split('id="snapshot-reason">')[1].split("<")[0]
    assert "не объяснено — " in reason


def test_accepted_losses_are_explained_and_not_said_to_be_in_place(loss: Opened, run_jobs: RunJobs) -> None:
    for line in lines(loss.get("/after").text):
        loss.post(f"/after/accept/{line}", reason="on_purpose")
    run(loss, run_jobs)
    text = loss.get("/after").text
    assert "Необъяснённых потерь нет" in text
    assert "Необъяснённых ухудшений нет, поэтому эта проверка стала снимком" in text
    assert not [untrue for untrue in ("Всё на месте", "Всё работает") if untrue in text]


def test_accepted_losses_are_not_said_to_have_been_in_place_a_day_later(
    loss: Opened, north: Actor, run_jobs: RunJobs
) -> None:
    for line in lines(loss.get("/after").text):
        loss.post(f"/after/accept/{line}", reason="on_purpose")
    run(loss, run_jobs)
    north.portal.world.clock.advance(days=2)
    text = north.opens().get("/after").text
    assert "Необъяснённых потерь не было" in text
    assert "Всё было на месте" not in text


def test_a_replacement_stands_in_one_line(north: Actor, north_admin: Opened, run_jobs: RunJobs) -> None:
    run(north_admin, run_jobs)
    row = next(row for row in north.portal.tables["cashbox"].all() if row["ACTIVE"] == "Y")
    north.portal.tables["cashbox"].add({**row, "ID": "97", "NAME": "Касса на складе"})
    north.portal.tables["cashbox"].delete(row["ID"])
    run(north_admin, run_jobs)
    text = north_admin.get("/after").text
    assert 'id="group-replaced"' in text
    assert 'id="group-lost"' not in text
    assert len(lines(text)) == 1
    assert "Касса на складе" in text


def test_the_history_says_what_each_run_was_compared_with_and_why(
    north_admin: Opened, loss: Opened, run_jobs: RunJobs
) -> None:
    text = loss.get("/checklist/runs").text
    assert "Снимок остаётся прежним: к концу этой проверки не объяснено" in text
    loss.post("/checklist/runs/1/baseline")
    run(loss, run_jobs)
    assert "Снимок выбран: " in loss.get("/checklist/runs").text


def test_two_objects_of_one_name_are_two_lines(north: Actor, north_admin: Opened, run_jobs: RunJobs) -> None:
    for row_id in (3, 4):
        north.portal.tables["delivery"].update(row_id, NAME="Курьер")
    north_admin.post("/after/run")
    run_jobs()
    north_admin.post("/checklist/runs/2/baseline")
    for row_id in (3, 4):
        north.portal.remove("delivery", row_id)
    run(north_admin, run_jobs)
    text = north_admin.get("/after").text
    assert "Курьер (№ 3)" in text
    assert "Курьер (№ 4)" in text


def test_what_is_accepted_is_an_obstacle_on_no_page(loss: Opened) -> None:
    """At once, without another run; and again one when it is taken back."""
    blocks = 'data-verdict="fail"'
    before, found = loss.get("/checklist").text, lines(loss.get("/after").text)
    for line in found:
        loss.post(f"/after/accept/{line}", reason="on_purpose", note="we closed it")
    text = loss.get("/checklist").text
    assert text.count(blocks) < before.count(blocks)
    assert text.count("we closed it") >= 1
    assert "Принято: " in text
    assert "Пропали" not in loss.get("/overview").text
    for line in found:
        loss.post(f"/after/return/{line}")
    text = loss.get("/checklist").text
    assert "Принято: " not in text
    assert text.count(blocks) == before.count(blocks)
