"""The first page: from an unknown date to a verified renewal, and the four standing questions."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from b24app.database import db, portal_scope
from b24app.reminders.reminder_settings import set_channel
from b24app.renewal.case_changes import open_case
from b24app.renewal.documents import keep_paper
from b24app.terms.date_suggestions import Suggestion, keep_suggestions
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.term import Author
from b24app.terms.usage_records import record_usage
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture
def story(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()


def test_before_anything_is_known_it_asks_for_the_date(north_admin: Opened) -> None:
    assert "/terms?add=plan" in north_admin.get("/overview").text


def test_the_story_has_its_answer(story: None, north_admin: Opened) -> None:
    text = plain(north_admin.get("/overview").text)
    assert "23 дня" in text
    assert "18 декабря" in text
    assert "/overview/mark/mark_invoice_requested" in text


def test_a_renewal_is_walked_step_by_step(story: None, north: Actor, north_admin: Opened) -> None:
    text = north_admin.post("/overview/mark/mark_invoice_requested").text
    assert "/overview/mark/mark_invoice_received" in text
    assert "/overview/mark/mark_approved" in north_admin.post("/overview/mark/mark_invoice_received").text
    assert "/overview/mark/mark_paid" in north_admin.post("/overview/mark/mark_approved").text
    assert "/overview/renewed" in north_admin.post("/overview/mark/mark_paid").text
    assert "/after" in north_admin.post("/overview/renewed", ends_on="23.12.2027").text
    assert north_admin.post("/overview/mark/mark_verified").status_code == 422
    db.session.rollback()
    with portal_scope(north.portal_id):
        term = find_paid_term("plan")
    assert term is not None
    assert str(term.ends_on) == "2027-12-23"


@pytest.mark.parametrize("wrong", ["soon", "31.11.2027", "2026-12-22"])
def test_a_wrong_new_end_comes_back(story: None, north_admin: Opened, wrong: str) -> None:
    north_admin.post("/overview/mark/mark_paid")
    answer = north_admin.post("/overview/renewed", ends_on=wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_the_last_mark_can_be_taken_back(story: None, north_admin: Opened) -> None:
    north_admin.post("/overview/mark/mark_paid")
    assert "mark_invoice_requested" in north_admin.post("/overview/unmark/paid").text
    assert north_admin.post("/overview/unmark/paid").status_code == 422


@pytest.mark.parametrize(
    "path", ["/overview/mark/fly", "/overview/unmark/fly", "/overview/suggestions/1/maybe"]
)
def test_what_does_not_exist_is_not_found(story: None, north_admin: Opened, path: str) -> None:
    assert north_admin.post(path).status_code == 404


def test_without_a_plan_nothing_can_be_marked_or_confirmed(north_admin: Opened) -> None:
    assert north_admin.post("/overview/mark/mark_paid").status_code == 422
    assert north_admin.post("/overview/confirm").status_code == 404


def test_an_old_date_is_confirmed_in_one_press(story: None, north_admin: Opened) -> None:
    assert north_admin.post("/overview/confirm").status_code == 200


def test_a_hint_of_the_portal_is_only_a_question(north: Actor, north_admin: Opened) -> None:
    with portal_scope(north.portal_id):
        keep_suggestions((Suggestion("marketplace", date(2026, 12, 28), "app.info"),), DAY_OF_THE_STORY)
        db.session.commit()
    assert "app.info" not in north_admin.get("/overview").text
    assert "портал сообщил этому приложению" in north_admin.get("/overview").text
    assert "портал сообщил этому" not in north_admin.post("/overview/suggestions/1/accept").text
    assert north_admin.post("/overview/suggestions/9/dismiss").status_code == 404


def test_another_portal_is_untouched(story: None, south_admin: Opened) -> None:
    assert "18 декабря" not in plain(south_admin.get("/overview").text)


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/overview").status_code == 403
    assert north_employee.post("/overview/mark/mark_paid").status_code == 403


def test_papers_stand_beside_the_reminders(story: None, north: Actor, north_admin: Opened) -> None:
    text = north_admin.get("/overview").text
    assert 'id="documents"' in text
    assert "0 из 3" in plain(text)
    north_admin.client.post(
        "/documents",
        data={"kind": "invoice", "file": (BytesIO(b"%PDF-1.7 invoice"), "счёт 1184.pdf")},
        headers={"X-Frame-Token": north_admin.token, "HX-Request": "true"},
    )
    text = plain(north_admin.get("/overview").text)
    assert "1 из 3" in text
    assert "счёт 1184.pdf" in text


def test_last_years_invoice_is_at_hand(story: None, north: Actor, north_admin: Opened) -> None:
    with portal_scope(north.portal_id):
        term, by = find_paid_term("plan"), Author(1, "Marina")
        old = open_case(replace(term, ends_on=date(2025, 12, 23)), DAY_OF_THE_STORY)
        keep_paper("invoice", "last-year.pdf", b"%PDF-1.7", case_id=old.id, by=by, at=DAY_OF_THE_STORY)
        db.session.commit()
    assert "last-year.pdf" in north_admin.get("/overview").text


def test_each_reminder_says_by_which_ways_it_goes(story: None, north: Actor, north_admin: Opened) -> None:
    with portal_scope(north.portal_id):
        set_channel("webhook", enabled=True, address="https://bot.shop.example/hook")
        db.session.commit()
    assert "портал, вебхук" in plain(north_admin.get("/overview").text)
    north_admin.post("/reminders/links/calendar")
    assert "портал, вебхук, календарь" in plain(north_admin.get("/overview").text)
    north_admin.post("/reminders/channels/notification", enabled="no")
    north_admin.post("/reminders/channels/webhook", enabled="no", address="")
    assert "некому отправить" in north_admin.get("/overview").text


def test_the_month_that_is_not_over_and_the_mean_are_named(north: Actor, north_admin: Opened) -> None:
    with portal_scope(north.portal_id):
        record_usage("orders", 600, on=date(2026, 9, 1), at=DAY_OF_THE_STORY)
        record_usage("orders", 661, on=date(2026, 10, 1), at=DAY_OF_THE_STORY)
        db.session.commit()
    ended = plain(north_admin.get("/overview").text)
    assert "за октябрь; в среднем +10 % за месяц" in ended
    assert "месяц не закончен" not in ended
    with portal_scope(north.portal_id):
        record_usage("orders", 500, on=date(2026, 11, 1), at=DAY_OF_THE_STORY)
        db.session.commit()
    assert "за ноябрь, месяц не закончен; в среднем −9 % за месяц" in plain(north_admin.get("/overview").text)


def test_the_setting_of_the_server_is_folded(north_admin: Opened) -> None:
    text = north_admin.get("/overview").text
    assert "Попросите того, кто обслуживает сервер приложения" in text
    folded = "".join(re.findall(r"<details.*?</details>", text, re.DOTALL))
    assert text.count("B24APP_SMTP_URL") == folded.count("B24APP_SMTP_URL") == 1
