"""Blockers and the comparison on the tab: one click to the portal, then a question; the one check answers itself."""

from collections.abc import Callable
from datetime import date

import pytest

from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.engine.mutes_and_owners import mute
from b24app.checklist.engine.runs import latest_run
from b24app.checklist.model import RunState
from b24app.database import db, portal_scope
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

RunJobs = Callable[[], int]
MOMENT = int(DAY_OF_THE_STORY.timestamp() * 1000)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture
def dated(first_checks: Actor, north: Actor, north_admin: Opened) -> Opened:
    """A portal with an end of the plan and a snapshot."""
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        for row in checklist_view().of(CountedPlace.BLOCKING):  # what blocks this portal already is known
            mute(row.code, "known", date(2026, 12, 20), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    return north_admin


def switch_off(north: Actor) -> str:
    row = next(row for row in north.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    north.portal.switch_off("pay_system", row["ID"])
    return str(row["ID"])


@pytest.fixture
def blocked(dated: Opened, north: Actor, run_jobs: RunJobs) -> Opened:
    switch_off(north)
    dated.post("/shop/run")
    run_jobs()
    return dated


def gravest(north: Actor) -> str:
    with portal_scope(north.portal_id):
        return checklist_view().of(CountedPlace.BLOCKING)[0].code


def test_without_blockers_one_green_line(dated: Opened) -> None:
    assert "Магазину ничего не мешает" in plain(dated.get("/renewal").text)


def test_a_blocker_stands_between_the_answer_and_the_stages(blocked: Opened) -> None:
    text = plain(blocked.get("/renewal").text)
    assert text.index('id="answer"') < text.index('id="blockers"') < text.index('id="stages"')
    assert "Магазину ничего не мешает" not in text


def test_once_it_is_paid_the_panel_takes_the_blocker_and_says_it_once(blocked: Opened, north: Actor) -> None:
    text = plain(blocked.post("/renewal/mark/mark_paid", way="transfer").text)
    assert "next-fail" in text
    assert "Магазину мешает" in text
    assert 'id="blockers"' not in text
    assert "ничего делать не нужно" not in text


def test_after_it_was_opened_it_asks_and_the_check_answers_itself(
    blocked: Opened, north: Actor, world: World, run_jobs: RunJobs
) -> None:
    code = gravest(north)
    world.clock.advance(minutes=1)
    assert f"/renewal/blocker/{code}/done" in blocked.post(f"/renewal/blocker/{code}/opened").text
    assert f"/renewal/blocker/{code}/done" in blocked.get("/renewal").text
    assert f"/renewal/blocker/{code}/done" not in blocked.post(f"/renewal/blocker/{code}/later").text
    blocked.post(f"/renewal/blocker/{code}/opened")
    for row in north.portal.tables["paysystem"].all():
        row["ACTIVE"] = "Y"
    text = blocked.post(f"/renewal/blocker/{code}/done").text
    url = next(part.split('"')[0] for part in text.split('hx-get="') if part.startswith("/renewal/blocker/"))
    assert blocked.get(url).status_code == 204
    run_jobs()
    answered = plain(blocked.get(url).text)
    assert "Проверили: теперь в порядке" in answered
    assert "Магазину ничего не мешает" in answered


def test_what_is_still_broken_says_so(blocked: Opened, north: Actor, world: World, run_jobs: RunJobs) -> None:
    code = gravest(north)
    world.clock.advance(minutes=1)
    text = blocked.post(f"/renewal/blocker/{code}/done").text
    url = next(part.split('"')[0] for part in text.split('hx-get="') if part.startswith("/renewal/blocker/"))
    run_jobs()
    assert "Пока без изменений" in plain(blocked.get(url).text)


@pytest.mark.parametrize("fault", ["access_denied", "internal_server_error"])
def test_what_the_portal_did_not_tell_is_not_called_in_order(
    blocked: Opened, north: Actor, world: World, run_jobs: RunJobs, fault: str
) -> None:
    code = gravest(north)
    world.clock.advance(minutes=1)
    text = blocked.post(f"/renewal/blocker/{code}/done").text
    url = next(part.split('"')[0] for part in text.split('hx-get="') if part.startswith("/renewal/blocker/"))
    north.portal.refuse_next(fault, times=None)
    run_jobs()
    answered = plain(blocked.get(url).text)
    assert "теперь в порядке" not in answered
    assert "Пока без изменений" not in answered  # nobody looked
    assert "Портал не ответил. Прежний результат остаётся." in answered


@pytest.mark.parametrize(
    ("here", "there"), [("renewal/blocker", "shop/check"), ("shop/check", "renewal/blocker")]
)
def test_a_page_opened_in_one_tab_is_asked_about_in_the_other(
    blocked: Opened, north: Actor, here: str, there: str
) -> None:
    code, no = gravest(north), {"renewal/blocker": "later", "shop/check": "not-yet"}
    blocked.post(f"/{here}/{code}/opened")
    tab = f"/{there.split('/', maxsplit=1)[0]}"
    assert f"/{there}/{code}/{no[there]}" in blocked.get(tab).text
    blocked.post(f"/{there}/{code}/{no[there]}")
    assert f"/{here}/{code}/{no[here]}" not in blocked.get(f"/{here.split('/', maxsplit=1)[0]}").text


def test_the_badge_promises_nothing_while_the_shop_is_blocked(blocked: Opened) -> None:
    text = plain(blocked.get("/renewal").text)
    assert "Всё по срокам · магазину мешает 1" in text
    assert "Исправьте до оплаты" in text
    assert "Сначала исправьте" not in text


def test_how_it_was_paid_is_asked_before_a_day_is_named(dated: Opened) -> None:
    text = plain(dated.post("/renewal/mark/mark_paid").text)
    assert "Как оплатили?" in text
    assert "Оплачено. Деньги" not in text
    paid = plain(dated.post("/renewal/mark/mark_paid", way="card").text)
    assert "Оплачено картой: тариф продлевается сразу" in paid
    assert "деньги придут" not in paid
    undo = next(part.split('"')[0] for part in paid.split('hx-post="') if "/renewal/unmark/paid" in part)
    taken_back = plain(dated.post(undo.replace("&amp;", "&")).text)
    assert "Оплатите до 18 декабря: перевод идёт" in taken_back.replace("<b>", "").replace("</b>", "")


def test_a_way_that_there_is_not_is_refused(dated: Opened) -> None:
    assert dated.post("/renewal/mark/mark_paid", way="cash").status_code == 422


def test_the_invoice_is_attached_from_the_panel_until_it_is_there(dated: Opened) -> None:
    link = 'href="/renewal?open=invoice"'
    assert link not in dated.get("/renewal").text
    assert link in dated.post("/renewal/mark/mark_invoice_requested").text
    assert link in dated.post("/renewal/mark/mark_invoice_received").text
    assert "Где заказать счёт" not in plain(dated.get("/renewal?open=invoice").text)


@pytest.mark.parametrize(
    "path", ["/renewal/blocker/moon/opened", "/renewal/blocker/pay_systems_still_on/maybe"]
)
def test_what_does_not_exist_is_not_found(blocked: Opened, path: str) -> None:
    assert blocked.post(path).status_code == 404
    assert blocked.get("/renewal/blocker/moon", since=str(MOMENT)).status_code == 404


def test_an_employee_and_another_portal_may_not(
    blocked: Opened, north: Actor, north_employee: Opened, south_admin: Opened
) -> None:
    code = gravest(north)
    for opened, status in ((north_employee, 403), (south_admin, 404)):
        assert opened.post(f"/renewal/blocker/{code}/opened").status_code == status
        assert opened.get(f"/renewal/blocker/{code}", since=str(MOMENT)).status_code == status
    assert north_employee.post("/renewal/compare").status_code == 403


def test_after_the_activation_the_comparison_is_this_page_and_counts_down(
    dated: Opened, north: Actor, world: World, run_jobs: RunJobs
) -> None:
    lost = switch_off(north)
    world.clock.advance(minutes=1)
    text = plain(dated.post("/renewal/renewed", ends_on="2027-12-23").text)
    assert "Сверяем магазин" in text
    assert 'hx-get="/renewal"' in text
    run_jobs()
    text = plain(dated.get("/renewal").text)
    assert 'Верните <span class="v-text v-fail">1 настройку</span>' in text
    assert "Продлевайте" not in text
    assert 'class="diff" id="line-' in text
    line = text.split('class="diff" id="line-')[1].split('"')[0]
    dated.post(f"/shop/compare/accept/{line}", reason="on_purpose")
    assert "Верните" not in plain(dated.get("/renewal").text)
    assert lost


def test_it_can_be_compared_again_at_once(dated: Opened, north: Actor, run_jobs: RunJobs) -> None:
    dated.post("/renewal/renewed", ends_on="2027-12-23")
    run_jobs()
    assert "Сверяем магазин" in plain(dated.post("/renewal/compare").text)
    run_jobs()
    with portal_scope(north.portal_id):
        assert latest_run().state == RunState.DONE
