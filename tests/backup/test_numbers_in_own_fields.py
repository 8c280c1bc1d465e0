"""Custom fields that name other items or values of lists are written with present numbers, or their loss is told."""

from __future__ import annotations

from b24app.backup.restore.data.imported_fields import ItemLoss, PortalNow, import_fields, references_of
from b24app.backup.restore.data.item_types import DEAL, ItemType
from b24app.json_values import JsonObject

KIND = ItemType("deal", DEAL)
FIELDS = {
    "ufCrm_1": "crm",
    "ufCrm_2": "enumeration",
    "ufCrm_3": "enumeration",
    "quoteId": "crm_quote",
    "title": "string",
}
NOW = PortalNow(FIELDS, (), None, (), 1, choices={"ufCrm_2": {"3001"}, "ufCrm_3": {"3001"}})
ROW: JsonObject = {
    "id": 7,
    "title": "Deal",
    "ufCrm_1": ["D_150", "C_7", "T80_5"],
    "ufCrm_2": 3050,
    "ufCrm_3": [3001, 3050],
    "quoteId": 99,
}


def test_items_in_own_fields_follow_to_their_present_numbers() -> None:
    ids = {("contact", "7"): "900", ("item_128", "5"): "6"}
    made = import_fields(KIND, ROW, NOW, ids)
    assert (made.fields["ufCrm_1"], made.fields["ufCrm_3"]) == (["C_900", "T80_6"], [3001])
    assert "ufCrm_2" not in made.fields
    assert made.losses == {ItemLoss.REFERENCE, ItemLoss.VALUE}


def test_items_in_own_fields_are_looked_for() -> None:
    assert set(references_of(KIND, ROW)) == {
        ("deal", "150"),
        ("contact", "7"),
        ("item_128", "5"),
        ("quote", "99"),
    }
