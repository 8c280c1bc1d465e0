"""The comparison: nothing to compare, everything as it was, losses, the way back, acceptance, repeats."""

import contextvars
import html
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, Session

from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.run_results import levels_of_run
from b24app.checklist.engine.runs import chosen_baseline, facts_of_run, latest_run, store_facts
from b24app.checklist.facts.apps.me import Me
from b24app.checklist.facts.delivery.recent_orders import Order, RecentOrders
from b24app.checklist.model import AcceptedChange, Run, RunResult
from b24app.comparison.after_activation import schedule_after_activation, start_due_repeats
from b24app.comparison.stored_comparison import compare_with_baseline, count_orders
from b24app.database import db, portal_scope
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

pytestmark = pytest.mark.usefixtures("first_checks")
RunJobs = Callable[[], int]
WAITS = 'id="compare-progress"'


def run(opened: Opened, run_jobs: RunJobs) -> None:
    opened.post("/shop/compare/run")
    run_jobs()


def page_of(opened: Opened) -> str:
    return opened.get("/shop/compare").text.replace("\u00a0", " ")


def head_of(opened: Opened) -> str:
    return page_of(opened).split('id="answer"')[1].split("</section>")[0]


def lines(text: str) -> list[str]:
    return [part.split('"')[0] for part in text.split('class="diff" id="line-')[1:]]


def row_of(opened: Opened, line: str, **query: str) -> str:
    return opened.get(f"/shop/compare/line/{line}", **query).text.replace("\u00a0", " ")


def test_with_a_snapshot_alone_its_day_is_said_and_the_comparison_offered(north_admin: Opened) -> None:
    text = page_of(north_admin)
    assert "Снимок есть, сверки ещё не было" in text
    assert "/shop/compare/run" in text


def test_without_a_run_the_snapshot_is_offered(south_admin: Opened) -> None:
    assert "Сделать снимок" in page_of(south_admin)


def test_a_snapshot_that_was_chosen_just_now_is_not_compared_with_itself(
    north_admin: Opened, run_jobs: RunJobs
) -> None:
    run(north_admin, run_jobs)
    north_admin.post("/shop/runs/2/baseline")
    assert "Снимок есть, сверки ещё не было" in page_of(north_admin)


def test_two_runs_are_compared_although_their_snapshot_is_kept_no_longer(
    north: Actor, north_admin: Opened, run_jobs: RunJobs
) -> None:
    for _ in range(3):
        run(north_admin, run_jobs)
    with portal_scope(north.portal_id):
        db.session.delete(db.session.get(Run, compare_with_baseline().before.id))
        db.session.commit()
    assert "Ничего не изменилось с " in page_of(north_admin)


def test_when_nothing_changed_the_answer_is_green(north_admin: Opened, run_jobs: RunJobs) -> None:
    for _ in range(3):
        run(north_admin, run_jobs)
        head = head_of(north_admin)
        assert "Ничего не изменилось с " in head
        assert "v-pass" in head
    assert lines(page_of(north_admin)) == []


def test_the_headline_counts_what_must_be_put_back(loss: Opened) -> None:
    text = page_of(loss)
    assert "Верните <span" in text
    assert "2 настройки" in text
    assert 'id="group-lost"' in text
    assert 'id="group-off"' in text
    assert 'id="group-new"' not in text
    assert len(lines(text)) == 2


def test_who_did_it_is_unknown_and_is_said_to_be(loss: Opened) -> None:
    assert page_of(loss).count("кто — неизвестно") == 2


def test_a_difference_is_told_after_the_newest_run_without_it(
    north: Actor, loss: Opened, run_jobs: RunJobs
) -> None:
    north.portal.world.clock.advance(days=1)
    opened = north.opens()
    row = next(row for row in north.portal.tables["delivery"].all() if row["ACTIVE"] == "Y")
    north.portal.switch_off("delivery", row["ID"])
    run(opened, run_jobs)
    north.portal.world.clock.advance(days=1)
    opened = north.opens()
    run(opened, run_jobs)
    text = page_of(opened)
    assert len({part.split("<")[0] for part in text.split('<p class="t-sm">')[1:] if "после" in part}) == 1


