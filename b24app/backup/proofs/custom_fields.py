"""Custom fields whose filled items a filter counts: which there are, and which of them one look asks for. Pure.

A filter takes `!=` with an empty text and `>` with a number or a day (crm-item-list.md); fields with several values, files,
yes-or-no fields and links have no documented filter to count them, and are left out.
"""

from collections.abc import Iterator, Mapping, Sequence

from b24app.backup.proofs.loss_rules import LEAST
from b24app.backup.proofs.watched_kinds import WatchedColumn
from b24app.bitrix24.responses import Answer, Outcome
from b24app.json_values import Json, JsonObject, is_object

MOST_COLUMNS = 100
"""Counts of own fields in one look: two requests more, whatever the portal has."""
TEXTS = frozenset({"string", "url", "address", "money"})
NUMBERS = frozenset({"integer", "double", "enumeration", "employee"})
DAYS = frozenset({"date", "datetime"})
LONG_AGO = "1900-01-01"
Columns = Mapping[str, Sequence[WatchedColumn]]


def read_custom_fields(outcome: Outcome | None) -> tuple[WatchedColumn, ...] | None:
    """The custom fields that crm.item.fields returns; None when it returns no fields."""
    fields = (
        outcome.result.get("fields") if isinstance(outcome, Answer) and is_object(outcome.result) else None
    )
    return tuple(_columns(fields)) if is_object(fields) else None


def _columns(fields: JsonObject) -> Iterator[WatchedColumn]:
    for code, about in fields.items():
        if not is_custom_field(code) or not is_object(about) or about.get("isMultiple"):
            continue
        filled = _filled(code, about.get("type"))
        if filled:
            yield WatchedColumn(code, str(about.get("title") or code), filled)


def is_custom_field(code: str) -> bool:
    """Whether a column is a field of the portal's own: its title is a name of theirs."""
    return code.startswith("uf")


def _filled(code: str, kind: Json) -> JsonObject:
    if kind in TEXTS:
        return {f"!={code}": ""}
    if kind in NUMBERS:
        return {f">{code}": 0}
    return {f">{code}": LONG_AGO} if kind in DAYS else {}


def chosen_columns(own: Columns, filled: Mapping[str, Mapping[str, int]], look: int) -> Columns:
    """At most a hundred of them: first those filled often enough at the look before, then others in turn, look by look."""
    every = [(entity, one) for entity, columns in own.items() for one in columns]
    known = [each for each in every if filled.get(each[0], {}).get(each[1].code, 0) >= LEAST]
    known.sort(key=lambda each: -filled[each[0]][each[1].code])
    codes = {(entity, one.code) for entity, one in known}
    others = [each for each in every if (each[0], each[1].code) not in codes]
    room = max(0, MOST_COLUMNS - len(known))
    first = look * room % len(others) if others else 0
    wanted = [*known, *others[first:], *others[:first]][:MOST_COLUMNS]
    chosen: dict[str, list[WatchedColumn]] = {}
    for entity, one in wanted:
        chosen.setdefault(entity, []).append(one)
    return chosen
