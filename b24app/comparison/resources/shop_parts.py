"""Resources of the shop: sites, lines, channels, order sources, stores, prices, BI sources."""

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.catalogue.catalogues import Catalogues
from b24app.checklist.facts.catalogue.price_types import PriceTypes
from b24app.checklist.facts.catalogue.stores import Stores
from b24app.checklist.facts.channels.connector_states import ConnectorStates
from b24app.checklist.facts.channels.connectors import Connectors
from b24app.checklist.facts.channels.open_lines import OpenLines
from b24app.checklist.facts.channels.outgoing_line import OutgoingLine
from b24app.checklist.facts.channels.phone_lines import PhoneLines
from b24app.checklist.facts.marketplaces.trade_platforms import TradePlatforms
from b24app.checklist.facts.site.bi_sources import BiSources
from b24app.checklist.facts.site.site_counters import SiteCounters
from b24app.checklist.facts.site.sites import Sites
from b24app.comparison.resource import Alteration, Field, Found, Resource, Shown, flag, resource
from b24app.comparison.words import COUNTERS, SITE_TYPES
from b24app.text.messages import N_


@resource(
    N_("Site"),
    area=Area.SITE,
    severity=Severity.ORDERS,
    meaning=N_("Buyers cannot open it."),
    remedy=N_("Publish the site again and check its address."),
    place=N_("Sites and shops"),
    link="/sites/",
    fields={
        "type": Field(N_("type"), words=SITE_TYPES),
        "domain": N_("domain"),
        "address": N_("public address"),
        **COUNTERS,
    },
    minor=tuple(COUNTERS),
)
def site(sites: Sites, site_counters: SiteCounters | None = None) -> Found:
    """Sites by id, with their counters."""
    for row in sites.rows:
        fields = {"type": row.type, "domain": row.domain_name, "address": row.public_url}
        if site_counters and row.id in site_counters.sites:
            fields |= {kind: site_counters.sites[row.id].ids.get(kind, "") for kind in COUNTERS}
        yield row.id, Resource(row.title, row.domain_name, fields, row.active)


@resource(
    N_("Open line"),
    area=Area.CHANNELS,
    meaning=N_("Messages of buyers reach nobody."),
    remedy=N_("Switch the open line on and check who answers in it."),
    place=N_("Contact Center → Open lines"),
    link="/contact_center/",
    fields={"queue": Field(N_("who answers"), Shown.PEOPLE)},
    minor=("queue",),
)
def open_line(open_lines: OpenLines) -> Found:
    """Open lines by id."""
    for row in open_lines.rows:
        yield row.id, Resource(row.name, "", {"queue": ", ".join(row.queue)}, row.active)


def _channel(was: Resource, now: Resource) -> tuple[Alteration, ...]:
    """How grave it is: a new error and a lost setting stop messages; the reverse is a repair."""
    return tuple(
        Alteration(
            name, was.fields[name], now.fields[name], Level.FAIL if now.fields[name] == bad else Level.PASS
        )
        for name, bad in (("configured", "no"), ("error", "yes"))
        if was.fields[name] != now.fields[name]
    )


@resource(
    N_("Connected channel"),
    area=Area.CHANNELS,
    meaning=N_("Messages from this channel do not come."),
    remedy=N_("Connect the channel to the open line again."),
    place=N_("Contact Center"),
    link="/contact_center/",
    fields={"configured": N_("configured"), "error": N_("error")},
    field_advice=dict.fromkeys(
        ("configured", "error"),
        N_("Open the channel in Contact Center, connect it again and send yourself a test message."),
    ),
    rule=_channel,
)
def connector(
    connectors: Connectors, connector_states: ConnectorStates, open_lines: OpenLines | None = None
) -> Found:
    """Channels by connector and line; one that the portal does not list any more was deleted."""
    lines = {row.id: row.name for row in open_lines.rows} if open_lines else {}
    for key, row in connector_states.pairs.items():
        if row.connector in connectors.names:
            fields = {"configured": flag(row.configured), "error": flag(row.error)}
            yield key, Resource(connectors.names[row.connector], lines.get(row.line, ""), fields, row.works)


@resource(
    N_("Phone line"),
    area=Area.CHANNELS,
    meaning=N_("Calls on this line do not come."),
    remedy=N_("Connect the line again and choose it for outgoing calls."),
    place=N_("Telephony → Numbers"),
    link="/telephony/lines.php",  # lines of voximplant.url.get
    fields={"name": N_("name"), "outgoing": N_("default for outgoing calls")},
)
def phone_line(phone_lines: PhoneLines, outgoing_line: OutgoingLine | None = None) -> Found:
    """Phone lines by id."""
    for key, name in phone_lines.names.items():
        fields = {"name": name}
        if outgoing_line:
            fields["outgoing"] = flag(key == outgoing_line.id)
        yield key, Resource(name, "", fields)


@resource(
    N_("Order source"),
    area=Area.MARKETPLACES,
    meaning=N_("Orders from this source do not reach CRM."),
    remedy=N_("Switch the source on again."),
    fields={},
)
def trade_platform(trade_platforms: TradePlatforms) -> Found:
    """Order sources by code."""
    for row in trade_platforms.rows:
        yield row.code or row.id, Resource(row.name or row.code, "", {}, row.active)


@resource(
    N_("Store"),
    area=Area.CATALOGUE,
    meaning=N_("Goods of this store cannot be reserved or shipped."),
    remedy=N_("Switch the store on again."),
    place=N_("CRM → Stock accounting → Stores"),
    link="/shop/settings/cat_store_list/",
    fields={"name": N_("name")},
)
def store(stores: Stores) -> Found:
    """Stores by id."""
    for row in stores.rows:
        yield row.id, Resource(row.title, "", {"name": row.title}, row.active)


@resource(
    N_("Catalogue of goods"),
    area=Area.CATALOGUE,
    severity=Severity.ORDERS,
    meaning=N_("The shop shows nothing of it, and orders lose their goods."),
    remedy=N_("Open the catalogue; if it is gone, restore it from a copy before anything else."),
    place=N_("CRM → Products"),
    link="/shop/catalog/",
    fields={"name": N_("name")},
)
def catalog(catalogues: Catalogues) -> Found:
    """Catalogues by their information block."""
    for row in catalogues.rows:
        yield str(row.iblock_id or row.name), Resource(row.name, "", {"name": row.name})


@resource(
    N_("Price type"),
    area=Area.CATALOGUE,
    severity=Severity.ORDERS,
    meaning=N_("Goods without this price cannot be sold by it."),
    remedy=N_("Create the price type again and load the prices."),
    place=N_("CRM → Settings → Price types"),
    link="/shop/settings/cat_group_admin/",
    fields={"name": N_("name"), "base": N_("base price")},
    field_advice={
        "base": N_(
            "Choose the former base price: the shop sells by it and shows goods without it as not for sale."
        )
    },
)
def price_type(price_types: PriceTypes) -> Found:
    """Price types by id."""
    for row in price_types.rows:
        yield row.id, Resource(row.name, "", {"name": row.name, "base": flag(row.base)})


@resource(
    N_("BI data source"),
    area=Area.SITE,
    severity=Severity.NOTE,
    meaning=N_("Reports built on this source do not refresh."),
    remedy=N_("Connect the source again."),
    place=N_("BI analytics → Data sources"),
    fields={},
)
def bi_source(bi_sources: BiSources) -> Found:
    """BI sources by id."""
    for row in bi_sources.rows:
        yield row.id, Resource(row.title, "", {}, row.active)
