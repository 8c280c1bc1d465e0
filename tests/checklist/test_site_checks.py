"""The shop's site: what takes orders is what counts, a guard is no closed shop, a way elsewhere is named, counters keep their numbers."""

import pytest

from b24app.checklist.engine.outside_checks import public_addresses
from b24app.checklist.engine.own_facts import PublicAddress, PublicAddresses
from b24app.checklist.engine.page_answers import is_same_site
from b24app.checklist.engine.verdict import Level, Verdict
from b24app.checklist.facts.site.order_pages import SitePage
from b24app.checklist.facts.site.sites import Site
from sandbox.portal import Portal
from tests.checklist.conftest import Shop
from tests.checklist.test_losses import Damage, change, drop, off

SHOP, NEWS, CART = "3", "9", "33"


def both(*damages: Damage) -> Damage:
    def damage(portal: Portal) -> None:
        for one in damages:
            one(portal)

    return damage


def page(number: str, site: str, title: str, active: str = "Y") -> Damage:
    row = {"ID": number, "TITLE": title, "SITE_ID": site, "ACTIVE": active, "DELETED": "N"}
    return lambda portal: portal.tables["page"].add(dict(row))


def extra(number: str, **fields: str) -> Damage:
    return change("site", number, EXTRA=fields)


def seen_as(shop: Shop, found: PublicAddress) -> Verdict:
    shop.own["public_addresses"] = PublicAddresses({SHOP: found})
    return shop.verdict("shop_answers")


TOLD: list[tuple[str, Damage, Level]] = [
    ("shop_published", off("site", NEWS), Level.PASS),
    ("shop_published", drop("site", NEWS), Level.PASS),
    ("shop_published", off("site", SHOP), Level.FAIL),
    ("shop_published", drop("site", SHOP), Level.FAIL),
    ("shop_published", both(drop("site", SHOP), drop("site", NEWS)), Level.FAIL),
    ("shop_published", change("page", CART, ACTIVE="N"), Level.FAIL),
    ("shop_published", drop("page", CART), Level.FAIL),
    ("shop_published", both(drop("page", CART), page("90", SHOP, "Новая корзина")), Level.PASS),
    ("shop_has_address", change("site", SHOP, DOMAIN_NAME="www.lavka.example"), Level.PASS),
    ("shop_has_address", change("site", SHOP, DOMAIN_NAME="b24-lavka.bitrix24shop.example"), Level.WARN),
    ("counters_set", extra(SHOP, YACOUNTER_USE="N"), Level.WARN),
    ("counters_set", extra(SHOP, YACOUNTER_COUNTER="900000077"), Level.WARN),
    ("counters_set", extra(SHOP, YACOUNTER_COUNTER="", GTM_USE="Y", GTM_COUNTER="GTM-1"), Level.PASS),
    ("counters_set", both(extra(NEWS, YACOUNTER_COUNTER=""), off("site", NEWS)), Level.PASS),
    ("google_counter_alive", extra(SHOP, GACOUNTER_COUNTER="UA-1"), Level.PASS),
]


@pytest.mark.parametrize(("code", "damage", "level"), TOLD)
def test_what_takes_orders_counts(shop: Shop, code: str, damage: Damage, level: Level) -> None:
    assert shop.after(code, damage).level is level


def test_a_site_with_a_cart_is_a_shop_whatever_the_portal_calls_it(shop: Shop) -> None:
    page("91", NEWS, "Корзина")(shop.portal)
    assert shop.after("shop_published", off("site", NEWS)).level is Level.FAIL


def test_a_shop_whose_carts_are_all_closed_is_told_without_a_baseline(shop: Shop) -> None:
    shop.portal.tables["page"].update(CART, ACTIVE="N")
    assert shop.verdict("shop_published").level is Level.WARN


def test_a_promo_page_that_is_gone_is_a_remark(shop: Shop) -> None:
    told = shop.after("shop_published", off("site", NEWS))
    assert told.evidence[0].sentence.values["value"] == ("Новости лавки",)


def test_dead_google_number_moved_to_the_living_kind_is_no_loss(shop: Shop) -> None:
    extra(SHOP, GACOUNTER_COUNTER="UA-1")(shop.portal)
    assert shop.after("counters_set", extra(SHOP, GACOUNTER_COUNTER="")).level is Level.PASS


