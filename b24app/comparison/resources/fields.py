"""Fields of deals, leads, contacts, companies and smart processes: lost, required, of another type; a label is no difference."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from b24app.checklist.engine.check import Area
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.crm.item_fields import OWNERS, CrmField, CrmFields, DealFields, SmartFields
from b24app.checklist.facts.crm.smart_processes import SmartProcesses
from b24app.comparison.resource import NOT_SEEN, Alteration, Field, Found, Resource, flag, resource
from b24app.comparison.words import FIELD_TYPES
from b24app.text.messages import N_

BETWEEN = "; "
PLACES = {
    "deal": N_("Deals"),
    "lead": N_("Leads"),
    "contact": N_("Contacts"),
    "company": N_("Companies"),
}


def _worse(was: Resource, now: Resource) -> Iterator[Alteration]:
    """How grave it is: another type loses data; a field that became required, one value in place of several, and lost values of a list hinder work."""
    if was.fields["type"] != now.fields["type"]:
        yield Alteration("type", was.fields["type"], now.fields["type"], Level.FAIL)
    for name, bad in (("required", "yes"), ("multiple", "no")):
        if was.fields[name] != now.fields[name]:
            level = Level.WARN if now.fields[name] == bad else Level.PASS
            yield Alteration(name, was.fields[name], now.fields[name], level)
    left = now.fields["items"].split(BETWEEN)
    if lost := [value for value in was.fields["items"].split(BETWEEN) if value not in left]:
        yield Alteration("items", BETWEEN.join(lost), "", Level.WARN)


def _altered(was: Resource, now: Resource) -> tuple[Alteration, ...]:
    return tuple(_worse(was, now))


@resource(
    N_("CRM field"),
    area=Area.CRM,
    meaning=N_("Managers and exchanges fill in this field."),
    remedy=N_("Create the field with the same code or set it as it was."),
    place=N_("CRM → Settings → Custom fields"),
    link="/crm/configs/fields/",
    fields={
        "type": Field(N_("type"), words=FIELD_TYPES),
        "required": N_("required"),
        "multiple": N_("multiple values"),
        "items": N_("list of values"),
    },
    rule=_altered,
    field_advice={
        "required": N_("Make the field optional, or teach managers and exchanges to fill it in."),
        "type": N_(
            "Make a field of the former type and load its data from a copy: another type holds other data."
        ),
        "multiple": N_("Make a field of the former kind and load its data from a copy."),
        "items": N_(
            "Add the missing values again with the same names: cards that had them show nothing in their place."
        ),
    },
)
def field(
    deal_fields: DealFields,
    crm_fields: CrmFields | None = None,
    smart_fields: SmartFields | None = None,
    smart_processes: SmartProcesses | None = None,
) -> Found:
    """Fields by owner and upper name; of a smart process its own ones, since the others follow its settings."""
    yield from _of_owner("deal", PLACES["deal"], deal_fields.fields)
    for owner in OWNERS:
        if crm_fields is None or owner not in crm_fields.fields:
            yield f"{owner}:*", NOT_SEEN
        else:
            yield from _of_owner(owner, PLACES[owner], crm_fields.fields[owner])
    yield from _of_smart_processes(smart_fields, smart_processes)


def _of_smart_processes(
    found: SmartFields | None, processes: SmartProcesses | None
) -> Iterator[tuple[str, Resource]]:
    """Put them under one group, so that a run that saw only some of them shows neither lost nor new ones."""
    titles = {row.entity_type_id: row.title for row in processes.rows} if processes else {}
    if found is None or not titles.keys() <= found.fields.keys():
        yield "smart:*", NOT_SEEN
        return
    for entity_type, rows in found.fields.items():
        own = (row for row in rows if row.is_dynamic)
        for key, one in _of_owner("smart", titles.get(entity_type, ""), own):
            owned = replace(one, part_of=("smart_process", entity_type))
            yield key.replace(":", f":{entity_type}.", 1), owned


def _of_owner(owner: str, place: str, rows: Iterable[CrmField]) -> Iterator[tuple[str, Resource]]:
    for row in rows:
        fields = {
            "type": row.type,
            "required": flag(row.is_required),
            "multiple": flag(row.is_multiple),
            "items": BETWEEN.join(row.items),
        }
        yield f"{owner}:{row.upper_name}", Resource(row.title or row.upper_name, place, fields)
