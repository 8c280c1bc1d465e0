"""Where replaying a documented pair needs a word of explanation: other ids, steps before, known departures."""

from __future__ import annotations

from typing import Any

from sandbox.shop.formats import listed

Params = dict[str, Any]
Deviations = dict[str, dict[str, str]]

FILE = ["note.txt", "0J/RgNC40LLQtdGC"]
EVENT: Params = {"type": "user", "ownerId": 1, "name": "Renewal", "from": "2026-12-01", "to": "2026-12-01"}
TASK: Params = {"fields": {"TITLE": "Renew", "RESPONSIBLE_ID": 1, "UF_CRM_TASK": ["D_10"]}}
STORE: Params = {"ENTITY": "dish", "NAME": "Dishes"}
ORDER: Params = {"fields": {"lid": "s1", "personTypeId": 3, "currency": "RUB"}}
RECORD: Params = {"ENTITY": "dish", "NAME": "Soup"}
MAKE_STORE = [("entity.add", STORE)]
MAKE_RECORD = [("entity.add", STORE), ("entity.item.add", RECORD)]
GOODS = listed(
    "id iblockId name active available barcodeMulti bundle canBuyZero code createdBy dateActiveFrom dateActiveTo "
    "dateCreate detailPicture detailText detailTextType height iblockSectionId length measure modifiedBy "
    "previewPicture previewText previewTextType purchasingCurrency purchasingPrice quantity quantityReserved "
    "quantityTrace recurSchemeLength recurSchemeType sort subscribe timestampX trialPriceId type vatId vatIncluded "
    "weight width withoutOrder xmlId"
)