def test_each_row_leads_to_the_page_of_the_portal(loss: Opened) -> None:
    text = page_of(loss)
    assert 'data-portal-path="/shop/settings/sale_pay_system/"' in text
    assert 'data-portal-path="/crm/configs/status/?ACTIVE_TAB=status_tab_DEAL_STAGE"' in text


def test_the_way_back_names_the_very_values(north: Actor, loss: Opened) -> None:
    line = next(one for one in lines(page_of(loss)) if "Платёжная система" in row_of(loss, one))
    assert "Вернули?" not in row_of(loss, line)
    text = row_of(loss, line, open="how")
    assert "Вернули?" in text
    assert "Как было в снимке" in text
    assert "тип плательщика" in text.lower()


def test_what_was_put_back_answers_itself(north: Actor, loss: Opened, run_jobs: RunJobs) -> None:
    north.portal.world.clock.advance(seconds=5)
    line = next(one for one in lines(page_of(loss)) if "Платёжная система" in row_of(loss, one))
    asked = loss.post(f"/shop/compare/line/{line}/check").text
    poll = asked.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert loss.get(poll).status_code == 204
    run_jobs()
    answer = loss.get(poll)
    assert "Пока нет: " in answer.text
    assert answer.headers["HX-Trigger"] == "compared"
    for row in north.portal.tables["paysystem"].all():
        row["ACTIVE"] = "Y"
    north.portal.world.clock.advance(seconds=5)
    asked = loss.post(f"/shop/compare/line/{line}/check").text
    poll = asked.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    run_jobs()
    with portal_scope(north.portal_id):
        assert levels_of_run(latest_run(finished=True).id)["pay_systems_still_on"] == "pass"
    text = loss.get(poll).text.replace("\u00a0", " ")
    assert "Снова как было, проверено в " in text
    assert f'id="line-{line}-states" hx-swap-oob="true"' in text
    assert "1 настройку" in page_of(loss)


def test_a_portal_that_does_not_answer_whether_it_was_put_back_is_said_not_to(
    north: Actor, loss: Opened
) -> None:
    north.portal.world.clock.advance(seconds=5)
    line = lines(page_of(loss))[0]
    asked = loss.post(f"/shop/compare/line/{line}/check").text
    poll = asked.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    north.portal.world.clock.advance(seconds=100)
    assert "Портал не ответил" in north.opens().get(poll).text


def test_an_accepted_row_says_who_and_why_and_can_return(loss: Opened) -> None:
    line = lines(page_of(loss))[0]
    assert "Принять с причиной" in row_of(loss, line, open="accept")
    wrong = loss.post(f"/shop/compare/accept/{line}", reason="weather", note="we closed it")
    assert wrong.status_code == 422
    assert "we closed it" in wrong.text
    assert 'role="alert"' in wrong.text
    accepted = loss.post(f"/shop/compare/accept/{line}", reason="on_purpose", note="we closed it")
    assert "we closed it" in accepted.text
    assert f"/shop/compare/return/{line}" in accepted.text
    assert accepted.headers["HX-Trigger"] == "compared"
    back = loss.post(f"/shop/compare/return/{line}")
    assert "we closed it" not in back.text
    assert 'hx-swap-oob="true"' in back.text


def test_a_page_of_the_last_release_is_drawn_anew_after_its_press(loss: Opened) -> None:
    line = lines(page_of(loss))[0]
    headers = {"X-Frame-Token": loss.token, "HX-Request": "true", "HX-Target": "page"}
    answer = loss.client.post(f"/shop/compare/accept/{line}", data={"reason": "not_needed"}, headers=headers)
    assert "/shop/compare" in answer.headers["HX-Location"]
    assert "1 настройку" in page_of(loss)
    assert "HX-Location" not in loss.post(f"/shop/compare/return/{line}").headers


