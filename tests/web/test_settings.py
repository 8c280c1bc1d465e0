"""The settings: people, starting points, the log of calls; bad input, another portal, not allowed."""

import re

import pytest

from b24app.database import db, portal_scope
from b24app.portals.model import Portal
from b24app.reminders.reminder_settings import get_channel, get_schedule
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import list_roles
from b24app.terms.profile import get_profile
from tests.actors import Actor, Opened

SCOPES_OF_VERSION_1 = (
    "biconnector", "bizproc", "calendar", "cashbox", "catalog", "crm", "delivery", "disk", "documentgenerator", "im",
    "imconnector", "imopenlines", "landing", "log", "mailservice", "pay_system", "placement", "sale", "task", "telephony",
    "user_brief",
)  # fmt: skip
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
    assert "app.info" in north_admin.get("/settings/developer", q="app.info").text
    assert "app.info" not in north_admin.get("/settings/developer", q="app.infinity").text.replace(
        'value="app', ""
    )
    with north_admin.download("/settings/calls.csv", q="app.info") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "app.info" in answer.text


def test_calls_are_narrowed_to_refusals_and_days(north_admin: Opened) -> None:
    assert "call-" in north_admin.get("/settings/developer", days="day").text
    assert 'id="call-1"' not in north_admin.get("/settings/developer", errors="yes").text


@pytest.mark.parametrize(
    ("status", "installed", "way"),
    [
        ("S", 1, "На портале стоит версия 1"),
        ("L", 1, "Приложения → Разработчикам"),
        ("S", 2, "напишите в поддержку"),
    ],
)
def test_a_portal_of_version_1_is_told_what_is_missing_what_for_and_who_grants_it(
    north: Actor, north_admin: Opened, status: str, installed: int, way: str
) -> None:
    with portal_scope(north.portal_id):
        portal = db.session.get_one(Portal, north.portal_id)
        portal.application_status, portal.application_version = status, installed
        portal.scopes = [*SCOPES_OF_VERSION_1]
        db.session.commit()
    text = north_admin.get("/settings/developer").text
    assert "Портал не выдал права: department, lists, main, sonet_group, userfieldconfig" in text
    assert "кто изменил настройку" in text
    assert way in text


def test_a_portal_that_granted_everything_is_told_nothing(north_admin: Opened) -> None:
    assert "permissions-missing" not in north_admin.get("/settings/developer").text


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


PLACES = (
    "/settings",
    "/settings/reminders",
    "/settings/links",
    "/settings/employees",
    "/settings/data",
    "/settings/developer",
    "/settings/help",
)


@pytest.mark.parametrize("path", PLACES)
def test_each_place_has_its_own_address_and_the_gear_is_current(
    north_admin: Opened, north_employee: Opened, path: str
) -> None:
    text = north_admin.get(path).text
    assert text.count("<h1") == 1
    current = re.findall(r'<a[^>]*aria-current="page"[^>]*>', text)
    assert any(f'href="{path}"' in one and 'class="place"' in one for one in current)
    assert any('href="/settings"' in one and "tab-gear" in one for one in current)
    assert north_employee.get(path).status_code == 403


def undo_of(text: str) -> str:
    found = re.search(r'hx-post="(/settings/undo/[^"]+)"', text)
    assert found is not None
    return found.group(1)


def test_a_person_is_named_in_place_and_taken_back(north: Actor, north_admin: Opened) -> None:
    north_admin.post("/settings/people/responsible", **MARINA)
    changed = {"responsible_name": "Игорь", "responsible_email": "", "responsible_user_id": ""}
    text = north_admin.post("/settings/people/responsible", **changed).text
    assert responsible(north).name == "Игорь"
    assert north_admin.post(undo_of(text)).status_code == 200
    found = responsible(north)
    assert (found.name, found.user_id, found.email) == ("Марина Ковалёва", 7, "marina@shop.example")


