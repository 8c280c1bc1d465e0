"""The stages of a renewal: marks, ways, people, days, notes, papers, tasks, the order, giving up; and the four standing questions."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import update

from b24app.database import db, portal_scope
from b24app.reminders.model import Delivery, DeliveryState
from b24app.renewal.case import CaseView
from b24app.renewal.case_changes import list_cases
from b24app.renewal.documents import list_papers
from b24app.renewal.renewal_stages import Role, Stage
from b24app.renewal.situation_reading import list_named, set_role
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import get_profile
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

ORDER = {"plan_code": "std", "period_months": "12", "invoice_number": "1184", "amount": "83\u2009880,50"}
STAGES = ("window", "invoice", "payment", "activation", "verified")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture
def story(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()


def stored(actor: Actor) -> CaseView:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return list_cases()[0]


def attach(
    opened: Opened, stage: str, content: bytes = b"%PDF-1.7 invoice", name: str = "счёт 1184.pdf"
) -> Any:
    return opened.client.post(
        f"/renewal/stage/{stage}/paper",
        data={"file": (BytesIO(content), name)},
        headers={"X-Frame-Token": opened.token, "HX-Request": "true"},
    )


def test_on_entry_no_stage_stands_open_and_looking_begins_nothing(
    story: None, north: Actor, north_admin: Opened
) -> None:
    text = north_admin.get("/renewal").text
    assert text.count('aria-controls="stage-panel"') == len(STAGES)
    assert 'id="stage-panel"' not in text
    with portal_scope(north.portal_id):
        assert list_cases() == ()


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_has_an_address_and_one_stands_open(story: None, north_admin: Opened, stage: str) -> None:
    text = north_admin.get("/renewal", open=stage).text
    assert text.count('id="stage-panel"') == 1
    assert text.split(f'id="stage-{stage}"')[1].startswith(' aria-expanded="true"')
    assert text.count('aria-expanded="true" aria-controls="stage-panel"') == 1


def test_what_is_no_stage_opens_nothing(story: None, north_admin: Opened) -> None:
    assert 'id="stage-panel"' not in north_admin.get("/renewal", open="moon").text


def test_the_old_page_of_the_course_leads_into_the_stage(story: None, north_admin: Opened) -> None:
    assert 'id="stage-panel"' in north_admin.get("/renewal/case", follow_redirects=True).text


def test_the_way_is_chosen_in_place_and_the_days_follow(
    story: None, north: Actor, north_admin: Opened
) -> None:
    text = north_admin.post("/renewal/stage/invoice/way/partner").text
    assert "Заказать счёт у партнёра" in text
    assert (stored(north).route, stored(north).marks) == ("partner", ())
    north_admin.post("/renewal/stage/payment/way/card")
    assert (stored(north).route, stored(north).method) == ("portal", "card")
    assert "не нужен" in plain(north_admin.get("/renewal").text)
    north_admin.post("/renewal/stage/payment/way/partner")
    assert (stored(north).route, stored(north).method) == ("partner", "transfer")
    with portal_scope(north.portal_id):
        assert get_profile().route == "partner"


@pytest.mark.parametrize("path", ["invoice/way/pigeon", "payment/way/barter", "window/way/card"])
def test_a_way_that_does_not_exist_is_refused(story: None, north_admin: Opened, path: str) -> None:
    assert north_admin.post(f"/renewal/stage/{path}").status_code == 422


def test_three_lines_of_the_chosen_way_come_with_their_sources(story: None, north_admin: Opened) -> None:
    text = plain(north_admin.get("/renewal", open="invoice").text)
    assert text.count('class="how-number"') == 3
    assert "Справка Битрикс24" in text


def test_a_person_is_chosen_from_the_portal(story: None, north: Actor, north_admin: Opened) -> None:
    with portal_scope(north.portal_id):
        set_role(Role.PAYER, user_id=7, name="Oleg", email="oleg@north.example")
        db.session.commit()
    assert (
        "Олег Дроздов"
        in north_admin.post("/renewal/stage/payment/who", user_id="7", user_name="Олег Дроздов").text
    )
    with portal_scope(north.portal_id):
        kept = list_named()[Role.PAYER]
    assert (kept.user_id, kept.name, kept.email) == (7, "Олег Дроздов", "oleg@north.example")
    assert north_admin.post("/renewal/stage/payment/who", user_id="", user_name="").status_code == 422
    assert north_admin.post("/renewal/stage/moon/who", user_id="7", user_name="X").status_code == 404


def test_a_day_of_ones_own_may_be_earlier_but_not_later(story: None, north_admin: Opened) -> None:
    text = plain(north_admin.post("/renewal/stage/invoice/day", due_on="2026-12-10").text)
    assert "10 декабря, четверг" in text
    assert "по расчёту 15 декабря" in text
    assert "до 10 декабря" in plain(north_admin.get("/renewal").text)
    for wrong in ("2026-12-16", "2026-11-01", "soon"):
        answer = north_admin.post("/renewal/stage/invoice/day", due_on=wrong)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert "15 декабря" in plain(north_admin.post("/renewal/stage/invoice/day", due_on="").text)
    assert north_admin.post("/renewal/stage/moon/day", due_on="2026-12-10").status_code == 422


def test_a_note_is_kept_with_its_author_and_leaves_with_its_date(
    story: None, north: Actor, north_admin: Opened
) -> None:
    assert "ИНН сверен" in north_admin.post("/renewal/stage/invoice/note", note="ИНН сверен").text
    assert "ИНН сверен" not in north_admin.get("/renewal", open="payment").text
    assert north_admin.post("/renewal/stage/invoice/note", note="x" * 501).status_code == 422
    assert north_admin.post("/renewal/stage/moon/note", note="x").status_code == 422
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 25), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    assert "ИНН сверен" not in north_admin.get("/renewal", open="invoice").text


def test_a_paper_lies_in_its_stage_and_can_be_removed(story: None, north: Actor, north_admin: Opened) -> None:
    assert "счёт 1184.pdf" in attach(north_admin, "invoice").text
    with portal_scope(north.portal_id):
        (paper,) = list_papers()
    assert paper.kind == "invoice"
    assert attach(north_admin, "invoice", b"not a paper", "x.exe").status_code == 422
    assert attach(north_admin, "moon").status_code == 404
    text = north_admin.post(f"/renewal/stage/invoice/paper/{paper.id}/delete").text
    assert "счёт 1184.pdf" not in text
    assert north_admin.post("/renewal/stage/invoice/paper/999/delete").status_code == 404


def test_the_accountant_gets_a_task_with_the_paper(
    story: None, north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
) -> None:
    payer = north.portal.employee
    assert north_admin.post("/renewal/stage/payment/task").status_code == 422
    north_admin.post("/renewal/stage/payment/who", user_id=str(payer.id), user_name="Олег")
    attach(north_admin, "payment", b"%PDF-1.7 order", "order.pdf")
    answer = north_admin.post("/renewal/stage/payment/task", text="Оплатите счёт 1184\nдо пятницы")
    assert "Поручено: Олег" in plain(answer.text)
    run_jobs()
    (task,) = [row for row in north.portal.tables["task"] if row["title"] == "Оплатите счёт 1184"]
    assert str(task["responsibleId"]) == str(payer.id)
    assert "до пятницы" in task["description"]
    assert task["ufTaskWebdavFiles"]
    assert north_admin.post("/renewal/stage/window/task").status_code == 404


def tasks_of(actor: Actor) -> int:
    return len([row for row in actor.portal.tables["task"] if row["title"] == "Оплатите счёт 1184"])


def test_a_task_pressed_twice_is_one_task_and_other_words_are_another(
    story: None, north: Actor, north_admin: Opened, run_jobs: Callable[[], int], world: World
) -> None:
    north_admin.post("/renewal/stage/payment/who", user_id=str(north.portal.employee.id), user_name="Олег")
    north_admin.post("/renewal/stage/payment/task", text="Оплатите счёт 1184\nдо пятницы")
    world.clock.advance(seconds=2)
    again = north_admin.post("/renewal/stage/payment/task", text="Оплатите счёт 1184\nдо пятницы")
    assert "Уже поручено сегодня: Олег" in plain(again.text)
    run_jobs()
    assert tasks_of(north) == 1
    north_admin.post("/renewal/stage/payment/task", text="Оплатите счёт 1184\nсегодня")
    run_jobs()
    assert tasks_of(north) == 2


def test_a_task_that_failed_can_be_asked_for_again(
    story: None, north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
) -> None:
    north_admin.post("/renewal/stage/payment/who", user_id=str(north.portal.employee.id), user_name="Олег")
    north_admin.post("/renewal/stage/payment/task", text="Оплатите счёт 1184")
    with portal_scope(north.portal_id):
        db.session.execute(update(Delivery).values(state=DeliveryState.FAILED))
        db.session.commit()
    north_admin.post("/renewal/stage/payment/task", text="Оплатите счёт 1184")
    run_jobs()
    assert tasks_of(north) == 1


def test_number_sum_plan_and_period_are_kept(story: None, north: Actor, north_admin: Opened) -> None:
    assert "1184" in north_admin.post("/renewal/stage/invoice/order", **ORDER).text
    case = stored(north)
    assert (case.plan_code, case.period_months, case.amount) == ("std", 12, Decimal("83880.5"))
    assert case.marks == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"plan_code": "gold"},
        {"period_months": "0"},
        {"period_months": "год"},
        {"amount": "много"},
        {"amount": "-5"},
        {"invoice_number": "№" * 61},
    ],
)
def test_a_wrong_order_comes_back(story: None, north_admin: Opened, wrong: dict[str, str]) -> None:
    answer = north_admin.post("/renewal/stage/invoice/order", **ORDER | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_page_of_the_last_release_changes_the_way_with_the_order(
    story: None, north: Actor, north_admin: Opened
) -> None:
    sent = {**ORDER, "route": "partner", "method": "transfer"}
    assert north_admin.post("/renewal/stage/invoice/order", **sent).status_code == 200
    case = stored(north)
    assert (case.route, case.method, case.invoice_number) == ("partner", "transfer", "1184")
    assert north_admin.post("/renewal/stage/invoice/order", **sent | {"route": "by hand"}).status_code == 422


def test_a_stage_is_marked_on_its_own_day_with_a_comment_and_taken_back(
    story: None, north: Actor, north_admin: Opened
) -> None:
    north_admin.post("/renewal/mark/mark_paid", on="27.11.2026", note="платёжка № 77")
    assert "платёжка № 77" in north_admin.get("/renewal", open="payment").text
    mark = next(line for line in stored(north).marks if line.stage is Stage.PAID)
    assert (mark.on, bool(mark.by)) == (date(2026, 11, 27), True)
    assert north_admin.post("/renewal/unmark").status_code == 200
    assert stored(north).marks == ()
    assert north_admin.post("/renewal/unmark").status_code in (404, 422)


@pytest.mark.parametrize(
    ("action", "wrong", "status"),
    [
        ("mark_paid", {"on": "soon"}, 422),
        ("mark_paid", {"on": "2026-12-01"}, 422),
        ("mark_paid", {"on": "2026-11-27", "note": "x" * 501}, 422),
        ("mark_active", {}, 404),
        ("mark_fly", {}, 404),
    ],
)
def test_a_wrong_mark_comes_back(
    story: None, north_admin: Opened, action: str, wrong: dict[str, str], status: int
) -> None:
    assert north_admin.post(f"/renewal/mark/{action}", **wrong).status_code == status


def test_a_renewal_is_given_up_with_a_reason_and_nobody_is_reminded(
    story: None, north: Actor, north_admin: Opened
) -> None:
    assert north_admin.post("/renewal/give-up", reason=" ").status_code == 422
    text = north_admin.post("/renewal/give-up", reason="магазин закрывается").text
    assert stored(north).given_up
    assert "/renewal/take-up" in text
    assert "Оплатите до" not in text
    assert "Решено не продлевать" in text
    assert "Причина: магазин закрывается" in text
    assert 'class="when"' not in north_admin.get("/settings/reminders").text
    assert "магазин закрывается" in north_admin.get("/money/terms").text
    north_admin.post("/renewal/take-up")
    assert not stored(north).given_up
    assert 'class="when"' in north_admin.get("/settings/reminders").text


def test_the_calendar_changes_the_way_of_a_renewal_that_goes_on(
    story: None, north: Actor, north_admin: Opened
) -> None:
    north_admin.post("/renewal/mark/mark_invoice_requested")
    north_admin.post("/renewal/days", route="site", method="card", approval="3", bank="0")
    assert (stored(north).route, stored(north).method) == ("site", "card")


def test_the_link_for_colleagues_is_made_once(story: None, north: Actor, north_admin: Opened) -> None:
    assert "/renewal/link" in north_admin.get("/renewal").text
    url = north_admin.post("/renewal/link").text.split('id="share-url">')[1].split("<")[0]
    assert url == north_admin.post("/renewal/link").text.split('id="share-url">')[1].split("<")[0]
    assert north_admin.client.get(url.removeprefix("https://renewal.example")).status_code == 200


PATHS = (
    "/renewal/mark/mark_paid",
    "/renewal/unmark",
    "/renewal/stage/invoice/way/partner",
    "/renewal/stage/invoice/who",
    "/renewal/stage/invoice/day",
    "/renewal/stage/invoice/note",
    "/renewal/stage/invoice/paper",
    "/renewal/stage/invoice/task",
    "/renewal/stage/invoice/order",
    "/renewal/give-up",
    "/renewal/take-up",
)


@pytest.mark.parametrize("path", PATHS)
def test_an_employee_may_not(north_employee: Opened, path: str) -> None:
    assert north_employee.post(path).status_code == 403


def test_another_portal_sees_and_changes_nothing(
    story: None, north: Actor, north_admin: Opened, south_admin: Opened
) -> None:
    north_admin.post("/renewal/stage/invoice/order", **ORDER)
    north_admin.post("/renewal/stage/invoice/note", note="ИНН сверен")
    attach(north_admin, "invoice")
    with portal_scope(north.portal_id):
        (paper,) = list_papers()
    text = south_admin.get("/renewal", open="invoice").text
    assert "1184" not in text
    assert "ИНН" not in text
    for path in PATHS:
        assert south_admin.post(path, **ORDER, note="x", reason="because").status_code in (404, 422), path
    assert south_admin.post(f"/renewal/stage/invoice/paper/{paper.id}/delete").status_code == 404
    assert stored(north).invoice_number == "1184"
