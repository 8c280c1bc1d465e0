"""Light pages unless the person has chosen dark ones; the choice is kept and goes on with the token."""

import re

import pytest

from tests.actors import Actor, Opened


def look(opened: Opened, path: str = "/renewal") -> str:
    found = re.search(r'<html lang="\w+" class="(\w*)"', opened.get(path).text)
    assert found
    return found[1]


def test_pages_inside_a_portal_are_light_unless_chosen(north_admin: Opened) -> None:
    assert look(north_admin) == "light"


def test_a_chosen_look_is_kept_and_travels_with_the_token(north: Actor, north_admin: Opened) -> None:
    answer = north_admin.post("/settings/look", look="dark")
    assert answer.status_code == 204
    north_admin.token = answer.headers["X-Frame-Token"]
    assert look(north_admin) == "dark"
    assert look(north.opens()) == "dark"
    assert look(north.opens(user=north.portal.employee), "/widget") == "light"


def test_an_employee_may_choose_too(north: Actor) -> None:
    employee = north.opens(user=north.portal.employee)
    assert employee.post("/settings/look", look="dark").status_code == 204


@pytest.mark.parametrize("wish", ["", "auto", "blue"])
def test_nothing_else_can_be_chosen(north_admin: Opened, wish: str) -> None:
    assert north_admin.post("/settings/look", look=wish).status_code == 422
    assert look(north_admin) == "light"


def test_another_portal_is_left_as_it_is(north_admin: Opened, south_admin: Opened) -> None:
    north_admin.post("/settings/look", look="dark")
    assert look(south_admin) == "light"
