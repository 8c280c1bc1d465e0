"""Fields of deals, leads, contacts, companies and smart processes by owner and code, and which of them differ from the baseline. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from b24app.checklist.engine.check import Baseline
from b24app.checklist.engine.verdict import Sentence, sentence
from b24app.checklist.facts.crm.item_fields import CrmField, CrmFields, DealFields, SmartFields
from b24app.checklist.facts.crm.smart_processes import SmartProcesses
from b24app.text.messages import N_

OWNER_TITLES = {
    "deal": N_("Deals"),
    "lead": N_("Leads"),
    "contact": N_("Contacts"),
    "company": N_("Companies"),
}


@dataclass(frozen=True, slots=True)
class OwnedFields:
    """All fields that one run saw, by owner: deal, lead, contact, company or the entity type of a smart process."""

    owners: Mapping[str, Mapping[str, CrmField]]
    smart: Mapping[str, str]

    def named(self, owner: str, one: CrmField) -> Sentence:
        """The title of a field, with its owner."""
        title = OWNER_TITLES.get(owner) or self.smart.get(owner, owner)
        return sentence(N_("%(owner)s: %(field)s"), owner=sentence(title), field=one.title or one.upper_name)


def owned_fields(
    deals: DealFields | None,
    crm: CrmFields | None,
    smart: SmartFields | None,
    processes: SmartProcesses | None,
) -> OwnedFields:
    """Put the fields of all facts together; what was not seen is absent."""
    rows = {
        **({"deal": deals.fields} if deals else {}),
        **(crm.fields if crm else {}),
        **(smart.fields if smart else {}),
    }
    titles = {row.entity_type_id: row.title for row in processes.rows} if processes else {}
    return OwnedFields(
        {owner: {one.upper_name: one for one in fields} for owner, fields in rows.items()}, titles
    )


def owned_before(baseline: Baseline) -> OwnedFields:
    """The fields of the baseline."""
    return owned_fields(
        baseline.of(DealFields), baseline.of(CrmFields), baseline.of(SmartFields), baseline.of(SmartProcesses)
    )


def lost_fields(was: OwnedFields, now: OwnedFields) -> Iterator[tuple[str, CrmField]]:
    """Custom fields that an owner seen by both runs has lost."""
    for owner, one in _of_both(was, now):
        if one.is_dynamic and one.upper_name not in now.owners[owner]:
            yield owner, one


def retyped_fields(was: OwnedFields, now: OwnedFields) -> Iterator[tuple[str, CrmField]]:
    """Custom fields with another type, or with one value where there were several."""
    for owner, one in _of_both(was, now):
        today = now.owners[owner].get(one.upper_name)
        if one.is_dynamic and today and (today.type, today.is_multiple) != (one.type, one.is_multiple):
            yield owner, today


def newly_required(was: OwnedFields, now: OwnedFields) -> Iterator[tuple[str, CrmField]]:
    """Fields that have become required, new ones among them."""
    for owner, fields in now.owners.items():
        for code, one in fields.items() if owner in was.owners else ():
            before = was.owners[owner].get(code)
            if one.must_be_filled and not (before and before.must_be_filled):
                yield owner, one


def _of_both(was: OwnedFields, now: OwnedFields) -> Iterator[tuple[str, CrmField]]:
    for owner, fields in was.owners.items():
        if owner in now.owners:
            for one in fields.values():
                yield owner, one
