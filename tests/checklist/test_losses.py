"""Each check over the sandbox's shop: a baseline, one thing damaged, and what the check says then."""

from collections.abc import Callable

import pytest

from b24app.checklist.engine.verdict import Level
from sandbox.portal import Portal
from tests.checklist.conftest import Shop

Damage = Callable[[Portal], object]


def change(table: str, row: object, **fields: object) -> Damage:
    return lambda portal: portal.tables[table].update(row, **fields)


def change_all(table: str, **fields: object) -> Damage:
    def damage(portal: Portal) -> None:
        for row_id in list(portal.tables[table].ids):
            portal.tables[table].update(row_id, **fields)

    return damage


def drop(table: str, row: object) -> Damage:
    return lambda portal: portal.tables[table].delete(row)


def drop_last(table: str, count: int) -> Damage:
    def damage(portal: Portal) -> None:
        for row_id in list(portal.tables[table].ids)[-count:]:
            portal.tables[table].delete(row_id)

    return damage


def off(kind: str, row: object) -> Damage:
    return lambda portal: portal.switch_off(kind, row)


def removed(kind: str, row: object) -> Damage:
    return lambda portal: portal.remove(kind, row)


def wait(**step: float) -> Damage:
    return lambda portal: portal.world.clock.advance(**step)


def silent(kind: str, row: object) -> Damage:
    """Nothing comes through it for two months, though it is on before and after."""

    def damage(portal: Portal) -> None:
        portal.switch_off(kind, row)
        portal.world.clock.advance(days=60)
        portal.switch_on(kind, row)

    return damage


FAILS: list[tuple[str, Damage]] = [
    ("pay_system_for_orders", change_all("paysystem", ACTIVE="N")),
    ("pay_systems_still_on", off("pay_system", 2)),
    ("pay_systems_still_on", removed("pay_system", 3)),
    ("pay_handlers_same", change("paysystem", 2, ACTION_FILE="roboxchange")),
    ("payer_types_present", drop("person_type", 4)),
    ("cash_registers_work", off("cashbox", "1")),
    ("cash_registers_work", change("cashbox", "1", ENABLED="N")),
    ("delivery_active", change_all("delivery", ACTIVE="N")),
    ("deliveries_still_on", off("delivery", 3)),
    ("deliveries_still_on", removed("delivery", 4)),
    ("delivery_profiles_reachable", off("delivery", 4)),
    ("delivery_handlers_installed", drop("delivery_handler", "14")),
    ("order_statuses_present", drop("order_status", "P")),
    ("pipelines_present", removed("pipeline", 1)),
    ("pipelines_can_finish", removed("stage", "DEAL_STAGE:LOSE")),
    ("stages_present", removed("stage", "DEAL_STAGE:NEW")),
    ("deal_fields_present", drop("user_field", "301")),
    ("deal_fields_present", change("user_field", "301", USER_TYPE_ID="double")),
    ("deal_fields_present", change("user_field", "301", MULTIPLE="Y")),
    ("deal_fields_present", drop("user_field", "311")),
    ("deal_fields_present", drop("user_field", "313")),
    ("pipelines_can_finish", removed("stage", "DT177_7:FAIL")),
    ("stages_present", removed("stage", "STATUS:IN_PROCESS")),
    ("stages_present", removed("stage", "DT31_5:S")),
    ("goods_count_holds", change_all("product", active="N")),
    ("goods_count_holds", change_all("store_product", amount=0)),
    ("goods_have_prices", change_all("price", price=0)),
    ("records_kept", drop_last("order", 100)),
    ("records_kept", drop_last("purchase", 5)),
    ("smart_processes_on", drop("crm_type", 12)),
    ("processes_present", removed("template", "201")),
    ("catalogue_present", drop("catalog", 24)),
    ("goods_count_holds", drop_last("product", 20)),
    ("base_price_present", removed("price_type", 1)),
    ("stores_work", off("store", 1)),
    ("money_settings_same", change("currency", "RUB", BASE="N")),
    ("shop_published", off("site", "3")),
    ("shop_has_address", change("site", "3", DOMAIN_NAME="", PUBLIC_URL="")),
    ("bi_sources_on", off("bi_source", "10")),
    ("open_lines_on", off("open_line", "15")),
    ("connectors_work", off("connector", "telegrambot")),
    ("phone_lines_present", drop("phone_line", "sip7")),
    ("calls_not_refused", change_all("call", CALL_FAILED_CODE="402")),
    ("sip_connector_paid", wait(days=60)),
    ("plan_time_left", wait(days=120)),
    ("records_kept", drop_last("deal", 100)),
    ("disk_visible", drop("storage", "3")),
    ("backup_is_fresh", wait(days=10)),
]
WARNS: list[tuple[str, Damage]] = [
    ("pay_handlers_installed", drop("paysystem_handler", "1")),
    ("payments_come", silent("pay_system", 3)),
    ("receipts_possible", change_all("cashbox", ACTIVE="N")),
    ("shipments_leave", silent("delivery", 3)),
    ("problem_orders", change_all("order", marked="Y")),
    ("checkout_fields_same", change_all("order_property", required="Y", active="Y")),
    ("stages_same", change("status", "1", NAME="Свежий")),
    ("smart_processes_on", change("crm_type", 12, isAutomationEnabled="N")),
    ("processes_present", change("bp_template", "204", AUTO_EXECUTE="0")),
    ("processes_present", change("bp_template", "204", MODIFIED="2026-11-30T10:00:00+03:00")),
    ("stages_present", removed("stage", "SOURCE:OZON")),
    ("required_fields_same", change("user_field", "309", MANDATORY="Y")),
    ("required_fields_same", change("user_field", "313", MANDATORY="Y")),
    ("records_kept", drop_last("deal", 18)),
    ("goods_have_prices", drop_last("price", 200)),
    ("money_settings_same", drop("currency", "BYN")),
    ("money_settings_same", change("currency", "USD", AMOUNT="9.2500")),
    ("pay_systems_still_on", change("paysystem", 2, PERSON_TYPE_ID="4")),
    ("money_settings_same", change("vat", 3, active="N")),
    ("processes_not_hung", change_all("bp_instance", OWNED_UNTIL="2026-11-30T06:00:00+00:00")),
    ("order_sources_on", off("trade_platform", 1)),
    ("external_orders_come", change_all("order", externalOrder="N")),
    ("goods_count_holds", drop_last("product", 1)),
    ("money_settings_same", change("vat", 3, rate=20)),
    ("shop_has_address", change("site", "3", DOMAIN_NAME="other.example")),
    ("bi_sources_on", drop("bi_source", "11")),
    ("open_lines_staffed", change("openline", "15", QUEUE=[])),
    ("calls_not_refused", change_all("call", CALL_FAILED_CODE="403")),
    ("sip_connector_paid", wait(days=40)),
    ("mail_services_active", change_all("mail_service", ACTIVE="N")),
    ("plan_time_left", wait(days=80)),
    ("plan_is_the_one", lambda portal: portal.renew("ru_basic")),
]


