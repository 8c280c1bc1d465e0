"""Pages of sites on which buyers order: the cart and the checkout."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Text, records
from b24app.checklist.engine.fact import Asking, facts_of
from b24app.json_values import JsonObject

FIELDS = ("ID", "TITLE", "CODE", "SITE_ID", "ACTIVE")
CART = re.compile(r"(cart|basket|korzina)[-_\d]*", re.IGNORECASE)
ORDER = re.compile(r"(order|checkout|oformlenie\w*)[-_\d]*", re.IGNORECASE)
CART_TITLE = re.compile(r"корзин|^\s*(shopping )?cart\b|\bbasket\b", re.IGNORECASE)
ORDER_TITLE = re.compile(r"оформлени\w* заказ|\bcheckout\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SitePage:
    __pydantic_config__ = UPPER

    id: Text
    title: Text = ""
    code: Text = ""
    site_id: Text = ""
    active: Flag = False

    @property
    def role(self) -> str:
        """`cart` or `order`, the names of special pages, by its address or its title; empty for any other page."""
        code = self.code.strip("/")
        if CART.fullmatch(code) or CART_TITLE.search(self.title):
            return "cart"
        return "order" if ORDER.fullmatch(code) or ORDER_TITLE.search(self.title) else ""


@dataclass(frozen=True, slots=True)
class OrderPages:
    rows: tuple[SitePage, ...]

    def of(self, site_id: str) -> tuple[SitePage, ...]:
        """The carts and checkouts of a site."""
        return tuple(row for row in self.rows if row.site_id == site_id)

    def sites(self) -> frozenset[str]:
        """The sites that have such a page."""
        return frozenset(row.site_id for row in self.rows)


def _calls(asking: Asking) -> dict[str, Command]:
    if not asking.found.values["sites"].rows:
        return {}
    params: JsonObject = {"select": list(FIELDS), "filter": {"=DELETED": "N"}, "order": {"ID": "ASC"}}
    return {"pages": Command("landing.landing.getList", {"params": params})}


@facts_of(_calls, "landing.landing.getList", rank=209, scopes=("landing",), uses=("sites",))
def order_pages(answers: Mapping[str, Answer], _asking: Asking) -> OrderPages:
    """Read landing.landing.getList (api-reference/landing/page/methods/landing-landing-get-list.md); see special-pages/index.md."""
    rows = [row for answer in answers.values() for row in records(SitePage, answer.result)]
    return OrderPages(tuple(row for row in rows if row.role))
