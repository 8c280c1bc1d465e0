"""A quote as crm.item.* show it: the fields of crm/universal/object-fields.md, emptied."""

from __future__ import annotations

from sandbox.rest.table import Row

QUOTE = 7
_SWITCHED_OFF = ("dateCreateShort", "dateModifyShort", "begindateShort", "closedateShort", "hasProducts")
_TEXTS = (
    "title", "comments", "quoteNumber", "content", "terms", "clientTitle", "clientAddr", "clientContact", "clientEmail",
    "clientPhone", "clientTpId", "clientTpaId",
)  # fmt: skip
_TRACES = ("utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm")
_OTHERS = (
    "leadId", "dealId", "companyId", "contactId", "mycompanyId", "personTypeId", "locationId", "storageTypeId", "searchContent",
    "begindate", "closedate", "actualDate", "webformId", "parentId1", "parentId2",
)  # fmt: skip


def blank_quote() -> Row:
    """Every documented field of a quote without a value."""
    row: Row = {"id": 0, **dict.fromkeys(_TEXTS, ""), **dict.fromkeys((*_SWITCHED_OFF, *_TRACES, *_OTHERS))}
    row |= {
        "stageId": "",
        "closed": "N",
        "currencyId": "",
        "opportunity": 0,
        "taxValue": 0,
        "isManualOpportunity": "N",
    }
    row |= {"commentsType": 0, "contentType": 0, "termsType": 0, "storageElementIds": [], "contactIds": []}
    row |= {"createdBy": 0, "updatedBy": 0, "assignedById": 0, "opened": "Y", "entityTypeId": 0}
    return row | {"createdTime": "", "updatedTime": "", "lastActivityBy": 0, "lastActivityTime": ""}
