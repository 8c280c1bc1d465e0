"""A picture of a portal that can be compared: objects by stable keys, with the fields that matter."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from b24app.checklist.area import Area, Severity
from b24app.checklist.fact import Facts
from b24app.checklist.facts.deal_fields import Field
from b24app.checklist.facts.stages import Stage
from b24app.texts import N_

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Thing:
    """One object of the portal: its name, where it stands, and what is compared."""

    name: str
    place: str
    fields: Fields
    on: bool = True


Things = Mapping[str, Thing]
Reader = Callable[[Facts], Iterable[tuple[str, Thing]]]


@dataclass(frozen=True, slots=True)
class Kind:
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


def flag(value: object) -> str:
    """Yes or no as it is compared and shown."""
    return "yes" if value else "no"


def _pay_systems(facts: Facts) -> Iterable[tuple[str, Thing]]:
    settings = facts.values["pay_settings"].systems if "pay_settings" in facts.values else {}
    for row in facts.values["pay_systems"].systems:
        fields = {
            "handler": row.action_file,
            "mode": row.ps_mode,
            "registry": row.entity_registry_type,
            "payer": str(row.person_type_id or ""),
            "receipt": flag(row.can_print_check),
        }
        if row.id in settings:
            fields["settings"] = settings[row.id].fingerprint
        yield row.id, Thing(row.name, "", fields, row.active)


def _registers(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["cash_registers"].rows:
        fields = {"enabled": flag(row.enabled), "ofd": row.ofd, "offline": flag(row.use_offline)}
        yield row.id, Thing(row.name, "", fields, row.active)


def _deliveries(facts: Facts) -> Iterable[tuple[str, Thing]]:
    configs = facts.values["delivery_configs"].services if "delivery_configs" in facts.values else {}
    names = {row.id: row.name for row in facts.values["deliveries"].services}
    for row in facts.values["deliveries"].services:
        fields = {"name": row.name, "parent": str(row.parent_id or "")}
        if row.id in configs:
            fields["settings"] = configs[row.id].fingerprint
        yield row.id, Thing(row.name, names.get(str(row.parent_id), ""), fields, row.active)


def _stages(facts: Facts) -> Iterable[tuple[str, Thing]]:
    stages, pipelines = facts.values["stages"], facts.values.get("pipelines")
    for entity in sorted({row.entity_id for row in stages.entries if row.is_stage}):
        for order, row in enumerate(stages.of(entity)):
            place = pipelines.name_of(entity) if pipelines else entity
            yield f"{entity}:{row.status_id}", Thing(row.name, place, _stage_fields(row, order))


def _stage_fields(row: Stage, order: int) -> Fields:
    return {"name": row.name, "meaning": row.semantics, "order": str(order)}


def _pipelines(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["pipelines"].rows:
        yield f"2:{row.id}", Thing(row.name, "", {"name": row.name, "default": flag(row.is_default)})


def _smart_processes(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["smart_processes"].rows:
        yield row.entity_type_id, Thing(row.title, "", {"name": row.title, "enabled": ", ".join(row.enabled)})


def _fields(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["deal_fields"].fields:
        yield f"deal:{row.upper_name}", Thing(row.title or row.upper_name, "", _field_fields(row))


def _field_fields(row: Field) -> Fields:
    return {
        "type": row.type,
        "required": flag(row.is_required),
        "multiple": flag(row.is_multiple),
        "items": "; ".join(row.items),
    }


def _templates(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["process_templates"].rows:
        fields = {
            "name": row.name,
            "entity": row.entity,
            "document": row.document_type,
            "starts": row.auto_execute,
            "modified": row.modified,
        }
        yield row.id, Thing(row.name, row.entity, fields)


def _sites(facts: Facts) -> Iterable[tuple[str, Thing]]:
    counters = facts.values["site_counters"].sites if "site_counters" in facts.values else {}
    for row in facts.values["sites"].rows:
        fields = {"type": row.type, "domain": row.domain_name, "address": row.public_url}
        if row.id in counters:
            ids = counters[row.id].ids
            fields["counters"] = "; ".join(f"{kind} {ids[kind]}" for kind in sorted(ids))
        yield row.id, Thing(row.title, row.domain_name, fields, row.active)


def _lines(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["open_lines"].rows:
        yield row.id, Thing(row.name, "", {"queue": ", ".join(row.queue)}, row.active)


def _connectors(facts: Facts) -> Iterable[tuple[str, Thing]]:
    names = facts.values["connectors"].names
    for key, row in facts.values["connector_states"].pairs.items():
        fields = {"configured": flag(row.configured), "error": flag(row.error)}
        yield key, Thing(names.get(row.connector, row.connector), row.line, fields, row.works)


def _phone_lines(facts: Facts) -> Iterable[tuple[str, Thing]]:
    default = facts.values["outgoing_line"].id if "outgoing_line" in facts.values else None
    for key, name in facts.values["phone_lines"].names.items():
        fields = {"name": name} if default is None else {"name": name, "outgoing": flag(key == default)}
        yield key, Thing(name, "", fields)


def _platforms(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["trade_platforms"].rows:
        yield row.code or row.id, Thing(row.name or row.code, "", {}, row.active)


def _statuses(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["order_statuses"].rows:
        yield f"{row.type}:{row.id}", Thing(row.id, "", {"type": row.type})


def _stores(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["stores"].rows:
        yield row.id, Thing(row.title, "", {"name": row.title}, row.active)


def _price_types(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["price_types"].rows:
        yield row.id, Thing(row.name, "", {"name": row.name, "base": flag(row.base)})


def _bi(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["bi_sources"].rows:
        yield row.id, Thing(row.title, "", {}, row.active)


def _events(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["own_events"].rows:
        key = f"{row.event.upper()}:{row.handler}:{row.auth_type}:{row.offline}"
        yield key, Thing(row.event.upper(), "", {})


def _widgets(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for row in facts.values["own_placements"].rows:
        yield (
            f"{row.placement}:{row.handler}:{row.userId}",
            Thing(row.title or row.placement, row.placement, {}),
        )


def _counters(facts: Facts) -> Iterable[tuple[str, Thing]]:
    for name, total in facts.values["crm_totals"].totals.items():
        yield name, Thing(name, "", {"count": str(total.count), "max_id": str(total.max_id)})


KINDS: tuple[Kind, ...] = (
    Kind(
        "pay_system", N_("Pay system"), Area.PAYMENTS, Severity.ORDERS, ("pay_systems",), _pay_systems,
        N_("Buyers cannot pay with it."),
        N_("Create or switch it on again in CRM → Settings → Payment systems and make a test payment."),
        N_("CRM → Settings → Payment systems"),
    ),
    Kind(
        "cash_register", N_("Cash register"), Area.PAYMENTS, Severity.ORDERS, ("cash_registers",), _registers,
        N_("Receipts are not printed, which the law asks for."),
        N_("Switch the cash register on and print a test receipt."),
        N_("CRM → Settings → Cash registers"),
    ),
    Kind(
        "delivery", N_("Delivery service"), Area.DELIVERY, Severity.ORDERS, ("deliveries",), _deliveries,
        N_("Buyers cannot choose it at the checkout."),
        N_("Add or switch on the delivery service; its settings are in the snapshot."),
        N_("CRM → Settings → Delivery services"),
    ),
    Kind(
        "order_status", N_("Order status"), Area.DELIVERY, Severity.ORDERS, ("order_statuses",), _statuses,
        N_("Orders in this status have nowhere to stand, and exchanges with 1C break."),
        N_("Create the status again with the same code."),
        N_("CRM → Settings → Order statuses"),
    ),
    Kind(
        "pipeline", N_("Pipeline"), Area.CRM, Severity.ORDERS, ("pipelines",), _pipelines,
        N_("New deals of this pipeline have nowhere to go."),
        N_("Create the pipeline with its stages again and move the deals back."),
        N_("CRM → Deals → Pipelines"),
    ),
    Kind(
        "stage", N_("Stage"), Area.CRM, Severity.ORDERS, ("stages",), _stages,
        N_("Deals on this stage and the robots of the stage are lost from view."),
        N_("Create the stage again and move its deals back by the list in the snapshot."),
        N_("CRM → Deals → Pipelines"),
    ),
    Kind(
        "smart_process", N_("Smart process"), Area.CRM, Severity.WORK, ("smart_processes",), _smart_processes,
        N_("The work that ran in this smart process has stopped."),
        N_("Check whether the plan allows smart processes, then switch it on again."),
        N_("CRM → Settings → Smart processes"),
    ),
    Kind(
        "field", N_("Deal field"), Area.CRM, Severity.WORK, ("deal_fields",), _fields,
        N_("Managers and exchanges fill in this field."),
        N_("Create the field with the same code or set it as it was."),
        N_("CRM → Settings → Custom fields"),
    ),
    Kind(
        "process_template", N_("Business process"), Area.CRM, Severity.WORK, ("process_templates",), _templates,
        N_("What this process did by itself is done by nobody now."),
        N_("Import the process again or switch it on."),
        N_("CRM → Settings → Business processes"),
    ),
    Kind(
        "site", N_("Site"), Area.SITE, Severity.ORDERS, ("sites",), _sites,
        N_("Buyers cannot open it."),
        N_("Publish the site again and check its address."),
        N_("Sites and shops"),
    ),
    Kind(
        "open_line", N_("Open line"), Area.CHANNELS, Severity.WORK, ("open_lines",), _lines,
        N_("Messages of buyers reach nobody."),
        N_("Switch the open line on and check who answers in it."),
        N_("Contact Center → Open lines"),
    ),
    Kind(
        "connector", N_("Connected channel"), Area.CHANNELS, Severity.WORK, ("connectors", "connector_states"),
        _connectors,
        N_("Messages from this channel do not come."),
        N_("Connect the channel to the open line again."),
        N_("Contact Center"),
    ),
    Kind(
        "phone_line", N_("Phone line"), Area.CHANNELS, Severity.WORK, ("phone_lines",), _phone_lines,
        N_("Calls on this line do not come."),
        N_("Connect the line again and choose it for outgoing calls."),
        N_("Telephony → Numbers"),
    ),
    Kind(
        "trade_platform", N_("Order source"), Area.MARKETPLACES, Severity.WORK, ("trade_platforms",), _platforms,
        N_("Orders from this source do not reach CRM."),
        N_("Switch the source on again."),
    ),
    Kind(
        "store", N_("Store"), Area.CATALOGUE, Severity.WORK, ("stores",), _stores,
        N_("Goods of this store cannot be reserved or shipped."),
        N_("Switch the store on again."),
        N_("CRM → Stock accounting → Stores"),
    ),
    Kind(
        "price_type", N_("Price type"), Area.CATALOGUE, Severity.ORDERS, ("price_types",), _price_types,
        N_("Goods without this price cannot be sold by it."),
        N_("Create the price type again and load the prices."),
        N_("CRM → Settings → Price types"),
    ),
    Kind(
        "bi_source", N_("BI data source"), Area.SITE, Severity.NOTE, ("bi_sources",), _bi,
        N_("Reports built on this source do not refresh."),
        N_("Connect the source again."),
        N_("BI analytics → Data sources"),
    ),
    Kind(
        "event", N_("Subscription to an event"), Area.APPS, Severity.WORK, ("own_events",), _events,
        N_("This application does not learn of changes in the portal."),
        N_("Restored by this application with one press."),
    ),
    Kind(
        "widget", N_("Widget"), Area.APPS, Severity.NOTE, ("own_placements",), _widgets,
        N_("Employees do not see this application in its place."),
        N_("Restored by this application with one press."),
    ),
    Kind(
        "crm_total", N_("Records in CRM"), Area.BACKUP, Severity.ORDERS, ("crm_totals",), _counters,
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
