"""A task as tasks.task.* return it: every field, and the cards of its people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sandbox.rest.table import Row
from sandbox.shop.formats import iso, listed

if TYPE_CHECKING:
    from sandbox.portal import Portal

_NOTHING = listed(
    "parentId mark statusChangedBy closedBy closedDate dateStart deadline startDatePlan endDatePlan xmlId "
    "commentsCount serviceCommentsCount forkedByTemplateId timeSpentInLogs forumTopicId forumId exchangeModified "
    "exchangeId viewedDate sorting durationFact flowId durationPlan"
)
_NO = listed(
    "multitask notViewed replicate allowChangeDeadline allowTimeTracking taskControl addInReport matchWorkTime "
    "isMuted isPinned isPinnedInGroup favorite"
)
_LISTS = ("auditors", "accomplices", "checklist", "group", "accomplicesData", "auditorsData")
_MAY = listed(
    "complete start delegate remove edit defer create changeDeadline checklistAddItems addFavorite rate "
    "checklist.reorder elapsedtime.add edit.plan checklist.add favorite.add"
)
_MAY_NOT = "accept decline approve disapprove pause renew deleteFavorite edit.originator dayplan.timer.toggle favorite.delete"


def title_case(name: str) -> str:
    """Write a field's name as answers do: RESPONSIBLE_ID is responsibleId."""
    if "_" not in name and not name.isupper():
        return name
    head, *tail = name.lower().split("_")
    return head + "".join(part.capitalize() for part in tail)


def blank_task(portal: Portal, number: int, author: int) -> Row:
    """Make a task with what the portal fills in by itself."""
    now = iso(portal.now())
    row: Row = {"id": str(number), "title": "", "description": ""}
    row |= dict.fromkeys(_NOTHING) | dict.fromkeys(_NO, "N")
    return row | {
        "priority": "1",
        "stageId": "0",
        "createdBy": str(author),
        "createdDate": now,
        "responsibleId": str(author),
        "changedBy": str(author),
        "changedDate": now,
        "activityDate": now,
        "guid": f"{{{UUID(int=number)}}}",
        "timeEstimate": "0",
        "siteId": "s1",
        "subordinate": "N",
        "outlookVersion": "1",
        "descriptionInBbcode": "Y",
        "status": "2",
        "statusChangedDate": now,
        "durationType": "days",
        "groupId": "0",
        **{name: [] for name in _LISTS},
        "newCommentsCount": 0,
    }


def cards_of(portal: Portal, row: Row) -> dict[str, Any]:
    """Return the people of a task, what may be done with it and its empty check list."""
    allowed = {name: name in _MAY for name in [*_MAY, *listed(_MAY_NOT)]}
    fields = dict.fromkeys(("id", "copiedId", "entityId", "createdBy", "parentId", "sortIndex"))
    flags = {"isComplete": False, "isImportant": False, "completedCount": 0, "members": [], "attachments": []}
    author = int(row["createdBy"])
    root = fields | {"userId": author, "title": "", "displaySortIndex": ""} | flags
    return {
        "creator": _card(portal, row["createdBy"]),
        "responsible": _card(portal, row["responsibleId"]),
        "action": allowed,
        "checkListTree": {"nodeId": 0, "fields": root, "action": [], "descendants": []},
        "checkListCanAdd": True,
    }


def _card(portal: Portal, user_id: str) -> Row:
    user = portal.user(int(user_id))
    return {
        "id": user_id,
        "name": user.full_name if user else "",
        "link": f"/company/personal/user/{user_id}/",
        "icon": "/bitrix/images/tasks/default_avatar.png",
        "workPosition": user.fields.get("WORK_POSITION", "") if user else "",
    }