def test_one_chip_is_enough(loss: Opened) -> None:
    line = lines(page_of(loss))[0]
    assert "Исправили ошибку" in loss.post(f"/shop/compare/accept/{line}", reason="repaired").text


def test_what_was_accepted_for_a_time_comes_back_after_its_day(north: Actor, loss: Opened) -> None:
    line = lines(page_of(loss))[0]
    path = f"/shop/compare/accept/{line}"
    assert loss.post(path, reason="for_now").status_code == 422
    assert loss.post(path, reason="for_now", until=DAY_OF_THE_STORY.date().isoformat()).status_code == 422
    until = DAY_OF_THE_STORY.date() + timedelta(days=3)
    assert "временно, до " in loss.post(path, reason="for_now", until=until.isoformat()).text
    north.portal.world.clock.advance(days=3)
    assert "1 настройку" in page_of(north.opens())
    north.portal.world.clock.advance(days=1)
    assert "2 настройки" in page_of(north.opens())


def test_nothing_lost_offers_to_accept_all_and_takes_it_back(
    north: Actor, north_admin: Opened, run_jobs: RunJobs
) -> None:
    for row in [row for row in north.portal.tables["delivery"].all() if row["ACTIVE"] == "Y"][:2]:
        row["NAME"] += " ночью"
    run(north_admin, run_jobs)
    head = head_of(north_admin)
    assert "2 отличия, возвращать нечего" in head
    assert "/shop/compare/accept-all" in head
    undo = north_admin.post("/shop/compare/accept-all").text.split('hx-post="/shop/compare/return-all')[1]
    assert "все объяснены" in head_of(north_admin)
    north_admin.post("/shop/compare/return-all" + undo.split('"')[0])
    assert "возвращать нечего" in head_of(north_admin)


def test_what_must_be_put_back_is_not_accepted_with_the_rest(loss: Opened) -> None:
    loss.post("/shop/compare/accept-all")
    assert "2 настройки" in page_of(loss)


def test_a_stamp_that_is_none_takes_nothing_back(loss: Opened) -> None:
    assert loss.post("/shop/compare/return-all").status_code == 404
    assert loss.post("/shop/compare/return-all?at=nonsense").status_code == 422


def test_a_comparison_under_way_shows_itself_when_it_has_ended(loss: Opened, run_jobs: RunJobs) -> None:
    text = loss.post("/shop/compare/run").text
    assert WAITS in text
    assert 'id="group-lost"' in text
    assert "Сверяем: " in loss.get("/shop/compare/progress", on="/renewal").text
    run_jobs()
    ended = loss.get("/shop/compare/progress", on="/renewal").text
    assert 'hx-get="/renewal"' in ended
    assert loss.get("/shop/compare/progress", on="https://elsewhere.example").status_code == 404


def test_a_comparison_that_was_stopped_says_so(north: Actor, loss: Opened) -> None:
    loss.post("/shop/compare/run")
    with portal_scope(north.portal_id):
        newest = db.session.scalars(select(Run.id).order_by(Run.id.desc())).first()
    loss.post(f"/shop/runs/{newest}/stop")
    assert "Последнюю сверку остановили" in page_of(loss)


def test_a_portal_that_was_silent_is_said_to_be(north: Actor, loss: Opened, run_jobs: RunJobs) -> None:
    loss.post("/shop/compare/run")
    with portal_scope(north.portal_id):
        newest = db.session.scalars(select(Run).order_by(Run.id.desc())).first()
        newest.state, newest.finished_at = "unanswered", DAY_OF_THE_STORY
        db.session.commit()
    assert "Портал не ответил: " in page_of(loss)


