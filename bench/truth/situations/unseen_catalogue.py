"""Situations of catalogue, money and site that nobody had in mind when the checks were written."""

import ssl
from datetime import timedelta

from b24app.checklist.engine.outside_checks import Seen
from bench.truth.shop import COUNTERS, Shop
from bench.truth.situation import situation
from bench.truth.situations.records import delete_first
from bench.truth.situations.shop_site import all_counters_are_gone
from bench.truth.situations.unseen_payments import LONG_NAME, runs

SHOP, HOST = "3", "lavka.example"


@situation("goods_count_holds", "удалены все предложения (SKU), товары остались")
def offers_are_gone(shop: Shop) -> None:
    delete_first(shop, "offer", 240)


@situation("stores_work", "основной склад удалён")
def store_is_gone(shop: Shop) -> None:
    shop.portal.remove("store", 1)


@situation("money_settings_same", "курс доллара стал в десять раз меньше")
def rate_is_mistyped(shop: Shop) -> None:
    shop.portal.tables["currency"].update("USD", AMOUNT="9.2500")


@situation("money_settings_same", "ставка НДС удалена")
def vat_is_gone(shop: Shop) -> None:
    shop.portal.tables["vat"].delete(3)


@situation("money_settings_same", "ставки НДС переименованы, добавлена ставка 5 %")
def vat_is_renamed(shop: Shop) -> None:
    shop.portal.tables["vat"].update(3, name="НДС 22 процента")
    row = shop.portal.tables["vat"].get(3) or {}
    shop.portal.tables["vat"].add({**row, "id": 9, "name": "НДС 5%", "rate": 5, "sort": 400})


@situation("stock_accounting_same", "складской учёт выключен, прошло десять проверок")
def stock_is_off_for_ten_runs(shop: Shop) -> None:
    shop.portal.extra["stock_mode"] = "N"
    runs(shop)


@situation("stock_accounting_same", "складского учёта не было никогда")
def stock_was_never_kept(shop: Shop) -> None:
    shop.portal.extra["stock_mode"] = "N"
    shop.take_baseline()


@situation("goods_have_prices", "каталог пуст с самого начала: продают услуги")
def no_goods_ever(shop: Shop) -> None:
    for name in ("product", "offer", "price", "store_product"):
        delete_first(shop, name, len(shop.portal.tables[name]))
    shop.take_baseline()


@situation("goods_count_holds", "складов и типов цен по одному, предложений нет")
def a_simple_catalogue(shop: Shop) -> None:
    tables = shop.portal.tables
    delete_first(shop, "offer", len(tables["offer"]))
    tables["store"].delete(2)
    tables["price_type"].delete(2)
    tables["catalog"].delete(24)
    shop.take_baseline()


@situation("money_settings_same", "портал Казахстана: тенге, тариф kz_std, ставка 16 %")
def portal_of_kazakhstan(shop: Shop) -> None:
    move_abroad(shop, "kz_std", "KZT", 16, "Asia/Almaty")


@situation("money_settings_same", "портал Беларуси: BYN, тариф by_basic")
def portal_of_belarus(shop: Shop) -> None:
    move_abroad(shop, "by_basic", "BYN", 20, "Europe/Minsk")


def move_abroad(shop: Shop, plan: str, currency: str, vat: int, zone: str) -> None:
    """A portal of another country, as it has always been."""
    currencies = shop.portal.tables["currency"]
    row = currencies.get("RUB") or {}
    currencies.update("RUB", BASE="N")
    if currencies.get(currency) is None:
        currencies.add({**row, "CURRENCY": currency})
    currencies.update(currency, BASE="Y", AMOUNT="1.0000")
    shop.portal.tables["vat"].update(3, name=f"НДС {vat}%", rate=vat)
    shop.portal.set_time_zone(zone)
    shop.portal.renew(plan)
    shop.take_baseline()
    shop.advance(days=1)


@situation("shop_answers", "сертификат магазина вчера истёк")
def certificate_is_over(shop: Shop) -> None:
    shop.page(HOST, ssl.SSLCertVerificationError("certificate has expired"))


@situation("shop_answers", "магазин отвечает 404")
def shop_is_not_found(shop: Shop) -> None:
    shop.page(HOST, Seen(shop.now + timedelta(days=90), 404, "not found"))


@situation("shop_answers", "магазин лежал, подняли до следующей проверки")
def shop_came_back(shop: Shop) -> None:
    shop.page(HOST, TimeoutError())
    shop.run()
    shop.page(HOST, Seen(shop.now + timedelta(days=90), 200, COUNTERS))


@situation("shop_published", "сайт магазина в корзине")
def site_is_in_the_bin(shop: Shop) -> None:
    shop.portal.tables["site"].update(SHOP, DELETED="Y", ACTIVE="N")


@situation("shop_published", "сайтов в Битрикс24 нет: магазин на своей CMS")
def shop_is_elsewhere(shop: Shop) -> None:
    for name in ("site", "page"):
        delete_first(shop, name, len(shop.portal.tables[name]))
    shop.take_baseline()


@situation("shop_published", "название сайта с разметкой и на триста знаков")
def title_is_odd(shop: Shop) -> None:
    shop.portal.tables["site"].update(SHOP, TITLE=LONG_NAME)
    shop.portal.tables["site"].update("9", TITLE="")
    shop.take_baseline()


@situation("counters_set", "счётчиков не ставили никогда")
def no_counters_ever(shop: Shop) -> None:
    all_counters_are_gone(shop)
    shop.page(HOST, Seen(shop.now + timedelta(days=90), 200, "<html>shop</html>"))
    shop.take_baseline()


@situation("counters_set", "галочка Метрики снята, номер остался")
def counter_is_unticked(shop: Shop) -> None:
    shop.portal.tables["site"].update(SHOP, EXTRA={"YACOUNTER_USE": "N"})


@situation("bi_sources_on", "источник аналитики удалён, десять проверок назад")
def bi_source_lost_ten_runs_ago(shop: Shop) -> None:
    shop.portal.tables["bi_source"].delete("10")
    runs(shop)


@situation("bi_sources_on", "аналитики не было никогда")
def no_bi_ever(shop: Shop) -> None:
    for name in ("bi_source", "bi_connector", "bi_dataset"):
        delete_first(shop, name, len(shop.portal.tables[name]))
    shop.take_baseline()
