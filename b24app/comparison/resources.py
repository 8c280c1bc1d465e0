"""Reads facts into objects that can be compared: by stable keys, with the fields that matter (checks.md §18)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from b24app.checklist.engine.fact import Facts
from b24app.checklist.facts.crm.deal_fields import Field
from b24app.checklist.facts.crm.stages import PipelineStage

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Resource:
    """One object of the portal: its name, where it stands, and what is compared."""

    name: str
    place: str
    fields: Fields
    on: bool = True


Things = Mapping[str, Resource]
Told = Iterable[tuple[str, Resource]]


def flag(value: object) -> str:
    """Yes or no as it is compared and shown."""
    return "yes" if value else "no"


def pay_systems(facts: Facts) -> Told:
    """Pay systems by id; their settings by fingerprint."""
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
        yield row.id, Resource(row.name, "", fields, row.active)


def registers(facts: Facts) -> Told:
    """Cash registers by id."""
    for row in facts.values["cash_registers"].rows:
        fields = {"enabled": flag(row.enabled), "ofd": row.ofd, "offline": flag(row.use_offline)}
        yield row.id, Resource(row.name, "", fields, row.active)


def deliveries(facts: Facts) -> Told:
    """Delivery services and profiles by id; their configuration by fingerprint."""
    configs = facts.values["delivery_configs"].services if "delivery_configs" in facts.values else {}
    names = {row.id: row.name for row in facts.values["deliveries"].services}
    for row in facts.values["deliveries"].services:
        fields = {"name": row.name, "parent": str(row.parent_id or "")}
        if row.id in configs:
            fields["settings"] = configs[row.id].fingerprint
        yield row.id, Resource(row.name, names.get(str(row.parent_id), ""), fields, row.active)


def stages(facts: Facts) -> Told:
    """Stages by dictionary and code, never by id."""
    stages, pipelines = facts.values["stages"], facts.values.get("pipelines")
    for entity in sorted({row.entity_id for row in stages.entries if row.is_stage}):
        for order, row in enumerate(stages.of(entity)):
            place = pipelines.name_of(entity) if pipelines else entity
            yield f"{entity}:{row.status_id}", Resource(row.name, place, _stage_fields(row, order))


def _stage_fields(row: PipelineStage, order: int) -> Fields:
    return {"name": row.name, "meaning": row.semantics, "order": str(order)}


def pipelines(facts: Facts) -> Told:
    """Deal pipelines by entity type and id."""
    for row in facts.values["pipelines"].rows:
        yield f"2:{row.id}", Resource(row.name, "", {"name": row.name, "default": flag(row.is_default)})


def smart_processes(facts: Facts) -> Told:
    """Smart processes by entity type."""
    for row in facts.values["smart_processes"].rows:
        yield (
            row.entity_type_id,
            Resource(row.title, "", {"name": row.title, "enabled": ", ".join(row.enabled)}),
        )


def fields(facts: Facts) -> Told:
    """Deal fields by their upper name."""
    for row in facts.values["deal_fields"].fields:
        yield f"deal:{row.upper_name}", Resource(row.title or row.upper_name, "", _field_fields(row))


def _field_fields(row: Field) -> Fields:
    return {
        "type": row.type,
        "required": flag(row.is_required),
        "multiple": flag(row.is_multiple),
        "items": "; ".join(row.items),
    }


def templates(facts: Facts) -> Told:
    """Business-process templates by id."""
    for row in facts.values["process_templates"].rows:
        fields = {
            "name": row.name,
            "entity": row.entity,
            "document": row.document_type,
            "starts": row.auto_execute,
            "modified": row.modified,
        }
        yield row.id, Resource(row.name, row.entity, fields)


def sites(facts: Facts) -> Told:
    """Sites by id, with their counters."""
    counters = facts.values["site_counters"].sites if "site_counters" in facts.values else {}
    for row in facts.values["sites"].rows:
        fields = {"type": row.type, "domain": row.domain_name, "address": row.public_url}
        if row.id in counters:
            ids = counters[row.id].ids
            fields["counters"] = "; ".join(f"{kind} {ids[kind]}" for kind in sorted(ids))
        yield row.id, Resource(row.title, row.domain_name, fields, row.active)


def lines(facts: Facts) -> Told:
    """Open lines by id."""
    for row in facts.values["open_lines"].rows:
        yield row.id, Resource(row.name, "", {"queue": ", ".join(row.queue)}, row.active)


def connectors(facts: Facts) -> Told:
    """Channels by connector and line."""
    names = facts.values["connectors"].names
    for key, row in facts.values["connector_states"].pairs.items():
        fields = {"configured": flag(row.configured), "error": flag(row.error)}
        yield key, Resource(names.get(row.connector, row.connector), row.line, fields, row.works)


def phone_lines(facts: Facts) -> Told:
    """Phone lines by id."""
    default = facts.values["outgoing_line"].id if "outgoing_line" in facts.values else None
    for key, name in facts.values["phone_lines"].names.items():
        fields = {"name": name} if default is None else {"name": name, "outgoing": flag(key == default)}
        yield key, Resource(name, "", fields)


def platforms(facts: Facts) -> Told:
    """Order sources by code."""
    for row in facts.values["trade_platforms"].rows:
        yield row.code or row.id, Resource(row.name or row.code, "", {}, row.active)


def statuses(facts: Facts) -> Told:
    """Order statuses by type and code."""
    for row in facts.values["order_statuses"].rows:
        yield f"{row.type}:{row.id}", Resource(row.id, "", {"type": row.type})


def stores(facts: Facts) -> Told:
    """Stores by id."""
    for row in facts.values["stores"].rows:
        yield row.id, Resource(row.title, "", {"name": row.title}, row.active)


def price_types(facts: Facts) -> Told:
    """Price types by id."""
    for row in facts.values["price_types"].rows:
        yield row.id, Resource(row.name, "", {"name": row.name, "base": flag(row.base)})


def bi(facts: Facts) -> Told:
    """BI sources by id."""
    for row in facts.values["bi_sources"].rows:
        yield row.id, Resource(row.title, "", {}, row.active)


def events(facts: Facts) -> Told:
    """Own subscriptions by event, handler and kind."""
    for row in facts.values["own_events"].rows:
        key = f"{row.event.upper()}:{row.handler}:{row.auth_type}:{row.offline}"
        yield key, Resource(row.event.upper(), "", {})


def widgets(facts: Facts) -> Told:
    """Own widgets by place, handler and user."""
    for row in facts.values["own_placements"].rows:
        yield (
            f"{row.placement}:{row.handler}:{row.userId}",
            Resource(row.title or row.placement, row.placement, {}),
        )


def counters(facts: Facts) -> Told:
    """Numbers of CRM records by kind."""
    for name, total in facts.values["crm_totals"].totals.items():
        yield name, Resource(name, "", {"count": str(total.count), "max_id": str(total.max_id)})
