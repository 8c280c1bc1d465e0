"""Writes items of the CRM: one field of an existing item, and the deletion of one that a restore has made."""

from collections.abc import Sequence

from b24app.backup.restore.data.copied_writer import CopiedWriter, removal, stays
from b24app.backup.restore.data.field_repairs import digest, field_value
from b24app.backup.restore.data.item_look import Wanted, look_for
from b24app.backup.restore.data.item_types import MARK, ItemType, item_type
from b24app.backup.restore.data.item_uses import ItemKey, ItemUses, moment
from b24app.backup.restore.data.line_kinds import ITEM as KIND
from b24app.backup.restore.data.line_mark import ended_at, hanging_digest, updated_at
from b24app.backup.restore.look import PortalLook, plain
from b24app.backup.restore.missing_permissions import permission_name
from b24app.backup.restore.plan import Action, Operation
from b24app.backup.restore.writer import FoundObject, ObjectStanding, Writer, Written
from b24app.errors import AnswerBroken
from b24app.json_values import Json, JsonObject
from b24app.rest_client import Command
from b24app.text.messages import N_, sentence

GONE_SINCE = N_("It is not in the portal any more.")
CHANGED_SINCE = N_("It was changed since it came back, so it stays.")
CUT_OFF = N_(
    "Its writing was cut off, so nobody can tell whether it was changed since. Delete it by hand if it is not needed."
)
USED_SINCE = N_("Activities were added to it since it came back, so it stays.")
UNREAD_SINCE = N_("The portal does not show everything that may be bound to it, so it stays.")
HIDDEN = N_(
    "The application has no permission “%(name)s”, so nobody can tell what is bound to it: it stays. “Settings → For developers” says who grants it."
)
HUNG_SINCE = N_("Its product rows or requisites were changed since it came back, so it stays.")
NAMED_SINCE = N_("Another item names it, so it stays.")
COMMENTED_SINCE = N_("Comments were added to it since it came back, so it stays.")
ORDERED_SINCE = N_("An order was bound to it since it came back, so it stays.")
TASKED_SINCE = N_("A task was bound to it since it came back, so it stays.")
FIELD_CHANGED = N_("The field was changed since, so it stays as it is.")


class CrmItemWriter(CopiedWriter):
    """Items that came from a copy; what creates them is `restore/data/writing.py`, by twenty."""

    def read_together(self, operations: Sequence[Operation], look: PortalLook) -> None:
        """The items of a whole batch, fifty numbers a command."""
        for entity in {one.entity for one in operations}:
            kind = item_type(entity)
            ids = {one.id for one in operations if one.entity == entity and one.id}
            if kind is not None and ids:
                seen = look_for(look.client, [Wanted(kind, ids)], ("*", "uf*"))
                look.crm_items |= {(entity, item): seen.rows.get((entity, item)) for item in ids}
        goes = {(one.entity, one.id) for one in operations if one.id and one.action is not Action.CHANGE}
        there = {key for key in goes if look.crm_items.get(key) is not None}
        if unread := there - look.item_uses.keys():
            look.read_item_uses(unread)

    def stands(self, operation: Operation, look: PortalLook) -> FoundObject:
        """Whether the item is still as the preview saw it; one whose import was cut off is found by its mark."""
        if operation.action is Action.CREATE:
            return _made(operation, look)
        row = _present(operation.entity, operation.id, look)
        if row is None:
            gone = ObjectStanding.DONE if operation.action is Action.REMOVE else ObjectStanding.OTHER
            return FoundObject(gone, operation.id)
        if operation.action is Action.REMOVE:
            if _why_stays((operation.entity, operation.id), operation.mark, row, look):
                return FoundObject(ObjectStanding.OTHER, operation.id)
            look.leaving_items.add((operation.entity, operation.id))
            return FoundObject(ObjectStanding.READY, operation.id)
        return FoundObject(_field_stands(operation, row), operation.id)

    def command(self, operation: Operation, look: PortalLook) -> Command:  # noqa: ARG002
        """crm.item.update of one field, or crm.item.delete."""
        whose: dict[str, Json] = {"entityTypeId": _type_id(operation.entity), "id": int(operation.id)}
        if operation.action is Action.REMOVE:
            return Command("crm.item.delete", whose, write=True)
        return Command("crm.item.update", {**whose, "fields": operation.params["fields"]}, write=True)

    def id_of(self, operation: Operation, result: Json) -> str:  # noqa: ARG002 - the answer of a removal is empty
        """The item's number, which stays."""
        return operation.id

    def present(self, operation: Operation, look: PortalLook) -> JsonObject | None:  # noqa: ARG002
        """The row as the preview read it, which is what the undo needs."""
        return dict(operation.expects) if operation.action is Action.CHANGE else None

    def undo(self, written: Written, look: PortalLook) -> Operation:
        """Delete a restored item unless it was used since; give a field its former value unless it was changed since."""
        one = written.operation
        row = _present(one.entity, written.id, look)
        if row is None:
            return stays(written, GONE_SINCE)
        return _undo_field(written, row) if one.action is Action.CHANGE else _undo_item(written, row, look)


