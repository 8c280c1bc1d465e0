"""Asks the portal what uses restored items: items that refer to them, comments, activities, orders and tasks bound to them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from b24app.backup.restore.data.item_look import PAGE, rows_of
from b24app.backup.restore.data.item_marks import hanging_rows, rows_digest
from b24app.backup.restore.data.item_types import CODES, ItemType, item_type
from b24app.backup.restore.refusals import CLOSED, NO_SHOP, UNTOLD
from b24app.errors import PortalError, ScopeMissing
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.rest_client import Answer, Command, RestClient

ItemKey = tuple[str, str]
"""An item by its entity and number."""
ReferenceNames = Mapping[ItemType, Collection[str]]
"""By kind of items, the fields that name other items."""
HANGING = "hanging"
NO_FILTER = "INVALID_ARG_VALUE"  # crm-item-list.md: a field that cannot be filtered by


@dataclass(slots=True)
class ItemUses:
    """The uses of one item: what refers to it, when the newest comment and activity came, what is bound to it."""

    named_by: set[ItemKey] = field(default_factory=set)
    commented_at: datetime | None = None
    acted_at: datetime | None = None
    orders: set[str] = field(default_factory=set)
    tasks: set[str] = field(default_factory=set)
    unread: bool = False
    """Whether something was not shown, so that the uses are unknown."""
    hidden_by: str = ""
    """The permission without which it was not shown; empty where that is not the reason."""
    hanging: str = ""
    """The digest of its product rows or requisites; empty where they are not shown."""


@dataclass(frozen=True, slots=True)
class UseQuestion:
    """One command, the items it is about, and the field by which its rows name them; a kind where they are items."""

    command: Command
    items: Sequence[ItemKey]
    name: str
    namer: str = ""
    scope: str = "crm"


def read_uses(
    client: RestClient, items: Collection[ItemKey], names: ReferenceNames
) -> dict[ItemKey, ItemUses]:
    """The uses of these items, each list read to its end; what this portal does not have counts as none.

    `names` are those of `reference_names`: the fields of a portal's kinds, which one step asks for once.
    """
    uses = {key: ItemUses() for key in items}
    questions = {f"q{place}": one for place, one in enumerate(_questions(items, names))}
    answers = client.batch({key: one.command for key, one in questions.items()}) if questions else {}
    for key, outcome in answers.items():
        asked, rows = questions[key], _rows(client, questions[key], outcome)
        for one in asked.items if isinstance(outcome, UNTOLD) else ():
            uses[one].unread = True
            uses[one].hidden_by = asked.scope if isinstance(outcome, ScopeMissing) else uses[one].hidden_by
        kind = item_type(asked.items[0][0]) if asked.name == HANGING else None
        if kind is not None:
            uses[asked.items[0]].hanging = rows_digest(kind, rows) if isinstance(outcome, Answer) else ""
            continue
        for row in rows:
            _note(uses, asked, row)
    return uses


def _questions(items: Collection[ItemKey], names: ReferenceNames) -> Iterator[UseQuestion]:
    for entity in sorted({one for one, _ in items}):
        kind = item_type(entity)
        if kind is None:
            continue
        mine = sorted((key for key in items if key[0] == entity), key=lambda key: int(key[1]))
        for start in range(0, len(mine), PAGE):
            part = mine[start : start + PAGE]
            yield from _bound(kind, part, names)
        for key in mine:
            yield from _hanging(kind, key)


def _bound(kind: ItemType, part: Sequence[ItemKey], names: ReferenceNames) -> Iterator[UseQuestion]:
    """Items and orders that name any of these."""
    numbers: Json = [int(item) for _, item in part]
    for other, fields in names.items():
        for name in sorted(one for one in fields if other.reference(one) == kind.entity):
            params: JsonObject = {
                "entityTypeId": other.id, "filter": {f"@{name}": numbers}, "select": ["id", name], "order": {"id": "ASC"},
            }  # fmt: skip
            yield UseQuestion(Command("crm.item.list", params), part, name, other.entity)
    orders: JsonObject = {
        "filter": {"=ownerTypeId": kind.id, "@ownerId": numbers}, "select": ["orderId", "ownerId"], "start": -1,
    }  # fmt: skip
    yield UseQuestion(Command("crm.orderentity.list", orders), part, "ownerId")


def _hanging(kind: ItemType, key: ItemKey) -> Iterator[UseQuestion]:
    """Commands for what hangs on one item: these lists take one owner at a time, and the newest row is enough."""
    number = int(key[1])
    comments: JsonObject = {
        "filter": {"ENTITY_ID": number, "ENTITY_TYPE": kind.long}, "select": ["ID", "CREATED"], "order": {"ID": "DESC"},
    }  # fmt: skip
    yield UseQuestion(Command("crm.timeline.comment.list", comments), (key,), "comment")
    activities: JsonObject = {
        "filter": {"OWNER_TYPE_ID": kind.id, "OWNER_ID": number}, "select": ["ID", "CREATED"], "order": {"ID": "DESC"},
    }  # fmt: skip
    yield UseQuestion(Command("crm.activity.list", activities), (key,), "activity")
    yield UseQuestion(hanging_rows(kind, key[1]), (key,), HANGING)
    tasks: JsonObject = {"filter": {"UF_CRM_TASK": f"{kind.short}_{number}"}, "select": ["ID"], "start": 0}
    yield UseQuestion(Command("tasks.task.list", tasks), (key,), "task", scope="task")


def reference_names(client: RestClient) -> ReferenceNames:
    """Fields by which items of each kind name others, as the portal itself lists its fields."""
    types = client.batch({"types": Command("crm.type.list", {"order": {"id": "ASC"}, "start": 0})})["types"]
    smart = [] if isinstance(types, CLOSED) else [_smart(row) for row in rows_of(types)]
    kinds = [
        *(ItemType(entity, number) for entity, number in CODES.items()),
        *(one for one in smart if one is not None),
    ]
    answers = client.batch(
        {one.entity: Command("crm.item.fields", {"entityTypeId": one.id}) for one in kinds}
    )
    return {one: _names(answers[one.entity], one) for one in kinds}


def _smart(row: JsonObject) -> ItemType | None:
    return item_type(f"item_{row.get('entityTypeId')}")


def _names(outcome: Answer | PortalError, kind: ItemType) -> Collection[str]:
    if isinstance(outcome, CLOSED):
        return ()
    if isinstance(outcome, PortalError):
        raise outcome
    fields = outcome.result.get("fields") if is_object(outcome.result) else None
    return [name for name in fields if kind.reference(name)] if is_object(fields) else ()


def _rows(client: RestClient, asked: UseQuestion, outcome: Answer | PortalError) -> Sequence[JsonObject]:
    """The rows of an answer; a list of more than one page is read to its end where every row counts."""
    if isinstance(outcome, PortalError):
        if isinstance(outcome, CLOSED) or str(outcome.code) in (NO_SHOP, NO_FILTER):
            return ()
        raise outcome
    rows = rows_of(outcome)
    if asked.namer and outcome.total is not None and outcome.total > len(rows):
        params = {name: value for name, value in asked.command.params.items() if name != "order"}
        return list(client.rows(asked.command.method, params))
    return rows


def _note(uses: Mapping[ItemKey, ItemUses], asked: UseQuestion, row: JsonObject) -> None:
    if asked.namer:
        for key in _named(asked, row):
            uses[key].named_by.add((asked.namer, str(row.get("id"))))
    elif asked.name == "ownerId":
        for key in _named(asked, row):
            uses[key].orders.add(str(row.get("orderId")))
    elif asked.name == "task":
        uses[asked.items[0]].tasks.add(str(row.get("id")))
    else:
        _note_moment(uses[asked.items[0]], asked.name, row)


def _note_moment(mine: ItemUses, name: str, row: JsonObject) -> None:
    at = moment(row.get("CREATED"))
    if name == "comment":
        mine.commented_at = max(filter(None, (mine.commented_at, at)), default=None)
    else:
        mine.acted_at = max(filter(None, (mine.acted_at, at)), default=None)


def _named(asked: UseQuestion, row: JsonObject) -> Iterator[ItemKey]:
    value = row.get(asked.name)
    named = {str(one) for one in (value if is_array(value) else [value])}
    yield from (key for key in asked.items if key[1] in named)


def moment(value: Json) -> datetime | None:
    """A moment of the portal; None where it cannot be read."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None
