"""Writes rows of the shop: one field of existing goods, their prices, and the deletion of what a restore has made."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from b24app.backup.restore.data.copied_writer import CopiedWriter, removal, stays
from b24app.backup.restore.data.field_repairs import digest
from b24app.backup.restore.data.item_look import rows_of
from b24app.backup.restore.data.line_kinds import SHOP_ITEM as KIND
from b24app.backup.restore.data.line_mark import ended_at, hanging_digest, updated_at
from b24app.backup.restore.data.shop.present_rows import present_rows
from b24app.backup.restore.data.shop.repair_writing import is_filled_alike
from b24app.backup.restore.data.shop.repaired_fields import emptied, value_there
from b24app.backup.restore.data.shop.row_marks import state_of
from b24app.backup.restore.data.shop.row_search import list_commands
from b24app.backup.restore.data.shop.row_types import ShopType, is_price, shop_type
from b24app.backup.restore.data.shop.row_uses import read_shop_uses
from b24app.backup.restore.look import PortalLook, plain
from b24app.backup.restore.plan import Action, Operation
from b24app.backup.restore.writer import FoundObject, ObjectStanding, Writer, Written
from b24app.backup.restore.writers.crm_item import CHANGED_SINCE, CUT_OFF, FIELD_CHANGED, GONE_SINCE
from b24app.errors import AnswerBroken
from b24app.json_values import Json, JsonObject
from b24app.rest_client import Command
from b24app.text.messages import N_

FIELD = "fields"


class ShopItemWriter(CopiedWriter):
    """Rows of the shop that came from a copy; what creates them is `restore/data/shop/row_writing.py`, by twenty."""

    def read_together(self, operations: Sequence[Operation], look: PortalLook) -> None:
        """Read the rows of a whole batch, fifty numbers a command, and the uses of those that may be deleted."""
        for (entity, field), mine in _by_field(operations).items():
            _read_rows(_kind(entity), field, {one.id for one in mine if one.id}, look)
        goes = {(one.entity, one.id) for one in operations if one.id and one.action is not Action.CHANGE}
        unread = {key for key in goes if look.shop_rows.get((*key, "")) is not None} - look.shop_uses.keys()
        if unread:
            look.shop_uses |= read_shop_uses(look.client, look.rows("catalog.catalog.list"), unread)

    def stands(self, operation: Operation, look: PortalLook) -> FoundObject:
        """Whether the row is still as the preview saw it; one whose creation was cut off is found by its external code."""
        if operation.action is Action.CREATE:
            return _made(operation, look)
        row = _present(operation, look)
        if row is None:
            gone = ObjectStanding.DONE if operation.action is Action.REMOVE else ObjectStanding.OTHER
            return FoundObject(gone, operation.id)
        if operation.action is Action.REMOVE:
            if _why_stays(operation, operation.id, operation.mark, row, look):
                return FoundObject(ObjectStanding.OTHER, operation.id)
            look.leaving_items.add((operation.entity, operation.id))
            return FoundObject(ObjectStanding.READY, operation.id)
        return FoundObject(_field_stands(operation, row), operation.id)

    def command(self, operation: Operation, look: PortalLook) -> Command:
        """The method of the kind that removes or updates; a price is added, or deleted, by methods of its own."""
        family = _kind(operation.entity).family
        if operation.action is Action.REMOVE:
            return Command(family.methods.delete, {"id": int(operation.id)}, write=True)
        field = _field(operation)
        values = operation.params.get(FIELD)
        value = values.get(field) if isinstance(values, Mapping) else None
        if not is_price(field):
            return Command(
                family.methods.update, {"id": int(operation.id), "fields": {field: value}}, write=True
            )
        if isinstance(value, Mapping):
            return Command("catalog.price.add", {"fields": dict(value)}, write=True)
        price = (_present(operation, look) or {}).get(field)
        number = price.get("id") if isinstance(price, Mapping) else None
        return Command("catalog.price.delete", {"id": int(str(number or 0))}, write=True)

    def id_of(self, operation: Operation, result: Json) -> str:  # noqa: ARG002 - the answer of a removal is empty
        """The row's number, which stays."""
        return operation.id

    def present(self, operation: Operation, look: PortalLook) -> JsonObject | None:  # noqa: ARG002
        """The row as the preview read it, which is what the undo needs."""
        return dict(operation.expects) if operation.action is Action.CHANGE else None

    def undo(self, written: Written, look: PortalLook) -> Operation:
        """Delete a restored row unless it was used since; empty a field unless it was changed since."""
        one = replace(written.operation, id=written.id)
        row = _present(one, look)
        if row is None:
            return stays(written, GONE_SINCE)
        if one.action is Action.CHANGE:
            return _undo_field(one, written, row)
        if why := _why_stays(one, written.id, written.mark, row, look):
            return stays(written, why)
        look.leaving_items.add((one.entity, written.id))
        return removal(written)