# The documented requests name rows of the vendor's own portal; these name rows of ours.
REQUESTS: dict[str, Params] = {
    "bizproc.workflow.instances": {
        "SELECT": [
            "ID",
            "OWNED_UNTIL",
            "MODULE_ID",
            "ENTITY",
            "DOCUMENT_ID",
            "STARTED",
            "STARTED_BY",
            "TEMPLATE_ID",
        ]
    },
    "calendar.event.delete": {"id": 1201},
    "calendar.event.get": {"type": "user", "ownerId": 1},
    "calendar.event.update": {**EVENT, "id": 1201},
    "calendar.section.get": {"type": "user", "ownerId": 1},
    "catalog.productImage.list": {"productId": 1201},
    "lists.get": {"IBLOCK_TYPE_ID": "lists_socnet", "SOCNET_GROUP_ID": 7},
    "lists.field.get": {"IBLOCK_TYPE_ID": "lists", "IBLOCK_ID": 47, "FIELD_ID": "PROPERTY_953"},
    "lists.element.get": {"IBLOCK_TYPE_ID": "lists", "IBLOCK_ID": 47, "ELEMENT_ID": 7001},
    "catalog.product.list": {"select": GOODS, "filter": {"iblockId": 23}},
    "catalog.section.list": {"select": ["id", "name", "sort"], "filter": {"iblockId": 23}},
    "catalog.product.offer.list": {"select": [*GOODS, "parentId"], "filter": {"iblockId": 24}},
    "catalog.product.service.list": {"select": GOODS, "filter": {"iblockId": 23}},
    "catalog.product.sku.list": {"select": GOODS, "filter": {"iblockId": 23}},
    "crm.company.userfield.list": {"filter": {"LANG": "ru"}},
    "crm.contact.userfield.list": {"filter": {"LANG": "ru"}},
    "crm.deal.get": {"ID": 410},
    "crm.deal.userfield.list": {"filter": {"LANG": "ru"}},
    "imopenlines.config.get": {"CONFIG_ID": 15, "WITH_QUEUE": "Y", "SHOW_OFFLINE": "Y"},
    "landing.site.fullExport": {"id": 3, "params": {"code": "shop"}},
    "landing.site.publication": {"id": 3},
    "sale.delivery.extra.service.get": {"DELIVERY_ID": 2},
    "crm.item.add": {
        "entityTypeId": 2,
        "fields": {"title": "A deal", "stageId": "C1:NEW", "opportunity": 999.99},
    },
    "crm.item.batchImport": {"entityTypeId": 2, "data": [{"title": "A deal"}, {"stageId": "NOWHERE"}]},
    "crm.item.delete": {"entityTypeId": 177, "id": 1},
    "crm.item.fields": {"entityTypeId": 177},
    "crm.item.get": {"entityTypeId": 1, "id": 250},
    "crm.item.import": {"entityTypeId": 2, "fields": {"title": "A deal"}},
    "crm.orderentity.list": {"select": ["orderId", "ownerId"], "filter": {"=ownerTypeId": 2}},
    "crm.stagehistory.list": {"entityTypeId": 2},
    "crm.timeline.comment.list": {"filter": {"ENTITY_ID": 152, "ENTITY_TYPE": "deal"}},
    "crm.timeline.comment.add": {"fields": {"ENTITY_ID": 150, "ENTITY_TYPE": "deal", "COMMENT": "Called"}},
    "crm.item.update": {"entityTypeId": 2, "id": 351, "fields": {"title": "Renamed", "stageId": "WON"}},
    "crm.item.productrow.list": {"filter": {"=ownerType": "D", "=ownerId": 152}},
    "crm.lead.list": {"select": ["*"]},
    "crm.lead.userfield.list": {"filter": {"LANG": "ru"}},
    "crm.status.list": {"order": {"SORT": "ASC"}, "filter": {"ENTITY_ID": "DEAL_STAGE"}},
    "disk.file.delete": {"id": 9002},
    "disk.file.get": {"id": 9002},
    "disk.folder.addSubFolder": {"id": 9001, "data": {"NAME": "Inner"}},
    "disk.folder.get": {"id": 9001},
    "disk.folder.getChildren": {"id": 9001},
    "disk.folder.uploadFile": {"id": 9001, "data": {"NAME": "note.txt"}, "fileContent": FILE},
    "disk.storage.addFolder": {"id": 3, "data": {"NAME": "Backups"}},
    "disk.storage.get": {"id": 3},
    "disk.storage.getChildren": {"id": 3},
    "disk.storage.uploadFile": {"id": 3, "data": {"NAME": "note.txt"}, "fileContent": FILE},
    "entity.add": STORE,
    "entity.delete": {"ENTITY": "dish"},
    "entity.get": {"ENTITY": "dish"},
    "entity.item.add": RECORD,
    "entity.item.delete": {"ENTITY": "dish", "ID": 1},
    "entity.item.get": {"ENTITY": "dish"},
    "entity.item.update": {"ENTITY": "dish", "ID": 1, "NAME": "Borsch"},
    "imconnector.status": {"CONNECTOR": "livechat", "LINE": "15"},
    "placement.bind": {"PLACEMENT": "LEFT_MENU", "HANDLER": "https://app.example/menu", "TITLE": "Renewal"},
    "sale.order.add": ORDER,
    "sale.order.delete": {"id": 50_000_001},
    "sale.order.get": {"id": 1500},
    "sale.payment.get": {"id": 600},
    "sale.paysystem.settings.get": {"ID": 2, "PERSON_TYPE_ID": 0},
    "task.checklistitem.add": {"TASKID": 1, "FIELDS": {"TITLE": "Подготовить отчет", "IS_COMPLETE": "N"}},
    "tasks.task.add": TASK,
    "tasks.task.delete": {"taskId": 1},
    "tasks.task.get": {
        "taskId": 1,
        "select": listed(
            "ID TITLE DESCRIPTION CREATED_BY RESPONSIBLE_ID DEADLINE UF_CRM_TASK UF_TASK_WEBDAV_FILES "
            "UF_MAIL_MESSAGE"
        ),
    },
    "tasks.task.list": {
        "select": listed(
            "ID TITLE DESCRIPTION STATUS subStatus DEADLINE CREATED_DATE RESPONSIBLE_ID ACCOMPLICES AUDITORS TAGS "
            "COUNTERS PRIORITY MARK"
        ),
        "params": {"WITH_TIMER_INFO": True, "WITH_RESULT_INFO": True, "WITH_PARSED_DESCRIPTION": True},
    },
    "tasks.task.update": {"taskId": 1, "fields": {"TITLE": "Renew soon"}},
    "userfieldconfig.list": {
        "moduleId": "crm",
        "select": {"0": "*", "language": "ru"},
        "filter": {"userTypeId": "enumeration"},
    },
}
# Calls to make first, so that there is something to answer about.
PREPARATIONS: dict[str, list[tuple[str, Params]]] = {
    "calendar.event.delete": [("calendar.event.add", EVENT)],
    "calendar.event.get": [("calendar.event.add", EVENT)],
    "calendar.event.update": [("calendar.event.add", EVENT)],
    "entity.delete": MAKE_STORE,
    "entity.get": MAKE_STORE,
    "entity.item.add": MAKE_STORE,
    "entity.item.delete": MAKE_RECORD,
    "entity.item.get": MAKE_RECORD,
    "entity.item.update": MAKE_RECORD,
    "sale.order.delete": [("sale.order.add", ORDER)],
    "task.checklistitem.add": [("tasks.task.add", TASK)],
    "tasks.task.delete": [("tasks.task.add", TASK)],
    "tasks.task.get": [("tasks.task.add", TASK)],
    "tasks.task.list": [("tasks.task.add", TASK)],
    "tasks.task.update": [("tasks.task.add", TASK)],
}
# Places of an answer that differ from the example, with the reason.
THEIR_FIELDS = "user fields and relations of the vendor's own portal"
OUR_FIELDS = "user fields of our shop"
DEAL_FIELDS = {
    ".result.item.parentId1220": THEIR_FIELDS,
    ".result.item.ufCrm_1721244707107": THEIR_FIELDS,
    ".result.item.ufCrm_1700000001": OUR_FIELDS,
    ".result.item.ufCrm_1700000002": OUR_FIELDS,
}
DEVIATIONS: Deviations = {
    "lists.field.get": {".result.L.DISPLAY_VALUES_FORM": "values of the vendor's own list"},
    "lists.element.get": {".result[].PROPERTY_951": THEIR_FIELDS, ".result[].PROPERTY_1003": THEIR_FIELDS},
    "calendar.section.get": {".result[].ACCESS": "a map keyed by access codes"},
    "catalog.product.list": {
        ".result.products[].property258": THEIR_FIELDS,
        ".result.products[].property259": THEIR_FIELDS,
    },
    "crm.deal.get": {
        ".result.PARENT_ID_1220": THEIR_FIELDS,
        ".result.UF_CRM_1721244482250": THEIR_FIELDS,
        ".result.UF_CRM_1700000001": OUR_FIELDS,
        ".result.UF_CRM_1700000002": OUR_FIELDS,
    },
    "crm.item.add": DEAL_FIELDS,
    "crm.item.update": DEAL_FIELDS,
    "crm.item.fields": {
        ".result.fields.contacts": "written only, never read: the items carry contactIds",
        ".result.fields.parentId1248": THEIR_FIELDS,
        ".result.fields.ufCrm12_1700000041": OUR_FIELDS,
    },
    "crm.item.get": {
        **{f".result.item.parentId{n}": THEIR_FIELDS for n in (1222, 1226, 1228, *range(1236, 1257))},
        ".result.item.ufCrm_1720019876534": THEIR_FIELDS,
    },
    "landing.site.fullExport": {
        ".result.fields.ADDITIONAL_FIELDS": "the filled fields of the site's own",
        ".result.items": "a map keyed by the codes of pages",
    },
    "crm.lead.list": {
        f".result[].UF_CRM_{n}": THEIR_FIELDS for n in (1704817278, 1706782596092, 1708952993785)
    },
    "crm.timeline.comment.list": {".result[].FILES": "only of comments with files"},
    "imconnector.list": {".result": "a map keyed by connector codes"},
    "sale.paysystem.handler.list": {".result[].SETTINGS": "the author of a handler composes it"},
    "sale.paysystem.settings.get": {".result": "a map keyed by the codes of a handler"},
    "tasks.task.getFields": {".result.fields": "the sandbox describes those fields that its tasks have"},
    "tasks.task.get": {".result.task.action.take": "examples of other methods do not have it"},
    "tasks.task.list": {".result.tasks[].lengthDeadline": "documented nowhere but in this example"},
    "tasks.task.update": {
        ".result.task.action.take": "examples of other methods do not have it",
        ".result.task.backlogId": "Scrum fields; the example of tasks.task.add lacks them",
        ".result.task.sprintId": "Scrum fields; the example of tasks.task.add lacks them",
        ".result.task.checkListTree.fields.nodeId": "the example of tasks.task.add lacks it",
        ".result.task.parentId": "the example of tasks.task.add has it",
        ".result.task.ufCrmTask": "the example of tasks.task.get has it",
    },
    "voximplant.line.get": {".result": "a map keyed by line codes"},
}
