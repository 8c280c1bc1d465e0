"""Writes one batch of rows of the shop from the copy: looks for existing rows, creates the rest, adds prices and parts of orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from b24app.backup.restore.batches import REFUSED, WHOLE_PORTAL, BatchOutcome
from b24app.backup.restore.data.file_fields import CALL_SECONDS
from b24app.backup.restore.data.hanging import PART_REFUSED
from b24app.backup.restore.data.item_look import SeenItems
from b24app.backup.restore.data.prefetched_items import Writing
from b24app.backup.restore.data.shop.goods_fields import Made, goods_fields, section_fields
from b24app.backup.restore.data.shop.order_writing import add_parts, make_orders
from b24app.backup.restore.data.shop.picture_writing import WrittenPictures, put_pictures
from b24app.backup.restore.data.shop.prefetched_rows import PrefetchedRows
from b24app.backup.restore.data.shop.price_writing import add_prices
from b24app.backup.restore.data.shop.row_losses import HINDER, WORDS, ShopLoss
from b24app.backup.restore.data.shop.row_marks import marks_of
from b24app.backup.restore.data.shop.row_preview import depth
from b24app.backup.restore.data.shop.row_search import WantedRows, look_for_rows
from b24app.backup.restore.data.shop.row_types import ShopType, number_of, shop_type
from b24app.backup.restore.model import RestoreLineState
from b24app.backup.restore.plan import Operation
from b24app.errors import AnswerBroken, PortalError, WriteUncertain
from b24app.json_values import JsonObject, is_object
from b24app.rest_client import Answer, Command
from b24app.text.messages import N_

NOT_IN_COPY_ANY_MORE = N_("The copy does not hold it any more.")


@dataclass(frozen=True, slots=True)
class ReadyRows:
    """What of a batch may be sent, and the outcomes of the rest without sending anything.

    `again` holds rows that a worker before this one made already, by former number: what belongs to them is completed.
    """

    kind: ShopType
    prefetched: PrefetchedRows
    told: tuple[BatchOutcome, ...]
    send: tuple[Operation, ...]
    made: Mapping[str, Made]
    again: Mapping[str, str]


def get_rows_ready(
    batch: Sequence[Operation], writing: Writing, known: Mapping[int, str], coming: Sequence[str]
) -> ReadyRows:
    """Read the rows of the copy and the portal's present state; nothing is written."""
    kind = shop_type(batch[0].entity)
    if kind is None:
        raise AnswerBroken("", "no row of the shop")
    prefetched = writing.shop
    prefetched.take(kind, [one.key for one in batch], coming, whole=True)
    rows = {one.key: prefetched.rows[one.key] for one in batch if one.key in prefetched.rows}
    seen = _look(kind, rows, writing, prefetched)
    made = _made(kind, rows, seen, writing, prefetched)
    told, send = [], []
    again: dict[str, str] = {}
    for one in batch:
        here, was_sent = seen.present_id(kind.entity, one.key), known.get(one.number) == RestoreLineState.SENT
        if one.key not in rows:
            told.append(BatchOutcome(one.number, RestoreLineState.REFUSED, why=NOT_IN_COPY_ANY_MORE))
        elif here is not None and (here == one.key or not was_sent):
            told.append(BatchOutcome(one.number, RestoreLineState.SAME, here))
        elif hinder := HINDER & made[one.key].losses:
            told.append(BatchOutcome(one.number, RestoreLineState.REFUSED, why=WORDS[min(hinder)]))
        elif here is not None or not _waits_for_outer(kind, rows, seen, one.key):
            send.append(one)
            again |= {one.key: here} if here is not None else {}
    return ReadyRows(kind, prefetched, tuple(told), tuple(send), made, again)


def _waits_for_outer(kind: ShopType, rows: Mapping[str, JsonObject], seen: SeenItems, number: str) -> bool:
    """Whether the outer section of a section must be created first, in the same batch: then it goes with the next one."""
    outer = number_of(rows[number].get("iblockSectionId"))
    waits = kind.base == "catalogue_section" and outer in rows and depth(rows, outer) < depth(rows, number)
    return waits and seen.present_id(kind.entity, outer) is None


def _look(
    kind: ShopType, rows: Mapping[str, JsonObject], writing: Writing, prefetched: PrefetchedRows
) -> SeenItems:
    """Look for these rows by number and code, and for the sections and products that they refer to."""
    wanted = [WantedRows(kind, (), rows, writing.earlier, partial(prefetched.items.named, kind.entity))]
    if kind.base != "order":
        named = {number_of(row.get("iblockSectionId")) for row in rows.values()} - {""}
        wanted += _named(shop_type(kind.sections), named, writing, prefetched) if kind.base != "offer" else []
    if kind.base == "offer":
        parents = {number_of(row.get("parentId")) for row in rows.values()} - {""}
        for entity in prefetched.parents():
            wanted += _named(shop_type(entity), parents, writing, prefetched)
    seen = SeenItems()
    for one in wanted:
        found = look_for_rows(writing.client, prefetched.catalogues(writing.client), [one])
        seen.rows |= found.rows
        seen.by_mark = found.by_mark | seen.by_mark
    return seen


