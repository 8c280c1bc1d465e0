"""How many goods, offers, prices and stock rows the catalogue holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.json_values import JsonObject

NEWEST = {"id": "desc"}


@dataclass(frozen=True, slots=True)
class CatalogueTotals:
    """None where the portal has no such part or did not show it."""

    products: int | None = None
    offers: int | None = None
    prices: int | None = None
    stock_rows: int | None = None


def _goods(method: str, block: int) -> Command:
    return Command(
        method, {"select": ["id", "iblockId"], "filter": {"iblockId": block}, "order": NEWEST, "start": 0}
    )


def _calls(asking: Asking) -> dict[str, Command]:
    catalogues = asking.found.values["catalogues"]
    calls: dict[str, Command] = {}
    if catalogues.products:
        calls["products"] = _goods("catalog.product.list", catalogues.products)
    if catalogues.offers:
        calls["offers"] = _goods("catalog.product.offer.list", catalogues.offers)
    calls["prices"] = Command("catalog.price.list", {"select": ["id"], "order": NEWEST, "start": 0})
    stock: JsonObject = {"select": ["id"], "filter": {">amount": 0}, "start": 0}
    return {**calls, "stock_rows": Command("catalog.storeproduct.list", stock)}


@facts_of(
    _calls,
    "catalog.price.list",
    "catalog.product.list",
    "catalog.product.offer.list",
    "catalog.storeproduct.list",
    rank=121,
    scopes=("catalog",),
    who=ADMIN,
    uses=("catalogues",),
    partial=True,
)
def catalogue_totals(answers: Mapping[str, Answer], _asking: Asking) -> CatalogueTotals:
    """Read totals of catalog.product/offer/price/storeproduct.list (api-reference/catalog/)."""
    return CatalogueTotals(**{name: answer.total for name, answer in answers.items()})
