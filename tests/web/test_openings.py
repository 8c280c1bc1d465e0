"""The main button opens the place and then asks; only a yes marks, and a mark is taken back where it was made."""

from datetime import date
from urllib.parse import unquote

import pytest

from b24app.database import db, portal_scope
from b24app.renewal.case_changes import case_of
from b24app.renewal.opened_steps import list_openings, note_opening
from b24app.renewal.renewal_stages import Stage
from b24app.terms.paid_terms import change_paid_term, find_paid_term, set_paid_term
from b24app.terms.profile import change_profile
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

MARINA = Author(1, "Marina")


@pytest.fixture
def story(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()


def use(north: Actor, **profile: str) -> None:
    with portal_scope(north.portal_id):
        change_profile(by=MARINA, at=DAY_OF_THE_STORY, **profile)
        db.session.commit()


def stage_of(actor: Actor) -> Stage | None:
    with portal_scope(actor.portal_id):
        case = case_of(find_paid_term("plan"))
        return case.stage if case else None


def test_the_main_button_opens_the_order_page_and_marks_nothing(
    story: None, north: Actor, north_admin: Opened
) -> None:
    text = north_admin.get("/renewal").text
    assert 'data-portal-path="/settings/license_all.php"' in text
    assert 'hx-post="/renewal/opened/invoice"' in text
    assert stage_of(north) is None


def test_after_it_was_opened_it_asks_until_it_is_answered(
    story: None, north: Actor, north_admin: Opened
) -> None:
    assert "Заказ оформлен?" in north_admin.post("/renewal/opened/invoice").text
    assert stage_of(north) is None
    assert "Заказ оформлен?" in north_admin.get("/renewal").text
    again = north_admin.post("/renewal/not-yet/invoice").text
    assert "Заказ оформлен?" not in again
    assert "/renewal/opened/invoice" in again
    assert stage_of(north) is None


def test_only_the_yes_marks(story: None, north: Actor, north_admin: Opened) -> None:
    north_admin.post("/renewal/opened/invoice")
    text = north_admin.post("/renewal/mark/mark_invoice_requested").text
    assert stage_of(north) is Stage.INVOICE_REQUESTED
    assert "Заказ оформлен?" not in text
    assert "Заказ оформлен?" not in north_admin.post("/renewal/unmark/invoice_requested").text


def test_the_question_belongs_to_its_date(story: None, north: Actor, north_admin: Opened) -> None:
    north_admin.post("/renewal/opened/invoice")
    with portal_scope(north.portal_id):
        term = find_paid_term("plan")
        change_paid_term(term.id, {"ends_on": date(2026, 12, 25)}, by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    assert "Заказ оформлен?" not in north_admin.get("/renewal").text


def test_by_card_the_payment_is_opened_and_asked_about(
    story: None, north: Actor, north_admin: Opened
) -> None:
    use(north, method="card")
    for mark in ("mark_approved",):
        north_admin.post(f"/renewal/mark/{mark}")
    assert 'hx-post="/renewal/opened/pay"' in north_admin.get("/renewal").text
    assert "Оплатили?" in north_admin.post("/renewal/opened/pay").text
    assert stage_of(north) is Stage.APPROVED
    north_admin.post("/renewal/mark/mark_paid", way="transfer")
    assert stage_of(north) is Stage.ACTIVATION_AWAITED


def test_without_the_partners_address_it_is_asked_for_there(
    story: None, north: Actor, north_admin: Opened
) -> None:
    use(north, route="partner")
    text = north_admin.get("/renewal").text
    assert 'hx-post="/renewal/partner"' in text
    assert "/renewal/opened/invoice" not in text
    assert north_admin.post("/renewal/partner", partner_email="").status_code == 422
    wrong = north_admin.post("/renewal/partner", partner_email="partner")
    assert wrong.status_code == 422
    assert 'value="partner"' in wrong.text


def test_to_a_partner_a_letter_with_the_text_ready_is_opened(
    story: None, north: Actor, north_admin: Opened
) -> None:
    use(north, route="partner")
    text = north_admin.post("/renewal/partner", partner_email="sales@partner.example").text
    letter = text.split('href="mailto:')[1].split('"')[0].replace("&amp;", "&")
    assert letter.startswith("sales@partner.example?subject=")
    assert "выставить счёт на продление портала" in unquote(letter)
    assert "23\N{NO-BREAK SPACE}декабря\N{NO-BREAK SPACE}2026" in unquote(letter)
    asked = north_admin.post("/renewal/opened/invoice", way="letter").text
    assert "Письмо партнёру открыто" in asked
    assert "sales@partner.example" in north_admin.get("/settings").text


def test_settings_keep_the_partner_and_refuse_what_is_no_address(north: Actor, north_admin: Opened) -> None:
    form = {
        "edition": "cloud",
        "route": "partner",
        "method": "transfer",
        "portal_name": "",
        "plan_named": "",
        "country": "",
    }
    assert north_admin.post("/settings/start", **form, partner_email="x").status_code == 422
    assert north_admin.post("/settings/start", **form, partner_email="a@b.example").status_code == 200
    assert "a@b.example" in north_admin.get("/settings").text


@pytest.mark.parametrize("mark", ["mark_invoice_received", "mark_approved", "mark_paid"])
def test_every_mark_can_be_taken_back_where_it_was_made(
    story: None, north: Actor, north_admin: Opened, mark: str
) -> None:
    toasted = north_admin.post(f"/renewal/mark/{mark}", way="transfer").text
    assert "Отмечено: " in toasted
    stage = "payment" if mark in ("mark_paid", "mark_approved") else "invoice"
    url = next(
        part.split('"')[0]
        for part in north_admin.get("/renewal", open=stage).text.split('hx-post="')
        if part.startswith("/renewal/unmark/")
    )
    assert "Снять отметку" not in north_admin.post(url.replace("&amp;", "&")).text
    assert stage_of(north) is None


def test_a_button_that_only_marks_says_so(story: None, north_admin: Opened) -> None:
    pages = [north_admin.get("/renewal").text]
    pages += [
        north_admin.post(f"/renewal/mark/{m}").text
        for m in ("mark_invoice_requested", "mark_invoice_received", "mark_approved")
    ]
    for text in pages:
        for part in text.split('hx-post="/renewal/mark/')[1:]:
            label = part.split("</button>")[0].rsplit("</span>", 1)[1].strip()
            assert label in ("Отметить", "Счёт уже есть", "Уже оплачено") or label.startswith("Отметить: ")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/renewal/opened/fly", 404),
        ("/renewal/not-yet/fly", 404),
        ("/renewal/unmark/paid?case=999999", 404),
    ],
)
def test_what_does_not_exist_is_not_found(story: None, north_admin: Opened, path: str, status: int) -> None:
    assert north_admin.post(path).status_code == status


