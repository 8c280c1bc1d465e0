"""Changes of the catalogue since the baseline: goods deleted, switched off, out of stock, without a price. Pure.

Deleted goods, variations and prices count by what existed then. What can be bought changes every day: it is reported from
the half on; stock that ran out by itself never falls like that, an exchange that wrote zeros does.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from b24app.checklist.engine.record_counts import Total, fewer_than
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.catalogue.catalogue_totals import CatalogueTotals
from b24app.text.messages import N_

COUNTED = {"products": N_("Goods"), "offers": N_("Variations of goods"), "prices": N_("Prices")}
ACTIVE = {"products": N_("Goods that are switched on"), "offers": N_("Variations that are switched on")}
AVAILABLE = {"products": N_("Goods that can be bought"), "offers": N_("Variations that can be bought")}
STOCK = N_("Stock rows with a remainder")
BASE = N_("Prices of the base type")
ZERO = N_("Prices of zero")
PARTS = {**COUNTED, "stock_rows": STOCK}
NOT_SHOWN = N_("In the snapshot the portal showed it and now it does not: %(names)s")
ONE_IN_HUNDRED, TENTH = 100, 10
LevelOf = Callable[[int, int], Level | None]


@dataclass(frozen=True, slots=True)
class CatalogueChange:
    """One count that fell, or of zero prices that rose, and how grave that is."""

    code: str
    title: str
    was: int
    left: int
    level: Level


def changes_of_catalogue(was: CatalogueTotals, now: CatalogueTotals) -> Iterator[CatalogueChange]:
    """All counts that became worse, gravest kinds first."""
    yield from goods_that_became_fewer(was, now)
    yield from prices_that_became_worse(was, now)


def not_shown_any_more(was: CatalogueTotals, now: CatalogueTotals, kinds: Iterable[str]) -> tuple[str, ...]:
    """What the baseline counted and the portal refuses to count now: that is no proof that all still exist."""
    return tuple(PARTS[kind] for kind in kinds if getattr(was, kind) and getattr(now, kind) is None)


def goods_that_became_fewer(was: CatalogueTotals, now: CatalogueTotals) -> Iterator[CatalogueChange]:
    """Deleted goods, variations and prices, goods switched off, and stock that ran out at once."""
    yield from _gone(was, now)
    for kind, title in ACTIVE.items():
        then = getattr(was, f"active_{kind}")
        yield from _fell(
            f"active_{kind}", title, then, getattr(now, f"active_{kind}"), _level_of_active(was, now, kind)
        )
    for kind, title in AVAILABLE.items():
        name = f"available_{kind}"
        yield from _fell(name, title, getattr(was, name), getattr(now, name), _level_of_stock)
    yield from _fell("stock_rows", STOCK, was.stock_rows, now.stock_rows, _level_of_stock)


def prices_that_became_worse(was: CatalogueTotals, now: CatalogueTotals) -> Iterator[CatalogueChange]:
    """Fewer base prices for what is sold than before, and more prices of zero."""
    yield from _fewer_base_prices(was, now)
    if was.zero_prices is not None and now.zero_prices is not None and now.prices:
        more = now.zero_prices - was.zero_prices
        if more * ONE_IN_HUNDRED > now.prices:
            level = Level.FAIL if more * 2 > now.prices else Level.WARN
            yield CatalogueChange("zero_prices", ZERO, was.zero_prices, now.zero_prices, level)


def _fewer_base_prices(was: CatalogueTotals, now: CatalogueTotals) -> Iterator[CatalogueChange]:
    """The loss of base prices: added goods should have a price of the base type each, deleted goods may have had one.

    A product with variations needs no price of its own, so for added ones the larger of both numbers counts.
    """
    same = (was.offers is None, was.base_type) == (now.offers is None, now.base_type)
    if not was.base_prices or now.base_prices is None or not same:
        return
    goods = (now.products or 0) - (was.products or 0)
    offers = (now.offers or 0) - (was.offers or 0)
    expected = was.base_prices + max(0, goods, offers) - max(0, -goods) - max(0, -offers)
    if (expected - now.base_prices) * ONE_IN_HUNDRED > was.base_prices:
        yield CatalogueChange("base_prices", BASE, was.base_prices, now.base_prices, Level.WARN)


def _gone(was: CatalogueTotals, now: CatalogueTotals) -> Iterator[CatalogueChange]:
    for kind, title in COUNTED.items():
        then, today = total_of(was, kind), total_of(now, kind)
        found = fewer_than(then, today) if then and today else None
        if found is not None:
            grave = found.gone * ONE_IN_HUNDRED > found.was
            yield CatalogueChange(kind, title, found.was, found.left, Level.FAIL if grave else Level.WARN)


def total_of(found: CatalogueTotals, kind: str) -> Total | None:
    """The count of one kind; older releases stored no newest ids."""
    count: int | None = getattr(found, kind)
    return found.totals.get(kind) or (None if count is None else Total(count, 0))


def _fell(
    name: str, title: str, was: int | None, now: int | None, level_of: LevelOf
) -> Iterator[CatalogueChange]:
    if was and now is not None and (level := level_of(was, now)) is not None:
        yield CatalogueChange(name, title, was, now, level)


def _level_of_active(was: CatalogueTotals, now: CatalogueTotals, kind: str) -> LevelOf:
    """The level of goods switched off, as a share of those that are left; deleted goods are reported by themselves."""
    then, today = total_of(was, kind), total_of(now, kind)
    found = fewer_than(then, today) if then and today else None

    def level_of(active: int, still: int) -> Level | None:
        expected = active * found.left // found.was if found else active
        if (expected - still) * ONE_IN_HUNDRED <= expected:
            return None
        return Level.FAIL if still * 2 < expected else Level.WARN

    return level_of


def _level_of_stock(was: int, now: int) -> Level | None:
    if now * 2 >= was:
        return None
    return Level.FAIL if now * TENTH < was else Level.WARN
