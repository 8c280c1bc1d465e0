"""Binds orders that were bound to a lost deal or invoice to its successor."""

from collections.abc import Sequence

from b24app.backup.restore.data.copied_writer import CopiedWriter, stays
from b24app.backup.restore.data.item_look import rows_of
from b24app.backup.restore.data.line_kinds import ORDER_BINDING
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.plan import Action, Operation
from b24app.backup.restore.writer import FoundObject, ObjectStanding, Writer, Written
from b24app.backup.restore.writers.crm_item import GONE_SINCE
from b24app.backup.restore.writers.task_binding import REBOUND
from b24app.json_values import Json, JsonObject
from b24app.rest_client import Command
from b24app.text.messages import N_

TITLE = N_("Order bound to what comes back")


class OrderBindingWriter(CopiedWriter):
    """The one binding that an order has: a new one replaces it (crm/universal/order-entity/index.md)."""

    def read_together(self, operations: Sequence[Operation], look: PortalLook) -> None:
        """The bindings of a whole batch of orders."""
        ids = {one.id for one in operations if one.id} - look.order_owners.keys()
        if not ids:
            return
        wanted: JsonObject = {"filter": {"@orderId": sorted(map(int, ids))}, "start": -1}
        answer = look.client.batch({"owners": Command("crm.orderentity.list", wanted)})["owners"]
        found = {
            str(row.get("orderId")): (str(row.get("ownerTypeId")), str(row.get("ownerId")))
            for row in rows_of(answer)
        }
        look.order_owners |= dict.fromkeys(ids, ("", "")) | found

    def stands(self, operation: Operation, look: PortalLook) -> FoundObject:
        """Whether the order is still bound to the lost item, or to its successor already."""
        kind, owner = self._owner(operation, look)
        here = owner if kind == str(operation.params.get("type")) else ""
        if here == str(operation.params.get("former")):
            return FoundObject(ObjectStanding.READY, operation.id)
        done = here == str(operation.params.get("owner"))
        return FoundObject(ObjectStanding.DONE if done else ObjectStanding.OTHER, operation.id)

    def command(self, operation: Operation, look: PortalLook) -> Command:  # noqa: ARG002
        """crm.orderentity.add."""
        fields = {
            "orderId": int(operation.id),
            "ownerTypeId": operation.params["type"],
            "ownerId": int(str(operation.params["owner"])),
        }
        return Command("crm.orderentity.add", {"fields": fields}, write=True)

    def id_of(self, operation: Operation, result: Json) -> str:  # noqa: ARG002
        """The order's number, which stays."""
        return operation.id

    def present(self, operation: Operation, look: PortalLook) -> JsonObject | None:  # noqa: ARG002
        """To what the order is bound before."""
        return {"ownerTypeId": operation.params["type"], "ownerId": operation.params["former"]}

    def undo(self, written: Written, look: PortalLook) -> Operation:
        """Bind the order to the former number again unless its binding was changed since."""
        one = written.operation
        kind, owner = self._owner(one, look)
        if (kind, owner) != (str(one.params["type"]), str(one.params["owner"])):
            return stays(written, REBOUND if owner else GONE_SINCE)
        look.unbound.add(("order", one.id))
        return Operation(
            0, ORDER_BINDING, one.entity, one.key, one.name, Action.CHANGE, title=TITLE, id=one.id,
            params={"type": one.params["type"], "former": owner, "owner": str(one.params["former"])},
        )  # fmt: skip

    def _owner(self, operation: Operation, look: PortalLook) -> tuple[str, str]:
        self.read_together([operation], look)
        return look.order_owners[operation.id]


WRITER: Writer = OrderBindingWriter(ORDER_BINDING, TITLE, 930, ("crm",), goes_with_owner=False)
