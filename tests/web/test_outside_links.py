"""Addresses outside the portal after their maker is gone: shown to the others, marked, closed by any of them."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from b24app.database import db, portal_scope
from b24app.portals.people import review_rights
from b24app.renewal.signed_links import list_links, make_link
from b24app.terms.term import Author
from sandbox.user import User
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.portals.rows import do

DISMISSED = "Its maker was dismissed"
DEMOTED = "no administrator any more"


@pytest.fixture
def deputy(north: Actor) -> User:
    """A second administrator."""
    found = next(user for user in north.portal.users if not user.admin and user is not north.portal.employee)
    found.admin = True
    return found


@pytest.fixture
def admin(north: Actor) -> Opened:
    return north.opens(lang="en")


@pytest.fixture
def made(north: Actor, admin: Opened, deputy: User) -> list[str]:
    """Addresses of every kind, made by the deputy."""
    theirs = north.opens(user=deputy)
    theirs.post("/settings/reminders/links/status")
    theirs.post("/settings/reminders/links/calendar")
    with portal_scope(north.portal_id):
        by, until = Author(deputy.id, deputy.full_name), DAY_OF_THE_STORY.date() + timedelta(days=30)
        make_link("report", by=by, at=DAY_OF_THE_STORY, expires_on=until)
        db.session.commit()
        return [link.url for link in list_links()]


def test_addresses_of_a_dismissed_person_are_shown_and_marked(
    north: Actor, admin: Opened, deputy: User, made: list[str]
) -> None:
    before = admin.get("/settings/links").text
    assert deputy.full_name in before
    assert DISMISSED not in before
    north.portal.dismiss(deputy)
    do(review_rights, north.portal_id)
    text = admin.get("/settings/links").text
    assert all(url in text for url in made)
    assert text.count(DISMISSED) == len(made)
    assert text.count(deputy.full_name) >= len(made)
    assert "works until" in text


def test_the_page_of_the_report_marks_them_too(
    first_checks: Actor, admin: Opened, deputy: User, made: list[str]
) -> None:
    assert DISMISSED not in admin.get("/shop/report").text
    first_checks.portal.dismiss(deputy)
    do(review_rights, first_checks.portal_id)
    assert DISMISSED in admin.get("/shop/report").text


def test_addresses_of_a_demoted_person_are_marked_otherwise(
    north: Actor, admin: Opened, deputy: User, made: list[str]
) -> None:
    deputy.admin = False
    north.opens(user=deputy)
    text = admin.get("/settings/links").text
    assert text.count(DEMOTED) == len(made)
    assert DISMISSED not in text


def test_any_administrator_closes_them(
    north: Actor, admin: Opened, made: list[str], visitor: FlaskClient
) -> None:
    with portal_scope(north.portal_id):
        numbers = [link.id for link in list_links()]
    for number in numbers:
        assert admin.post(f"/settings/reminders/links/{number}/revoke").status_code == 200
    for url in made:
        answer = visitor.get(url.removeprefix("https://renewal.example"), headers={"Accept-Language": "en"})
        assert answer.status_code == 403
        assert "This address was closed" in answer.text
        assert '<main class="stack"' in answer.text


def test_an_older_address_of_the_same_kind_is_not_hidden_behind_a_newer_one(
    north: Actor, admin: Opened
) -> None:
    with portal_scope(north.portal_id):
        for name in ("A", "B"):
            make_link("status", by=Author(None, name), at=DAY_OF_THE_STORY)
        db.session.commit()
        urls = [link.url for link in list_links()]
    text = admin.get("/settings/links").text
    assert all(url in text for url in urls)


def test_an_address_of_the_last_release_has_no_known_maker(north: Actor, admin: Opened) -> None:
    with portal_scope(north.portal_id):
        make_link("status", by=Author(None, "Somebody"), at=DAY_OF_THE_STORY)
        db.session.commit()
    text = admin.get("/settings/links").text
    assert "Somebody" in text
    assert DISMISSED not in text
    assert DEMOTED not in text


def test_another_portal_and_employees_neither_see_nor_close_them(
    north: Actor, made: list[str], south_admin: Opened, north_employee: Opened
) -> None:
    with portal_scope(north.portal_id):
        number = list_links()[0].id
    assert south_admin.post(f"/settings/reminders/links/{number}/revoke").status_code == 404
    assert north_employee.post(f"/settings/reminders/links/{number}/revoke").status_code == 403
    assert made[0] not in south_admin.get("/settings/links").text
