"""Checks of the plan: names instead of codes, all employees instead of a page, one rule of «nearly full» with the page."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from b24app.checklist.checks.plan.orders_fit_plan import orders_fit_plan
from b24app.checklist.checks.plan.plan_abilities_same import plan_abilities_same
from b24app.checklist.checks.plan.plan_is_the_one import plan_is_the_one
from b24app.checklist.checks.plan.users_fit_plan import users_fit_plan
from b24app.checklist.engine.check import Baseline
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.own_facts import DiskUse, PlanLimits
from b24app.checklist.engine.verdict import Level, Verdict
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.apps.document_roles import DocumentRoles
from b24app.checklist.facts.apps.features import Features
from b24app.checklist.facts.apps.site_roles import SiteRoles
from b24app.checklist.facts.delivery.order_months import MonthOfOrders, OrderMonths
from b24app.checklist.facts.plan.employees import Employees
from b24app.plans.usage import UsageLevel, level_of
from b24app.web.filters import words

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def was(**facts: object) -> Baseline:
    return Baseline(Facts(facts), NOW)


def said(app: Flask, verdict: Verdict) -> str:
    with app.test_request_context(), force_locale("ru"):
        return words(verdict.sentence)


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [
        ("ru_std", "ru_basic", "Тариф изменился: Стандартный → Базовый"),
        ("ru_ent500", "ru_ent250", "Тариф изменился: Энтерпрайз, мест: 500 → Энтерпрайз"),
        ("ru_nfr", "kz_std", "Тариф изменился: ru_nfr → Стандартный"),
    ],
)
def test_a_changed_plan_is_named_as_people_name_it(app: Flask, before: str, now: str, text: str) -> None:
    verdict = plan_is_the_one(Application(license=now), was(application=Application(license=before)))
    assert (verdict.level, said(app, verdict)) == (Level.WARN, text)


def test_the_case_of_a_licence_code_is_no_change() -> None:
    same = plan_is_the_one(Application(license="RU_STD"), was(application=Application(license="ru_std")))
    assert same.level is Level.PASS


def test_lost_abilities_are_named_in_words(app: Flask) -> None:
    before = was(
        features=Features({"rest_offline_extended": True, "rest_auth_connector": True}),
        site_roles=SiteRoles(on=True),
        document_roles=DocumentRoles(on=True),
    )
    now = Features({"rest_offline_extended": False, "rest_auth_connector": False})
    verdict = plan_abilities_same(now, before, SiteRoles(on=False), DocumentRoles(on=False))
    text = said(app, verdict)
    assert verdict.level is Level.WARN
    assert "офлайн-события с подтверждением получения" in text
    assert "права доступа к шаблонам документов" in text
    assert "_" not in text


@pytest.mark.parametrize("used", range(40, 55))
def test_page_and_check_call_the_same_number_of_people_nearly_full(used: int) -> None:
    level = users_fit_plan(Employees(used, ()), PlanLimits("ru_std", users=50)).level
    expected = {UsageLevel.FINE: Level.PASS, UsageLevel.NEAR: Level.WARN, UsageLevel.OVER: Level.FAIL}
    assert level is expected[level_of("users", used, 50)]


def test_employees_are_counted_by_the_total_not_by_the_first_page() -> None:
    assert users_fit_plan(Employees(51, ()), PlanLimits("ru_std", users=50)).level is Level.FAIL


@pytest.mark.parametrize(("limit", "level"), [(500, Level.WARN), (708, Level.PASS), (None, Level.PASS)])
def test_the_busiest_month_is_held_against_the_size_that_is_advised(limit: int | None, level: Level) -> None:
    months = OrderMonths((MonthOfOrders(NOW, 120), MonthOfOrders(NOW - timedelta(days=90), 708)))
    assert orders_fit_plan(months, PlanLimits("ru_std", orders=limit)).level is level


def test_the_larger_of_our_sum_and_a_fresh_word_of_a_person_is_the_disk_in_use() -> None:
    fresh, old = NOW - timedelta(days=3), NOW - timedelta(days=31)
    assert DiskUse(counted=40, told=60, told_at=fresh).in_use(NOW) == 60
    assert DiskUse(counted=70, told=60, told_at=fresh).in_use(NOW) == 70
    assert DiskUse(counted=40, told=60, told_at=old).in_use(NOW) == 40
    assert DiskUse().in_use(NOW) is None
