"""Titles of custom fields for the manifest of a copy: its tables name fields by the portal's codes.

They are taken from the settings kept when the copy was read; fields that were not kept by then have no title.
"""

from collections.abc import Iterator
from datetime import datetime

from b24app.backup.entities.entity import Entity
from b24app.backup.entities.settings_crm import WITH_FIELDS
from b24app.backup.settings_versions.versions import rows_at
from b24app.json_values import Json, JsonObject, is_object

SMART = "item_"
LABELS = ("EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LIST_FILTER_LABEL")


def field_titles(entity: Entity, at: datetime) -> dict[str, str]:
    """Titles by the code of the field; in rows of CRM items the same code has another spelling (ufCrm_… for UF_CRM_…)."""
    return {code: title for code, title in _titles(entity, at) if code and title}


def _titles(entity: Entity, at: datetime) -> Iterator[tuple[str, str]]:
    if entity.code in WITH_FIELDS:
        for row in rows_at(f"user_field_{entity.code}", at) or ():
            yield str(row.get("FIELD_NAME") or ""), _label(row)
    elif entity.code.startswith(SMART):
        for row in rows_at(f"item_fields_{entity.code.removeprefix(SMART)}", at) or ():
            yield str(row.get("upperName") or ""), str(row.get("title") or "")
    elif (catalogue := _catalogue(entity)) is not None:
        for row in rows_at("product_property", at) or ():
            if str(row.get("iblockId")) == str(catalogue):
                yield f"property{row.get('id')}", str(row.get("name") or "")


def _catalogue(entity: Entity) -> Json:
    """The catalogue whose goods an entity holds; None for anything else."""
    wanted = entity.params.get("filter") if entity.method.startswith("catalog.product.") else None
    return wanted.get("iblockId") if is_object(wanted) else None


def _label(row: JsonObject) -> str:
    """The title of a custom field: given as one text, or by language."""
    for name in LABELS:
        told = row.get(name)
        found = next((one for one in told.values() if one), "") if is_object(told) else told
        if isinstance(found, str) and found:
            return found
    return ""
