"""Checks called by themselves, for what the sandbox has no lever for."""

from datetime import UTC, datetime, timedelta

import pytest

from b24app.checklist.checks.apps.clocks_agree import clocks_agree
from b24app.checklist.checks.apps.own_events_bound import own_events_bound
from b24app.checklist.checks.apps.own_version_current import own_version_current
from b24app.checklist.checks.apps.own_widgets_bound import own_widgets_bound
from b24app.checklist.checks.apps.portal_offers_same import portal_offers_same
from b24app.checklist.checks.backup.records_kept import records_kept
from b24app.checklist.checks.catalogue.goods_have_prices import goods_have_prices
from b24app.checklist.checks.crm.deals_appear import deals_appear
from b24app.checklist.checks.crm.stages_present import stages_present
from b24app.checklist.checks.delivery.delivery_settings_same import delivery_settings_same
from b24app.checklist.checks.plan.seats_in_use import seats_in_use
from b24app.checklist.engine.check import Baseline
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.own_facts import OwnParts
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.apps.available_events import AvailableEvents
from b24app.checklist.facts.apps.available_placements import AvailablePlacements
from b24app.checklist.facts.apps.granted_scopes import GrantedScopes
from b24app.checklist.facts.apps.own_events import OwnEvents, Subscription
from b24app.checklist.facts.apps.own_placements import BoundPlacement, OwnPlacements
from b24app.checklist.facts.apps.server_time import ServerTime
from b24app.checklist.facts.catalogue.catalogue_totals import CatalogueTotals
from b24app.checklist.facts.crm.crm_totals import CrmTotals, Total
from b24app.checklist.facts.crm.pipelines import Pipelines
from b24app.checklist.facts.crm.stages import Stages
from b24app.checklist.facts.delivery.deliveries import Deliveries, DeliveryService
from b24app.checklist.facts.delivery.delivery_configs import DeliveryConfig, DeliveryConfigs
from b24app.checklist.facts.payments.pay_systems import PaySystem
from b24app.checklist.facts.plan.employees import Employee, Employees
from b24app.checklist.facts.plan.user_totals import UserTotals

NOW = datetime(2026, 11, 30, tzinfo=UTC)
OURS = OwnParts("renewal.example", ("ONAPPTEST",), ("LEFT_MENU",), 3)


def was(**facts: object) -> Baseline:
    return Baseline(Facts(facts), NOW)


@pytest.mark.parametrize(
    ("minutes", "level"), [(10, Level.PASS), (30, Level.PASS), (31, Level.WARN), (-120, Level.WARN)]
)
def test_clocks_may_differ_by_half_an_hour(minutes: int, level: Level) -> None:
    assert clocks_agree(ServerTime(NOW + timedelta(minutes=minutes)), NOW).level is level


def test_clocks_that_agree_are_not_said_to_differ():
    assert "agree" in clocks_agree(ServerTime(NOW), NOW).sentence.message
    assert "differ" in clocks_agree(ServerTime(NOW + timedelta(minutes=5)), NOW).sentence.message


@pytest.mark.parametrize(
    ("away", "level"), [(0, Level.PASS), (3, Level.WARN), (None, Level.UNKNOWN), (240, Level.UNKNOWN)]
)
def test_employees_long_away_are_told_however_many_there_are(away: int | None, level: Level) -> None:
    assert seats_in_use(Employees(240, ()), UserTotals(260, 245, away), NOW).level is level


@pytest.mark.parametrize(("print_was", "level"), [("a", Level.PASS), ("b", Level.WARN)])
def test_changed_delivery_settings_are_noticed(print_was: str, level: Level) -> None:
    before = was(delivery_configs=DeliveryConfigs({"1": DeliveryConfig(("TOKEN",), (), print_was)}))
    now = DeliveryConfigs({"1": DeliveryConfig(("TOKEN",), (), "a")})
    couriers = Deliveries((DeliveryService("1", "Курьер", active=True),))
    assert delivery_settings_same(couriers, now, before).level is level


