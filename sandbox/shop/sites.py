"""Sites of the portal: the shop itself and a page with news, each with counters."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.rest.table import Row, Table
from sandbox.shop.formats import regional

SHOP_SITE = 3
PAGE_SITE = 9


def sites(now: datetime, *, both: bool) -> Table:
    """Build sites with every field that landing.site.getList can show."""
    rows = [_site(now, SHOP_SITE, "Лавка у реки", "lavka.example", 31)]
    if both:
        rows.append(_site(now, PAGE_SITE, "Новости лавки", "novosti.lavka.example", 57))
    return Table(rows, key="ID")


def _site(now: datetime, number: int, title: str, host: str, index_page: int) -> Row:
    return {
        "ID": str(number),
        "CODE": f"/{title.lower().replace(' ', '-')}/",
        "ACTIVE": "Y",
        "DELETED": "N",
        "TITLE": title,
        "TYPE": "STORE" if number == SHOP_SITE else "PAGE",
        "XML_ID": None,
        "DESCRIPTION": None,
        "TPL_ID": None,
        "DOMAIN_ID": str(number + 100),
        "DOMAIN_NAME": host,
        "DOMAIN_PROTOCOL": "https",
        "SMN_SITE_ID": None,
        "LANDING_ID_INDEX": str(index_page),
        "LANDING_ID_404": "0",
        "LANDING_ID_503": "0",
        "LANG": "ru",
        "SPECIAL": "N",
        "CREATED_BY_ID": "1",
        "MODIFIED_BY_ID": "1",
        "DATE_CREATE": regional(now - timedelta(days=720)),
        "DATE_MODIFY": regional(now - timedelta(days=number * 4)),
        "PUBLIC_URL": f"https://{host}/",
        "PREVIEW_PICTURE": "",
        "PHONE": "+70000000001",
    }


def pages(now: datetime, site_ids: tuple[int, ...]) -> Table:
    """Build pages as landing.landing.getList shows them."""
    titles = {
        SHOP_SITE: ("Главная", "Каталог", "Корзина", "Доставка и оплата"),
        PAGE_SITE: ("Новости", "О нас"),
    }
    first = {SHOP_SITE: 31, PAGE_SITE: 57}
    table = Table(key="ID")
    for site_id in site_ids:
        for place, title in enumerate(titles[site_id]):
            row: Row = {
                "ID": str(first[site_id] + place),
                "TITLE": title,
                "SITE_ID": str(site_id),
                "ACTIVE": "Y",
            }
            row |= {"DELETED": "N", "DATE_MODIFY": regional(now - timedelta(days=place + 3))}
            table.add(row | {"DOMAIN_ID": str(site_id + 100)})
    return table


def extra_fields(site_id: int) -> dict[str, Any]:
    """Return the filled additional fields of a site: counters, button, look."""
    if site_id == SHOP_SITE:
        return {
            "B24BUTTON_CODE": "https://cdn.lavka.example/crm/site_button/loader_2_reka.js",
            "B24BUTTON_COLOR": "site",
            "COOKIES_USE": "Y",
            "COOKIES_MODE": "I",
            "GACOUNTER_USE": "Y",
            "GACOUNTER_COUNTER_GA4": "G-SANDBOX001",
            "HEADBLOCK_USE": "N",
            "SETTINGS_PRICE_CODE": ["BASE"],
            "SETTINGS_SHOW_PRICE_COUNT": 1,
            "SETTINGS_CURRENCY_ID": "RUB",
            "THEME_CODE": "1construction",
            "YACOUNTER_USE": "Y",
            "YACOUNTER_COUNTER": "900000001",
        }
    return {"HEADBLOCK_USE": "N", "YACOUNTER_USE": "Y", "YACOUNTER_COUNTER": "900000002"}
