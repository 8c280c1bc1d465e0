"""The tab «Renewal»: from an unknown date to a verified renewal, and the four standing questions."""

import re
from datetime import date

import pytest

from b24app.database import db, portal_scope
from b24app.renewal.activation import notice_activation
from b24app.terms.date_suggestions import Suggestion, keep_suggestions
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.term import Author
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
    assert "/money/terms?add=plan" in north_admin.get("/renewal").text


def test_the_story_has_its_answer(story: None, north_admin: Opened) -> None:
    text = plain(north_admin.get("/renewal").text)
    assert "23 дня" in text
    assert "18 декабря" in text
    assert "/renewal/opened/invoice" in text
    assert "/renewal/mark/mark_invoice_received" in text


def test_a_renewal_is_walked_step_by_step(story: None, north: Actor, north_admin: Opened) -> None:
    text = north_admin.post("/renewal/mark/mark_invoice_requested").text
    assert "/renewal/mark/mark_invoice_received" in text
    assert "/renewal/mark/mark_approved" in north_admin.post("/renewal/mark/mark_invoice_received").text
    assert "/renewal/mark/mark_paid" in north_admin.post("/renewal/mark/mark_approved").text
    assert "/renewal/renewed" in north_admin.post("/renewal/mark/mark_paid").text
    text = north_admin.post("/renewal/renewed", ends_on="23.12.2027").text
    assert "data-poll" in text
    assert "Продлено. Сверяем магазин" in text
    assert north_admin.post("/renewal/mark/mark_verified").status_code == 422
    db.session.rollback()
    with portal_scope(north.portal_id):
        term = find_paid_term("plan")
    assert term is not None
    assert str(term.ends_on) == "2027-12-23"


@pytest.mark.parametrize("wrong", ["soon", "31.11.2027", "2026-12-22"])
def test_a_wrong_new_end_comes_back(story: None, north_admin: Opened, wrong: str) -> None:
    north_admin.post("/renewal/mark/mark_paid", way="transfer")
    answer = north_admin.post("/renewal/renewed", ends_on=wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_the_last_mark_can_be_taken_back(story: None, north_admin: Opened) -> None:
    north_admin.post("/renewal/mark/mark_paid", way="transfer")
    assert "/renewal/opened/invoice" in north_admin.post("/renewal/unmark/paid").text
    assert north_admin.post("/renewal/unmark/paid").status_code == 422


@pytest.mark.parametrize("path", ["/renewal/mark/fly", "/renewal/unmark/fly", "/renewal/suggestions/1/maybe"])
def test_what_does_not_exist_is_not_found(story: None, north_admin: Opened, path: str) -> None:
    assert north_admin.post(path).status_code == 404


def test_without_a_plan_nothing_can_be_marked_or_confirmed(north_admin: Opened) -> None:
    assert north_admin.post("/renewal/mark/mark_paid").status_code == 422
    assert north_admin.post("/renewal/confirm").status_code == 404


def test_an_old_date_is_confirmed_in_one_press(story: None, north_admin: Opened) -> None:
    assert north_admin.post("/renewal/confirm").status_code == 200


def test_a_hint_of_the_portal_is_only_a_question(north: Actor, north_admin: Opened) -> None:
    with portal_scope(north.portal_id):
        keep_suggestions((Suggestion("marketplace", date(2026, 12, 28), "app.info"),), DAY_OF_THE_STORY)
        db.session.commit()
    assert "app.info" not in north_admin.get("/renewal").text
    assert "портал сообщил этому приложению" in north_admin.get("/renewal").text
    assert "портал сообщил этому" not in north_admin.post("/renewal/suggestions/1/accept").text
    assert north_admin.post("/renewal/suggestions/9/dismiss").status_code == 404


def test_another_portal_is_untouched(story: None, south_admin: Opened) -> None:
    assert "18 декабря" not in plain(south_admin.get("/renewal").text)


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/renewal").status_code == 403
    assert north_employee.post("/renewal/mark/mark_paid").status_code == 403


def test_the_setting_of_the_server_is_folded(north_admin: Opened) -> None:
    text = north_admin.get("/renewal").text
    assert "Попросите того, кто обслуживает сервер приложения" in text
    folded = "".join(re.findall(r"<details.*?</details>", text, re.DOTALL))
    assert text.count("B24APP_SMTP_URL") == folded.count("B24APP_SMTP_URL") == 1


def test_what_employees_tell_stands_before_what_blocks_the_shop(
    story: None, first_checks: Actor, north_admin: Opened, north_employee: Opened
) -> None:
    assert north_employee.post("/widget/report", reason="orders").status_code == 200
    text = north_admin.get("/renewal").text
    assert text.index('id="answer"') < text.index('id="reports"') < text.index('id="blockers"')


def test_a_noticed_renewal_takes_no_second_filled_button(
    story: None, north: Actor, north_admin: Opened
) -> None:
    with portal_scope(north.portal_id):
        notice_activation("plan_changed", DAY_OF_THE_STORY)
        db.session.commit()
    text = north_admin.get("/renewal").text
    offer = text[text.index('id="offer"') :].split("</section>")[0]
    assert 'name="ends_on"' in offer
    assert "btn-filled" not in offer
