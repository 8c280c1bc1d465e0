"""Restores files of fields with their items: from the copy's lines of files, by crm.item.update after the import.

One item is in memory at a time, and of its files no more than `MOST_BYTES`: the portal takes two gigabytes in a request
(files/how-to-upload-files.md), a worker of ours holds less.
"""

import base64
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from b24app.backup.reading.file_contents import NOT_GIVEN
from b24app.backup.restore.data.copied_files import FileParts, read_files
from b24app.backup.restore.data.copied_items import CopiedItems
from b24app.backup.restore.data.item_look import Wanted, look_for
from b24app.backup.restore.data.item_types import ItemType
from b24app.backup.restore.look import plain
from b24app.errors import LimitReached, PortalError, Unreachable, WriteUncertain
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.rest_client import RestClient
from b24app.text.formats import size_text
from b24app.text.messages import N_, Sentence, sentence

MOST_BYTES = 6 * 1024 * 1024
CALL_SECONDS = 50.0
WITH_FILES = N_("With the files of its fields, %(size)s.")
PARTLY = N_(
    "With the files of its fields that are in the copy, %(size)s; the portal did not give the others."
)
TOO_LARGE = N_(
    "The files of its fields, %(size)s, are more than the %(most)s that come back with one item: take them out of the copy by hand."
)
FILES_REFUSED = N_(
    "It is back, but the portal did not take the files of its fields. These are its own words."
)
WHOLE: tuple[type[PortalError], ...] = (LimitReached, Unreachable, WriteUncertain)


@dataclass(slots=True)
class ItemFiles:
    """The files of one item by field, as the copy holds them; `whole` is false when it lacks one of them."""

    size: int = 0
    whole: bool = True
    many: set[str] = field(default_factory=set)
    """Fields that hold several files."""
    fields: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)

    @property
    def fits(self) -> bool:
        """Whether they can be put back in one request."""
        return 0 < self.size <= MOST_BYTES

    def values(self, name: str) -> Json:
        """A field as crm.item.update takes it: a name with base64, or a list of such pairs."""
        pairs: list[Json] = [
            [title, base64.b64encode(body).decode("ascii")] for title, body in self.fields[name]
        ]
        return pairs if name in self.many else pairs[0]


def files_entity(kind: ItemType) -> str:
    """The entity of the copy that holds them; a copy without files has none."""
    return f"{kind.entity}.files"


def note_files(items: CopiedItems, kind: ItemType, ids: Collection[str]) -> dict[str, Sentence]:
    """The preview's notes on the files of these items; none for those without files in the copy."""
    if not ids or not items.has(files_entity(kind)):
        return {}
    last = dict(_read(items, kind, ids))
    return {item: _note(files) for item, files in last.items() if files is not None and files.size}


def _note(files: ItemFiles) -> Sentence:
    size = size_text(files.size)
    if not files.fits:
        return sentence(TOO_LARGE, size=size, most=size_text(MOST_BYTES))
    return sentence(WITH_FILES if files.whole else PARTLY, size=size)


def put_files(
    kind: ItemType,
    made: Mapping[str, str],
    rows: Mapping[str, JsonObject],
    items: CopiedItems,
    client: RestClient,
) -> dict[str, tuple[str, str]]:
    """Put the files of these items back, by former and new number; fields that hold something are left as they are.

    Returns the items of which the portal took no files, and why; raises errors that concern the portal as a whole.
    """
    mine = [item for item in made if any(map(_files_of, rows.get(item, {}).values()))]
    if not mine or not items.has(files_entity(kind)):
        return {}
    seen = look_for(client, [Wanted(kind, [made[item] for item in mine])], ("*", "uf*")).rows
    left = Counter(item for item, _ in _read(items, kind, mine))
    troubles: dict[str, tuple[str, str]] = {}
    for item, files in _read(items, kind, mine):
        left[item] -= 1
        if left[item] or files is None or not files.fits:
            continue
        here = seen.get((kind.entity, made[item]), {})
        fields: JsonObject = {
            name: files.values(name) for name in files.fields if plain(here.get(name)) is None
        }
        try:
            if fields:
                _update(client, kind, made[item], fields)
        except WHOLE:
            raise
        except PortalError as error:
            words = ": ".join(part for part in (str(error.code), error.description) if part)
            troubles[item] = (FILES_REFUSED, words[:500])
    return troubles


def _update(client: RestClient, kind: ItemType, item: str, fields: JsonObject) -> None:
    with client.within(CALL_SECONDS):
        params: JsonObject = {"entityTypeId": kind.id, "id": int(item), "fields": fields}
        client.call("crm.item.update", params, write=True)


def _read(items: CopiedItems, kind: ItemType, ids: Collection[str]) -> Iterator[tuple[str, ItemFiles | None]]:
    """The files of these items, older lines first: the last line of an item counts, None when it was deleted."""
    for item, row, held in read_files(items, files_entity(kind), ids, MOST_BYTES):
        yield item, None if row is None else _gather(row, held)


def _gather(row: JsonObject, held: FileParts) -> ItemFiles:
    found = ItemFiles(whole=row.get(NOT_GIVEN) is not True)
    for name, value in row.items():
        for file in _files_of(value):
            if file not in held.sizes:
                found.whole = False
                continue
            found.size += held.sizes[file]
            found.fields.setdefault(name, []).append((f"file-{file}", held.body(file)))
            if is_array(value):
                found.many.add(name)
    return found


def _files_of(value: Json) -> list[str]:
    """The numbers of the files that a field of an item names (crm-item-fields.md)."""
    return [
        str(one["id"])
        for one in (value if is_array(value) else [value])
        if is_object(one) and one.get("id") and "url" in one
    ]
