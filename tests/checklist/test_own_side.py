"""Checks over what our side knows: terms, seats, our own parts, the register, public addresses."""

from dataclasses import replace
from datetime import date

import pytest

from b24app.checklist.engine.own_facts import (
    LastBackup,
    OtherTerm,
    PlanLimits,
    PublicAddress,
    PublicAddresses,
    Register,
    RegisterEntry,
    Terms,
)
from b24app.checklist.engine.stored_facts import dump_verdict, load_verdict
from b24app.checklist.engine.verdict import Level, sentence
from b24app.portals.permissions import BY_HAND, BY_SUPPORT, BY_UPDATE, way_to_grant
from tests.checklist.conftest import Shop

PAST, SOON, LATER = date(2026, 11, 1), date(2026, 12, 5), date(2027, 3, 1)


def term(kind: str, ends_on: date | None, *, confirmed: bool = True) -> Terms:
    return Terms((OtherTerm(kind, kind, ends_on, confirmed),))


@pytest.mark.parametrize(
    ("code", "name", "fact", "level"),
    [
        ("plan_end_confirmed", "terms", Terms(()), Level.FAIL),
        ("plan_end_confirmed", "terms", term("plan", LATER, confirmed=False), Level.WARN),
        ("plan_end_confirmed", "terms", term("on_premise", LATER), Level.PASS),
        ("plan_time_left", "terms", Terms(()), Level.UNKNOWN),
        ("plan_time_left", "terms", term("plan", PAST), Level.FAIL),
        ("plan_time_left", "terms", term("plan", SOON), Level.WARN),
        ("plan_time_left", "terms", term("plan", LATER), Level.PASS),
        ("other_terms_alive", "terms", term("marketplace", PAST), Level.FAIL),
        ("other_terms_alive", "terms", term("site", SOON), Level.WARN),
        ("other_terms_alive", "terms", term("application", LATER), Level.PASS),
        ("other_terms_alive", "terms", term("on_premise", LATER), Level.NA),
        ("users_fit_plan", "plan_limits", PlanLimits("ru_basic", users=5), Level.FAIL),
        ("users_fit_plan", "plan_limits", PlanLimits("ru_std", users=45), Level.WARN),
        ("users_fit_plan", "plan_limits", PlanLimits("ru_std", users=50), Level.PASS),
        ("users_fit_plan", "plan_limits", PlanLimits("ru_new"), Level.UNKNOWN),
        ("users_fit_plan", "plan_limits", PlanLimits("ru_project", no_seat_limit=True), Level.PASS),
        ("orders_fit_plan", "plan_limits", PlanLimits("ru_basic", orders=100), Level.WARN),
        ("orders_fit_plan", "plan_limits", PlanLimits("ru_ent", orders=None), Level.PASS),
        ("register_is_kept", "register", Register(()), Level.ASK),
        (
            "register_is_kept",
            "register",
            Register((RegisterEntry("other", "1С", expires_on=PAST),)),
            Level.FAIL,
        ),
        ("backup_is_fresh", "last_backup", LastBackup(), Level.ASK),
        ("handler_hosts_answer", "public_addresses", PublicAddresses(), Level.NA),
        (
            "handler_hosts_answer",
            "public_addresses",
            PublicAddresses(
                {}, {"splitpay.example": PublicAddress("splitpay.example", ok=False, problem="no name")}
            ),
            Level.WARN,
        ),
        (
            "handler_hosts_answer",
            "public_addresses",
            PublicAddresses(
                {}, {"splitpay.example": PublicAddress("splitpay.example", ok=True, days_of_certificate=13)}
            ),
            Level.WARN,
        ),
        (
            "handler_hosts_answer",
            "public_addresses",
            PublicAddresses(
                {}, {"splitpay.example": PublicAddress("splitpay.example", ok=True, days_of_certificate=14)}
            ),
            Level.PASS,
        ),
        (
            "shop_answers",
            "public_addresses",
            PublicAddresses({"3": PublicAddress("lavka.example", ok=False, status=503, problem="503")}),
            Level.FAIL,
        ),
        (
            "shop_answers",
            "public_addresses",
            PublicAddresses({"3": PublicAddress("lavka.example", ok=True, days_of_certificate=5)}),
            Level.WARN,
        ),
        ("shop_answers", "public_addresses", PublicAddresses(), Level.NA),
    ],
)
def test_judges_what_our_side_knows(shop: Shop, code: str, name: str, fact: object, level: Level) -> None:
    shop.own[name] = fact
    assert shop.verdict(code).level is level


