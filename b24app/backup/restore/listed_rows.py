"""Finds the row of a choice, or of an operation, among those that the portal lists."""

from collections.abc import Callable, Sequence

from b24app.backup.restore.given_ids import own_id
from b24app.backup.restore.look import PortalLook, picked, same_values
from b24app.backup.restore.plan import Action, Operation, RestoreChoice
from b24app.backup.restore.writer import FoundObject, ObjectStanding
from b24app.errors import AnswerBroken
from b24app.json_values import Json, JsonObject, is_object

Key = Callable[[JsonObject], str]


def row_of(
    choice: RestoreChoice, rows: Sequence[JsonObject], key: Key, same: Sequence[str]
) -> JsonObject | None:
    """The row of the object itself, or of one that was made in its place under another number."""
    wanted = choice.row or {}
    found = next((row for row in rows if key(row) == choice.key), None)
    if found is not None or not same or any(name not in wanted for name in same):
        return found
    return next((row for row in rows if same_values(row, picked(wanted, same))), None)


def row_given(
    choice: RestoreChoice, rows: Sequence[JsonObject], id_name: str, look: PortalLook
) -> JsonObject | None:
    """The object that an earlier restore has made in its place, whatever its name is now."""
    ids = look.ids.given.get((choice.entity, own_id(choice.key)), ())
    return next((row for one in ids for row in rows if str(row.get(id_name, "")) == one), None)


def standing_of(operation: Operation, rows: Sequence[JsonObject], id_name: str) -> FoundObject:
    """The state of an object, found by its number, or by the fields that stay when it is made anew."""
    if operation.action is Action.CREATE:
        twin = next((row for row in rows if same_values(row, operation.wants)), None)
        if twin is None:
            return FoundObject(ObjectStanding.READY)
        return FoundObject(ObjectStanding.DONE, str(twin.get(id_name, "")))
    here = next((row for row in rows if str(row.get(id_name, "")) == operation.id), None)
    if here is None:
        gone = ObjectStanding.DONE if operation.action is Action.REMOVE else ObjectStanding.OTHER
        return FoundObject(gone, operation.id)
    if operation.wants and same_values(here, operation.wants):
        return FoundObject(ObjectStanding.DONE, operation.id)
    same = same_values(here, operation.expects)
    return FoundObject(ObjectStanding.READY if same else ObjectStanding.OTHER, operation.id)


def id_in(operation: Operation, result: Json, path: Sequence[str]) -> str:
    """The number in the answer of a creation; a change keeps its own."""
    if operation.action is not Action.CREATE:
        return operation.id
    found = result
    for name in path:
        found = found.get(name) if is_object(found) else None
    if not isinstance(found, str | int) or isinstance(found, bool) or not found:
        raise AnswerBroken("", f"{operation.method} told no id")
    return str(found)