@pytest.mark.parametrize(
    ("title", "code", "role"),
    [
        ("Корзина", "", "cart"),
        ("Ваш заказ", "/cart/", "cart"),
        ("Shopping cart", "", "cart"),
        ("Оформление заказа", "", "order"),
        ("Шаг 2", "/checkout2/", "order"),
        ("Статус заказа", "/order-status/", ""),
        ("Доставка и оплата", "/delivery/", ""),
        ("Карта сайта", "/map/", ""),
    ],
)
def test_the_role_of_a_page_is_known_by_address_or_title(title: str, code: str, role: str) -> None:
    assert SitePage("1", title, code).role == role


def test_a_guarded_shop_is_open_and_the_reader_is_told(shop: Shop) -> None:
    told = seen_as(shop, PublicAddress("lavka.example", ok=True, status=403, guarded=True, page_seen=False))
    assert told.level is Level.PASS
    assert told.evidence[0].sentence.values["value"] == ("Лавка у реки",)


def test_a_shop_that_leads_to_another_site_is_named(shop: Shop) -> None:
    told = seen_as(shop, PublicAddress("lavka.example", ok=True, status=302, moved_to="parked.example"))
    assert told.level is Level.WARN
    assert told.evidence[0].sentence.values["value"] == "parked.example"


def test_a_way_to_another_site_of_ours_is_no_fault(shop: Shop) -> None:
    found = PublicAddress("lavka.example", ok=True, status=302, moved_to="novosti.lavka.example")
    assert seen_as(shop, found).level is Level.PASS


def test_a_promo_site_that_does_not_open_stops_no_orders(shop: Shop) -> None:
    shop.own["public_addresses"] = PublicAddresses(
        {NEWS: PublicAddress("x.example", ok=False, problem="404")}
    )
    assert shop.verdict("shop_answers").level is Level.WARN


def test_a_site_with_a_cart_that_does_not_open_does(shop: Shop) -> None:
    page("91", NEWS, "Корзина")(shop.portal)
    shop.own["public_addresses"] = PublicAddresses(
        {NEWS: PublicAddress("x.example", ok=False, problem="404")}
    )
    assert shop.verdict("shop_answers").level is Level.FAIL


@pytest.mark.parametrize(("days", "level"), [(14, Level.WARN), (15, Level.PASS)])
def test_a_certificate_lasts_longer_than_two_weeks(shop: Shop, days: int, level: Level) -> None:
    found = PublicAddress("lavka.example", ok=True, status=200, days_of_certificate=days)
    assert seen_as(shop, found).level is level


def test_sites_at_which_nobody_looked_are_named(shop: Shop) -> None:
    told = seen_as(shop, PublicAddress("lavka.example", ok=True, status=200))
    assert [line.label for line in told.evidence] == ["Not looked at this time"]


def test_counters_are_not_missed_on_a_page_that_was_not_seen(shop: Shop) -> None:
    found = PublicAddress("lavka.example", ok=True, status=403, guarded=True, page_seen=False)
    shop.own["public_addresses"] = PublicAddresses({SHOP: found})
    assert shop.verdict("counters_on_page").level is Level.NA


def test_a_site_in_a_folder_has_its_counters_elsewhere(shop: Shop) -> None:
    shop.portal.tables["site"].update(SHOP, PUBLIC_URL="https://portal.example/shop/")
    found = public_addresses(
        shop.facts("sites", "site_counters"), lambda host, _marks, _ask: PublicAddress(host, ok=True)
    )
    assert not found.sites[SHOP].page_seen
    assert found.sites[NEWS].page_seen
    assert not Site("1", public_url="https://[").has_folder


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("лавка.рф", "www.xn--80aaf6ac.xn--p1ai", True),
        ("Lavka.example.", "lavka.example", True),
        ("lavka.example", "shop.lavka.example", True),
        ("lavka.example", "otherlavka.example", False),
        ("лавка.рф", "лавки.рф", False),
        ("a..b", "a..b", True),
    ],
)
def test_names_of_one_site(one: str, other: str, same: bool) -> None:
    assert is_same_site(one, other) is is_same_site(other, one) is same
