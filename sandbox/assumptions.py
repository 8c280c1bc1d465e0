"""Assumptions about portals where no source says how they behave; a test may change every value."""

from __future__ import annotations

from typing import Literal

# Assumption: during the days of grace a cloud portal keeps its plan, its frames and its REST.
REST_WORKS_IN_GRACE = True

# Assumption: a portal locked by the licence scanner refuses REST and frames as a free plan does.
REST_WORKS_WHEN_LOCKED = False

# Assumption: the header widget calls a portal "blocked" 14 days after the end, so the plan falls then.
CLOUD_GRACE_DAYS = 14

# The on-premise block comes 15 days after the end (main/lib/License popup); REST of a box goes on.
BOX_GRACE_DAYS = 15

# Assumption: the previous refresh token is refused as soon as a new one is given.
OLD_REFRESH_TOKEN_WORKS = False

# Assumption: an overloaded application gets 503 (documentation and SDK); one module version returns 401.
OVERLOAD_STATUS = 503

# Assumption: with start=-1 the answer has neither total nor next (module code); the documentation shows 0.
TOTAL_AFTER_MINUS_ONE: int | None = None

# Sources disagree about the scope of sonet_group.*: pages of the methods name `sonet`, the list of scopes and widgets `sonet_group`.
SCOPE_OF_WORKGROUPS = "sonet|sonet_group"

# Assumption: LICENSE of app.info follows the plan at once, both on lapse and on renewal.
LICENSE_FOLLOWS_AT_ONCE = True

# Sources disagree about PORTAL_DELETED: 403 (the portal's source, and a deleted portal seen in 2016), 500 (documentation), 410 (SDK).
DELETED_PORTAL_STATUS = 403

# Assumption: for a deleted portal the authorization server answers that the application is not installed there.
DELETED_PORTAL_TOKEN_ERROR = ("NOT_INSTALLED", "Application not installed", 401)

# Assumption: after a move the old address of the authorization server does not answer ("gone"); or it goes on ("works"),
# or it answers 302 ("redirect").
OLD_AUTHORIZATION_SERVER: Literal["gone", "redirect", "works"] = "gone"

# Assumption: both authorization servers (oauth.bitrix24.tech, oauth.bitrix.info) accept the tokens of every portal.
AUTHORIZATION_SERVERS_SHARE_TOKENS = True

# Assumption: notifications, messages and tasks to a dismissed person are refused as those to nobody: USER_NOT_FOUND of
# im.message.add, ERROR_CORE of tasks.task.add. The documentation of im.notify.* names no code for either.
DISMISSED_ARE_REFUSED = True

# A Russian portal writes moments with +03:00 (every example of the documentation). Assumption: other languages by their capital.
TIME_ZONES = {
    "ru": "Europe/Moscow",
    "by": "Europe/Minsk",
    "kz": "Asia/Almaty",
    "uz": "Asia/Tashkent",
    "am": "Asia/Yerevan",
    "az": "Asia/Baku",
    "ge": "Asia/Tbilisi",
    "kg": "Asia/Bishkek",
}

# Methods that no documentation names and that were not proved on a live portal: they are unknown until they are shown
# (`sandbox.shop.show_unverified_methods`). A product must not depend on them. `license.get`, which one application in the
# wild tries, is in no source at all and is not answered.
UNVERIFIED_METHODS: dict[str, str] = {
    "intranet.license.getLicenseData": "the portal's source, intranet/lib/controller/license.php",
    "mobile.Menu.getMenu": "the portal's source, mobile, controller of the menu",
}

# Messages of REST 3.0 that no page shows; the codes are documented, METHODNOTFOUNDEXCEPTION by the vendor's JavaScript SDK.
NO_METHOD_MESSAGE = "Метод не найден"
BROKEN_JSON_MESSAGE = "Тело запроса не является корректным JSON"

# Assumption: in REST 3.0 the end of plan or subscription is ACCESSDENIEDEXCEPTION with 401, as every failure of authorization
# in the portal's source of January 2026; later texts of the product name two codes of their own.

# The event log shows USER_AUTHORIZE alone, the one type of record in the documentation; a portal has others, by its plan.
# Assumption: a record about a setting names its module and its object as that one does (`shop.event_log.note_setting`).

# A host is the one of a browser's Host header: international names in ASCII, IPv6 in brackets. Assumption: so it is in
# DOMAIN, client_endpoint and events, whatever an on-premise portal calls itself.

# Assumption: DOWNLOAD_URL of Disk answers 401 without a valid token of the portal and 404 for a deleted file; no page states it.

# Assumption: with a deleted item its product rows, comments, activities, log entries and requisites leave the lists at once, as
# cards show it. The documentation of crm.item.delete does not mention them.
DELETED_WITH_RELATIONS = True

