"""Rules of the shop: published, deliveries, stock accounting, leads."""

from b24app.checklist.facts.catalogue.stock_accounting import StockAccounting
from b24app.checklist.facts.crm.crm_mode import CrmMode
from b24app.checklist.facts.delivery.deliveries import Deliveries
from b24app.checklist.facts.site.sites import Sites
from b24app.integrators.rights import Right
from b24app.integrators.standards.standard_rule import (
    BY_CHECKS,
    NOTHING,
    OFF,
    ON,
    Comparing,
    FoundReading,
    KnownOfPortal,
    StandardRule,
)
from b24app.text.messages import N_, P_


def read_published(known: KnownOfPortal) -> FoundReading:
    """Published: every shop of the portal is switched on."""
    shops = known.need(Sites, "sites").shops()
    if not shops:
        return known.found(NOTHING)
    off = tuple(one.title for one in shops if not one.active)
    return known.found(OFF if off else ON, off)


def count_deliveries(known: KnownOfPortal) -> FoundReading:
    """How many delivery services a buyer can choose."""
    services = known.need(Deliveries, "deliveries").usable()
    return known.found(sum(not one.is_none for one in services))


def read_stock_accounting(known: KnownOfPortal) -> FoundReading:
    """Whether stock accounting is on."""
    return known.found(ON if known.need(StockAccounting, "stock_accounting").on else OFF)


def read_leads(known: KnownOfPortal) -> FoundReading:
    """Whether CRM works with leads."""
    return known.found(ON if known.need(CrmMode, "crm_mode").with_leads else OFF)


RULES = (
    StandardRule(
        code="shop_published",
        title=N_("Online shop"),
        right=Right.CHECKS,
        comparing=Comparing.SAME,
        usual=ON,
        read=read_published,
        source=BY_CHECKS,
        facts=("sites",),
        words={ON: P_("shop", "published"), OFF: P_("shop", "not published"), NOTHING: N_("no shop")},
        choices=(ON, OFF),
        icon="store",
        loses_orders=True,
    ),
    StandardRule(
        code="deliveries",
        title=N_("Delivery services"),
        right=Right.CHECKS,
        comparing=Comparing.AT_LEAST,
        usual=1,
        read=count_deliveries,
        source=BY_CHECKS,
        facts=("deliveries",),
        icon="truck",
        loses_orders=True,
    ),
    StandardRule(
        code="stock_accounting",
        title=N_("Stock accounting"),
        right=Right.CHECKS,
        comparing=Comparing.SAME,
        usual=ON,
        read=read_stock_accounting,
        source=BY_CHECKS,
        facts=("stock_accounting",),
        words={ON: P_("accounting", "on"), OFF: P_("accounting", "off")},
        choices=(ON, OFF),
        icon="sheet",
    ),
    StandardRule(
        code="crm_leads",
        title=N_("Leads in CRM"),
        right=Right.CHECKS,
        comparing=Comparing.SAME,
        usual=ON,
        read=read_leads,
        source=BY_CHECKS,
        facts=("crm_mode",),
        words={ON: P_("leads", "on"), OFF: P_("leads", "off")},
        choices=(ON, OFF),
        icon="users",
    ),
)