def test_own_events_are_restored_in_one_press(north: Actor, north_admin: Opened, run_jobs: RunJobs) -> None:
    run(north_admin, run_jobs)
    installation = next(iter(north.portal.installations.values()))
    before = len(installation.events)
    installation.events.clear()
    run(north_admin, run_jobs)
    assert "/shop/compare/restore" in page_of(north_admin)
    north_admin.post("/shop/compare/restore")
    run_jobs()
    assert len(installation.events) == before
    assert "/shop/compare/restore" not in page_of(north_admin)


def test_a_portal_that_refuses_to_restore_is_compared_all_the_same(
    north: Actor, north_admin: Opened, run_jobs: RunJobs
) -> None:
    run(north_admin, run_jobs)
    next(iter(north.portal.installations.values())).events.clear()
    north.portal.refuse_next("insufficient_scope")
    assert WAITS in north_admin.post("/shop/compare/restore").text
    run_jobs()
    text = page_of(north_admin)
    assert WAITS not in text
    assert "/shop/compare/restore" in text


def test_a_run_that_ends_while_the_page_is_drawn_is_drawn_or_asked_for_again(
    north: Actor, loss: Opened, run_jobs: RunJobs
) -> None:
    ends_meanwhile = iter([run_jobs])

    def end_the_run(state: ORMExecuteState) -> None:
        """The comparison has read its runs, and now looks for what was accepted."""
        asks = any(mapper.class_ is AcceptedChange for mapper in state.all_mappers)
        if asks and (jobs := next(ends_meanwhile, None)):
            contextvars.Context().run(jobs)

    loss.post("/shop/compare/run")
    event.listen(Session, "do_orm_execute", end_the_run)
    try:
        text = page_of(loss)
    finally:
        event.remove(Session, "do_orm_execute", end_the_run)
    assert next(ends_meanwhile, None) is None
    assert WAITS in text
    assert WAITS not in page_of(loss)


def test_repeats_are_told_in_a_sentence_and_can_be_stopped(north_admin: Opened, run_jobs: RunJobs) -> None:
    run(north_admin, run_jobs)
    north_admin.post("/shop/compare/schedule")
    run_jobs()
    text = page_of(north_admin)
    assert "Сверим ещё трижды: сегодня в " in text
    assert "завтра в " in text
    north_admin.post("/shop/compare/stop")
    assert "Сверим ещё" not in page_of(north_admin)
    north_admin.post("/shop/compare/schedule")
    assert "Сверим ещё трижды: сегодня в " in page_of(north_admin)


def test_planning_twice_makes_no_second_activation(north: Actor, north_admin: Opened) -> None:
    for _ in range(2):
        north_admin.post("/shop/compare/schedule")
        north.portal.world.clock.advance(seconds=5)
    with portal_scope(north.portal_id):
        moments = {row.activated_at for row in schedule_after_activation(DAY_OF_THE_STORY)}
    assert len(moments) == 1


def test_a_repeat_under_way_stands_at_the_head(loss: Opened) -> None:
    loss.post("/shop/compare/schedule")
    start_due_repeats()
    assert "Сверяем: " in page_of(loss)


def test_orders_are_counted_after_an_activation(loss: Opened, run_jobs: RunJobs) -> None:
    assert 'id="orders"' not in page_of(loss)
    loss.post("/shop/compare/schedule")
    run_jobs()
    assert 'id="orders"' in page_of(loss)


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


def test_pictures_of_different_users_are_not_compared(north: Actor, loss: Opened) -> None:
    with portal_scope(north.portal_id):
        before = chosen_baseline().run_id
        store_facts(before, Facts({"me": replace(facts_of_run(before).of(Me), id=77)}))
        db.session.commit()
    text = page_of(loss)
    assert "нельзя сравнить" in text
    assert "/shop/runs" in text


