"""Finds tasks and orders that are bound to the former numbers of restored items, and plans their new bindings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from b24app.backup.restore.data.item_look import PAGE, rows_of
from b24app.backup.restore.data.item_types import DEAL, INVOICE, item_type
from b24app.backup.restore.data.line_kinds import ORDER_BINDING, TASK_BINDING
from b24app.backup.restore.data.task_fields import binding_of, bindings_of
from b24app.backup.restore.plan import Action, Operation
from b24app.backup.restore.refusals import CLOSED, has_no_shop
from b24app.errors import PortalError
from b24app.json_values import JsonObject
from b24app.rest_client import Answer, Command, RestClient
from b24app.text.messages import N_, sentence

TASK_TITLE = N_("Task bound to what comes back")
ORDER_TITLE = N_("Order bound to what comes back")
UNREAD_TITLE = N_("Tasks and orders that were bound to it")
UNREAD = N_("The portal does not show all of them to this application, so some keep the former number.")
Successors = Mapping[tuple[str, str], str]
"""The successor of an item, a number or the stand-in for one, by entity and former number."""


@dataclass(slots=True)
class _Found:
    tasks: dict[str, JsonObject] = field(default_factory=dict)
    orders: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    unread: bool = False


def plan_bindings(client: RestClient, successors: Successors) -> Iterator[Operation]:
    """One operation for each task and each order that survived and names a former number."""
    found = _read(client, successors)
    names = {binding_of(*item): binding_of(item[0], new) for item, new in successors.items()}
    for number, row in found.tasks.items():
        bound = bindings_of(row)
        swap = {one: names[one] for one in bound if one in names}
        if swap:
            yield Operation(
                0, TASK_BINDING, "task", number, str(row.get("title") or ""), Action.CHANGE, title=TASK_TITLE, id=number,
                params={"swap": swap}, expects={"ufCrmTask": bound},
            )  # fmt: skip
    for (order, former), (kind, new) in found.orders.items():
        yield Operation(
            0, ORDER_BINDING, "order", order, f"№ {order}", Action.CHANGE, title=ORDER_TITLE, id=order,
            params={"type": kind, "former": former, "owner": new},
        )  # fmt: skip
    if found.unread:
        yield Operation(
            0,
            TASK_BINDING,
            "task",
            "unread",
            "",
            Action.CANNOT,
            title=UNREAD_TITLE,
            why=sentence(UNREAD),
            objects=0,
        )


def _read(client: RestClient, successors: Successors) -> _Found:
    found = _Found()
    tasks = {f"t{place}": _tasks_of(item) for place, item in enumerate(successors)}
    orders = {f"o{place}": one for place, one in enumerate(_orders_of(successors))}
    asked = tasks | {key: command for key, (_, command) in orders.items()}
    for key, outcome in (client.batch(asked) if asked else {}).items():
        if isinstance(outcome, PortalError):
            if has_no_shop(outcome):
                continue
            if not isinstance(outcome, CLOSED):
                raise outcome
            found.unread = True
        elif key in tasks:
            found.tasks |= {str(row.get("id")): row for row in _whole(client, tasks[key], outcome)}
        else:
            _note_orders(found, orders[key][0], rows_of(outcome), successors)
    return found


def _tasks_of(item: tuple[str, str]) -> Command:
    params: JsonObject = {
        "filter": {"UF_CRM_TASK": binding_of(*item)}, "select": ["ID", "TITLE", "UF_CRM_TASK"], "start": 0,
    }  # fmt: skip
    return Command("tasks.task.list", params)


def _whole(client: RestClient, asked: Command, outcome: Answer) -> Sequence[JsonObject]:
    rows = rows_of(outcome)
    if outcome.total is None or outcome.total <= len(rows):
        return rows
    return list(
        client.rows(asked.method, {name: value for name, value in asked.params.items() if name != "start"})
    )


def _orders_of(successors: Successors) -> Iterator[tuple[str, Command]]:
    """Orders are bound to deals and invoices alone (crm-order-entity-add.md)."""
    for entity in sorted({one for one, _ in successors}):
        kind = item_type(entity)
        numbers = sorted(int(number) for one, number in successors if one == entity)
        for start in range(0, len(numbers), PAGE) if kind is not None and kind.id in (DEAL, INVOICE) else ():
            params: JsonObject = {
                "filter": {"=ownerTypeId": kind.id if kind else 0, "@ownerId": numbers[start : start + PAGE]},
                "select": ["orderId", "ownerId"], "start": -1,
            }  # fmt: skip
            yield entity, Command("crm.orderentity.list", params)


def _note_orders(found: _Found, entity: str, rows: Sequence[JsonObject], successors: Successors) -> None:
    kind = item_type(entity)
    for row in rows:
        former = str(row.get("ownerId"))
        if kind is not None and (entity, former) in successors:
            found.orders[str(row.get("orderId")), former] = kind.id, successors[entity, former]