def _undo_item(written: Written, row: JsonObject, look: PortalLook) -> Operation:
    key = (written.operation.entity, written.id)
    if why := _why_stays(key, written.mark, row, look):
        hidden_by = look.item_uses[key].hidden_by if why == UNREAD_SINCE else ""
        return stays(written, sentence(HIDDEN, name=permission_name(hidden_by)) if hidden_by else why)
    look.leaving_items.add(key)
    return removal(written)


def _undo_field(written: Written, row: JsonObject) -> Operation:
    one = written.operation
    field = next(iter(one.expects), "")
    if digest(field_value(row, field)) != one.mark:
        return stays(written, FIELD_CHANGED)
    former = (written.before or {}).get(field)
    return Operation(
        0, KIND, one.entity, written.id, one.name, Action.CHANGE, title=one.title, id=written.id,
        params={"fields": {field: former}}, expects={field: row.get(field)}, wants={field: former},
    )  # fmt: skip


def _why_stays(key: ItemKey, mark: str, row: JsonObject, look: PortalLook) -> str:
    """Why a restored item is not deleted again: it was changed or used since, as far as the portal shows."""
    if not mark:
        return CUT_OFF
    if str(row.get("updatedTime")) != updated_at(mark):
        return CHANGED_SINCE
    if key not in look.item_uses:
        look.read_item_uses({key})
    uses, hung = look.item_uses[key], hanging_digest(mark)
    if uses.unread:
        return UNREAD_SINCE
    if hung and uses.hanging and hung != uses.hanging:
        return HUNG_SINCE
    return _used_since(uses, ended_at(mark), look)


def _used_since(uses: ItemUses, ended: str, look: PortalLook) -> str:
    """What was added after the restore ended its work on the item; items that are deleted with it do not count."""
    since = moment(ended)
    if uses.named_by - look.leaving_items:
        return NAMED_SINCE
    if uses.orders - _numbers_of("order", look):
        return ORDERED_SINCE
    if uses.tasks - _numbers_of("task", look):
        return TASKED_SINCE
    if uses.commented_at and (since is None or uses.commented_at > since):
        return COMMENTED_SINCE
    return USED_SINCE if uses.acted_at and (since is None or uses.acted_at > since) else ""


def _numbers_of(kind: str, look: PortalLook) -> set[str]:
    """Tasks or orders that this undo binds to something else."""
    return {number for one, number in look.unbound if one == kind}


def _field_stands(operation: Operation, row: JsonObject) -> ObjectStanding:
    field = next(iter(operation.expects), "")
    if field in operation.wants and plain(row.get(field)) == plain(operation.wants[field]):
        return ObjectStanding.DONE
    return (
        ObjectStanding.READY
        if plain(row.get(field)) == plain(operation.expects.get(field))
        else ObjectStanding.OTHER
    )


def _present(entity: str, item: str, look: PortalLook) -> JsonObject | None:
    """One item, as it was read with its batch or by itself."""
    if (entity, item) not in look.crm_items:
        kind = item_type(entity)
        seen = look_for(look.client, [Wanted(kind, [item])] if kind else [], ("*", "uf*"))
        look.crm_items[entity, item] = seen.rows.get((entity, item))
    return look.crm_items[entity, item]


def _made(operation: Operation, look: PortalLook) -> FoundObject:
    """What an import without an answer has made: without the copy it is found by our own mark alone."""
    kind = item_type(operation.entity)
    if kind is None:
        return FoundObject(ObjectStanding.OTHER)
    inside = f"{MARK}:{operation.key}"
    marks: list[JsonObject] = (
        [{"originatorId": MARK}] if kind.has_origin else [{name: inside} for name in kind.marks]
    )
    rows = (row for mark in marks for row in _marked(kind, mark, look))
    found = next((row for row in rows if kind.former_id(row) == operation.key), None)
    return (
        FoundObject(ObjectStanding.DONE, str(found.get("id"))) if found else FoundObject(ObjectStanding.OTHER)
    )


def _marked(kind: ItemType, mark: JsonObject, look: PortalLook) -> Sequence[JsonObject]:
    ours: JsonObject = {"entityTypeId": kind.id, "filter": mark, "select": list(kind.shown)}
    return look.rows("crm.item.list", ours)


def _type_id(entity: str) -> int:
    kind = item_type(entity)
    if kind is None:
        raise AnswerBroken("", "no item")
    return kind.id


WRITER: Writer = CrmItemWriter(KIND, N_("Item of the CRM"), 900, ("crm",))
