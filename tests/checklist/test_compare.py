"""Two runs over a shop: what is lost, switched off, altered, new, and what cannot be compared."""

import pytest

from b24app.checklist.engine.fact import Reason
from b24app.checklist.engine.verdict import Level
from b24app.comparison.compare import Comparison, Difference, Mismatch, compare
from b24app.comparison.resource import load_resources, resources_of
from b24app.manifest import read_manifest
from tests.checklist.conftest import Shop
from tests.checklist.test_losses import Damage, change, change_all, drop, drop_last, off, removed

COMPARED = {name for kind in load_resources().values() for name in kind.facts} | {
    "me", "granted_scopes", *(name for kind in load_resources().values() for name in kind.optional),
}  # fmt: skip


def differences(shop: Shop, *damages: Damage) -> Comparison:
    before = shop.facts(*COMPARED)
    for damage in damages:
        damage(shop.portal)
    return compare(before, shop.facts(*COMPARED, before=before))


def test_a_quiet_shop_has_no_differences(shop: Shop) -> None:
    found = differences(shop)
    assert found.changes == ()
    assert sum(found.unchanged.values()) > 100


@pytest.mark.parametrize(
    ("damage", "kind", "difference", "level"),
    [
        (removed("pay_system", 3), "pay_system", Difference.LOST, Level.FAIL),
        (off("pay_system", 2), "pay_system", Difference.OFF, Level.FAIL),
        (change("paysystem", 2, ACTION_FILE="robo"), "pay_system", Difference.REPLACED, Level.FAIL),
        (removed("delivery", 3), "delivery", Difference.LOST, Level.FAIL),
        (removed("stage", "DEAL_STAGE:NEW"), "stage", Difference.LOST, Level.FAIL),
        (change("status", "1", NAME="Свежий"), "stage", Difference.ALTERED, Level.WARN),
        (change("category", 1, name="Крупный опт"), "pipeline", Difference.ALTERED, Level.WARN),
        (change("crm_type", 12, isStagesEnabled="N"), "smart_process", Difference.ALTERED, Level.WARN),
        (off("connector", "telegrambot"), "connector", Difference.OFF, Level.FAIL),
        (drop("phone_line", "sip7"), "phone_line", Difference.LOST, Level.FAIL),
        (off("bi_source", "10"), "bi_source", Difference.OFF, Level.WARN),
        (off("site", "3"), "site", Difference.OFF, Level.FAIL),
        (drop_last("deal", 5), "crm_total", Difference.ALTERED, Level.WARN),
        (removed("template", "201"), "process_template", Difference.LOST, Level.FAIL),
        (off("store", 1), "store", Difference.OFF, Level.FAIL),
        (drop("order_status", "P"), "order_status", Difference.LOST, Level.FAIL),
        (off("cashbox", "1"), "cash_register", Difference.OFF, Level.FAIL),
        (change("openline", "15", QUEUE=[7]), "open_line", Difference.ALTERED, Level.WARN),
        (removed("stage", "STATUS:IN_PROCESS"), "stage", Difference.LOST, Level.FAIL),
        (removed("stage", "SOURCE:OZON"), "stage", Difference.LOST, Level.FAIL),
        (removed("stage", "DT177_7:CLIENT"), "stage", Difference.LOST, Level.FAIL),
        (drop("user_field", "309"), "field", Difference.LOST, Level.FAIL),
        (change("user_field", "313", MANDATORY="Y"), "field", Difference.ALTERED, Level.WARN),
        (change("crm_type", 12, title="Закупки"), "smart_process", Difference.ALTERED, Level.WARN),
        (change("currency", "USD", AMOUNT="150.0000"), "currency", Difference.ALTERED, Level.WARN),
        (drop("currency", "BYN"), "currency", Difference.LOST, Level.FAIL),
        (change("vat", 3, rate=20), "vat", Difference.ALTERED, Level.WARN),
        (drop("person_type", 4), "person_type", Difference.LOST, Level.FAIL),
        (change("order_property", 24, required="Y"), "checkout_field", Difference.ALTERED, Level.WARN),
        (drop("order_property", 22), "checkout_field", Difference.LOST, Level.FAIL),
        (drop("paysystem_handler", "1"), "pay_handler", Difference.LOST, Level.FAIL),
        (drop("delivery_handler", "14"), "delivery_handler", Difference.LOST, Level.FAIL),
        (drop("catalog", 24), "catalog", Difference.LOST, Level.FAIL),
        (drop_last("product", 20), "catalogue_total", Difference.ALTERED, Level.FAIL),
        (change_all("store_product", amount=0), "catalogue_total", Difference.ALTERED, Level.FAIL),
        (lambda portal: portal.renew("ru_basic"), "plan", Difference.ALTERED, Level.WARN),
        (lambda portal: portal.extra.update(stock_mode="N"), "stock", Difference.OFF, Level.FAIL),
        (lambda portal: portal.extra.update(sip={"PAID": False}), "sip", Difference.OFF, Level.FAIL),
        (drop("connector", "telegrambot"), "connector", Difference.LOST, Level.FAIL),
        (drop("cashbox_handler", "1"), "cash_handler", Difference.LOST, Level.FAIL),
        (drop("storage", "3"), "storage", Difference.LOST, Level.FAIL),
        (drop("mail_service", "2"), "mail_service", Difference.LOST, Level.WARN),
        (change("connector", "telegrambot", ERROR=True), "connector", Difference.ALTERED, Level.FAIL),
    ],
)
def test_names_what_happened(
    shop: Shop, damage: Damage, kind: str, difference: Difference, level: Level
) -> None:
    first = next(c for c in differences(shop, damage).changes if c.kind.code == kind)
    assert (first.difference, first.level) == (difference, level)


