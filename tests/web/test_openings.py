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
    text = north_admin.get("/overview").text
    assert 'data-portal-path="/settings/license_all.php"' in text
    assert 'hx-post="/overview/opened/invoice"' in text
    assert stage_of(north) is None


def test_after_it_was_opened_it_asks_until_it_is_answered(
    story: None, north: Actor, north_admin: Opened
) -> None:
    assert "Запросили счёт?" in north_admin.post("/overview/opened/invoice").text
    assert stage_of(north) is None
    assert "Запросили счёт?" in north_admin.get("/overview").text
    again = north_admin.post("/overview/not-yet/invoice").text
    assert "Запросили счёт?" not in again
    assert "/overview/opened/invoice" in again
    assert stage_of(north) is None


def test_only_the_yes_marks(story: None, north: Actor, north_admin: Opened) -> None:
    north_admin.post("/overview/opened/invoice")
    text = north_admin.post("/overview/mark/mark_invoice_requested").text
    assert stage_of(north) is Stage.INVOICE_REQUESTED
    assert "Запросили счёт?" not in text
    assert "Запросили счёт?" not in north_admin.post("/overview/unmark/invoice_requested").text


def test_the_question_belongs_to_its_date(story: None, north: Actor, north_admin: Opened) -> None:
    north_admin.post("/overview/opened/invoice")
    with portal_scope(north.portal_id):
        term = find_paid_term("plan")
        change_paid_term(term.id, {"ends_on": date(2026, 12, 25)}, by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    assert "Запросили счёт?" not in north_admin.get("/overview").text


def test_by_card_the_payment_is_opened_and_asked_about(
    story: None, north: Actor, north_admin: Opened
) -> None:
    use(north, method="card")
    for mark in ("mark_approved",):
        north_admin.post(f"/overview/mark/{mark}")
    assert 'hx-post="/overview/opened/pay"' in north_admin.get("/overview").text
    assert "Оплатили?" in north_admin.post("/overview/opened/pay").text
    assert stage_of(north) is Stage.APPROVED
    north_admin.post("/overview/mark/mark_paid")
    assert stage_of(north) is Stage.ACTIVATION_AWAITED


def test_without_the_partners_address_it_is_asked_for_there(
    story: None, north: Actor, north_admin: Opened
) -> None:
    use(north, route="partner")
    text = north_admin.get("/overview").text
    assert 'hx-post="/overview/partner"' in text
    assert "/overview/opened/invoice" not in text
    assert north_admin.post("/overview/partner", partner_email="").status_code == 422
    wrong = north_admin.post("/overview/partner", partner_email="partner")
    assert wrong.status_code == 422
    assert 'value="partner"' in wrong.text


def test_to_a_partner_a_letter_with_the_text_ready_is_opened(
    story: None, north: Actor, north_admin: Opened
) -> None:
    use(north, route="partner")
    text = north_admin.post("/overview/partner", partner_email="sales@partner.example").text
    letter = text.split('href="mailto:')[1].split('"')[0].replace("&amp;", "&")
    assert letter.startswith("sales@partner.example?subject=")
    assert "выставить счёт на продление портала" in unquote(letter)
    assert "23\N{NO-BREAK SPACE}декабря\N{NO-BREAK SPACE}2026" in unquote(letter)
    asked = north_admin.post("/overview/opened/invoice", way="letter").text
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
    text = north_admin.post(f"/overview/mark/{mark}").text
    url = text.split('id="last-mark"')[1].split('hx-post="')[1].split('"')[0]
    assert "last-mark" not in north_admin.post(url).text
    assert stage_of(north) is None


def test_a_button_that_only_marks_says_so(story: None, north_admin: Opened) -> None:
    pages = [north_admin.get("/overview").text]
    pages += [
        north_admin.post(f"/overview/mark/{m}").text
        for m in ("mark_invoice_requested", "mark_invoice_received", "mark_approved")
    ]
    for text in pages:
        for part in text.split('hx-post="/overview/mark/')[1:]:
            label = part.split("</button>")[0].rsplit("</span>", 1)[1].strip()
            assert label.startswith("Отметить: "), label


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/overview/opened/fly", 404),
        ("/overview/not-yet/fly", 404),
        ("/overview/unmark/paid?case=999999", 404),
    ],
)
def test_what_does_not_exist_is_not_found(story: None, north_admin: Opened, path: str, status: int) -> None:
    assert north_admin.post(path).status_code == status


def test_bad_input_an_employee_and_another_portal(
    story: None, north: Actor, north_admin: Opened, north_employee: Opened, south_admin: Opened
) -> None:
    assert north_admin.post("/overview/opened/invoice", way="telepathy").status_code == 422
    for path in ("/overview/opened/invoice", "/overview/not-yet/invoice", "/overview/partner"):
        assert north_employee.post(path).status_code == 403
        assert south_admin.post(path, partner_email="").status_code in (404, 422)
    north_admin.post("/overview/opened/invoice")
    assert "Запросили счёт?" not in south_admin.get("/overview").text


def test_after_the_payment_no_headline_says_that_nothing_is_to_be_done(
    story: None, north_admin: Opened
) -> None:
    text = north_admin.post("/overview/mark/mark_paid").text
    assert "ничего делать не нужно" not in text
    assert "Продлевайте" not in north_admin.get("/plan").text


def test_an_answer_given_meanwhile_is_no_error(story: None, north: Actor, north_admin: Opened) -> None:
    for path in ("opened", "opened", "not-yet", "not-yet", "opened", "not-yet"):
        assert north_admin.post(f"/overview/{path}/invoice").status_code == 200
    with portal_scope(north.portal_id):
        term = find_paid_term("plan")
        note_opening(term, "invoice", "portal", by=MARINA, at=DAY_OF_THE_STORY)
        seen = list_openings(term)
        db.session.commit()
        north_admin.post("/overview/not-yet/invoice")
        note_opening(term, "invoice", "portal", by=MARINA, at=DAY_OF_THE_STORY)
        assert set(seen) == set(list_openings(term)) == {"invoice"}
        db.session.rollback()
