"""The settings: people, starting points, the log of calls; bad input, another portal, not allowed."""

import pytest

from b24app.database import db, portal_scope
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import list_roles
from b24app.terms.profile import get_profile
from tests.actors import Actor, Opened

MARINA = {
    "responsible_name": "Марина Ковалёва",
    "responsible_user_id": "7",
    "responsible_email": "marina@shop.example",
}
START = {
    "portal_name": "Тёплая сторона",
    "plan_named": "std",
    "edition": "cloud",
    "country": "by",
    "route": "partner",
    "method": "transfer",
}


def responsible(actor: Actor):
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return list_roles().get(Role.RESPONSIBLE)


def test_people_are_named_and_shown_again(north: Actor, north_admin: Opened) -> None:
    text = north_admin.post("/settings/people", **MARINA, payer_name="Олег").text
    assert "marina@shop.example" in text
    assert "Олег" in text
    found = responsible(north)
    assert (found.name, found.user_id) == ("Марина Ковалёва", 7)


def test_a_name_typed_over_a_chosen_person_is_a_new_person(north: Actor, north_admin: Opened) -> None:
    north_admin.post("/settings/people", **MARINA)
    north_admin.post("/settings/people", **MARINA | {"responsible_name": "Игорь"})
    assert responsible(north).user_id is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"responsible_email": "marina at shop"},
        {"responsible_user_id": "seven"},
        {"payer_email": "oleg@shop.example"},
    ],
)
def test_wrong_people_come_back_and_nothing_is_kept(
    north: Actor, north_admin: Opened, wrong: dict[str, str]
) -> None:
    answer = north_admin.post("/settings/people", **MARINA | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Марина Ковалёва" in answer.text
    assert responsible(north) is None


def test_starting_points_are_kept(north: Actor, north_admin: Opened) -> None:
    assert "Тёплая сторона" in north_admin.post("/settings/start", **START).text
    db.session.rollback()
    with portal_scope(north.portal_id):
        profile = get_profile()
    assert (profile.plan_named, profile.country, profile.route) == ("std", "by", "partner")


@pytest.mark.parametrize("field", ["plan_named", "edition", "country", "route", "method"])
def test_a_starting_point_outside_of_its_list_comes_back(north_admin: Opened, field: str) -> None:
    answer = north_admin.post("/settings/start", **START | {field: "pigeon"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_calls_are_found_by_words_and_exported(north_admin: Opened) -> None:
    assert "app.info" in north_admin.get("/settings", q="app.info").text
    assert "app.info" not in north_admin.get("/settings", q="app.infinity").text.replace('value="app', "")
    with north_admin.download("/settings/calls.csv", q="app.info") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "app.info" in answer.text


def test_calls_are_narrowed_to_refusals_and_days(north_admin: Opened) -> None:
    assert "call-" in north_admin.get("/settings", days="day").text
    assert 'id="call-1"' not in north_admin.get("/settings", errors="yes").text


def test_another_portal_sees_its_own(north_admin: Opened, south: Actor, south_admin: Opened) -> None:
    north_admin.post("/settings/people", **MARINA)
    assert "Марина Ковалёва" not in south_admin.get("/settings").text
    with south_admin.download("/settings/calls.csv") as answer:
        assert "north.bitrix24.example" not in answer.text


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/settings").status_code == 403
    assert north_employee.post("/settings/people", **MARINA).status_code == 403
    assert north_employee.post("/settings/start", **START).status_code == 403
    assert north_employee.download("/settings/calls.csv").status_code == 403
