"""The archive for support: what is inside is shown first, it holds nothing secret and nobody's name, it is bounded, and only the administrator takes it."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.jobs.portals import forget_calls_and_errors
from b24app.reminders.model import OutsideAddress
from b24app.reports.support_file import SupportWish, bound_lines, make_support_file
from b24app.reports.support_states import PLAIN_SETTINGS, read_plain_settings
from b24app.services import services
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import change_profile
from b24app.terms.term import Author
from b24app.web.model import ShownError
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import CLIENT_SECRET, DAY_OF_THE_STORY

pytestmark = pytest.mark.usefixtures("first_checks")
NAMES = ("README.txt", "calls.jsonl", "states.json")
NUMBER = "0a1b2c3d"


def unpack(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def taken(opened: Opened, **form: str) -> dict[str, str]:
    with opened.download("/settings/support.zip", **form) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "application/zip"
        return unpack(answer.data)


def show_error(north: Actor, **changes: object) -> None:
    """A page of this portal has shown an error."""
    row = {"number": NUMBER, "at": services().clock.now(), "kind": "KeyError", "endpoint": "copy_page.show"}
    with portal_scope(north.portal_id):
        db.session.add(ShownError(**row | changes))
        db.session.commit()


def test_help_leads_to_the_state_of_the_application(north_admin: Opened):
    assert 'href="/service?lang=' in north_admin.get("/settings/help").text


def test_what_is_inside_is_shown_before_it_is_taken(north_admin: Opened):
    page = north_admin.get("/settings/support").text
    assert all(name in page for name in NAMES)
    assert "Внутри нет паролей" in page
    assert "&#34;migrations&#34;" in page or "migrations" in page
    assert "/settings/support.zip" in page
    assert "/settings/support" in north_admin.get("/settings/help").text


def test_the_archive_holds_every_part(north_admin: Opened, north: Actor):
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Марина"), at=DAY_OF_THE_STORY)
        db.session.commit()
    files = taken(north_admin)
    assert tuple(sorted(files)) == NAMES
    states = json.loads(files["states.json"])
    assert states["application"]["version"] == services().manifest.version
    assert states["application"]["migrations"]
    assert states["portal"]["address"] == north.host
    assert states["portal"]["license"] == "ru_std"
    assert states["availability"]["answered_at"]
    assert states["runs"][0]["state"] == "done"
    assert ("plan", True, "2026-12-23") in [
        (one["kind"], one["known"], one["ends_on"]) for one in states["terms"]
    ]
    assert {one["code"] for one in states["channels"]} >= {"email", "notification"}
    assert states["settings"]["values"]["edition"] == "market"
    assert "profile" in files["calls.jsonl"]
    assert "states.json" in files["README.txt"]
    assert "запрос" in files["README.txt"]


def secrets_of(world: World) -> Iterator[str]:
    """Every secret of the story."""
    yield CLIENT_SECRET
    yield from (*world.tokens.access, *world.tokens.refresh)
    for portal in world.portals.values():
        yield from (one.application_token for one in portal.installations.values())
    yield from (key.get_secret_value() for key in services().settings.seal_keys)
    yield services().settings.secret_key.get_secret_value()


USER_FIELDS = ("name", "last_name", "email")
PERSON_FIELDS = ("NAME", "LAST_NAME", "SECOND_NAME", "EMAIL", "PHONE", "WORK_PHONE", "PERSONAL_MOBILE")


def people_of(north: Actor) -> set[str]:
    """Names and contacts of everybody in the portal and in its shop, and what we were told by hand."""
    found = {"Секретарёва", "boss@secret.example", "Очень тайная заметка", "4987654"}
    for user in north.portal.users:
        found |= {str(getattr(user, name)) for name in USER_FIELDS}
    for name, table in north.portal.tables.items():
        if "contact" in name or name == "user":
            for row in table:
                found |= {str(row.get(field)) for field in PERSON_FIELDS if isinstance(row.get(field), str)}
    return {one for one in found if len(one) > 3}


def test_no_secret_and_no_person_is_inside(
    north_admin: Opened, north: Actor, world: World, run_jobs: Callable[[], int]
):
    with portal_scope(north.portal_id):
        set_paid_term(
            "plan", date(2026, 12, 23), by=Author(1, "Секретарёва"), at=DAY_OF_THE_STORY,
            price=Decimal(4987654), note="Очень тайная заметка", owner_name="Секретарёва",
        )  # fmt: skip
        db.session.add(
            OutsideAddress(
                email="boss@secret.example", code="c" * 40, asked_by="Секретарёва", asked_at=DAY_OF_THE_STORY
            )
        )
        change_profile(portal_name="Секретарёва и сыновья", by=Author(1, "Секретарёва"), at=DAY_OF_THE_STORY)
        db.session.commit()
    north_admin.post("/shop/run")
    run_jobs()
    show_error(north)
    files = taken(north_admin) | {"around": taken(north_admin, number=NUMBER)["calls.jsonl"]}
    everything = "\n".join(files.values()) + north_admin.get("/settings/support").text.split('id="main"')[1]
    secrets, people = set(secrets_of(world)), people_of(north)
    assert len(secrets) > 6
    assert len(people) > 10
    assert [one[:6] for one in secrets if one in everything] == []
    assert [one for one in people if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", everything)] == []


def test_settings_are_switches_and_numbers_and_of_the_rest_only_whether_they_are_set(settings: Settings):
    found = read_plain_settings(settings)
    assert set(found) == {"values", "set"}
    assert all(
        not isinstance(value, str) or name in {"edition", "log_level"}
        for name, value in dict(found["values"]).items()
    )
    assert set(PLAIN_SETTINGS) <= set(Settings.model_fields)
    assert settings.database_url not in json.dumps(found, default=str)


def test_the_calls_around_an_error_are_found_by_its_number(
    north: Actor, world: World, run_jobs: Callable[[], int]
):
    show_error(north)
    world.clock.advance(hours=5)
    later = north.opens()
    later.post("/shop/run")
    run_jobs()
    around, usual = (taken(later, **form) for form in ({"number": NUMBER.upper()}, {}))
    assert NUMBER in around["README.txt"]
    assert 0 < around["calls.jsonl"].count("\n") < usual["calls.jsonl"].count("\n")
    assert json.loads(around["states.json"])["errors"][0] | {"at": ""} == {
        "number": NUMBER, "at": "", "kind": "KeyError", "endpoint": "copy_page.show",
    }  # fmt: skip


@pytest.mark.parametrize("number", ["ffffffff", "12", "'; drop", "0a1b2c3d0"])
def test_a_number_that_was_never_shown_is_said_so(north_admin: Opened, number: str):
    assert "такого номера в этом портале не было" in north_admin.get("/settings/support", number=number).text
    with north_admin.download("/settings/support.zip", number=number) as answer:
        assert answer.status_code == 422


def test_a_number_of_another_portal_is_not_known_here(north_admin: Opened, south: Actor):
    show_error(south)
    with north_admin.download("/settings/support.zip", number=NUMBER) as answer:
        assert answer.status_code == 422


def test_another_portals_calls_and_states_are_not_inside(north_admin: Opened, south: Actor):
    south.opens()
    assert south.host not in "\n".join(taken(north_admin).values())


def test_an_error_that_a_page_shows_is_kept_by_its_number(
    north_admin: Opened, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_words: object) -> str:
        raise KeyError("Секретарёва")

    monkeypatch.setattr("b24app.reports.support_file.day_long", fail)
    with north_admin.download("/settings/support.zip") as answer:
        assert answer.status_code == 500
        number = re.search(r"\b[0-9a-f]{8}\b", answer.text.split('id="error-number"')[1])
    assert number is not None
    monkeypatch.undo()
    (error,) = json.loads(taken(north_admin, number=number[0])["states.json"])["errors"]
    assert (error["number"], error["kind"], error["endpoint"]) == (
        number[0], "KeyError", "support_file_page.take_support_file",
    )  # fmt: skip


def test_what_is_no_fault_of_ours_leaves_no_number(north_admin: Opened, north: Actor):
    assert north_admin.get("/renewal/guide/nowhere").status_code == 404
    assert north_admin.post("/settings/start", country="zz").status_code == 422
    db.session.rollback()
    with portal_scope(north.portal_id):
        assert db.session.query(ShownError).count() == 0


def test_numbers_are_forgotten_after_thirty_days(north: Actor, world: World, app: Flask):
    show_error(north)
    world.clock.advance(days=29)
    forget_calls_and_errors()
    db.session.commit()
    with portal_scope(north.portal_id):
        assert db.session.query(ShownError).count() == 1
        world.clock.advance(days=2)
    forget_calls_and_errors()
    db.session.commit()
    with portal_scope(north.portal_id):
        assert db.session.query(ShownError).count() == 0
    assert app.name


def test_the_newest_calls_have_room_and_the_older_ones_are_counted():
    text, count, left_out = bound_lines((f"{number:08}\n" for number in range(100)), most=90)
    assert text.splitlines() == [f"{number:08}" for number in range(90, 100)]
    assert (count, left_out) == (10, 90)


def test_an_empty_log_makes_an_archive_too(north: Actor, world: World):
    world.clock.advance(days=60)
    with portal_scope(north.portal_id):
        made = make_support_file(SupportWish(days=1), services().clock.now())
    assert made.call_count == 0
    assert unpack(made.pack())["calls.jsonl"] == ""
    assert made.since == made.until - timedelta(days=1)


def test_a_bad_number_is_an_error_of_the_field(north: Actor):
    with portal_scope(north.portal_id), pytest.raises(BadInput) as wrong:
        make_support_file(SupportWish(number="ffffffff"), services().clock.now())
    assert wrong.value.field == "number"


def test_an_employee_does_not_get_it(north: Actor):
    employee = north.opens(user=north.portal.employee)
    assert employee.get("/settings/support").status_code == 403
    with employee.download("/settings/support.zip") as answer:
        assert answer.status_code == 403


def test_the_portal_is_not_asked(north_admin: Opened, north: Actor):
    north.portal.answer_next("html", times=99)
    assert north_admin.get("/settings/support").status_code == 200
    assert taken(north_admin)["states.json"]
