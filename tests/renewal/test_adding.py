"""A channel is one folder and a kind of reminder one file: pages, dispatch and explanations know them by their registry."""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from b24app.database import db, portal_scope
from b24app.reminders import channels, kinds
from b24app.reminders.channels import explain_failure, known_failures, load_channels
from b24app.reminders.kinds import load_kinds
from b24app.reminders.outside_addresses import reach_outside
from b24app.reminders.portal_schedule import channels_reaching, nearest_reminders
from b24app.reminders.reminder_jobs import remind_portal
from b24app.reminders.reminder_settings import Digest, set_channel, set_schedule
from b24app.renewal.renewal_stages import Role
from b24app.renewal.signed_links import make_link
from b24app.renewal.situation_reading import set_role
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import note_license
from b24app.terms.stored_terms import timeline_view
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.terms.conftest import AT, MARINA

ADDED = Path(__file__).parent / "added"
SETTING = "/settings/reminders/channels/pigeon"
CACHES = (load_channels, load_kinds, known_failures)


@pytest.fixture
def added() -> Iterator[None]:
    """The folder and the file as if they lay in the room of reminders."""
    rooms = ((channels, "channels"), (kinds, "kinds"))
    for package, folder in rooms:
        package.__path__.append(str(ADDED / folder))
    for found in CACHES:
        found.cache_clear()
    yield
    for package, folder in rooms:
        package.__path__.remove(str(ADDED / folder))
    for found in CACHES:
        found.cache_clear()
    for name in ("channels.pigeon", "kinds.half_time"):
        sys.modules.pop(f"b24app.reminders.{name}", None)


@pytest.fixture
def shop(added: None, north: Actor) -> Actor:
    """A plan fifteen days before its end, with one person and no channel on."""
    with portal_scope(north.portal_id):
        note_license("ru_std", AT)
        set_paid_term("plan", DAY_OF_THE_STORY.date() + timedelta(days=15), by=MARINA, at=AT)
        set_role(Role.RESPONSIBLE, user_id=1, name="Марина Ковалёва", email="marina@north.example")
        set_schedule((30,), digest=Digest(on=False))
        for code in load_channels():
            if code != "pigeon":
                set_channel(code, enabled=False)
        db.session.commit()
    return north


def flown() -> list[tuple[str, str]]:
    return sys.modules["b24app.reminders.channels.pigeon"].FLOWN


def choose(admin: Opened, loft: str):
    return admin.post(SETTING, enabled="yes", address=loft)


def test_a_channel_stands_in_the_settings_with_its_own_field(shop: Actor, north_admin: Opened) -> None:
    text = north_admin.get("/settings/reminders").text
    assert "Carrier pigeon" in text
    assert "A note to a loft of yours" in text
    assert 'id="address-pigeon"' in text


def test_its_field_is_checked_by_its_folder(shop: Actor, north_admin: Opened) -> None:
    assert choose(north_admin, "roof").status_code == 422
    assert "A loft is named like this" in choose(north_admin, "roof").text
    assert "Name a loft." in choose(north_admin, "").text
    assert 'value="loft 7"' in choose(north_admin, "loft 7").text


def test_reminders_and_its_own_test_go_by_it(
    shop: Actor, north_admin: Opened, run_jobs: Callable[[], int]
) -> None:
    choose(north_admin, "loft 7")
    north_admin.post(f"{SETTING}/test")
    run_jobs()
    remind_portal(shop.portal_id)
    assert [loft for loft, _ in flown()].count("loft 7") > 1
    with portal_scope(shop.portal_id):
        assert reach_outside().codes == ("pigeon",)
    page = north_admin.get("/settings/reminders").text
    assert page.count("Carrier pigeon") > 1
    assert "Если портал закроется, предупреждение придёт: Carrier pigeon." in page


def test_its_failures_are_explained_in_its_own_words(shop: Actor, north_admin: Opened) -> None:
    choose(north_admin, "loft 13")
    remind_portal(shop.portal_id)
    assert "There is a storm: wait." in north_admin.get("/settings/reminders").text
    assert explain_failure("PigeonLost: hawk").message == "The pigeon was lost."


def test_a_kind_falls_due_is_announced_and_sent(shop: Actor, north_admin: Opened) -> None:
    choose(north_admin, "loft 7")
    flown().clear()
    with portal_scope(shop.portal_id):
        make_link("calendar", by=MARINA, at=AT)
        today = DAY_OF_THE_STORY.date()
        planned = nearest_reminders(timeline_view(AT, today), AT, today - timedelta(days=1), 99)
        reaching = channels_reaching(planned)
        db.session.commit()
    (half,) = [item for item in planned if item.code == "half_time"]
    assert reaching[half.key] == ("pigeon", "calendar")
    assert "Half of the time" in north_admin.get("/settings/reminders").text
    remind_portal(shop.portal_id)
    assert "Half of the time is over: тариф «Стандартный»" in [subject for _, subject in flown()]


def test_without_the_folder_its_rows_are_still_read(shop: Actor, north_admin: Opened) -> None:
    choose(north_admin, "loft 13")
    remind_portal(shop.portal_id)
    channels.__path__.remove(str(ADDED / "channels"))
    for found in CACHES:
        found.cache_clear()
    text = north_admin.get("/settings/reminders").text
    channels.__path__.append(str(ADDED / "channels"))
    assert "pigeon" in text
    assert "Carrier pigeon" not in text
