"""Situations of the shop's site: published, its address, what our server sees, its counters, BI sources."""

from datetime import timedelta
from typing import Any

from b24app.checklist.engine.outside_checks import Seen
from bench.truth.shop import COUNTERS, Shop
from bench.truth.situation import situation

SHOP, NEWS = "3", "9"
HOST = "lavka.example"


def change(shop: Shop, number: str, **fields: Any) -> None:
    """Change a site."""
    shop.portal.tables["site"].update(number, **fields)


def answers(shop: Shop, status: int, body: str = COUNTERS, days: int = 90, **headers: str) -> None:
    """What our server gets from the shop's address."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    shop.page(HOST, Seen(shop.now + timedelta(days=days), status, body, named))


def cart(shop: Shop) -> dict[str, Any]:
    """The cart of the shop."""
    return next(row for row in shop.portal.tables["page"] if row["TITLE"] == "Корзина")


@situation("counters_on_page", "счётчика нет на странице")
def page_without_counter(shop: Shop) -> None:
    """The plan keeps the number and does not connect the counter."""
    answers(shop, 200, "<html>shop</html>")


@situation("counters_on_page", "магазин отвечает переадресацией на свою же страницу")
def page_is_elsewhere_on_the_site(shop: Shop) -> None:
    """The first page leads to /ru/: its counters are there."""
    answers(shop, 302, "", location=f"https://www.{HOST}/ru/")


@situation("counters_set", "все счётчики сняты: метод отвечает []")
def all_counters_are_gone(shop: Shop) -> None:
    """Nothing is filled in any more."""
    names = ("YACOUNTER_USE", "YACOUNTER_COUNTER", "GACOUNTER_USE", "GACOUNTER_COUNTER_GA4", "B24BUTTON_CODE")
    change(shop, SHOP, EXTRA=dict.fromkeys(names, ""))


@situation("counters_set", "номер Метрики заменён другим")
def another_counter(shop: Shop) -> None:
    """Visits go into another account."""
    change(shop, SHOP, EXTRA={"YACOUNTER_COUNTER": "900000077"})
    answers(shop, 200, f"{COUNTERS} 900000077")


@situation("google_counter_alive", "UA и GA4 вместе (оба заданы)")
def both_kinds(shop: Shop) -> None:
    """The dead number was left beside the living one."""
    change(shop, SHOP, EXTRA={"GACOUNTER_COUNTER": "UA-900000-1"})
    answers(shop, 200, f"{COUNTERS} UA-900000-1")


@situation("shop_answers", "магазин не отвечает")
def silence(shop: Shop) -> None:
    """Nobody answers at the address."""
    shop.page(HOST, TimeoutError())


@situation("shop_answers", "сертификат истекает через 13 дней")
def certificate_ends_soon(shop: Shop) -> None:
    """Nobody renewed it."""
    answers(shop, 200, days=13)


@situation("shop_answers", "магазин отвечает ошибкой 503 без защиты от роботов")
def broken_shop(shop: Shop) -> None:
    """The shop is down."""
    answers(shop, 503, "<html>Service Unavailable</html>")


@situation("shop_answers", "адрес магазина ведёт на чужой сайт")
def another_site(shop: Shop) -> None:
    """The domain was not paid for and leads to the registrar's page."""
    answers(shop, 302, "", location="https://parked.example/lavka")


@situation("shop_answers", "защита от роботов отвечает 403")
def guard_refuses(shop: Shop) -> None:
    """Buyers see the shop, our server does not."""
    answers(shop, 403, "<title>Just a moment...</title>", server="cloudflare", cf_mitigated="challenge")


@situation("shop_answers", "защита от роботов отвечает 503 с проверкой браузера")
def guard_checks_the_browser(shop: Shop) -> None:
    """Buyers wait two seconds and see the shop."""
    answers(shop, 503, "<title>DDoS-Guard</title>", server="ddos-guard")


@situation("shop_answers", "магазин отвечает 429")
def too_many_looks(shop: Shop) -> None:
    """It has seen us too often."""
    answers(shop, 429, "")


@situation("shop_has_address", "домен отвязан")
def domain_is_detached(shop: Shop) -> None:
    """The shop falls back to nothing."""
    change(shop, SHOP, DOMAIN_NAME="", PUBLIC_URL="")


@situation("shop_has_address", "домен отвязан, магазин остался на адресе Битрикс24")
def own_domain_is_lost(shop: Shop) -> None:
    """Buyers and search engines know the old address."""
    change(
        shop,
        SHOP,
        DOMAIN_NAME="b24-lavka.bitrix24shop.example",
        PUBLIC_URL="https://b24-lavka.bitrix24shop.example/",
    )


@situation("shop_published", "промостраница снята с публикации")
def promo_page_ends(shop: Shop) -> None:
    """A page of an offer takes no orders."""
    change(shop, NEWS, ACTIVE="N")


@situation("shop_published", "страница корзины снята с публикации")
def cart_is_closed(shop: Shop) -> None:
    """The shop opens, nobody can order."""
    shop.portal.tables["page"].update(cart(shop)["ID"], ACTIVE="N")


@situation("shop_published", "корзина заменена новой страницей")
def cart_is_replaced(shop: Shop) -> None:
    """A page of another design takes its place."""
    table, row = shop.portal.tables["page"], cart(shop)
    table.update(row["ID"], ACTIVE="N")
    table.add({**row, "ID": "90", "TITLE": "Корзина покупателя", "ACTIVE": "Y"})


@situation("shop_published", "сайт с корзиной, который портал не называет магазином, снят с публикации")
def shop_that_is_called_a_site(shop: Shop) -> None:
    """An old shop on a site of the common kind."""
    change(shop, NEWS, TYPE="PAGE")
    shop.portal.tables["page"].add(
        {"ID": "91", "TITLE": "Корзина", "SITE_ID": NEWS, "ACTIVE": "Y", "DELETED": "N"}
    )
    shop.take_baseline()
    change(shop, NEWS, ACTIVE="N")


@situation("bi_sources_on", "источник BI выключен")
def bi_source_is_off(shop: Shop) -> None:
    """Reports show old numbers."""
    shop.portal.switch_off("bi_source", "10")


@situation("shop_answers", "вместо магазина страница регистратора: домен припаркован")
def domain_is_parked(shop: Shop) -> None:
    """The address answers with 200, and it is not the shop."""
    answers(shop, 200, "<html><h1>Домен припаркован</h1></html>")


@situation("shop_answers", "адрес с www вместо адреса без www")
def the_same_with_www(shop: Shop) -> None:
    """The first page leads to the same name with www."""
    answers(shop, 301, "", location=f"https://www.{HOST}/")


@situation("counters_set", "Метрика и Google перенесены в Google Tag Manager")
def counters_in_a_tag_manager(shop: Shop) -> None:
    """One code in the place of two."""
    gone = dict.fromkeys(("YACOUNTER_USE", "YACOUNTER_COUNTER", "GACOUNTER_USE", "GACOUNTER_COUNTER_GA4"), "")
    change(shop, SHOP, EXTRA={**gone, "GTM_USE": "Y", "GTM_COUNTER": "GTM-SANDBOX"})
    answers(shop, 200, f"{COUNTERS} GTM-SANDBOX")
