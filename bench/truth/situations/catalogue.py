"""Goods, prices, stock, currencies and VAT."""

from bench.truth.shop import Shop
from bench.truth.situation import situation


def change_all(shop: Shop, table: str, **fields: object) -> None:
    """Change every row of a table."""
    for row_id in list(shop.portal.tables[table].ids):
        shop.portal.tables[table].update(row_id, **fields)


@situation("goods_count_holds", "все товары деактивированы (active=N)")
def goods_are_switched_off(shop: Shop) -> None:
    """Goods and variations are off."""
    change_all(shop, "product", active="N")
    change_all(shop, "offer", active="N")


@situation("goods_count_holds", "остатки обнулились (обмен 1С)")
def stock_is_zeroed(shop: Shop) -> None:
    """The exchange wrote zeros."""
    change_all(shop, "store_product", amount=0)
    for table in ("product", "offer"):
        change_all(shop, table, quantity=0, available="N")


@situation("goods_have_prices", "у половины предложений нет розничной цены, но есть оптовая")
def half_has_only_wholesale_prices(shop: Shop) -> None:
    """Every second price of the base type is gone."""
    table = shop.portal.tables["price"]
    retail = [row["id"] for row in table.all() if row["catalogGroupId"] == 1]
    for price_id in retail[::2]:
        table.update(price_id, catalogGroupId=2)


@situation("goods_have_prices", "цены равны нулю")
def prices_are_zero(shop: Shop) -> None:
    """Every price is zero."""
    change_all(shop, "price", price=0, priceScale=0)


@situation("money_settings_same", "удалена валюта BYN")
def currency_is_deleted(shop: Shop) -> None:
    """The Belarusian rouble is gone."""
    shop.portal.tables["currency"].delete("BYN")


@situation("goods_count_holds", "скрыта четверть товаров после обмена с 1С")
def quarter_is_switched_off(shop: Shop) -> None:
    """Every fourth product is off."""
    for product_id in list(shop.portal.tables["product"].ids)[::4]:
        shop.portal.tables["product"].update(product_id, active="N")


@situation("goods_count_holds", "удалено 30 товаров, заведено 40 новых")
def new_goods_hide_lost_ones(shop: Shop) -> None:
    """Thirty products vanish and forty others come."""
    table = shop.portal.tables["product"]
    sample, ids = table.get(table.ids[0]), list(table.ids)
    for product_id in ids[:30]:
        table.delete(product_id)
    for number in range(40):
        table.add({**(sample or {}), "id": ids[-1] + 1 + number})


@situation("goods_count_holds", "распродажа: остатки десятой части товаров кончились")
def tenth_is_sold_out(shop: Shop) -> None:
    """Every tenth product is sold out, as after a busy week."""
    for row_id in list(shop.portal.tables["store_product"].ids)[::10]:
        shop.portal.tables["store_product"].update(row_id, amount=0)
    for product_id in list(shop.portal.tables["product"].ids)[::10]:
        shop.portal.tables["product"].update(product_id, quantity=0, available="N")


@situation("money_settings_same", "курс доллара обновился на 3 %, добавлена валюта KZT")
def rate_moves(shop: Shop) -> None:
    """The daily rate came, and one more currency."""
    table = shop.portal.tables["currency"]
    table.update("USD", AMOUNT="95.2000")
    table.add({**(table.get("BYN") or {}), "CURRENCY": "KZT", "AMOUNT": "0.1800"})


@situation("money_settings_same", "ставка НДС отключена")
def vat_rate_is_off(shop: Shop) -> None:
    """The main rate is switched off."""
    shop.portal.tables["vat"].update(3, active="N")


@situation("goods_have_prices", "десять подарков с ценой ноль")
def gifts_cost_nothing(shop: Shop) -> None:
    """A few goods are gifts; they were so before."""
    for price_id in list(shop.portal.tables["price"].ids)[:10]:
        shop.portal.tables["price"].update(price_id, price=0)
    shop.take_baseline()


@situation("goods_have_prices", "заведено 30 новых товаров без цены")
def new_goods_have_no_price(shop: Shop) -> None:
    """New goods came without prices."""
    table = shop.portal.tables["product"]
    sample, newest = table.get(table.ids[0]) or {}, table.ids[-1]
    for number in range(1, 31):
        table.add({**sample, "id": newest + number})
