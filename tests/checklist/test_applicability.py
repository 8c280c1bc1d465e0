"""A verdict says nothing about what could not be seen, and nothing about a shop that is not there."""

import pytest

from b24app.checklist.engine.applicability import LOUD, NO_RIGHTS
from b24app.checklist.engine.check import Baseline, load_checks
from b24app.checklist.engine.judge import judge
from b24app.checklist.engine.verdict import Because, Level
from b24app.checklist.questions.question import judge_answers
from sandbox.portal import Portal
from tests.checklist.conftest import Shop

SHOP_TABLES = (
    "order",
    "payment",
    "shipment",
    "trade_binding",
    "cashbox",
    "trade_platform",
    "paysystem",
    "delivery",
)


def close_shop(portal: Portal) -> None:
    for name in SHOP_TABLES:
        for row_id in list(portal.tables[name].ids):
            portal.tables[name].delete(row_id)
    for row in portal.tables["site"].all():
        if row["TYPE"] != "PAGE":
            portal.remove("site", row["ID"])


def test_lost_rights_are_one_cause_with_one_remedy(shop: Shop) -> None:
    before = Baseline(shop.facts(), shop.now)
    healthy = judge(before.facts, shop.now, before)
    shop.portal.admin.admin = False
    found = judge(shop.facts(), shop.now, before)
    alarms = {code for code, one in found.items() if one.level in LOUD and healthy[code].level not in LOUD}
    assert alarms == {"seen_by_administrator"}
    blinded = [one for one in found.values() if one.because is Because.NO_RIGHTS]
    assert len(blinded) > 20
    assert {(one.level, one.sentence.message) for one in blinded} == {(Level.UNKNOWN, NO_RIGHTS)}
    assert found["portal_answers"].level is Level.PASS


def test_a_right_that_an_administrator_lacks_is_still_a_remark(shop: Shop) -> None:
    before = shop.facts("pay_systems", "me")
    shop.portal.withhold_right(shop.portal.admin, "crm_admin")
    assert shop.verdict("pay_system_for_orders", before).level is Level.WARN


def test_a_portal_without_a_shop_raises_no_alarm_for_one(shop: Shop) -> None:
    close_shop(shop.portal)
    before = Baseline(shop.facts(), shop.now)
    found = judge(shop.facts(), shop.now, before)
    areas = {
        spec.code for spec in load_checks().values() if spec.area in {"payments", "delivery", "marketplaces"}
    }
    assert not [code for code in areas if found[code].level in LOUD]
    assert found["pay_system_for_orders"].level is Level.NA
    assert found["pay_system_for_orders"].because is Because.NO_SHOP


def test_a_shop_that_was_there_is_lost_and_not_unused(shop: Shop) -> None:
    before = Baseline(shop.facts(), shop.now)
    close_shop(shop.portal)
    found = judge(shop.facts(), shop.now, before)
    assert found["pay_system_for_orders"].level is Level.FAIL
    assert found["delivery_active"].level is Level.FAIL


def test_nobody_is_asked_about_a_shop_that_is_not_there(shop: Shop) -> None:
    asked = judge_answers({}, shop.now, has_shop=False)
    assert asked["ask_test_payment"].level is Level.NA
    assert asked["ask_delivery_price"].level is Level.NA
    assert asked["ask_robots"].level is Level.ASK
    assert judge_answers({}, shop.now)["ask_test_payment"].level is Level.ASK


@pytest.mark.parametrize("refused", ["landing.site.getList", "sale.order.list"])
def test_a_shop_that_could_not_be_seen_is_not_called_absent(shop: Shop, refused: str) -> None:
    close_shop(shop.portal)
    shop.portal.refuse_next("ERROR_CORE", times=None, method=refused)
    found = judge(shop.facts(), shop.now)
    assert found["pay_system_for_orders"].level is Level.FAIL