def test_a_wrong_person_comes_back_unfolded(north: Actor, north_admin: Opened) -> None:
    answer = north_admin.post("/settings/people/payer", payer_name="", payer_email="oleg@shop.example")
    assert answer.status_code == 422
    assert 'aria-controls="edit-payer" aria-expanded="true"' in answer.text
    assert north_admin.post("/settings/people/cook", cook_name="Пётр").status_code == 404


def test_starting_points_are_taken_back(north: Actor, north_admin: Opened) -> None:
    text = north_admin.post("/settings/start", **START).text
    assert north_admin.post(undo_of(text)).status_code == 200
    db.session.rollback()
    with portal_scope(north.portal_id):
        assert get_profile().portal_name == ""


def test_the_schedule_and_a_channel_are_taken_back(north: Actor, north_admin: Opened) -> None:
    form = {"days_before": "9", "quiet_from": "1", "quiet_to": "2", "digest_weekday": "3"}
    text = north_admin.post("/settings/reminders/schedule", **form).text
    assert "30, 14, 7" in north_admin.post(undo_of(text)).text
    text = north_admin.post("/settings/reminders/channels/task", enabled="yes").text
    north_admin.post(undo_of(text))
    db.session.rollback()
    with portal_scope(north.portal_id):
        assert not get_channel("task").enabled


def test_an_undo_takes_the_first_address_of_a_channel_away_too(north: Actor, north_admin: Opened) -> None:
    path = "/settings/reminders/channels/webhook"
    text = north_admin.post(path, enabled="yes", address="https://hook.example.com/x").text
    assert north_admin.post(undo_of(text)).status_code == 200
    db.session.rollback()
    with portal_scope(north.portal_id):
        channel = get_channel("webhook")
    assert (channel.enabled, channel.address) == (False, "")


def test_an_undo_puts_nothing_over_what_was_saved_since(north: Actor, north_admin: Opened) -> None:
    form = {"quiet_from": "22", "quiet_to": "8", "digest_weekday": "0"}
    undo = undo_of(north_admin.post("/settings/reminders/schedule", days_before="30, 14", **form).text)
    north_admin.post("/settings/reminders/schedule", days_before="5", **form)
    answer = north_admin.post(undo)
    assert answer.status_code == 422
    assert "С тех пор" in answer.text
    db.session.rollback()
    with portal_scope(north.portal_id):
        assert get_schedule().days_before == (5,)


def test_a_save_that_changes_nothing_offers_no_undo(north_admin: Opened) -> None:
    north_admin.post("/settings/start", **START)
    assert "/settings/undo/" not in north_admin.post("/settings/start", **START).text


def test_another_portal_cannot_use_an_undo_and_a_forged_one_is_nothing(
    north_admin: Opened, south_admin: Opened, north_employee: Opened
) -> None:
    url = undo_of(north_admin.post("/settings/start", **START).text)
    assert south_admin.post(url).status_code == 404
    assert north_employee.post(url).status_code == 403
    assert north_admin.post("/settings/undo/forged").status_code == 404


def test_only_the_switches_of_its_edition_are_asked(north: Actor, north_admin: Opened) -> None:
    assert 'name="enterprise_box"' not in north_admin.get("/settings").text
    text = north_admin.post("/settings/start", **START | {"edition": "on_premise"}).text
    assert 'name="enterprise_box"' in text
    north_admin.post("/settings/start", **START | {"edition": "on_premise", "enterprise_box": "yes"})
    north_admin.post("/settings/start", **START)
    db.session.rollback()
    with portal_scope(north.portal_id):
        assert get_profile().enterprise_box


def test_help_says_what_to_send_and_leads_to_guides(north_admin: Opened) -> None:
    text = north_admin.get("/settings/help").text
    assert "north.bitrix24.example" in text
    assert 'href="/renewal/guide/partner"' in text
    assert 'hx-get="/settings/errors"' in text