def test_what_could_not_be_seen_now_is_named_and_can_be_accepted(north: Actor, loss: Opened) -> None:
    with portal_scope(north.portal_id):
        newest = db.session.scalars(select(RunResult).order_by(RunResult.run_id.desc())).first()
        newest.facts = {name: number for name, number in newest.facts.items() if name != "sites"}
        db.session.commit()
    unseen = page_of(loss).split('id="group-unknown"')[1]
    line = lines(unseen)[0]
    assert "no right" in loss.post(f"/shop/compare/accept/{line}", reason="on_purpose", note="no right").text


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
    text = page_of(north_admin)
    assert 'id="group-altered"' in text
    assert before in text
    assert "Courier by night" in text


def test_a_replacement_stands_in_one_line(north: Actor, north_admin: Opened, run_jobs: RunJobs) -> None:
    run(north_admin, run_jobs)
    row = next(row for row in north.portal.tables["cashbox"].all() if row["ACTIVE"] == "Y")
    north.portal.tables["cashbox"].add({**row, "ID": "97", "NAME": "Касса на складе"})
    north.portal.tables["cashbox"].delete(row["ID"])
    run(north_admin, run_jobs)
    text = page_of(north_admin)
    assert 'id="group-replaced"' in text
    assert 'id="group-lost"' not in text
    assert len(lines(text)) == 1
    assert "Касса на складе" in text


def test_two_objects_of_one_name_are_two_lines(north: Actor, north_admin: Opened, run_jobs: RunJobs) -> None:
    for row_id in (3, 4):
        north.portal.tables["delivery"].update(row_id, NAME="Курьер")
    north_admin.post("/shop/compare/run")
    run_jobs()
    north_admin.post("/shop/runs/2/baseline")
    for row_id in (3, 4):
        north.portal.remove("delivery", row_id)
    run(north_admin, run_jobs)
    text = page_of(north_admin)
    assert "«Курьер» (№ 3)" in text
    assert "«Курьер» (№ 4)" in text


def test_a_loss_does_not_become_the_snapshot_and_the_page_says_why(loss: Opened, run_jobs: RunJobs) -> None:
    run(loss, run_jobs)
    text = page_of(loss)
    assert 'id="group-lost"' in text
    assert "не вернули и не приняли — " in text.split('id="snapshot-reason">')[1].split("</p>")[0]


def test_accepted_losses_are_explained_and_the_run_becomes_the_snapshot(
    loss: Opened, run_jobs: RunJobs
) -> None:
    for line in lines(page_of(loss)):
        loss.post(f"/shop/compare/accept/{line}", reason="on_purpose")
    run(loss, run_jobs)
    text = page_of(loss)
    assert "2 отличия, все объяснены" in text
    assert "Необъяснённых ухудшений нет, поэтому эта проверка стала снимком" in text
    assert "Верните" not in text


def test_a_day_later_the_page_does_not_vouch_for_the_present(
    loss: Opened, north: Actor, run_jobs: RunJobs
) -> None:
    north.portal.world.clock.advance(days=2)
    opened = north.opens()  # which looks at the portal anew
    assert "Сверяем: " in page_of(opened)
    assert "Верните" in page_of(opened)
    assert "Что изменилось с тех пор, не знаем" in page_of(opened)


def test_what_is_accepted_is_an_obstacle_on_no_page(loss: Opened) -> None:
    """At once, without another run; and again one when it is taken back."""
    before, found = blockers_of(loss), lines(page_of(loss))
    for line in found:
        loss.post(f"/shop/compare/accept/{line}", reason="on_purpose", note="we closed it")
    assert len(blockers_of(loss)) < len(before)
    assert "Пропали" not in loss.get("/renewal").text
    for line in found:
        loss.post(f"/shop/compare/return/{line}")
    assert blockers_of(loss) == before


def blockers_of(opened: Opened) -> list[str]:
    section = opened.get("/shop").text.split('id="blockers"')[1].split("</section>")[0]
    return [part.split('"')[0] for part in section.split('id="check-')[1:]]


