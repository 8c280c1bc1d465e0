"""Reads the marks for lines of items that were made: by them the undo finds what was used since."""

from collections.abc import Collection, Iterable

from b24app.backup.restore.data.hanging_writes import ROW_FIELDS
from b24app.backup.restore.data.item_look import Wanted, look_for, rows_of
from b24app.backup.restore.data.item_types import ItemType
from b24app.backup.restore.data.line_mark import digest_of, line_mark
from b24app.errors import PortalError
from b24app.json_values import JsonObject
from b24app.rest_client import Answer, Command, RestClient

REQUISITE_FIELDS = ("NAME", "XML_ID", "DATE_CREATE", "DATE_MODIFY")


def read_marks(client: RestClient, kind: ItemType, made: Iterable[str]) -> dict[str, str]:
    """The marks of these items by number; empty for one that the portal does not show."""
    numbers = tuple(made)
    ended, hanging = _read_around(client, kind, numbers)
    seen = look_for(client, [Wanted(kind, numbers)]).rows
    times = {one: str(seen.get((kind.entity, one), {}).get("updatedTime") or "") for one in numbers}
    return {one: line_mark(times[one], ended, hanging.get(one, "")) for one in numbers}


def hanging_rows(kind: ItemType, number: str) -> Command:
    """The product rows of one item, or its requisites (crm-item-productrow-list.md, crm-requisite-list.md)."""
    if kind.sells:
        whose: JsonObject = {"=ownerType": kind.short, "=ownerId": int(number)}
        return Command("crm.item.productrow.list", {"filter": whose})
    whose = {"ENTITY_TYPE_ID": kind.id, "ENTITY_ID": int(number)}
    return Command("crm.requisite.list", {"filter": whose, "select": ["ID", *REQUISITE_FIELDS], "start": 0})


def rows_digest(kind: ItemType, rows: Iterable[JsonObject]) -> str:
    """A digest of what hangs on an item: of product rows what a restore writes, of requisites all."""
    return digest_of(rows, ROW_FIELDS if kind.sells else REQUISITE_FIELDS)


def portal_time(client: RestClient) -> str:
    """The portal's own time, empty where it does not return it."""
    return _answer_text(client.batch({"now": Command("server.time")})["now"])


def _read_around(client: RestClient, kind: ItemType, numbers: Collection[str]) -> tuple[str, dict[str, str]]:
    """The portal's own time, and the digests of what hangs on these items, where it is shown."""
    asked = {one: hanging_rows(kind, one) for one in numbers}
    answers = client.batch({"now": Command("server.time")} | asked)
    now = answers.pop("now")
    known = {one: answer for one, answer in answers.items() if isinstance(answer, Answer)}
    return _answer_text(now), {one: rows_digest(kind, rows_of(answer)) for one, answer in known.items()}


def _answer_text(now: Answer | PortalError) -> str:
    return str(now.result) if isinstance(now, Answer) else ""
