"""Settings that no line of the comparison tells: listed by what differs from the kept version, named as people know them."""

from __future__ import annotations

from b24app.backup.restore.kept_settings import differing_settings
from b24app.backup.restore.plan import RestoreChoice
from b24app.backup.settings_versions.nightly import keep_settings
from b24app.comparison.stored_comparison import snapshot_moment
from b24app.database import portal_scope
from b24app.services import services
from tests.backup.restoring import states
from tests.backup.test_restore_rules import Desk, desk
from tests.backup.test_restore_writers import rows_of

__all__ = ["desk"]

LOST = (
    ("rounding_rule", 1), ("price_type_group", 103), ("section", 33), ("requisite_preset_field", "1:3"), ("extra_service", "136"),
    ("order_property_group", 6), ("person_domain", 4), ("numerator", "3"),
)  # fmt: skip


def a_night_later(desk: Desk) -> None:
    desk.portal.world.clock.advance(minutes=40)
    keep_settings(desk.actor.portal_id)
    desk.run_jobs()


def differing(desk: Desk) -> list[RestoreChoice]:
    with portal_scope(desk.actor.portal_id):
        then = snapshot_moment()
        assert then is not None
        return differing_settings(then, services().clock.now())


def test_every_kind_is_listed_by_a_name_and_comes_back_from_there(desk: Desk) -> None:
    for table, number in LOST:
        assert rows_of(desk.portal, table).delete(number), table
    a_night_later(desk)
    found = differing(desk)
    assert {one.kind for one in found} == {
        "rounding_rule", "price_type_group", "catalogue_section", "requisite_preset_field", "delivery_extra",
        "order_property_group", "person_domain", "numerator",
    }  # fmt: skip
    names = {one.kind: one.name for one in found}
    prices = {row["id"]: row["name"] for row in desk.portal.tables["price_type"]}
    payers = {row["id"]: row["name"] for row in desk.portal.tables["person_type"]}
    assert (names["rounding_rule"], names["person_domain"]) == (prices[1], payers[4])
    made = desk.puts_back(*found)
    assert set(states(desk.actor, made)) == {"created"}
    a_night_later(desk)
    assert differing(desk) == []