def test_new_objects_are_named_and_harmless(shop: Shop) -> None:
    row = shop.portal.tables["paysystem"].get(2)
    assert row is not None
    (change,) = differences(shop, lambda p: p.tables["paysystem"].add({**row, "ID": 99})).changes
    assert (change.difference, change.level) == (Difference.NEW, Level.PASS)


def test_more_records_are_no_difference(shop: Shop) -> None:
    found = differences(shop, lambda p: p.world.clock.advance(days=1))
    assert not found.of(Difference.LOST)
    assert "crm_total" not in {c.kind.code for c in found.changes}


def test_settings_are_compared_without_their_values(shop: Shop) -> None:
    before = shop.facts("pay_settings")
    systems = before.values["pay_settings"].systems
    assert all(len(row.fingerprint) == 24 for row in systems.values())
    assert compare(before, shop.facts("pay_settings")).of(Difference.ALTERED) == ()


def test_what_may_not_be_seen_is_unknown_and_not_lost(shop: Shop) -> None:
    before = shop.facts(*COMPARED)
    after = shop.facts(*COMPARED, scopes=set(read_manifest().scopes) - {"pay_system"})
    changes = compare(before, after).changes
    assert {change.kind.code for change in changes} == {"pay_system", "pay_handler"}
    assert {change.difference for change in changes} == {Difference.UNKNOWN}
    assert {change.refusal.reason for change in changes if change.refusal} == {Reason.SCOPE}


def test_another_user_is_marked(shop: Shop) -> None:
    before = shop.facts("me")
    assert Mismatch.USER in compare(before, shop.facts("me", user=shop.portal.integrator)).mismatches


def test_lost_rights_are_said_once_and_hide_no_other_line(shop: Shop) -> None:
    before = shop.facts()
    shop.portal.admin.admin = False
    found = compare(before, shop.facts())
    assert (found.mismatches, found.changes) == ((Mismatch.RIGHTS,), ())
    shop.portal.renew("ru_basic")
    assert [change.kind.code for change in compare(before, shop.facts()).changes] == ["plan"]


def test_eyes_that_never_were_an_administrators_compare_with_themselves(shop: Shop) -> None:
    shop.portal.admin.admin = False
    before = shop.facts()
    shop.portal.remove("pipeline", 1)
    found = compare(before, shop.facts())
    assert found.mismatches == ()
    assert "pipeline" in {change.kind.code for change in found.changes}


def test_fewer_permissions_are_marked(shop: Shop) -> None:
    before = shop.facts("granted_scopes")
    shop.portal.withhold_scope(shop.card, "telephony")
    assert compare(before, shop.facts("granted_scopes")).mismatches == (Mismatch.SCOPES,)


def test_the_gravest_come_first(shop: Shop) -> None:
    found = differences(shop, removed("template", "201"), removed("delivery", 3), off("pay_system", 2))
    kinds = [change.kind.code for change in found.changes]
    assert kinds.index("delivery") < kinds.index("process_template") < kinds.index("pay_system")


def test_a_fingerprint_names_exactly_this_change(shop: Shop) -> None:
    before = shop.facts("pay_systems")
    shop.portal.switch_off("pay_system", 2)
    first = compare(before, shop.facts("pay_systems")).changes[0]
    assert compare(before, shop.facts("pay_systems")).changes[0].fingerprint == first.fingerprint
    shop.portal.remove("pay_system", 2)
    assert compare(before, shop.facts("pay_systems")).changes[0].fingerprint != first.fingerprint


def test_every_field_that_is_read_has_a_title(shop: Shop) -> None:
    found, kinds = resources_of(shop.facts(*COMPARED)), load_resources()
    assert set(found) == set(kinds)
    for code, objects in found.items():
        assert {name for one in objects.values() for name in one.fields} <= set(kinds[code].fields)