@pytest.mark.parametrize("path", ["accept/none", "return/none", "line/none/check"])
def test_an_unknown_line_is_not_found(loss: Opened, path: str) -> None:
    assert loss.post(f"/shop/compare/{path}", reason="on_purpose").status_code == 404
    assert loss.get("/shop/compare/line/none").status_code == 404


def test_another_portal_sees_nothing_of_it(loss: Opened, south_admin: Opened) -> None:
    line = lines(page_of(loss))[0]
    assert "group-lost" not in page_of(south_admin)
    assert south_admin.post(f"/shop/compare/accept/{line}", reason="on_purpose").status_code == 404
    assert south_admin.post("/shop/compare/accept-all").status_code == 404
    assert south_admin.get(f"/shop/compare/line/{line}").status_code == 404


def test_an_employee_may_not(north_employee: Opened) -> None:
    for path in ("/shop/compare", "/shop/compare/progress", "/shop/compare/line/none"):
        assert north_employee.get(path).status_code == 403
    for path in ("restore", "run", "accept-all", "return-all", "schedule", "stop", "line/none/check"):
        assert north_employee.post(f"/shop/compare/{path}").status_code == 403


@pytest.mark.parametrize("fault", ["access_denied", "insufficient_scope", "internal_server_error", "html"])
def test_what_the_portal_did_not_tell_is_not_called_put_back(
    north: Actor, loss: Opened, run_jobs: RunJobs, fault: str
) -> None:
    for line in lines(page_of(loss)):
        north.portal.world.clock.advance(seconds=5)
        asked = loss.post(f"/shop/compare/line/{line}/check").text
        poll = html.unescape(asked.split('hx-get="')[1].split('"')[0])
        if fault == "html":
            north.portal.answer_next("html", times=None)
        else:
            north.portal.refuse_next(fault, times=None)
        run_jobs()
        answer = loss.get(poll)
        assert answer.status_code == 200
        assert "Портал не ответил" in answer.text


def test_the_answer_is_of_the_line_that_was_asked_about(loss: Opened) -> None:
    line = lines(page_of(loss))[0]
    asked = loss.post(f"/shop/compare/line/{line}/check").text
    poll = html.unescape(asked.split('hx-get="')[1].split('"')[0])
    assert loss.get(poll.split("&key=")[0]).status_code == 404


def test_accepted_twice_the_last_word_counts_alone(north: Actor, loss: Opened) -> None:
    line = lines(page_of(loss))[0]
    loss.post(f"/shop/compare/accept/{line}", reason="on_purpose")
    loss.post(f"/shop/compare/accept/{line}", reason="repaired", note="поправили")
    with portal_scope(north.portal_id):
        row = db.session.scalars(select(AcceptedChange)).one()
    assert (row.reason, row.explanation) == ("repaired", "поправили")


def test_stopping_without_repeats_offers_nothing_to_take_back(north_admin: Opened) -> None:
    assert "/shop/compare/schedule" not in north_admin.post("/shop/compare/stop").text.split("#toasts")[-1]


def test_a_row_says_that_its_check_is_silenced_and_why(north: Actor, loss: Opened) -> None:
    """A silence explains no difference: another object may have been lost since."""
    until = (DAY_OF_THE_STORY.date() + timedelta(days=3)).isoformat()
    loss.post("/shop/mute/stages_present", reason="Стадию убрали намеренно", until=until)
    text = page_of(loss)
    assert "2 настройки" in text
    (line,) = [one for one in lines(text) if "Стадию убрали намеренно" in row_of(loss, one)]
    assert 'value="Стадию убрали намеренно"' in row_of(loss, line, open="accept")
    accepted = loss.post(f"/shop/compare/accept/{line}", reason="on_purpose", note="Стадию убрали намеренно")
    assert "1 настройку" in page_of(loss)
    assert "не учитываем" not in accepted.text
    north.portal.world.clock.advance(days=4)
    assert "не учитываем" not in page_of(north.opens())
