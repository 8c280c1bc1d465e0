"""What a portal does not use does not apply; what cannot be judged is unknown; rarer doubts."""

import pytest

from b24app.checklist.engine.verdict import Level
from sandbox.portal import Portal
from tests.checklist.conftest import Shop
from tests.checklist.test_losses import Damage, change, change_all, off


def empty(*tables: str) -> Damage:
    def damage(portal: Portal) -> None:
        for table in tables:
            for row_id in list(portal.tables[table].ids):
                portal.tables[table].delete(row_id)

    return damage


def shelf(**values: object) -> Damage:
    return lambda portal: portal.extra.update(values)


def on(kind: str, row: object) -> Damage:
    return lambda portal: portal.switch_on(kind, row)


def drop_new_orders(portal: Portal) -> None:
    """Only orders of long ago remain."""
    orders = portal.tables["order"]
    for row_id in list(orders.ids)[60:]:
        orders.delete(row_id)


def drop_new_deals(portal: Portal) -> None:
    """Only deals of long ago remain."""
    deals = portal.tables["deal"]
    for row_id in list(deals.ids)[60:]:
        deals.delete(row_id)


def drop_lead_stages(portal: Portal) -> None:
    """CRM without leads."""
    for row in portal.tables["status"].all():
        if row["ENTITY_ID"] == "STATUS":
            portal.tables["status"].delete(row["ID"])


def both(*damages: Damage) -> Damage:
    def damage(portal: Portal) -> None:
        for one in damages:
            one(portal)

    return damage


UNUSED: list[tuple[str, Damage]] = [
    ("base_price_present", empty("price_type")),
    ("bi_sources_on", empty("bi_source")),
    ("calls_not_refused", empty("call")),
    ("cash_registers_work", empty("cashbox")),
    ("catalogue_present", empty("catalog")),
    ("checkout_fields_same", empty("order_property")),
    ("connectors_work", empty("connector")),
    ("counters_set", empty("site")),
    ("counters_on_page", empty("site")),
    ("google_counter_alive", empty("site")),
    ("deal_fields_present", empty("user_field")),
    ("deals_appear", empty("deal")),
    ("delivery_handlers_installed", empty("delivery_handler")),
    ("delivery_profiles_reachable", change_all("delivery", PARENT_ID=None)),
    ("disk_visible", empty("storage")),
    ("external_orders_come", empty("order")),
    ("goods_count_holds", empty("product", "offer", "price")),
    ("goods_have_prices", empty("product", "offer")),
    ("open_lines_on", empty("openline")),
    ("open_lines_staffed", empty("openline")),
    ("order_sources_on", empty("trade_platform")),
    ("order_statuses_present", empty("order_status")),
    ("orders_come", empty("order")),
    ("orders_fit_plan", empty("order")),
    ("pay_providers_known", empty("paysystem")),
    ("pay_settings_filled", empty("paysystem")),
    ("phone_lines_present", empty("phone_line")),
    ("platforms_bring_orders", empty("trade_binding")),
    ("problem_orders", empty("order")),
    ("processes_present", empty("bp_template")),
    ("receipts_possible", empty("paysystem")),
    ("shop_published", empty("site")),
    ("shop_has_address", empty("site")),
    ("shop_answers", empty("site")),
    ("sip_connector_paid", shelf(sip={"FREE_MINUTES": 60, "PAID": False})),
    ("smart_processes_on", empty("crm_type")),
    ("stores_work", both(empty("store"), shelf(stock_mode="N"))),
    ("stock_accounting_same", shelf(stock_mode="N")),
]
UNSEEN: list[tuple[str, Damage]] = [
    ("payments_come", empty("payment")),
    ("shipments_leave", empty("shipment")),
    ("pipelines_can_finish", empty("status")),
    ("sip_connector_paid", shelf(sip={"FREE_MINUTES": 0, "PAID": True})),
]
DOUBTS: list[tuple[str, Damage]] = [
    ("deals_appear", drop_new_deals),
    ("pay_test_mode", on("pay_system", 7)),
    ("pay_settings_filled", on("pay_system", 7)),
    ("pay_settings_same", change("paysystem", 2, ACTION_FILE="roboxchange")),
    ("required_fields_same", change("user_field", "301", MANDATORY="Y")),
    ("counters_set", change("site", "3", EXTRA={"YACOUNTER_USE": "N"})),
    (
        "google_counter_alive",
        change(
            "site",
            "3",
            EXTRA={"GACOUNTER_COUNTER": "UA-1", "GACOUNTER_COUNTER_GA4": "", "GACOUNTER_USE": "Y"},
        ),
    ),
    ("goods_have_prices", empty("price")),
    ("external_orders_come", empty("order")),
    ("platforms_bring_orders", empty("trade_binding")),
    ("stock_accounting_same", shelf(stock_mode="N")),
    ("phone_lines_present", shelf(outgoing_line="sip7")),
    ("crm_mode_same", drop_lead_stages),
    ("plan_abilities_same", lambda portal: portal.renew("ru_basic")),
]
NOTHING_LEFT: list[tuple[str, Damage]] = [
    ("base_price_present", change("price_type", 1, base="N", name="ROZNICA")),
    ("pipelines_present", empty("category")),
    ("shop_published", off("site", "3")),
    ("stores_work", empty("store")),
    ("orders_come", drop_new_orders),
]


def after(shop: Shop, code: str, damage: Damage) -> Level:
    """The verdict without any baseline."""
    damage(shop.portal)
    return shop.verdict(code).level


@pytest.mark.parametrize(("code", "damage"), UNUSED)
def test_does_not_apply(shop: Shop, code: str, damage: Damage) -> None:
    assert after(shop, code, damage) is Level.NA


@pytest.mark.parametrize(("code", "damage"), UNSEEN)
def test_says_nothing_without_evidence(shop: Shop, code: str, damage: Damage) -> None:
    assert after(shop, code, damage) is Level.UNKNOWN


@pytest.mark.parametrize(("code", "damage"), DOUBTS)
def test_doubts(shop: Shop, code: str, damage: Damage) -> None:
    assert shop.after(code, damage).level is Level.WARN


@pytest.mark.parametrize(("code", "damage"), NOTHING_LEFT)
def test_fails_without_any_baseline(shop: Shop, code: str, damage: Damage) -> None:
    assert after(shop, code, damage) is Level.FAIL


def test_only_cash_is_a_remark(shop: Shop) -> None:
    for row in shop.portal.tables["paysystem"].all():
        if row["ACTION_FILE"] != "cash":
            shop.portal.switch_off("pay_system", row["ID"])
    assert shop.verdict("pay_system_for_orders").level is Level.WARN


def test_a_portal_out_of_reach_is_unknown(shop: Shop) -> None:
    shop.portal.answer_next("cut", times=100)
    assert shop.verdict("portal_answers").level is Level.UNKNOWN


def test_a_right_that_was_taken_away_is_a_remark(shop: Shop) -> None:
    before = shop.facts("pay_systems")
    shop.portal.withhold_right(shop.portal.admin, "crm_admin")
    assert shop.verdict("pay_system_for_orders", before).level is Level.WARN


def test_a_method_that_the_portal_lacks_does_not_apply(shop: Shop) -> None:
    shop.portal.refuse_next("ERROR_METHOD_NOT_FOUND", method="voximplant.statistic.get", status=404)
    assert shop.verdict("calls_not_refused").level is Level.NA