def test_what_our_side_does_not_know_is_unknown(shop: Shop) -> None:
    shop.own.clear()
    assert shop.verdict("users_fit_plan").level is Level.UNKNOWN


def test_misses_its_own_subscriptions_and_widgets(shop: Shop) -> None:
    assert shop.verdict("own_events_bound").level is Level.FAIL
    assert shop.verdict("own_widgets_bound").level is Level.FAIL


def test_sees_a_permission_that_was_not_granted(shop: Shop) -> None:
    shop.portal.withhold_scope(shop.card, "telephony")
    found = shop.verdict("permissions_granted")
    assert (found.level, found.sentence.values) == (Level.WARN, {"names": ("telephony",)})
    assert found.detail is not None
    assert found.detail.message == BY_HAND


def test_a_scope_that_opens_the_same_methods_is_enough(shop: Shop) -> None:
    card = replace(shop.card, scopes=(*(one for one in shop.card.scopes if one != "user_brief"), "user"))
    shop.portal.installations[shop.card.client_id].card = card
    assert shop.verdict("permissions_granted").level is Level.PASS


def test_names_an_older_version_of_the_market_without_alarm(shop: Shop) -> None:
    shop.own["own_parts"] = replace(shop.own["own_parts"], version=9)
    shop.portal.installations[shop.card.client_id].status = "S"
    found = shop.verdict("own_version_current")
    assert found.level is Level.PASS
    assert found.sentence.values == {"value": 1, "current": 9}


def test_a_local_application_has_no_version_to_install(shop: Shop) -> None:
    shop.own["own_parts"] = replace(shop.own["own_parts"], version=9)
    assert shop.verdict("own_version_current").sentence.values == {}


@pytest.mark.parametrize(
    ("status", "installed", "way"),
    [
        ("L", 1, BY_HAND),
        ("S", 1, BY_UPDATE),
        ("F", 2, BY_SUPPORT),
        ("S", None, BY_SUPPORT),
        ("", 0, BY_UPDATE),
    ],
)
def test_who_grants_a_permission_depends_on_the_kind_of_application(
    status: str, installed: int | None, way: str
) -> None:
    assert way_to_grant(status, installed, 2).message == way


def test_does_not_trust_the_eyes_of_an_employee(shop: Shop) -> None:
    assert shop.verdict("seen_by_administrator", user=shop.portal.employee).level is Level.FAIL


def test_says_that_another_administrator_took_the_baseline(shop: Shop) -> None:
    before = shop.facts("me", user=shop.portal.integrator)
    assert shop.verdict("seen_by_administrator", before).level is Level.WARN


def test_the_end_that_the_portal_told_of_telephony_is_that_of_the_sip_connector(shop: Shop) -> None:
    shop.own["terms"] = Terms((OtherTerm("telephony", "", PAST, told_by_portal=True),))
    assert shop.verdict("other_terms_alive").sentence.values["names"] == (sentence("SIP connector"),)


def test_a_term_without_a_name_is_called_by_its_kind(shop: Shop) -> None:
    shop.own["terms"] = Terms((OtherTerm("telephony", "", PAST), OtherTerm("site", "Лавка", PAST)))
    verdict = shop.verdict("other_terms_alive")
    assert verdict.sentence.values["names"] == (sentence("Telephony"), "Лавка")
    assert load_verdict(dump_verdict(verdict)) == verdict
