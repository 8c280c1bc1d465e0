"""The preview of a restore from a copy: created, changed, not possible, and why; only numbers and names are kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from b24app.backup.restore.data.choices import MOST, ChoiceWay
from b24app.backup.restore.data.copied_items import CopiedItems
from b24app.backup.restore.data.file_fields import note_files
from b24app.backup.restore.data.imported_fields import STOPPING, ItemLoss, import_fields, references_of
from b24app.backup.restore.data.item_look import (
    EarlierItems,
    MovedPipelines,
    SeenItems,
    Wanted,
    look_for,
    read_portal,
)
from b24app.backup.restore.data.item_types import QUOTE, ItemType, item_type, name_of
from b24app.backup.restore.data.line_kinds import ITEM as KIND
from b24app.backup.restore.data.shop.present_settings import MovedSettings
from b24app.backup.restore.plan import Action, Operation, RestorePlan
from b24app.errors import AppError
from b24app.json_values import JsonObject
from b24app.rest_client import RestClient
from b24app.text.messages import N_, NOTHING, Sentence, sentence

TITLES: Mapping[str, str] = {
    "company": N_("Company"), "contact": N_("Contact"), "lead": N_("Lead"), "deal": N_("Deal"), "quote": N_("Quote"),
    "invoice": N_("Invoice"),
}  # fmt: skip
SMART = N_("Item of a smart process")
NOT_IN_COPY = N_("It is not in this copy: look in an earlier or a later one.")
IS_THERE = N_("It is in the portal already.")
CAME_BACK = N_("It was put back already.")
PARTS = N_("More of the same")
NEXT_TIME = N_("One restore takes 2,000 items. Put the rest back with the next one, in the same way.")
NO_SUCH_DATA = N_("Applications cannot put such data back.")
LOSSES: Mapping[ItemLoss, str] = {
    ItemLoss.AS_PAID: N_("It was paid. It does not come back as paid: it begins on the first stage."),
    ItemLoss.STAGE: N_("Its stage is not there any more: it begins on the first one."),
    ItemLoss.PIPELINE: N_("Its pipeline is not there any more: put the pipeline back first."),
    ItemLoss.MARK: N_(
        "All its UTM fields are filled, so a repeat would not find it again: put it back by hand."
    ),
    ItemLoss.RESPONSIBLE: N_("Who was responsible does not work here any more: it will be you."),
    ItemLoss.REFERENCE: N_("Something it was bound to is neither in the portal nor in the copy."),
    ItemLoss.FILE: N_("Files of its fields are not in this copy, so they do not come back."),
    ItemLoss.VALUE: N_(
        "Some values of its lists are not in the portal any more: it comes back without them."
    ),
    ItemLoss.FIELD: N_("Some of its fields are not in the portal any more."),
}
LIMITS = (
    (N_("What comes with it"), N_("Product rows, comments, activities and requisites. Robots and business processes do not start.")),
    (N_("Number, author and creation date"), N_("They are new: Bitrix24 gives another number, takes no date before those of items that are there, and names you as the author. The former ones are kept in a line of the timeline.")),
    (N_("History of stages"), N_("Bitrix24 takes none from applications: it begins anew, and stays readable in the copy.")),
    (N_("Mails, calls, meetings and tasks that are done"), N_("They come back as lines of the timeline.")),
    (N_("Payments and receipts"), N_("They are never put back as paid.")),
    (N_("People and rights"), N_("They are never put back.")),
)  # fmt: skip


QUOTE_LIMIT = (
    N_("Number and mark of a quote"),
    N_("Bitrix24 gives it a new number. The former one is kept in its first empty UTM field, by which a repeat finds it again."),
)  # fmt: skip


class NotRestorable(AppError):
    """This kind of data cannot be put back by applications."""

    status = 422
    public = NO_SUCH_DATA


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of a preview: the opened copy, the portal, and who asks."""

    items: CopiedItems
    client: RestClient
    asked_by: int
    moved: MovedPipelines
    earlier: EarlierItems
    settings: MovedSettings


def plan_creations(plan: RestorePlan, kind: ItemType, sources: Sources) -> Iterator[Operation]:
    """The operations that restore items of these choices, after those that they refer to."""
    rows, more = _wanted_rows(plan, kind, sources)
    seen = look_for(sources.client, [Wanted(kind, rows, rows, sources.earlier)])
    gone = {item: row for item, row in rows.items() if seen.present_id(kind.entity, item) is None}
    related = Related.read(kind, gone, sources)
    for other, others in related.gone.items():
        for one in _created(other, others, sources, related.ids):
            if one.action is Action.CANNOT:
                related.ids.pop((one.entity, one.key), None)
            yield one
    yield from _created(kind, gone, sources, related.ids)
    yield from _there(kind, rows, seen)
    if more:
        yield rest_of(kind, more)
    missing = [one.key for one in plan.choices if one.key and one.key not in rows]
    yield from (item_cannot(kind, item, f"№ {item}", NOT_IN_COPY) for item in missing)
    if gone:
        yield from _limits(kind)


