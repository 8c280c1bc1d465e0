"""The properties of a portal that determine the entities of its copy: scopes, smart processes, catalogues and their properties."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel, ValidationError

from b24app.backup.entities.entity import Entity, PortalShape, Tier, UniversalList, entities_of
from b24app.backup.entities.lists_data import OF_GROUP, PROCESSES, SCOPE, SHARED
from b24app.backup.model import BackupCopy
from b24app.backup.reading.whole_view import ME, judge_view
from b24app.bitrix24.responses import read_integer
from b24app.errors import PortalError, UnknownRefusal
from b24app.json_values import JsonObject, is_array, is_object
from b24app.manifest import is_granted
from b24app.rest_client import Command, Outcome, RestClient

CRM_TYPES = (1, 2, 3, 4, 7, 31)
FILE_OF_DISK = "S:DiskFile"
"""The type of fields of universal lists that hold files of Disk (lists-field-add.md)."""
FILE, PICTURES = "F", "MORE_PHOTO"
"""The type of properties that hold files, and the one of them that holds the pictures of goods (catalog/data-types.md)."""


class StoredList(BaseModel):
    """A universal list as a copy keeps it."""

    type: str = ""
    name: str = ""
    group: int = 0


class StoredShape(BaseModel):
    """A shape as a copy keeps it."""

    scopes: list[str] = []
    smart_processes: dict[int, str] = {}
    catalogues: list[int] = []
    offers: list[int] = []
    properties: dict[int, list[int]] = {}
    file_fields: dict[int, list[str]] = {}
    file_properties: dict[int, list[int]] = {}
    lists: dict[int, StoredList] = {}
    list_files: dict[int, list[int]] = {}


def ask_shape(client: RestClient, scopes: Iterable[str]) -> StoredShape:
    """Ask the portal what it grants and which types, catalogues and properties it has; `scopes` were granted when last seen."""
    shape = StoredShape(scopes=sorted(ask_scopes(client) or scopes))
    for row in _read(client, "crm.type.list"):
        if (number := read_integer(row.get("entityTypeId"))) is not None:
            shape.smart_processes[number] = str(row.get("title") or "")
    ask_catalogues(client, shape)
    _ask_properties(client, shape)
    _ask_lists(client, shape)
    return shape


def _ask_properties(client: RestClient, shape: StoredShape) -> None:
    for row in _read(client, "catalog.productProperty.list"):
        catalogue, number = read_integer(row.get("iblockId")), read_integer(row.get("id"))
        if catalogue is None or number is None:
            continue
        shape.properties.setdefault(catalogue, []).append(number)
        if row.get("propertyType") == FILE and row.get("code") != PICTURES:
            shape.file_properties.setdefault(catalogue, []).append(number)


def _ask_lists(client: RestClient, shape: StoredShape) -> None:
    """Universal lists of every type; those of workgroups are shown for one group at a time (lists-get.md)."""
    if SCOPE not in shape.scopes:
        return
    for kind in (SHARED, PROCESSES):
        for row in _read(client, "lists.get", {"IBLOCK_TYPE_ID": kind}):
            _note_list(shape, row, kind)
    groups = [read_integer(row.get("ID")) for row in _read(client, "sonet_group.get", {"IS_ADMIN": "Y"})]
    asked = {str(one): Command("lists.get", _of_group(one), write=False) for one in groups if one is not None}
    for group, outcome in client.batch(asked).items():
        if isinstance(outcome, PortalError) and outcome.retryable and not isinstance(outcome, UnknownRefusal):
            raise outcome
        for row in _rows_of(outcome):
            _note_list(shape, row, OF_GROUP, int(group))


def _rows_of(outcome: Outcome) -> list[JsonObject]:
    """The rows of an answer; a group without lists refuses, or has none."""
    result = None if isinstance(outcome, PortalError) else outcome.result
    return [row for row in result if is_object(row)] if is_array(result) else []


def _of_group(group: int) -> JsonObject:
    return {"IBLOCK_TYPE_ID": OF_GROUP, "SOCNET_GROUP_ID": group}


def _note_list(shape: StoredShape, row: JsonObject, kind: str, group: int = 0) -> None:
    if (number := read_integer(row.get("ID"))) is not None:
        shape.lists[number] = StoredList(type=kind, name=str(row.get("NAME") or ""), group=group)


def ask_scopes(client: RestClient) -> list[str]:
    """The scopes that the portal grants now (scope.md); none where it does not return them."""
    try:
        answer = client.call("scope").result
    except PortalError as error:
        if error.retryable:
            raise
        return []
    return [str(one) for one in answer] if is_array(answer) else []


def ask_catalogues(client: RestClient, shape: StoredShape) -> None:
    """Ask which catalogues there are, and which of them hold variants of products."""
    for row in _read(client, "catalog.catalog.list"):
        if (number := read_integer(row.get("iblockId"))) is not None:
            shape.catalogues.append(number)
            if row.get("productIblockId"):
                shape.offers.append(number)


def ask_file_fields(client: RestClient, shape: StoredShape) -> None:
    """Ask which fields of CRM items hold files (crm-item-fields.md)."""
    kinds = [*CRM_TYPES, *(one for one in shape.smart_processes if one not in CRM_TYPES)]
    commands = {str(one): Command("crm.item.fields", {"entityTypeId": one}, write=False) for one in kinds}
    for key, outcome in client.batch(commands).items():
        if isinstance(outcome, PortalError):
            if outcome.retryable:
                raise outcome
            continue
        fields = outcome.result.get("fields") if is_object(outcome.result) else None
        found = [
            name
            for name, about in (fields.items() if is_object(fields) else ())
            if is_object(about) and about.get("type") == "file"
        ]
        if found:
            shape.file_fields[int(key)] = found


def ask_list_files(client: RestClient, shape: StoredShape) -> None:
    """Ask which fields of universal lists hold files of Disk (lists-field-get.md)."""
    asked = {
        str(number): Command(
            "lists.field.get", {"IBLOCK_TYPE_ID": one.type, "IBLOCK_ID": number}, write=False
        )
        for number, one in shape.lists.items()
    }
    for number, outcome in client.batch(asked).items() if asked else ():
        if isinstance(outcome, PortalError):
            if outcome.retryable:
                raise outcome
            continue
        fields = outcome.result.values() if is_object(outcome.result) else ()
        found = [
            read_integer(one.get("ID"))
            for one in fields
            if is_object(one) and one.get("TYPE") == FILE_OF_DISK
        ]
        if numbers := [one for one in found if one is not None]:
            shape.list_files[int(number)] = numbers


def _read(client: RestClient, method: str, params: JsonObject | None = None) -> list[JsonObject]:
    """The rows of a list; none where the portal refuses it: then its entities are refused and reported too."""
    try:
        return list(client.rows(method, params))
    except PortalError as error:
        if error.retryable:
            raise
        return []


def portal_time(client: RestClient) -> datetime | None:
    """The portal's own time, None when it does not return it; raises ViewNarrowed when we are not its administrator."""
    answers = client.batch({"now": Command("server.time"), "me": ME})
    judge_view(answers["me"])
    now = answers["now"]
    try:
        moment = datetime.fromisoformat("" if isinstance(now, PortalError) else str(now.result))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def shape_of(copy: BackupCopy) -> PortalShape:
    """The shape that a copy was made by."""
    try:
        kept = StoredShape.model_validate(copy.shape)
    except ValidationError:
        kept = StoredShape()
    return to_shape(kept)


def to_shape(kept: StoredShape) -> PortalShape:
    """The same, as files of entities take it."""
    return PortalShape(
        scopes=frozenset(kept.scopes), smart_processes=kept.smart_processes, catalogues=kept.catalogues,
        offers=kept.offers, properties=kept.properties, file_fields=kept.file_fields, file_properties=kept.file_properties,
        lists={number: UniversalList(one.type, one.name, one.group) for number, one in kept.lists.items()},
        list_files=kept.list_files,
    )  # fmt: skip


def entities_of_copy(copy: BackupCopy) -> dict[str, Entity]:
    """The entities that a copy reads, by code, in order."""
    tiers: Sequence[Tier] = (Tier.DATA, Tier.FILES) if copy.with_files else (Tier.DATA,)
    return {one.code: one for one in entities_of(shape_of(copy), *tiers)}


def lacks_scope(entity: Entity, scopes: Iterable[str]) -> bool:
    """Whether the portal did not grant what an entity needs; methods without a scope are open to every application."""
    return not is_granted(entity.scope, frozenset(scopes))
