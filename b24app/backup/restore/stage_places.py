"""Which items of CRM are on a stage or use an entry of a dictionary, and by which field a list finds them. Pure."""

import re

from b24app.json_values import JsonObject, is_object

DEALS = re.compile(r"DEAL_STAGE(?:_(\d+))?$")
DYNAMIC = re.compile(r"DYNAMIC_(\d+)_STAGE_(\d+)$")
INVOICES = re.compile(r"SMART_INVOICE_STAGE_(\d+)$")
PLAIN = {"STATUS": 1, "QUOTE_STATUS": 7}
CARRIED = {
    "SOURCE": frozenset({(1, "sourceId"), (2, "sourceId"), (3, "sourceId"), (31, "sourceId")}),
    "DEAL_TYPE": frozenset({(2, "typeId")}),
    "CONTACT_TYPE": frozenset({(3, "typeId")}),
    "COMPANY_TYPE": frozenset({(4, "typeId")}),
    "INDUSTRY": frozenset({(4, "industry")}),
    "EMPLOYEES": frozenset({(4, "employees")}),
    "HONORIFIC": frozenset({(1, "honorific"), (3, "honorific")}),
}
"""Fields of items that hold a code of these dictionaries (object-fields.md); for others the portal returns it (`carries`)."""


def entity_type_of(dictionary: str) -> int:
    """The type of the items whose stages these are; 0 where it holds no stages."""
    if DEALS.match(dictionary):
        return 2
    if INVOICES.match(dictionary):
        return 31
    found = DYNAMIC.match(dictionary)
    return int(found[1]) if found else PLAIN.get(dictionary, 0)


def is_stage_list(dictionary: str) -> bool:
    """Whether its entries are stages, whose order matters."""
    return entity_type_of(dictionary) != 0


def dictionary_of(entity_type: int, category: str) -> str:
    """The dictionary of a pipeline's stages."""
    if entity_type == 2:
        return "DEAL_STAGE" if category in ("", "0") else f"DEAL_STAGE_{category}"
    return (
        f"SMART_INVOICE_STAGE_{category}" if entity_type == 31 else f"DYNAMIC_{entity_type}_STAGE_{category}"
    )


def carries(dictionary: str, kind: int, name: str, field: JsonObject) -> bool:
    """Whether a field holds codes of a dictionary, as documented or as the portal returns; one of an unnamed dictionary may."""
    settings = field.get("settings")
    told = field.get("statusType") or (settings.get("ENTITY_TYPE") if is_object(settings) else "")
    unnamed = not told and field.get("type") == "crm_status" and field.get("isDynamic") is True
    return unnamed or told == dictionary or (kind, name) in CARRIED.get(dictionary, ())


def pipeline_of(dictionary: str) -> tuple[int, str]:
    """The type of the items and the number of the pipeline whose stages a dictionary holds; no number where it has none of its own."""
    kind = entity_type_of(dictionary)
    if kind == 2:
        found = DEALS.match(dictionary)
        return kind, (found[1] or "") if found else ""
    number = (DYNAMIC if kind > 31 else INVOICES).match(dictionary)
    return kind, number[number.re.groups] if number else ""


def stage_code(entity_type: int, category: str, code: str) -> str:
    """A stage's code under the number of a pipeline: `C12:NEW`."""
    prefix = f"C{category}" if entity_type == 2 else f"DT{entity_type}_{category}"
    return f"{prefix}:{code.rpartition(':')[2]}"