@pytest.mark.parametrize(("names", "level"), [(("A",), Level.PASS), (("A", "B"), Level.WARN)])
def test_a_shrinking_offer_is_noticed(names: tuple[str, ...], level: Level) -> None:
    before = was(events=AvailableEvents(names))
    assert portal_offers_same(AvailableEvents(("A",)), AvailablePlacements(()), before).level is level


def test_a_smaller_plan_offers_less_and_nobody_is_alarmed() -> None:
    before = was(events=AvailableEvents(("A", "B")), application=Application("ru_pro100"))
    found = portal_offers_same(
        AvailableEvents(("A",)), AvailablePlacements(()), before, Application("ru_basic")
    )
    assert found.level is Level.PASS
    assert found.sentence.values["names"] == ("B",)


@pytest.mark.parametrize(
    ("now", "level"), [(("crm",), Level.UNKNOWN), (("crm", "task"), Level.WARN), ((), Level.UNKNOWN)]
)
def test_with_a_permission_less_nothing_is_told_about_a_module(now: tuple[str, ...], level: Level) -> None:
    before = was(events=AvailableEvents(("A", "B")), granted_scopes=GrantedScopes(("crm", "task")))
    found = portal_offers_same(
        AvailableEvents(("A",)), AvailablePlacements(()), before, granted_scopes=GrantedScopes(now)
    )
    assert found.level is level
    if level is Level.UNKNOWN:
        assert "task" in str(found.sentence.values["needs"])


def test_the_sentence_says_how_many_employees_were_looked_at() -> None:
    here, away = Employee("1", NOW), Employee("51", NOW - timedelta(days=90))
    found = seats_in_use(Employees(51, (here, away)), UserTotals(51, 51), NOW)
    assert found.level is Level.WARN
    assert found.detail is not None
    assert found.detail.values == {"count": 1, "known": 2, "total": 51}


def test_our_own_parts_are_found_by_our_host() -> None:
    events = OwnEvents((Subscription("onapptest", "https://renewal.example/events"),))
    widgets = OwnPlacements((BoundPlacement("LEFT_MENU", "https://renewal.example/placements/LEFT_MENU"),))
    assert own_events_bound(events, OURS).level is Level.PASS
    assert own_widgets_bound(widgets, OURS).level is Level.PASS


def test_parts_of_another_host_are_not_ours() -> None:
    events = OwnEvents((Subscription("ONAPPTEST", "https://other.example/events"),))
    assert own_events_bound(events, OURS).level is Level.FAIL


def test_an_unpaid_application_is_a_remark() -> None:
    assert own_version_current(Application(payment_expired=True, version=3), OURS).level is Level.WARN


@pytest.mark.parametrize(
    ("handler", "name", "provider"),
    [
        ("yandexcheckout", "Карта", "yookassa"),
        ("rest", "ЮКасса", "yookassa"),
        ("sberbankonline", "Карта", "sberbank"),
        ("roboxchange", "Оплата", "robokassa"),
        ("rest", "Т-Банк", "tbank"),
        ("rest", "Тинькофф", "tbank"),
        ("cash", "Курьеру", "cash"),
        ("rest", "Наличными", "cash"),
        ("splitpay", "Частями", "splitpay"),
    ],
)
def test_providers_are_known_by_handler_and_name(handler: str, name: str, provider: str) -> None:
    assert PaySystem("1", name, action_file=handler).provider == provider


@pytest.mark.parametrize(
    "told", [CrmTotals({}), CrmTotals({"deals": Total(5, 5)}, deals_30=None)], ids=["no deals", "no count"]
)
def test_deals_that_are_not_shown_are_unknown(told: CrmTotals) -> None:
    assert deals_appear(told, NOW, baseline=Baseline(), activated_at=None).level is Level.UNKNOWN


def test_nothing_shown_of_crm_is_unknown() -> None:
    assert records_kept(CrmTotals({}), Baseline()).level is Level.UNKNOWN


def test_prices_that_are_not_shown_are_unknown() -> None:
    assert goods_have_prices(CatalogueTotals(products=5), Baseline()).level is Level.UNKNOWN


def test_a_part_of_the_stages_is_not_judged() -> None:
    assert stages_present(Stages((), total=9), Pipelines(()), Baseline()).level is Level.UNKNOWN
