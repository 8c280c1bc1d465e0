"""Who is refused learns what was kept, who is responsible, what opens for him, and where help is."""

from datetime import date

import pytest
from werkzeug.test import TestResponse

from b24app.database import db, portal_scope
from b24app.factory import create_app
from b24app.renewal.signed_links import ensure_link
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

MARINA = Author(1, "Marina")


def whole(opened: Opened, path: str) -> TestResponse:
    """A page as a file in a new tab asks for it: not by htmx."""
    return opened.client.get(path, headers={"X-Frame-Token": opened.token})


@pytest.fixture
def story(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()


def test_without_rights_a_page_names_who_is_responsible_and_what_opens(
    story: None, north: Actor, north_employee: Opened
) -> None:
    answer = whole(north_employee, "/settings")
    text = answer.text.replace("\u00a0", " ")
    assert answer.status_code == 403
    assert "Портал оплачен до 23 декабря" in text
    assert north.portal.admin.last_name in text
    assert 'hx-get="/widget"' in text
    assert "/help" in text
    assert 'class="tabs"' not in text


def test_without_rights_a_press_is_answered_by_a_note_with_the_way_out(
    story: None, north: Actor, north_employee: Opened
) -> None:
    answer = north_employee.client.get(
        "/settings", headers={"X-Frame-Token": north_employee.token, "HX-Request": "true"}
    )
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (403, "#notices")
    assert 'hx-get="/widget"' in answer.text
    assert north.portal.admin.last_name in answer.text
    assert "error-number" not in answer.text


def test_without_a_date_nothing_is_invented(north_employee: Opened) -> None:
    answer = whole(north_employee, "/settings")
    assert answer.status_code == 403
    assert "оплачен до" not in answer.text


def test_an_error_has_its_number_to_copy_help_and_support(north_admin: Opened) -> None:
    text = whole(north_admin, "/nowhere").text
    assert 'data-copy="#error-number"' in text
    assert all(f'href="/{place}?lang=ru' in text for place in ("help", "support"))
    note = north_admin.client.get(
        "/nowhere", headers={"X-Frame-Token": north_admin.token, "HX-Request": "true"}
    )
    assert 'data-copy="#error-number"' in note.text


def test_outside_every_step_names_a_person_and_help_is_near(story: None, north: Actor) -> None:
    with portal_scope(north.portal_id):
        url = ensure_link("status", by=MARINA, at=DAY_OF_THE_STORY).url.removeprefix(
            "https://renewal.example"
        )
        db.session.commit()
    north.portal.world.clock.advance(days=40)
    north.portal.lapse_to_free()
    text = north.client.get(url).text
    steps = text.split('class="step-list"', 1)[1].split("</ol>", 1)[0]
    assert steps.count("<li>") == steps.count(north.portal.admin.last_name) >= 4
    assert 'href="/support?lang=ru' in text


def test_the_operators_mail_is_where_support_is_asked_if_nothing_else_is_named(
    settings: Settings, world: World
) -> None:
    unnamed = {"support_contact": " ", "operator_mail": "mail@operator.example"}
    visitor = create_app(settings.model_copy(update=unnamed), clock=world.clock).test_client()
    assert 'href="mailto:mail@operator.example?subject=' in visitor.get("/support?lang=ru").text
    assert "mail@operator.example" in visitor.get("/help?lang=ru").text


@pytest.mark.parametrize(
    ("contact", "opens"),
    [
        ("help@shop.example", 'href="mailto:help@shop.example?subject='),
        (
            "помощь@лавка.рф",
            'href="mailto:%D0%BF%D0%BE%D0%BC%D0%BE%D1%89%D1%8C@xn--80aaf6ac.xn--p1ai?subject=',
        ),
        ("help@lаvka.example", "help@lаvka.example"),
        ("https://help.shop.example/form", 'href="https://help.shop.example/form"'),
        ("+7 495 000-00-00", "+7 495 000-00-00"),
        ("", "renewal.example"),
    ],
)
def test_support_opens_a_letter_or_says_what_to_send_and_to_whom(
    settings: Settings, world: World, contact: str, opens: str
) -> None:
    changed = settings.model_copy(update={"support_contact": contact, "operator_mail": ""})
    visitor = create_app(changed, clock=world.clock).test_client()
    text = visitor.get("/support?lang=ru&number=0a1b2c3d").text
    assert opens in text
    assert "0a1b2c3d" in text
    assert 'data-copy="#to-support"' in text
    assert "forged" not in visitor.get("/support?lang=ru&number=forged").text
    assert '<html lang="en"' in visitor.get("/support?lang=en").text