def test_bad_input_an_employee_and_another_portal(
    story: None, north: Actor, north_admin: Opened, north_employee: Opened, south_admin: Opened
) -> None:
    assert north_admin.post("/renewal/opened/invoice", way="telepathy").status_code == 422
    for path in ("/renewal/opened/invoice", "/renewal/not-yet/invoice", "/renewal/partner"):
        assert north_employee.post(path).status_code == 403
        assert south_admin.post(path, partner_email="").status_code in (404, 422)
    north_admin.post("/renewal/opened/invoice")
    assert "Заказ оформлен?" not in south_admin.get("/renewal").text


def test_after_the_payment_no_headline_says_that_nothing_is_to_be_done(
    story: None, north_admin: Opened
) -> None:
    text = north_admin.post("/renewal/mark/mark_paid", way="transfer").text
    assert "ничего делать не нужно" not in text
    assert "Продлевайте" not in north_admin.get("/money/plan").text


def test_an_answer_given_meanwhile_is_no_error(story: None, north: Actor, north_admin: Opened) -> None:
    for path in ("opened", "opened", "not-yet", "not-yet", "opened", "not-yet"):
        assert north_admin.post(f"/renewal/{path}/invoice").status_code == 200
    with portal_scope(north.portal_id):
        term = find_paid_term("plan")
        note_opening(term, "invoice", "portal", by=MARINA, at=DAY_OF_THE_STORY)
        seen = list_openings(term)
        db.session.commit()
        north_admin.post("/renewal/not-yet/invoice")
        note_opening(term, "invoice", "portal", by=MARINA, at=DAY_OF_THE_STORY)
        assert set(seen) == set(list_openings(term)) == {"invoice"}
        db.session.rollback()
