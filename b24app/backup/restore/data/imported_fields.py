"""Fields with which an item is imported anew: what the portal fills in is left out, ids of others are replaced. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from b24app.backup.restore.data.item_types import INVOICE, QUOTE, ItemType
from b24app.backup.restore.data.task_fields import binding_of, bound_item
from b24app.json_values import Json, JsonObject, is_array

NEVER = frozenset({"id", "createdTime", "updatedTime", "movedTime", "updatedBy", "movedBy", "lastActivityBy", "lastActivityTime",
                   "entityTypeId", "searchContent", "webformId", "previousStageId", "stageSemanticId", "isNew", "closed"})  # fmt: skip
PEOPLE = ("assignedById", "observers")
FILES_OF_QUOTES = ("storageTypeId", "storageElementIds")


class ItemLoss(StrEnum):
    """What of an item is not restored as it was."""

    AS_PAID = "as_paid"
    STAGE = "stage"
    PIPELINE = "pipeline"
    MARK = "mark"
    RESPONSIBLE = "responsible"
    REFERENCE = "reference"
    FILE = "file"
    FIELD = "field"
    VALUE = "value"


STOPPING = (ItemLoss.PIPELINE, ItemLoss.MARK)
"""Losses that keep an item out."""


@dataclass(frozen=True, slots=True)
class PortalNow:
    """The portal's present state that determines how an item is restored; `fields` holds those that may be written, by name with their type."""

    fields: Mapping[str, str]
    stages: Collection[str]
    pipelines: Collection[int] | None
    people: Collection[int]
    asked_by: int
    moved: Mapping[int, int] = field(default_factory=dict)
    """The numbers of pipelines that were put back, by their former ones."""
    choices: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The numbers of the values that each custom list has."""
    won: Collection[str] = ()
    """Stages that mean success: an invoice on one of them counts as paid."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The fields of one item for its import, and what of it is lost."""

    fields: dict[str, Json]
    losses: frozenset[ItemLoss]


@dataclass(slots=True)
class _Work:
    """The import of one item."""

    kind: ItemType
    now: PortalNow
    ids: Mapping[tuple[str, str], str]
    losses: set[ItemLoss] = field(default_factory=set)


def import_fields(
    kind: ItemType, row: JsonObject, now: PortalNow, ids: Mapping[tuple[str, str], str]
) -> Prepared:
    """Make the fields of an import; `ids` gives the present id of every item that is there, by entity and former id."""
    work = _Work(kind, now, ids)
    fields: dict[str, Json] = {name: value for name, value in _written(work, row) if value is not None}
    _place(work, row, fields)
    mark = kind.mark_of(row)
    if not mark:
        work.losses.add(ItemLoss.MARK)
    return Prepared({**fields, **mark}, frozenset(work.losses))


def references_of(kind: ItemType, row: JsonObject) -> Iterator[tuple[str, str]]:
    """Other items that an item refers to, by entity and id."""
    for name, value in row.items():
        entity = kind.reference(name)
        for one in _many(value) if entity else ():
            if str(one or "0") != "0":
                yield entity, str(one)
        for one in _many(value) if name.startswith(("ufCrm", "UF_")) else ():
            if isinstance(one, str) and (item := bound_item(one)) is not None:
                yield item


def _written(work: _Work, row: JsonObject) -> Iterator[tuple[str, Json]]:
    for name, value in row.items():
        if name in NEVER or value in (None, "", [], {}):
            continue
        if name not in work.now.fields and name != "fm":
            if name.startswith(("ufCrm", "UF_")):
                work.losses.add(ItemLoss.FIELD)
            continue
        yield name, _value(work, name, value)


def _value(work: _Work, name: str, value: Json) -> Json:
    if name == "fm":
        return [_phone_or_mail(one) for one in _many(value) if isinstance(one, Mapping)]
    if work.now.fields[name] == "file" or (work.kind.id == QUOTE and name in FILES_OF_QUOTES):
        work.losses.add(ItemLoss.FILE)
        return None
    if name in PEOPLE:
        return _people(work, name, value)
    if work.now.fields[name] == "crm":
        return _bound(work, value)
    if name in work.now.choices:
        return _chosen(work, name, value)
    entity = work.kind.reference(name)
    return _references(work, entity, value) if entity else value


def _bound(work: _Work, value: Json) -> Json:
    """Items that a field of the type crm names, D_150, by their present numbers; a bare number has no kind and stays."""
    found: list[Json] = []
    for one in _many(value):
        item = bound_item(str(one))
        new = work.ids.get(item) if item is not None else None
        if item is None or new is not None:
            found.append(binding_of(item[0], new) if item is not None and new is not None else one)
    return _kept(work, value, found, ItemLoss.REFERENCE)


def _chosen(work: _Work, name: str, value: Json) -> Json:
    """Values of a list that still exist: one that was made anew has other numbers."""
    found = [one for one in _many(value) if str(one) in work.now.choices[name]]
    return _kept(work, value, found, ItemLoss.VALUE)


def _kept(work: _Work, value: Json, found: list[Json], loss: ItemLoss) -> Json:
    if len(found) < len(_many(value)):
        work.losses.add(loss)
    if is_array(value):
        return found
    return found[0] if found else None


def _phone_or_mail(one: JsonObject) -> JsonObject:
    """A phone or an address of mail without its former number, so that it is made anew."""
    return {name: one.get(name) for name in ("valueType", "value", "typeId")}


def _people(work: _Work, name: str, value: Json) -> Json:
    if name == "observers":
        return [one for one in _many(value) if _id(one) in work.now.people]
    if _id(value) in work.now.people:
        return value
    work.losses.add(ItemLoss.RESPONSIBLE)
    return work.now.asked_by


def _references(work: _Work, entity: str, value: Json) -> Json:
    known = [work.ids.get((entity, str(one))) for one in _many(value) if str(one or "0") != "0"]
    found = [int(one) for one in known if one is not None]
    if len(found) < len(known):
        work.losses.add(ItemLoss.REFERENCE)
    if is_array(value):
        return found
    return found[0] if found else None


def _place(work: _Work, row: JsonObject, fields: dict[str, Json]) -> None:
    """Pipeline and stage: an item of a deleted pipeline is left out, one of a deleted stage begins at the first stage."""
    pipelines, category = work.now.pipelines, _id(row.get("categoryId"))
    if pipelines is not None and category and category not in pipelines:  # the main pipeline of deals is 0
        new = work.now.moved.get(category)
        if new is None or new not in pipelines:
            work.losses.add(ItemLoss.PIPELINE)
            return
        fields["categoryId"] = new
        fields["stageId"] = _stage_of(str(fields.get("stageId") or ""), category, new)
    if work.kind.id == INVOICE and fields.get("stageId") in work.now.won:
        work.losses.add(ItemLoss.AS_PAID)
        del fields["stageId"]
    if fields.get("stageId") and fields["stageId"] not in work.now.stages:
        work.losses.add(ItemLoss.STAGE)
        del fields["stageId"]


def _stage_of(stage: str, former: int, new: int) -> str:
    """The stage of the same code in a pipeline that came back under another number: C5:NEW, DT31_5:NEW (crm/data-types.md)."""
    place, mark, code = stage.partition(":")
    return (
        f"{place.removesuffix(str(former))}{new}{mark}{code}"
        if mark and place.endswith(str(former))
        else stage
    )


def _many(value: Json) -> Sequence[Json]:
    return value if is_array(value) else [value]


def _id(value: Json) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