def _wanted_rows(plan: RestorePlan, kind: ItemType, sources: Sources) -> tuple[dict[str, JsonObject], int]:
    """The rows of the copy that are chosen, and how many more wait for the next restore."""
    first = plan.choices[0]
    if first.kind == ChoiceWay.NAME:
        typed = first.name.casefold()
        return sources.items.matching(kind.entity, lambda row: typed in name_of(row).casefold(), MOST), 0
    if first.kind != ChoiceWay.GONE:
        return sources.items.named(kind.entity, [one.key for one in plan.choices]), 0
    present = sources.client.rows("crm.item.list", {"entityTypeId": kind.id, "select": list(kind.shown)})
    there, put_back = set[str](), set[str]()
    for row in present:
        there.add(str(row.get("id")))
        put_back |= {former} if (former := kind.former_id(row)) else set()
    put_back |= {
        former for (entity, former), made in sources.earlier.items()
        if entity == kind.entity and not there.isdisjoint(made)
    }  # fmt: skip
    lost = sorted(sources.items.ids(kind.entity) - there - put_back, key=int)
    return sources.items.named(kind.entity, lost[:MOST]), max(0, len(lost) - MOST)


@dataclass(frozen=True, slots=True)
class Related:
    """What the wanted items refer to: present numbers by former ones, and rows of deleted ones that come back too."""

    ids: dict[tuple[str, str], str]
    gone: Mapping[ItemType, Mapping[str, JsonObject]]

    @classmethod
    def read(cls, kind: ItemType, rows: Mapping[str, JsonObject], sources: Sources) -> "Related":
        """Follow the references of these rows one step: deleted contacts and companies come back first."""
        named: dict[ItemType, set[str]] = {}
        for row in rows.values():
            for entity, item in references_of(kind, row):
                if (other := item_type(entity)) is not None and (entity, item) != (
                    kind.entity,
                    str(row.get("id")),
                ):
                    named.setdefault(other, set()).add(item)
        present = look_for(sources.client, [Wanted(other, items) for other, items in named.items()])
        lost = {
            other: {item for item in items if (other.entity, item) not in present.rows}
            for other, items in named.items()
        }
        copied = {other: _copied(sources.items, other, items) for other, items in lost.items()}
        again = look_for(
            sources.client,
            [Wanted(other, (), found, sources.earlier) for other, found in copied.items() if found],
        )
        gone = {
            other: {item: row for item, row in found.items() if (other.entity, item) not in again.by_mark}
            for other, found in sorted(copied.items(), key=lambda one: one[0].place)
        }
        ids = present.ids() | again.ids()
        ids |= {(other.entity, item): "0" for other, found in gone.items() for item in found}
        return cls(ids, {other: found for other, found in gone.items() if found and other != kind})


def _copied(items: CopiedItems, kind: ItemType, ids: Iterable[str]) -> Mapping[str, JsonObject]:
    wanted = list(ids)
    return items.named(kind.entity, wanted) if wanted and items.has(kind.entity) else {}


def people_of(rows: Iterable[JsonObject]) -> set[int]:
    """The people in these items: responsible persons and observers."""
    people: set[int] = set()
    for row in rows:
        observers = row.get("observers")
        named = [
            row.get("assignedById"),
            *(observers if isinstance(observers, Sequence) and not isinstance(observers, str) else ()),
        ]
        people |= {int(str(one)) for one in named if str(one).isdigit()}
    return people


def _created(
    kind: ItemType, rows: Mapping[str, JsonObject], sources: Sources, ids: Mapping[tuple[str, str], str]
) -> Iterator[Operation]:
    if not rows:
        return
    now = read_portal(sources.client, kind, people_of(rows.values()), sources.asked_by, sources.moved)
    notes = note_files(sources.items, kind, rows)
    for item in sorted(rows, key=int):
        losses = import_fields(kind, rows[item], now, ids).losses
        if out := next((one for one in STOPPING if one in losses), None):
            yield item_cannot(kind, item, name_of(rows[item]), LOSSES[out])
            continue
        files = notes.get(item, NOTHING)
        lost = losses - {ItemLoss.FILE} if files else losses
        why = sentence(LOSSES[min(lost)]) if lost else files
        if lost and files:
            why = sentence("%(loss)s %(files)s", loss=why, files=files)
        yield item_operation(kind, item, name_of(rows[item]), Action.CREATE, why)


def _there(kind: ItemType, rows: Mapping[str, JsonObject], seen: SeenItems) -> Iterator[Operation]:
    for item, row in rows.items():
        if (present := seen.present_id(kind.entity, item)) is not None:
            yield item_cannot(kind, item, name_of(row), IS_THERE if present == item else CAME_BACK)


def rest_of(kind: ItemType, more: int) -> Operation:
    """A reason that counts the items left for the next restore."""
    return replace(item_cannot(kind, "…", "", NEXT_TIME), title=PARTS, objects=more)


def item_operation(
    kind: ItemType, item: str, name: str, action: Action, why: Sentence = NOTHING
) -> Operation:
    """The operation on one item."""
    return Operation(0, KIND, kind.entity, item, name, action, title=TITLES.get(kind.entity, SMART), why=why)


def item_cannot(kind: ItemType, item: str, name: str, why: str) -> Operation:
    """The reason why one item is not restored."""
    return item_operation(kind, item, name, Action.CANNOT, sentence(why))


def _limits(kind: ItemType) -> Iterator[Operation]:
    """Limits of all data, shown before the press; no object is counted."""
    limits = (*LIMITS, QUOTE_LIMIT) if kind.id == QUOTE else LIMITS
    for number, (name, why) in enumerate(limits):
        yield replace(item_cannot(kind, f"limit{number}", "", why), title=name, objects=0)
