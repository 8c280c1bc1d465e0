"""A snapshot of a portal that can be compared: the kinds of its resources, what their loss means, what to do."""

from collections.abc import Callable
from dataclasses import dataclass

from b24app.checklist.engine.areas import Area, Severity
from b24app.checklist.engine.fact import Facts
from b24app.comparison import resources
from b24app.comparison.resources import Things, Told
from b24app.text.messages import N_

Reader = Callable[[Facts], Told]


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """A kind of object: the facts it is made of, how grave its loss is, and what to do about it."""

    code: str
    title: str
    area: Area
    severity: Severity
    facts: tuple[str, ...]
    read: Reader
    meaning: str
    remedy: str
    place: str = ""
    counted: bool = False
    link: str = ""


KINDS: tuple[ResourceKind, ...] = (
    ResourceKind(
        "pay_system", N_("Pay system"), Area.PAYMENTS, Severity.ORDERS, ("pay_systems",), resources.pay_systems,
        N_("Buyers cannot pay with it."),
        N_("Create or switch it on again in CRM → Settings → Payment systems and make a test payment."),
        N_("CRM → Settings → Payment systems"),
    ),
    ResourceKind(
        "cash_register", N_("Cash register"), Area.PAYMENTS, Severity.ORDERS, ("cash_registers",), resources.registers,
        N_("Receipts are not printed, which the law asks for."),
        N_("Switch the cash register on and print a test receipt."),
        N_("CRM → Settings → Cash registers"),
    ),
    ResourceKind(
        "delivery", N_("Delivery service"), Area.DELIVERY, Severity.ORDERS, ("deliveries",), resources.deliveries,
        N_("Buyers cannot choose it at the checkout."),
        N_("Add or switch on the delivery service; its settings are in the snapshot."),
        N_("CRM → Settings → Delivery services"),
    ),
    ResourceKind(
        "order_status", N_("Order status"), Area.DELIVERY, Severity.ORDERS, ("order_statuses",), resources.statuses,
        N_("Orders in this status have nowhere to stand, and exchanges with 1C break."),
        N_("Create the status again with the same code."),
        N_("CRM → Settings → Order statuses"),
    ),
    ResourceKind(
        "pipeline", N_("Pipeline"), Area.CRM, Severity.ORDERS, ("pipelines",), resources.pipelines,
        N_("New deals of this pipeline have nowhere to go."),
        N_("Create the pipeline with its stages again and move the deals back."),
        N_("CRM → Deals → Pipelines"),
        link="/crm/deal/",
    ),
    ResourceKind(
        "stage", N_("Stage"), Area.CRM, Severity.ORDERS, ("stages",), resources.stages,
        N_("Deals on this stage and the robots of the stage are lost from view."),
        N_("Create the stage again and move its deals back by the list in the snapshot."),
        N_("CRM → Deals → Pipelines"),
        link="/crm/deal/",
    ),
    ResourceKind(
        "smart_process", N_("Smart process"), Area.CRM, Severity.WORK, ("smart_processes",), resources.smart_processes,
        N_("The work that ran in this smart process has stopped."),
        N_("Check whether the plan allows smart processes, then switch it on again."),
        N_("CRM → Settings → Smart processes"),
    ),
    ResourceKind(
        "field", N_("Deal field"), Area.CRM, Severity.WORK, ("deal_fields",), resources.fields,
        N_("Managers and exchanges fill in this field."),
        N_("Create the field with the same code or set it as it was."),
        N_("CRM → Settings → Custom fields"),
    ),
    ResourceKind(
        "process_template", N_("Business process"), Area.CRM, Severity.WORK, ("process_templates",), resources.templates,
        N_("What this process did by itself is done by nobody now."),
        N_("Import the process again or switch it on."),
        N_("CRM → Settings → Business processes"),
    ),
    ResourceKind(
        "site", N_("Site"), Area.SITE, Severity.ORDERS, ("sites",), resources.sites,
        N_("Buyers cannot open it."),
        N_("Publish the site again and check its address."),
        N_("Sites and shops"),
    ),
    ResourceKind(
        "open_line", N_("Open line"), Area.CHANNELS, Severity.WORK, ("open_lines",), resources.lines,
        N_("Messages of buyers reach nobody."),
        N_("Switch the open line on and check who answers in it."),
        N_("Contact Center → Open lines"),
    ),
    ResourceKind(
        "connector", N_("Connected channel"), Area.CHANNELS, Severity.WORK, ("connectors", "connector_states"),
        resources.connectors,
        N_("Messages from this channel do not come."),
        N_("Connect the channel to the open line again."),
        N_("Contact Center"),
    ),
    ResourceKind(
        "phone_line", N_("Phone line"), Area.CHANNELS, Severity.WORK, ("phone_lines",), resources.phone_lines,
        N_("Calls on this line do not come."),
        N_("Connect the line again and choose it for outgoing calls."),
        N_("Telephony → Numbers"),
    ),
    ResourceKind(
        "trade_platform", N_("Order source"), Area.MARKETPLACES, Severity.WORK, ("trade_platforms",), resources.platforms,
        N_("Orders from this source do not reach CRM."),
        N_("Switch the source on again."),
    ),
    ResourceKind(
        "store", N_("Store"), Area.CATALOGUE, Severity.WORK, ("stores",), resources.stores,
        N_("Goods of this store cannot be reserved or shipped."),
        N_("Switch the store on again."),
        N_("CRM → Stock accounting → Stores"),
    ),
    ResourceKind(
        "price_type", N_("Price type"), Area.CATALOGUE, Severity.ORDERS, ("price_types",), resources.price_types,
        N_("Goods without this price cannot be sold by it."),
        N_("Create the price type again and load the prices."),
        N_("CRM → Settings → Price types"),
    ),
    ResourceKind(
        "bi_source", N_("BI data source"), Area.SITE, Severity.NOTE, ("bi_sources",), resources.bi,
        N_("Reports built on this source do not refresh."),
        N_("Connect the source again."),
        N_("BI analytics → Data sources"),
    ),
    ResourceKind(
        "event", N_("Subscription to an event"), Area.APPS, Severity.WORK, ("own_events",), resources.events,
        N_("This application does not learn of changes in the portal."),
        N_("Restored by this application with one press."),
    ),
    ResourceKind(
        "widget", N_("Widget"), Area.APPS, Severity.NOTE, ("own_placements",), resources.widgets,
        N_("Employees do not see this application in its place."),
        N_("Restored by this application with one press."),
    ),
    ResourceKind(
        "crm_total", N_("Records in CRM"), Area.BACKUP, Severity.ORDERS, ("crm_totals",), resources.counters,
        N_("There are fewer records than before."),
        N_("Look into the recycle bin and compare with the copy made before the renewal."),
        counted=True,
    ),
)  # fmt: skip


def snapshot(facts: Facts) -> dict[str, Things]:
    """All objects by kind; a kind whose facts are missing is absent, which is not the same as empty."""
    return {
        kind.code: dict(kind.read(facts))
        for kind in KINDS
        if all(name in facts.values for name in kind.facts)
    }