@pytest.mark.parametrize(("code", "damage"), FAILS)
def test_fails_when_it_is_lost(shop: Shop, code: str, damage: Damage) -> None:
    assert shop.after(code, damage).level is Level.FAIL


@pytest.mark.parametrize(("code", "damage"), WARNS)
def test_warns_when_it_is_doubtful(shop: Shop, code: str, damage: Damage) -> None:
    assert shop.after(code, damage).level is Level.WARN


def without_stages(stage_list: str) -> Damage:
    def damage(portal: Portal) -> None:
        rows = portal.tables["status"]
        for row in [one for one in rows.all() if str(one["ENTITY_ID"]).startswith(stage_list)]:
            rows.delete(row["ID"])

    return damage


def all_of(*damages: Damage) -> Damage:
    def damage(portal: Portal) -> None:
        for one in damages:
            one(portal)

    return damage


OPT_IS_LOST = removed("pipeline", 1)
ONLY_ITS_STAGES_STAY = all_of(drop("category", 1), removed("stage", "C1:LOSE"))
PROCESS_IS_LOST = all_of(drop("crm_type", 12), without_stages("DYNAMIC_177_"))


@pytest.mark.parametrize("damage", [OPT_IS_LOST, ONLY_ITS_STAGES_STAY])
@pytest.mark.parametrize("code", ["stages_present", "stages_same", "pipelines_can_finish"])
def test_a_lost_pipeline_is_told_once_and_not_by_its_stages(shop: Shop, code: str, damage: Damage) -> None:
    assert shop.after(code, damage).level is Level.PASS


def test_the_stages_of_a_lost_smart_process_are_told_by_the_process(shop: Shop) -> None:
    assert shop.after("stages_present", PROCESS_IS_LOST).level is Level.PASS


@pytest.mark.parametrize("lost", [OPT_IS_LOST, PROCESS_IS_LOST])
def test_another_stage_that_is_lost_beside_is_still_told(shop: Shop, lost: Damage) -> None:
    found = shop.after("stages_present", all_of(lost, removed("stage", "DEAL_STAGE:NEW")))
    assert found.level is Level.FAIL
    assert len(found.evidence) == 1


def test_the_lost_pipeline_itself_is_told(shop: Shop) -> None:
    assert shop.after("pipelines_present", OPT_IS_LOST).level is Level.FAIL