def _undo_field(one: Operation, written: Written, row: JsonObject) -> Operation:
    field = _field(one)
    if not _is_ours(row, field, one.mark):
        return stays(written, FIELD_CHANGED)
    former: Json = None if is_price(field) else emptied(field)
    return Operation(
        0, KIND, one.entity, written.id, one.name, Action.CHANGE, title=one.title, id=written.id,
        params={FIELD: {field: former}}, expects={field: row.get(field)}, wants={field: None},
    )  # fmt: skip


def _is_ours(row: JsonObject, field: str, mark: str) -> bool:
    """Whether a field holds what was written, without the numbers that the portal has given to it."""
    value = row.get(field)
    if is_price(field) and isinstance(value, Mapping):
        names = ("productId", "catalogGroupId", "price", "currency")
        return digest({name: value.get(name) for name in names}) == mark
    if field.startswith("property"):
        bare = [{"value": one.get("value")} for one in _many(value) if isinstance(one, Mapping)]
        return digest([*bare] if isinstance(value, list) else next(iter(bare), None)) == mark
    return digest(value) == mark


def _many(value: Json) -> Sequence[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def _why_stays(one: Operation, number: str, mark: str, row: JsonObject, look: PortalLook) -> str:
    """Why a restored row is not deleted again: it was used or changed since, as far as the portal shows."""
    if not mark:
        return CUT_OFF
    key = (one.entity, number)
    if key not in look.shop_uses:
        look.shop_uses |= read_shop_uses(look.client, look.rows("catalog.catalog.list"), {key})
    kind = _kind(one.entity)
    why = look.shop_uses[key].why_stays(kind, ended_at(mark), look.leaving_items, hanging_digest(mark))
    return why or ("" if state_of(kind, row) == updated_at(mark) else CHANGED_SINCE)


def _field_stands(one: Operation, row: JsonObject) -> ObjectStanding:
    field = _field(one)
    here, seen = row.get(field), one.expects.get(field)
    if field in one.wants and (here is None if is_price(field) else value_there(row, field) is None):
        return ObjectStanding.DONE
    same = plain(here) == plain(seen) or (seen is not None and is_filled_alike(here, seen))
    return ObjectStanding.READY if same else ObjectStanding.OTHER


def _by_field(operations: Sequence[Operation]) -> dict[tuple[str, str], list[Operation]]:
    found: dict[tuple[str, str], list[Operation]] = {}
    for one in operations:
        found.setdefault((one.entity, _field(one)), []).append(one)
    return found


def _field(one: Operation) -> str:
    return next(iter(one.expects), "") if one.action is Action.CHANGE else ""


def _present(one: Operation, look: PortalLook) -> JsonObject | None:
    """One row, as it was read with its batch or by itself."""
    key = (one.entity, one.id, _field(one))
    if key not in look.shop_rows:
        _read_rows(_kind(one.entity), _field(one), {one.id}, look)
    return look.shop_rows[key]


def _read_rows(kind: ShopType, field: str, numbers: set[str], look: PortalLook) -> None:
    found = present_rows(look.client, look.rows("catalog.catalog.list"), kind, field, numbers)
    look.shop_rows |= {(kind.entity, number, field): found.get(number) for number in numbers}


def _made(operation: Operation, look: PortalLook) -> FoundObject:
    """What a creation without an answer has made, by the external code that it was to have."""
    kind, code = _kind(operation.entity), str(operation.wants.get("xmlId") or "")
    commands = list_commands(kind, look.rows("catalog.catalog.list"), "xmlId", [code])
    answers = look.client.batch({f"l{place}": one for place, one in enumerate(commands)})
    rows = [row for one in answers.values() for row in rows_of(one) if str(row.get("id")) != operation.key]
    newest = max((int(str(row.get("id"))) for row in rows if str(row.get("xmlId")) == code), default=0)
    return FoundObject(ObjectStanding.DONE, str(newest)) if newest else FoundObject(ObjectStanding.OTHER)


def _kind(entity: str) -> ShopType:
    kind = shop_type(entity)
    if kind is None:
        raise AnswerBroken("", "no row of the shop")
    return kind


WRITER: Writer = ShopItemWriter(KIND, N_("Row of the shop"), 910, ("catalog", "sale"))
