"""How much the catalogue holds, how much of it can be bought, and how much of what the baseline counted is still there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import listed
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.checklist.engine.record_counts import Total
from b24app.json_values import Json

NEWEST: Json = {"id": "desc"}
PARTS = {"products": "products", "offers": "offers", "prices": "prices"}
"""What is counted by id, and the key under which its rows are answered."""
KEPT = "kept_"


@dataclass(frozen=True, slots=True)
class CatalogueTotals:
    """None where the portal has no such part or did not show it; older releases counted the first four alone.

    `totals` has products, offers and prices with their newest ids. `available_*` can be bought by the portal's own mark,
    `base_prices` are those of `base_type`, `zero_prices` are not over zero.
    """

    HAS_GROWN: ClassVar[bool] = True
    products: int | None = None
    offers: int | None = None
    prices: int | None = None
    stock_rows: int | None = None
    active_products: int | None = None
    active_offers: int | None = None
    available_products: int | None = None
    available_offers: int | None = None
    base_prices: int | None = None
    zero_prices: int | None = None
    totals: Mapping[str, Total] = field(default_factory=dict)
    base_type: str = ""

    @property
    def sold(self) -> int:
        """How many items a buyer can choose between: variations, or goods where there are none."""
        return self.offers or self.products or 0


def _goods(kind: str, block: int, **more: Json) -> Command:
    method = "catalog.product.list" if kind == "products" else "catalog.product.offer.list"
    query: dict[str, Json] = {"select": ["id", "iblockId"], "order": NEWEST, "start": 0}
    return Command(method, {**query, "filter": {"iblockId": block, **more}})


def _prices(**more: Json) -> Command:
    query: dict[str, Json] = {"select": ["id"], "order": NEWEST, "start": 0}
    return Command("catalog.price.list", query | ({"filter": dict(more)} if more else {}))


def _known(asking: Asking) -> Mapping[str, Total]:
    before = asking.baseline.facts.of(CatalogueTotals)
    return before.totals if before else {}


def _calls(asking: Asking) -> dict[str, Command]:
    catalogues = asking.found.values["catalogues"]
    known = {name: total.max_id for name, total in _known(asking).items() if total.max_id}
    calls: dict[str, Command] = {}
    for kind, block in (("products", catalogues.products), ("offers", catalogues.offers)):
        if block:
            calls[kind] = _goods(kind, block)
            calls[f"active_{kind}"] = _goods(kind, block, active="Y")
            calls[f"available_{kind}"] = _goods(kind, block, active="Y", available="Y")
            if kind in known:
                calls[KEPT + kind] = _goods(kind, block, **{"<=id": known[kind]})
    return calls | _price_calls(asking, known.get("prices", 0))


def _price_calls(asking: Asking, newest: int) -> dict[str, Command]:
    base = asking.found.values["price_types"].base()
    calls = {"prices": _prices(), "zero_prices": _prices(**{"<=price": 0})}
    if base is not None:
        calls["base_prices"] = _prices(catalogGroupId=int(base.id) if base.id.isdigit() else base.id)
    if newest:
        calls[KEPT + "prices"] = _prices(**{"<=id": newest})
    stock: dict[str, Json] = {"select": ["id"], "filter": {">amount": 0}, "start": 0}
    return {**calls, "stock_rows": Command("catalog.storeproduct.list", stock)}


def _total(answers: Mapping[str, Answer], name: str, before: Mapping[str, Total]) -> Total | None:
    answer, kept = answers.get(name), answers.get(KEPT + name)
    if answer is None or answer.total is None:
        return None
    rows = listed(answer.result, PARTS[name])
    newest = int(str(rows[0].get("id", 0))) if rows else 0
    known = kept is not None and kept.total is not None and name in before
    return Total(
        answer.total, newest, kept.total if kept and known else None, before[name].max_id if known else None
    )


@facts_of(
    _calls,
    "catalog.price.list",
    "catalog.product.list",
    "catalog.product.offer.list",
    "catalog.storeproduct.list",
    rank=215,
    scopes=("catalog",),
    who=ADMIN,
    uses=("catalogues", "price_types"),
    partial=True,
)
def catalogue_totals(answers: Mapping[str, Answer], asking: Asking) -> CatalogueTotals:
    """Read totals of catalog.product/offer/price/storeproduct.list (api-reference/catalog/), filtered by documented fields."""
    before = _known(asking)
    counts = {name: answer.total for name, answer in answers.items() if not name.startswith(KEPT)}
    totals = {name: total for name in PARTS if (total := _total(answers, name, before)) is not None}
    base = asking.found.values["price_types"].base()
    return CatalogueTotals(**counts, totals=totals, base_type=base.id if base else "")
