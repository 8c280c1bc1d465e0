"""catalog.*: goods, prices, stores and how stock is kept."""

from __future__ import annotations

from typing import Any

from sandbox.methods.refusals import SALE_DENIED
from sandbox.rest.list_parameters import as_list, as_map
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.shop.products import CATALOGUE, OFFERS

CLOSED = Refusal(200040300010, "Access Denied")


def _rows(call: Call, name: str, wrap: str) -> Listing:
    if not call.portal.has_right(call.user, "catalog_read"):
        raise CLOSED
    return list_rows(
        call.portal.tables[name],
        filter=call.get("filter"),
        order=call.get("order"),
        select=call.get("select"),
        start=call.start(),
        wrap=wrap,
    )


@method("catalog.catalog.list", scope="catalog", right="admin", denial=SALE_DENIED)
def list_catalogs(call: Call) -> Listing:
    """catalog.catalog.list."""
    return _rows(call, "catalog", "catalogs")


@method("catalog.priceType.list", scope="catalog", right="admin", denial=SALE_DENIED)
def list_price_types(call: Call) -> Listing:
    """catalog.priceType.list."""
    return _rows(call, "price_type", "priceTypes")


@method("catalog.store.list", scope="catalog", right="admin", denial=SALE_DENIED)
def list_stores(call: Call) -> Listing:
    """catalog.store.list."""
    return _rows(call, "store", "stores")


@method("catalog.vat.list", scope="catalog", right="admin", denial=SALE_DENIED)
def list_vat(call: Call) -> Listing:
    """catalog.vat.list."""
    return _rows(call, "vat", "vats")


@method("catalog.price.list", scope="catalog")
def list_prices(call: Call) -> Listing:
    """catalog.price.list."""
    return _rows(call, "price", "prices")


@method("catalog.storeproduct.list", scope="catalog")
def list_remainders(call: Call) -> Listing:
    """catalog.storeproduct.list: stock by store."""
    return _rows(call, "store_product", "storeProducts")


@method("catalog.product.list", scope="catalog")
def list_products(call: Call) -> Listing:
    """catalog.product.list: select must hold id and iblockId, filter must hold iblockId."""
    return _goods(call, "product", "products", CATALOGUE)


@method("catalog.product.offer.list", scope="catalog", right="admin", denial=SALE_DENIED)
def list_offers(call: Call) -> Listing:
    """catalog.product.offer.list: variants of products, in the catalogue of offers."""
    return _goods(call, "offer", "offers", OFFERS)


@method("catalog.document.mode.status", scope="catalog")
def show_stock_mode(call: Call) -> Any:
    """catalog.document.mode.status: whether stock is accounted for."""
    if not call.portal.has_right(call.user, "catalog_read"):
        raise Refusal("0", "Access denied")
    return call.portal.extra["stock_mode"]


def _goods(call: Call, name: str, wrap: str, iblock: int) -> Listing:
    select, wanted = as_list(call.get("select")), as_map(call.get("filter"))
    for field in ("id", "iblockId"):
        if field not in select:
            raise Refusal(0, "Required select fields: id, iblockId")
    asked = wanted.pop("iblockId", wanted.pop("=iblockId", None))
    if asked is None:
        raise Refusal(0, "Required filter fields: iblockId")
    if not call.portal.has_right(call.user, "catalog_read"):
        raise CLOSED
    order, start = call.get("order"), call.start()
    if str(asked) != str(iblock):
        return Listing([], 0, wrap, start)
    table = call.portal.tables[name]
    return list_rows(table, filter=wanted, order=order, select=select, start=start, wrap=wrap)
