"""The parameters of list requests: all rows, what was changed since, ids alone, rows of some ids."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from b24app.backup.entities.entity import Entity
from b24app.bitrix24.list_methods import paging_of
from b24app.bitrix24.responses import Command
from b24app.json_values import Json, JsonObject, is_object

OVERLAP = timedelta(minutes=10)


def params_since(entity: Entity, since: datetime | None) -> JsonObject:
    """The parameters of a list, narrowed to what was changed since then, a little earlier for clocks that differ."""
    if since is None or not entity.changed:
        return entity.params
    name = f">={entity.changed_filter or entity.changed}"
    return _narrowed(entity.params, name, (since - OVERLAP).isoformat(timespec="seconds"))


def thin(entity: Entity) -> JsonObject:
    """The parameters of a list that shows ids only; goods have to show their catalogue too, and universal lists show all."""
    if entity.one_by:
        return entity.params
    names: list[Json] = [key_of(entity)]
    select = entity.params.get("select")
    wanted = isinstance(select, list) and "iblockId" in select
    return {**entity.params, "select": [*names, "iblockId"] if wanted else names}


def counted(entity: Entity) -> Command:
    """The request for the page with the portal's count of rows."""
    return Command(entity.method, {**thin(entity), "start": 0}, write=False)


def of_ids(entity: Entity, params: JsonObject, ids: Sequence[int]) -> list[Command]:
    """The commands that return these ids, fifty at most: one page, or a command for each where no filter takes ids.

    Lists of goods and tasks take several values under the plain name. Sources: catalog-product-list.md; the same filter of
    tasks in deprecated/task-item/task-item-list.md.
    """
    if entity.one_by:
        return [Command(entity.method, {**params, entity.one_by: one}, write=False) for one in ids]
    wanted: list[Json] = [*ids]
    plain = entity.method.startswith(("catalog.product.", "tasks.task."))
    name = key_of(entity) if plain else f"@{key_of(entity)}"
    return [Command(entity.method, {**_narrowed(params, name, wanted), "start": 0}, write=False)]


def key_of(entity: Entity) -> str:
    """The name of its id in filters."""
    return paging_of(entity.method).key or entity.id


def _narrowed(params: JsonObject, name: str, value: Json) -> JsonObject:
    given = params.get("filter")
    return {**params, "filter": {**(given if is_object(given) else {}), name: value}}