def _named(
    kind: ShopType | None, numbers: set[str], writing: Writing, prefetched: PrefetchedRows
) -> list[WantedRows]:
    if kind is None or not numbers:
        return []
    rows = prefetched.items.named(kind.entity, numbers) if prefetched.items.has(kind.entity) else {}
    return [WantedRows(kind, numbers, rows, writing.earlier, partial(prefetched.items.named, kind.entity))]


def _made(
    kind: ShopType,
    rows: Mapping[str, JsonObject],
    seen: SeenItems,
    writing: Writing,
    prefetched: PrefetchedRows,
) -> Mapping[str, Made]:
    if not rows:
        return {}
    if kind.base == "order":
        return make_orders(kind, rows, writing, prefetched)
    ids = seen.ids()
    if kind.base == "catalogue_section":
        return {number: section_fields(kind, row, ids) for number, row in rows.items()}
    now, parents = prefetched.goods_now(writing.client), prefetched.parents()
    return {number: goods_fields(kind, row, now, ids, parents) for number, row in rows.items()}


def create_rows(ready: ReadyRows, send: Sequence[Operation], writing: Writing) -> list[BatchOutcome]:
    """Create what is ready, after its lines were marked as sent; raises errors that concern the portal as a whole."""
    client, kind, prefetched = writing.client, ready.kind, ready.prefetched
    with client.within(CALL_SECONDS):
        made, outcomes = _create(ready, [one for one in send if one.key not in ready.again], writing)
        made |= {one.key: ready.again[one.key] for one in send if one.key in ready.again}
        troubles = _at_the_top(ready, send) | (_complete(ready, made, writing) if made else {})
    pictures = (
        put_pictures(kind, made, ready.again, prefetched, client) if kind.is_goods else WrittenPictures()
    )
    troubles = pictures.troubles | troubles
    with client.within(CALL_SECONDS):
        marks = marks_of(kind, made.values(), client, prefetched.catalogues(client))
    for one in send:
        if one.key in pictures.unfinished:
            outcomes.append(BatchOutcome(one.number, RestoreLineState.SENT, made[one.key]))
        elif one.key in made:
            why, words = troubles.get(one.key, ("", ""))
            new, mark = made[one.key], marks.get(made[one.key], "")
            outcomes.append(BatchOutcome(one.number, RestoreLineState.CREATED, new, why, words, mark))
    return outcomes


def _create(
    ready: ReadyRows, send: Sequence[Operation], writing: Writing
) -> tuple[dict[str, str], list[BatchOutcome]]:
    """Create rows: each gets its number or its refusal; one without a clear answer stays sent, and is looked for later."""
    family = ready.kind.family
    commands = {
        str(one.number): Command(family.methods.add, {"fields": ready.made[one.key].fields}, write=True)
        for one in send
    }
    answers = writing.client.batch(commands) if commands else {}
    made: dict[str, str] = {}
    outcomes: list[BatchOutcome] = []
    for one in send:
        answer = answers.get(str(one.number), WriteUncertain())
        if isinstance(answer, Answer):
            made[one.key] = _new_number(answer, family.answer)
        else:
            outcomes.append(_refused(one, answer))
    return made, outcomes


def _refused(one: Operation, answer: PortalError) -> BatchOutcome:
    if isinstance(answer, WriteUncertain):
        return BatchOutcome(one.number, RestoreLineState.SENT)
    if isinstance(answer, WHOLE_PORTAL):
        return BatchOutcome(one.number, RestoreLineState.WAITING, why=answer.public)
    words = ": ".join(part for part in (str(answer.code), answer.description) if part)
    return BatchOutcome(one.number, RestoreLineState.REFUSED, why=REFUSED, words=words[:500])


def _new_number(answer: Answer, name: str) -> str:
    row = answer.result.get(name) if is_object(answer.result) else None
    number = str(row.get("id") or "") if is_object(row) else ""
    if not number.isdigit():
        raise AnswerBroken("", "no number came back of what was created")
    return number


def _at_the_top(ready: ReadyRows, send: Sequence[Operation]) -> dict[str, tuple[str, str]]:
    """Rows whose section was refused after the preview had promised it."""
    told = WORDS[ShopLoss.SECTION]
    lost = (one for one in send if ShopLoss.SECTION in ready.made[one.key].losses)
    return {one.key: (told, "") for one in lost if one.why.message != told}


def _complete(ready: ReadyRows, made: Mapping[str, str], writing: Writing) -> dict[str, tuple[str, str]]:
    """Add what belongs to the rows; returns those of which a part was refused, and why."""
    if ready.kind.base == "order":
        return add_parts(made, writing, ready.prefetched)
    if not ready.kind.is_goods:
        return {}
    refused = add_prices(made, writing, ready.prefetched)
    return {number: (PART_REFUSED, words) for number, words in refused.items()}
