"""Kinds of data that come back from a copy, each with its preview and the limits shown before the press."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from b24app.backup.restore.data.bindings import plan_bindings
from b24app.backup.restore.data.choices import ChoiceWay
from b24app.backup.restore.data.copy_preview import (
    CAME_BACK,
    LIMITS,
    QUOTE_LIMIT,
    SMART,
    TITLES,
    NotRestorable,
    Sources,
    plan_creations,
)
from b24app.backup.restore.data.field_repairs import plan_repairs
from b24app.backup.restore.data.item_look import tells_people
from b24app.backup.restore.data.item_types import item_type
from b24app.backup.restore.data.line_kinds import TASK
from b24app.backup.restore.data.present_items import present_items
from b24app.backup.restore.data.shop.row_losses import Limit, limits_of
from b24app.backup.restore.data.shop.row_preview import plan_shop
from b24app.backup.restore.data.shop.row_types import shop_type
from b24app.backup.restore.data.task_preview import LIMITS as TASK_LIMITS
from b24app.backup.restore.data.task_preview import TITLE as TASK_TITLE
from b24app.backup.restore.data.task_preview import plan_tasks
from b24app.backup.restore.missing_permissions import permission_name
from b24app.backup.restore.plan import NEW, Action, Operation, RestorePlan, numbered
from b24app.text.messages import N_, sentence

PEOPLE_TITLE = N_("Responsible people and authors")
PEOPLE_UNKNOWN = N_(
    "The application has no permission “%(permission)s”: everybody is taken by the number, whether he works here still or not."
)
Planner = Callable[[RestorePlan, Sources], Iterator[Operation]]


@dataclass(frozen=True, slots=True)
class DataKind:
    """One kind: its title, how it is planned, what comes back changed, whether one field can be filled.

    `names_people` is whether its items have a responsible person.
    """

    title: str
    plan: Planner
    limits: Sequence[Limit]
    has_fields: bool = True
    names_people: bool = True


def find_kind(entity: str) -> DataKind | None:
    """The kind behind an entity of the copy; None for what cannot be put back."""
    if entity == TASK:
        return DataKind(TASK_TITLE, plan_tasks, TASK_LIMITS, has_fields=False)
    if (shop := shop_type(entity)) is not None:
        return DataKind(
            shop.family.title,
            plan_shop,
            limits_of(shop.base),
            has_fields=shop.is_goods,
            names_people=shop.base == "order",
        )
    if item_type(entity) is None:
        return None
    return DataKind(
        TITLES.get(entity, SMART), _plan_items, (*LIMITS, QUOTE_LIMIT) if entity == "quote" else LIMITS
    )


def plan_from_copy(plan: RestorePlan, sources: Sources, at: datetime) -> RestorePlan:
    """The plan of these choices; bodies stay in the copy and are read again when they are written."""
    kind = find_kind(plan.choices[0].entity if plan.choices else "")
    if kind is None:
        raise NotRestorable
    found = [*kind.plan(plan, sources)]
    if kind.names_people and any(one.action is Action.CREATE for one in found):
        found += _unknown_people(found[0], sources)
    return replace(plan, read_at=at, operations=numbered(found))


def _unknown_people(first: Operation, sources: Sources) -> Iterator[Operation]:
    """The limit shown before the press where the portal does not list its people; no object is counted."""
    if not tells_people(sources.client, sources.asked_by):
        why = sentence(PEOPLE_UNKNOWN, permission=permission_name("user_brief"))
        yield Operation(
            0, first.kind, first.entity, "people", "", Action.CANNOT, title=PEOPLE_TITLE, why=why, objects=0
        )


def _plan_items(plan: RestorePlan, sources: Sources) -> Iterator[Operation]:
    """Items, then the tasks and orders that are bound to their former numbers; or one field of many items."""
    kind = item_type(plan.choices[0].entity)
    if kind is None:
        raise NotRestorable
    if plan.choices[0].kind == ChoiceWay.FIELD:
        yield from plan_repairs(plan, kind, sources)
        return
    items = [
        replace(one, number=place) for place, one in enumerate(plan_creations(plan, kind, sources), start=1)
    ]
    yield from items
    new = {(one.entity, one.key): NEW % one.number for one in items if one.action is Action.CREATE}
    back = {(one.entity, one.key) for one in items if one.why.message == CAME_BACK}
    present = present_items(sources.client, sources.items, sources.earlier, back)
    again = {item: number for item, number in present.items() if item in back and number != item[1]}
    yield from plan_bindings(sources.client, again | new)
