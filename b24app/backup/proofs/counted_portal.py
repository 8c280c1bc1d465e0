"""What one look counted in a portal, kept until the next look: items, filled columns, pipelines by kind, events of deletions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from b24app.backup.proofs.custom_fields import chosen_columns, is_custom_field, read_custom_fields
from b24app.backup.proofs.loss_rules import FilledCount
from b24app.backup.proofs.model import WatchedCounts
from b24app.backup.proofs.portal_items import SHOP_KINDS, lists_of, sum_of
from b24app.backup.proofs.watched_kinds import COLUMNS, CRM_KINDS, WatchedColumn, counting, kind_number
from b24app.backup.reading.list_params import counted
from b24app.bitrix24.responses import Answer, Command, Outcome
from b24app.database import db
from b24app.json_values import Json, is_array, is_object
from b24app.portals.client_factory import says_administrator
from b24app.rest_client import RestClient
from b24app.stored_values import dump_bytes, read_bytes

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Counted:
    """One look: a kind, column or pipeline that the portal did not return is missing, never zero.

    `complete_rights`: the account that asked is an administrator, who sees everything; others may see less than there is.
    """

    items: Mapping[str, int] = field(default_factory=dict)
    filled: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    pipelines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    complete_rights: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    """Smart processes by their own names; `knows_types` is whether the portal returned all of them."""
    knows_types: bool = False
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Titles of the portal's own fields that were counted, by kind."""
    events: Sequence[str] = ()
    """The events of deletions that the portal sends to us."""

    def gone_types(self, now: "Counted") -> list[str]:
        """Smart processes that were counted here; the portal neither names them any more nor lists items of them."""
        if not (now.complete_rights and now.knows_types):
            return []
        known = {one for one in (*self.items, *self.titles) if one not in CRM_KINDS and kind_number(one)}
        return sorted(known - {*now.titles, *now.items})

    def column(self, entity: str, code: str) -> FilledCount | None:
        """One column, when both it and its kind were counted."""
        filled, items = self.filled.get(entity, {}).get(code), self.items.get(entity)
        return None if filled is None or items is None else FilledCount(filled, items)

    def after(self, earlier: "Counted") -> "Counted":
        """This look, completed from the one before where it could not see."""
        filled = {
            entity: {**earlier.filled.get(entity, {}), **self.filled.get(entity, {})}
            for entity in {*earlier.filled, *self.filled}
        }
        gone = earlier.gone_types(self)
        return Counted(
            _without(gone, {**earlier.items, **self.items}),
            _without(gone, filled),
            _without(gone, {**earlier.pipelines, **self.pipelines}),
            complete_rights=True,
            titles=_without(gone, {**earlier.titles, **self.titles}),
            columns=_without(gone, {**earlier.columns, **self.columns}),
            events=self.events or earlier.events,
        )

    def column_title(self, entity: str, code: str) -> str:
        """The title of a watched column: a message id, or the portal's own name of its field."""
        own = self.columns.get(entity, {}).get(code)
        return own or next((one.title for one in COLUMNS.get(entity, ()) if one.code == code), code)


def _without(gone: Collection[str], values: Mapping[str, Value]) -> dict[str, Value]:
    return {entity: value for entity, value in values.items() if entity not in gone}


def count_portal(
    client: RestClient, smart_processes: Mapping[int, str] | None, earlier: Counted, look: int = 0
) -> Counted:
    """Count everything by the portal's own counts; raises errors that concern a whole request.

    `smart_processes` is None when the portal did not list them; kinds that were counted earlier are asked for all the same.
    """
    titles = {f"item_{number}": title for number, title in (smart_processes or {}).items()}
    kinds = {
        **CRM_KINDS,
        **{one: number for one in (*titles, *earlier.items) if (number := kind_number(one)) is not None},
    }
    told, lists = _ask_fields(client, kinds), lists_of(client, SHOP_KINDS)
    own = chosen_columns(told, earlier.filled, look)
    asked = {f"items {kind} {place}": counted(one) for kind in lists for place, one in enumerate(lists[kind])}
    answers = client.batch({**dict(counting(kinds, own)), **asked})
    items = {entity: total for entity in kinds if (total := _total(answers[f"items {entity}"])) is not None}
    shop = {kind: total for kind in lists if (total := sum_of(lists[kind], answers, kind)) is not None}
    filled = {
        entity: {
            **_deleted(earlier, entity, told.get(entity)),
            **_filled(answers, entity, own.get(entity, ())),
        }
        for entity in items
    }
    pipelines = {
        entity: found for entity in items if (found := _pipelines(answers.get(f"pipelines {entity}")))
    }
    return Counted(
        {**items, **shop}, filled, pipelines, _is_admin(answers["profile"]), titles,
        knows_types=smart_processes is not None,
        columns={entity: {one.code: one.title for one in columns} for entity, columns in own.items()},
    )  # fmt: skip


def _ask_fields(client: RestClient, kinds: Mapping[str, int]) -> dict[str, tuple[WatchedColumn, ...]]:
    """The custom fields by kind; a kind whose fields the portal did not return is missing."""
    asked = {entity: Command("crm.item.fields", {"entityTypeId": kinds[entity]}) for entity in kinds}
    answers = client.batch(asked)
    return {
        entity: found for entity in kinds if (found := read_custom_fields(answers.get(entity))) is not None
    }


def _filled(answers: Mapping[str, Outcome], entity: str, own: Sequence[WatchedColumn]) -> dict[str, int]:
    return {
        column.code: total
        for column in (*COLUMNS.get(entity, ()), *own)
        if (total := _total(answers[f"filled {entity} {column.code}"])) is not None
    }


def _deleted(earlier: Counted, entity: str, told: Sequence[WatchedColumn] | None) -> dict[str, int]:
    """Fields that were counted and that the portal does not list any more, each as filled zero times."""
    if told is None:
        return {}
    here = {one.code for one in told}
    return {code: 0 for code in earlier.filled.get(entity, {}) if is_custom_field(code) and code not in here}


def last_count() -> tuple[Counted, datetime] | None:
    """What the look before counted and when; None without one, or for one of another release."""
    row = db.session.scalar(select(WatchedCounts))
    found = read_bytes(Counted, row.content) if row else None
    return (found, row.counted_at) if row and found else None


def keep_count(found: Counted, at: datetime) -> None:
    """Keep a look for the next one; two workers who look at once leave one row."""
    content = dump_bytes(Counted, found)
    row = db.session.scalar(select(WatchedCounts).with_for_update())
    if row is not None:
        row.counted_at, row.content = at, content
        return
    try:
        with db.session.begin_nested():
            db.session.add(WatchedCounts(counted_at=at, content=content))
    except IntegrityError:
        keep_count(found, at)


def _total(outcome: Outcome) -> int | None:
    return outcome.total if isinstance(outcome, Answer) else None


def _is_admin(outcome: Outcome) -> bool:
    return isinstance(outcome, Answer) and says_administrator(outcome.result)


def _pipelines(outcome: Outcome | None) -> dict[str, str]:
    found = outcome.result if isinstance(outcome, Answer) else None
    rows: Json = found.get("categories") if is_object(found) else None
    return (
        {str(row["id"]): str(row.get("name") or "") for row in rows if is_object(row) and "id" in row}
        if is_array(rows)
        else {}
    )
