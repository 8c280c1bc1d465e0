"""The settings by night: read in few requests, kept where they changed, without clients and without keys."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from b24app.backup.settings_versions.model import SettingsNight, SettingsVersion
from b24app.backup.settings_versions.nightly import keep_settings, last_reading
from b24app.backup.settings_versions.versions import digest_of, dump_content, keep_version, rows_at
from b24app.checklist.engine.fact import Reason
from b24app.database import db, every_portal, portal_scope
from b24app.json_values import JsonObject
from b24app.portals.model import InstallStatus, Portal
from b24app.portals.uninstall import erase, leave
from b24app.services import services
from sandbox.shop.names import phone_of
from sandbox.shop.switches import change_settings
from sandbox.world import World
from tests.actors import Actor
from tests.web.test_marked_secrets import SETTINGS

NIGHT = timedelta(hours=24)


@pytest.fixture
def scope(north: Actor) -> Iterator[None]:
    with portal_scope(north.portal_id):
        yield


def read(north: Actor) -> None:
    """One night, as the worker does it: in the scope of no portal."""
    number = north.portal_id
    db.session.commit()
    info = db.session().info
    scope = info.pop("portal", None)
    keep_settings(number)
    info["portal"] = scope
    db.session.commit()


def now() -> datetime:
    return services().clock.now()


def rows(code: str, moment: datetime | None = None) -> list[JsonObject]:
    found = rows_at(code, moment or now())
    assert found is not None
    return found


def versions(code: str = "") -> int:
    mine = SettingsVersion.entity == code if code else SettingsVersion.id > 0
    return db.session.scalar(select(func.count()).where(mine)) or 0


def night() -> SettingsNight:
    return db.session.scalars(select(SettingsNight)).one()


def everything_kept() -> str:
    """All versions of every entity, opened."""
    return "\n".join(str(rows(code)) for code in set(db.session.scalars(select(SettingsVersion.entity))))


@pytest.mark.usefixtures("scope")
def test_everything_is_read_in_five_requests(north: Actor) -> None:
    read(north)
    assert (night().requests, night().left_out) == (5, {})
    assert {row["NAME"] for row in rows("pay_system")} >= {"Robokassa"}
    assert {row["_owner"] for row in rows("requisite_preset_field")} == {"1", "2", "3"}
    assert rows("card_layout_2")[0]["_owner"] == "0"
    assert "UF_CRM_12_1700000041" in {row["upperName"] for row in rows("item_fields_177")}


@pytest.mark.usefixtures("scope")
def test_a_night_without_a_change_keeps_no_new_version_and_says_that_it_is_still_so(
    north: Actor, world: World
) -> None:
    read(north)
    kept, first = versions(), now()
    world.clock.advance(hours=24)
    read(north)
    assert versions() == kept
    assert night().changed == 0
    assert db.session.scalar(select(func.min(SettingsVersion.seen_at))) == first + NIGHT


@pytest.mark.usefixtures("scope")
def test_a_change_makes_one_version_and_both_moments_can_be_looked_at(north: Actor, world: World) -> None:
    read(north)
    before, kept = now(), versions()
    north.portal.tables["store"].update(1, title="Химки")
    world.clock.advance(hours=24)
    read(north)
    assert versions() == kept + 1
    assert rows("store")[0]["title"] == "Химки"
    assert rows("store", before)[0]["title"] == "Основной склад"
    assert rows_at("store", before - NIGHT) is None


def test_the_order_of_rows_and_fields_means_nothing_but_that_inside_a_field_does() -> None:
    assert digest_of([{"a": 1, "b": 2}, {"a": 3}]) == digest_of([{"a": 3}, {"b": 2, "a": 1}])
    assert digest_of([{"sections": [1, 2]}]) != digest_of([{"sections": [2, 1]}])


@pytest.mark.usefixtures("scope")
def test_a_missing_permission_leaves_out_its_entities_alone_and_says_so(north: Actor) -> None:
    with every_portal():
        portal = db.session.get_one(Portal, north.portal_id)
        portal.scopes = [one for one in portal.scopes if one not in {"department", "userfieldconfig"}]
        db.session.commit()
    read(north)
    reading = last_reading()
    assert reading is not None
    assert reading.left_out == {"department": Reason.SCOPE, "user_field_item": Reason.SCOPE}
    assert rows("employee")


@pytest.mark.usefixtures("scope")
def test_a_refused_method_leaves_out_its_entity_and_what_belongs_to_it(north: Actor) -> None:
    north.portal.refuse_next("ACCESS_DENIED", times=None, method="crm.requisite.preset.list")
    read(north)
    assert set(night().left_out) == {"requisite_preset", "requisite_preset_field"}
    assert versions("requisite_preset") == 0
    assert versions("store") == 1


@pytest.mark.usefixtures("scope")
def test_an_object_that_the_portal_does_not_tell_of_this_night_stays_as_it_was(
    north: Actor, world: World
) -> None:
    read(north)
    before = rows("delivery_settings")
    north.portal.refuse_next("ERROR_DELIVERY_NOT_FOUND", times=1, method="sale.delivery.config.get")
    world.clock.advance(hours=24)
    read(north)
    assert digest_of(rows("delivery_settings")) == digest_of(before)
    assert list(night().left_out) == ["delivery_settings"]


@pytest.mark.usefixtures("scope")
def test_long_lists_are_read_to_their_end(north: Actor) -> None:
    store = north.portal.tables["store"].get(1)
    assert store is not None
    for number in range(3, 134):
        north.portal.tables["store"].add({**store, "id": number, "title": f"Склад {number}"})
    read(north)
    assert len(rows("store")) == 133


@pytest.mark.usefixtures("scope")
def test_values_of_keys_are_not_kept_and_their_change_is_seen(north: Actor, world: World) -> None:
    read(north)
    kept = everything_kept()
    assert [mark for mark in SETTINGS if mark in kept] == []
    before, filled = versions("pay_system_settings"), rows("pay_system_settings")[0]["values"]
    assert isinstance(filled, dict)
    change_settings(north.portal, "pay_settings", 2, YANDEX_CHECKOUT_SECRET_KEY="live_sandbox_another")
    world.clock.advance(hours=24)
    read(north)
    assert versions("pay_system_settings") == before + 1
    assert "live_sandbox_another" not in everything_kept()


@pytest.mark.usefixtures("scope")
def test_addresses_that_open_a_file_are_not_kept(north: Actor) -> None:
    read(north)
    assert "download" not in str(rows("document_template"))
    assert rows("document_template")[0]["numeratorId"] == "2"


@pytest.mark.usefixtures("scope")
def test_of_employees_only_name_post_and_department_are_kept_and_nothing_of_clients(north: Actor) -> None:
    read(north)
    assert rows("employee")[0].keys() <= {
        "ID", "ACTIVE", "NAME", "LAST_NAME", "SECOND_NAME", "WORK_POSITION", "UF_DEPARTMENT", "USER_TYPE",
    }  # fmt: skip
    kept = everything_kept()
    numbers = range(1, 60)
    assert str(north.portal.tables["contact"].get(7)).count("buyer7@mail.example")
    assert not any(f"buyer{number}@mail.example" in kept for number in numbers)
    assert not any(phone_of(1000 + number) in kept for number in numbers)


@pytest.mark.usefixtures("scope")
def test_a_silent_portal_changes_nothing_and_is_said(north: Actor, world: World) -> None:
    read(north)
    kept, at = versions(), now()
    world.clock.advance(hours=24)
    north.portal.answer_next("html", times=None)
    read(north)
    assert versions() == kept
    reading = last_reading()
    assert reading is not None
    assert (reading.read_at, bool(reading.error)) == (at, True)


def test_a_portal_that_has_left_is_not_read(north: Actor) -> None:
    db.session.commit()
    leave(db.session.get_one(Portal, north.portal_id), now(), clean=False)
    db.session.commit()
    keep_settings(north.portal_id)
    with portal_scope(north.portal_id):
        assert versions() == 0
        assert db.session.scalar(select(SettingsNight)) is None


@pytest.mark.usefixtures("scope")
def test_an_erased_portal_takes_its_versions_along_and_its_late_job_does_nothing(north: Actor) -> None:
    read(north)
    portal_id = north.portal_id
    erase(db.session.get_one(Portal, portal_id))
    db.session.commit()
    db.session.expunge_all()
    keep_settings(portal_id)
    assert versions() == 0


@pytest.mark.usefixtures("scope")
def test_a_portal_that_leaves_while_it_is_read_is_not_written(north: Actor) -> None:
    with every_portal():
        db.session.get_one(Portal, north.portal_id).status = InstallStatus.DELETED
        db.session.commit()
    keep_settings(north.portal_id)
    assert versions() == 0


@pytest.mark.usefixtures("scope")
def test_a_second_worker_with_the_same_answer_adds_nothing() -> None:
    assert keep_version("store", [{"id": 1}], now())
    assert not keep_version("store", [{"id": 1}], now())
    assert versions("store") == 1


@pytest.mark.usefixtures("scope")
def test_a_clock_that_was_ahead_and_is_put_back_does_not_hide_what_is_newer() -> None:
    ahead = now() + timedelta(days=400)
    keep_version("store", [{"id": 1, "title": "of the wrong clock"}], ahead)
    keep_version("store", [{"id": 1, "title": "new"}], now())
    assert rows("store") == [{"id": 1, "title": "new"}]
    keep_version("store", [{"id": 1, "title": "newer"}], now() + NIGHT)
    assert rows("store", now() + NIGHT)[0]["title"] == "newer"
    assert rows("store")[0]["title"] == "new"


@pytest.mark.usefixtures("scope")
def test_a_clock_that_jumps_ahead_for_one_night_thins_nothing_out(north: Actor, world: World) -> None:
    for age in (500, 499, 498):
        keep_version("store", [{"id": 1, "title": f"of {age} days ago"}], now() - timedelta(days=age))
    read(north)
    kept = versions("store")
    db.session.execute(update(SettingsNight).values(read_at=now() - timedelta(days=400)))
    world.clock.advance(hours=24)
    read(north)
    assert versions("store") == kept
    world.clock.advance(hours=24)
    read(north)
    assert versions("store") == kept - 2


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("content", [b"", b"not compressed", dump_content([])[:-4]])
def test_what_another_release_has_kept_in_another_shape_is_no_answer_and_is_kept_anew(content: bytes) -> None:
    keep_version("store", [{"id": 1}], now() - NIGHT)
    db.session.execute(update(SettingsVersion).values(content=content, digest="of another release"))
    assert rows_at("store", now()) is None
    assert keep_version("store", [{"id": 1}], now())
    assert rows("store") == [{"id": 1}]


@pytest.mark.usefixtures("scope")
def test_no_portal_sees_the_settings_of_another(south: Actor) -> None:
    keep_version("store", [{"id": 1}], now())
    db.session.commit()
    with portal_scope(south.portal_id):
        assert rows_at("store", now()) is None
        assert keep_version(
            "store", [{"id": 1}], now()
        )  # the same rows elsewhere are no version of this portal
        assert rows_at("store", now()) == [{"id": 1}]


def test_the_first_baseline_has_its_settings_kept(first_checks: Actor) -> None:
    with portal_scope(first_checks.portal_id):
        assert versions("pay_system") == 1