# Nothing documented shows, restores or empties the CRM recycle bin by REST: crm.item.delete only removes, and `isRecyclebinEnabled`
# of a smart process is whether deleted items go there. So the sandbox has no method for it; a person restores an item on a page.

# Assumption: an item restored from the recycle bin on the portal's page has its old number and dates (help pages; no REST method).
BIN_KEEPS_NUMBERS = True

# Assumption: crm.category.add gives a deal pipeline its own first stages, as the tutorial of smart processes shows for theirs.
NEW_DEAL_PIPELINE_HAS_STAGES = True

# Assumption: the first pipeline of a new smart process is called so; the tutorial shows only that there is one.
NAME_OF_FIRST_PIPELINE = "Общая"

# No page describes what happens to parts of a deleted setting. Assumption: the fields of a template of requisites, the values and
# relations of an order property and the pipelines of a smart process are deleted with it.
PARTS_GO_WITH_SETTINGS = True

# The same for what only refers to a deleted setting. Assumption: it stays and keeps the deleted number: order properties of a group,
# the answer whether a payer is a person or a company, rounding and access of a price type, sections and goods of a section, extra
# services of a delivery, relations of a pay system or a delivery, the place of a smart process at its workplace.

# Assumption: no number is given twice, not even that of a deleted object, nor that of a field inside its template of requisites.
# Every example of the documentation has rising ones; no page states it.

# No page names the refusals of: a code of a custom field that is taken, a number of a type that is taken (crm.type.add), a workplace
# that is not there, a payer type that is not there (sale.propertygroup.add). Ours are codes of their neighbours and words of our own.

# sale-business-value-person-domain-add.md shows 201450000001 for a payer that has an answer, and lists 201250000001. Ours is the shown one.

# catalog.roundingRule.add names no refusal of a price type that is not there. Assumption: the rule is made all the same. That of a
# group of buyers that is not there is documented (catalog-price-type-group-add.md); the sandbox has no list of groups and takes each.

# crm-automated-solution-update.md does not state whether typeIds replaces the list or adds to it. Assumption: it replaces it; what is
# not named in an update of any setting stays as it was.

# Assumption: a numerator and an extra service are kept as they were given; no page states which other values the portal puts in.

# The documentation of sale.paysystem.update refuses what another application added, and does not mention the portal's own handlers.
# Assumption: NAME and ACTIVE of those may be changed; a test turns that round.
SYSTEM_PAY_SYSTEMS_CAN_BE_UPDATED = True

# Assumption: the same of sale.delivery.update.
SYSTEM_DELIVERIES_CAN_BE_UPDATED = True

# Assumption: the portal counts the sum of an order from its basket and its shipments. The documentation of sale.order.add has a field
# `price` and does not state what happens to it when baskets and shipments are added; we do not send it.
ORDER_SUM_IS_COUNTED = True

# Assumption: the prices of a product are deleted with it. The documentation of catalog.product.delete does not mention them.
PRICES_GO_WITH_GOODS = True

# «Не редактируется при включенном складском учете» of catalog.product.add names no refusal: the fields are ignored.
STOCK_FIELDS_ARE_PASSED_OVER = True

# The texts of the refusals with code 0 of catalog.product.*.add, sale.order.add and sale.propertyvalue.modify are not documented,
# only what they mean; ours are words of our own.

# By the documentation an empty file in a field is an error of the method, without a named code (files/how-to-upload-files.md).
# Assumption: an empty code. It shows no header with the name of a downloaded file, so the sandbox sends none.

# The documentation of lists.field.get shows one field, under its type. Assumption: all fields of a list are under their names.

# No page describes what happens to UF_CRM_TASK and to crm.orderentity when an item of the CRM is deleted. Assumption: tasks and orders
# keep the deleted number, as the list of bindings shows it; crm.orderentity.add names no refusal for a deleted owner.

# tasks-task-complete.md shows no answer. Assumption: that of tasks.task.update, with the status 5 of fields.md; a task that is
# done already is answered the same way.

# tasks-task-get-fields.md lists XML_ID among the fields of a task, and no page names fields that tasks.task.add leaves out.
# Assumption: XML_ID is kept as it was given. The application reads it back, and stops when it is not there.

# crm-item-import.md lists the UTM fields of a quote, and crm-item-list.md lets every field of object-fields.md be filtered by.
# Assumption: that holds for them, too.

# The documentation of catalog.productImage.add names refusals with code 0 for names and types of files, and neither their texts nor
# their limits. Assumption: 255 characters, none that file systems refuse, and the usual kinds of pictures.
NOT_IN_FILE_NAMES = frozenset('\\/:*?"<>|\0')
LONGEST_FILE_NAME = 255
PICTURE_SUFFIXES = frozenset({".gif", ".jpeg", ".jpg", ".png", ".webp"})

# Assumption: a picture that is added is a change of its product.
PICTURES_CHANGE_GOODS = True
