"""Asks the portal which wanted items exist: by number, by the mark of an earlier restore; also for stages, fields, people."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from b24app.backup.restore.data.imported_fields import PortalNow
from b24app.backup.restore.data.item_types import ItemType, name_of
from b24app.backup.restore.refusals import UNTOLD
from b24app.errors import AnswerBroken, PortalError
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.rest_client import Answer, Command, RestClient

MovedPipelines = Mapping[int, Mapping[int, int]]
"""New numbers of pipelines by former ones, by the type of their items."""
EarlierItems = Mapping[tuple[str, str], Sequence[str]]
"""Numbers that earlier restores have given, by entity and former number."""
PAGE = 50  # settings/performance/huge-data.md
"""Numbers in one command, and rows of one page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for of one kind: numbers, and rows of the copy that may be found by their marks or by earlier restores."""

    kind: ItemType
    ids: Collection[str] = ()
    rows: Mapping[str, JsonObject] = field(default_factory=dict)
    earlier: EarlierItems = field(default_factory=dict)


@dataclass(slots=True)
class SeenItems:
    """The found items: present numbers with their rows, and the present number of items by their former one, each by entity."""

    rows: dict[tuple[str, str], JsonObject] = field(default_factory=dict)
    by_mark: dict[tuple[str, str], str] = field(default_factory=dict)

    def present_id(self, entity: str, former: str) -> str | None:
        """The present number of an item: its own where it exists, else that of its successor."""
        return former if (entity, former) in self.rows else self.by_mark.get((entity, former))

    def ids(self) -> dict[tuple[str, str], str]:
        """Every present number by entity and former number."""
        return self.by_mark | {key: key[1] for key in self.rows}


def look_for(client: RestClient, wanted: Iterable[Wanted], more: Sequence[str] = ()) -> SeenItems:
    """Ask for all wanted items, fifty numbers a command, fifty commands a request; every answer complete or an error."""
    wanted = tuple(wanted)
    commands: dict[str, Command] = {}
    marks: dict[str, tuple[Wanted, Mapping[str, Mapping[str, str]]]] = {}
    kinds: dict[str, Wanted] = {}
    for one in wanted:
        for command in _by_number(one, more):
            kinds[key := f"n{len(commands)}"] = one
            commands[key] = command
        for command, expected in _by_mark(one):
            marks[key := f"m{len(commands)}"] = one, expected
            commands[key] = command
    seen = SeenItems()
    for key, outcome in client.batch(commands).items() if commands else ():
        rows = rows_of(outcome)
        if key in kinds:
            seen.rows |= {(kinds[key].kind.entity, str(row.get("id"))): row for row in rows}
        else:
            _match(seen, *marks[key], rows)
    _find_earlier(client, wanted, seen)
    return seen


def _find_earlier(client: RestClient, wanted: Sequence[Wanted], seen: SeenItems) -> None:
    """Look for items found by neither number nor mark under the numbers of the journal: their origin may have been changed."""
    numbers: dict[ItemType, dict[str, Sequence[str]]] = {}
    for one in wanted:
        for former in one.rows:
            made = one.earlier.get((one.kind.entity, former), ())
            if made and seen.present_id(one.kind.entity, former) is None:
                numbers.setdefault(one.kind, {})[former] = made
    if not numbers:
        return
    asked = [Wanted(kind, {new for made in mine.values() for new in made}) for kind, mine in numbers.items()]
    there = look_for(client, asked).rows
    for kind, mine in numbers.items():
        for former, made in mine.items():
            here = next((new for new in made if (kind.entity, new) in there), None)
            seen.by_mark |= {(kind.entity, former): here} if here is not None else {}


def read_portal(
    client: RestClient, kind: ItemType, people: Collection[int], asked_by: int, moved: MovedPipelines
) -> PortalNow:
    """Fields that may be written, existing stages and pipelines, and which of these people still work here."""
    staff = sorted(people)[: PAGE * 40]
    commands = {
        "fields": Command("crm.item.fields", {"entityTypeId": kind.id}),
        "stages": Command("crm.status.list", {}),
        "pipelines": Command("crm.category.list", {"entityTypeId": kind.id}),
        **{f"u{start}": _staff(staff[start : start + PAGE]) for start in range(0, len(staff), PAGE)},
    }
    answers = client.batch(commands)
    pipelines = answers["pipelines"]  # contacts and leads have none: crm-category-list.md documents a refusal
    accounts = _accounts(staff, [answers[key] for key in answers if key[0] == "u"])
    return PortalNow(
        _fields(answers["fields"]),
        frozenset(str(row.get("STATUS_ID")) for row in rows_of(answers["stages"])),
        frozenset(_number(row.get("id")) for row in rows_of(pipelines))
        if isinstance(pipelines, Answer)
        else None,
        frozenset(int(number) for number, row in accounts.items() if row.get("ACTIVE") is True),
        asked_by,
        moved.get(kind.id, {}),
        _choices(answers["fields"]),
        frozenset(
            str(row.get("STATUS_ID")) for row in rows_of(answers["stages"]) if row.get("SEMANTICS") == "S"
        ),
    )


def read_names(client: RestClient, people: Collection[str]) -> dict[str, JsonObject]:
    """Accounts by number, also of those who do not work here any more."""
    numbers = sorted({_number(one) for one in people} - {0})
    commands = {f"u{start}": _staff(numbers[start : start + PAGE]) for start in range(0, len(numbers), PAGE)}
    answers = client.batch(commands) if commands else {}
    return _accounts(numbers, list(answers.values()))


def tells_people(client: RestClient, somebody: int) -> bool:
    """Whether the portal lists its people to this application."""
    return not isinstance(client.batch({"u": _staff([somebody])})["u"], UNTOLD)


def _accounts(asked: Sequence[int], outcomes: Sequence[Answer | PortalError]) -> dict[str, JsonObject]:
    """Accounts by number; where the portal refuses to list people everybody counts as active, named by the number alone."""
    if any(isinstance(one, UNTOLD) for one in outcomes):
        return {str(one): {"ID": str(one), "ACTIVE": True, "NAME": f"№ {one}"} for one in asked}
    return {str(row.get("ID")): row for one in outcomes for row in rows_of(one)}


def rows_of(outcome: Answer | PortalError) -> list[JsonObject]:
    """The rows of a list's answer, under whichever name its method returns them."""
    if isinstance(outcome, PortalError):
        raise outcome
    result: Json = outcome.result
    if is_object(result):
        result = next((value for value in result.values() if is_array(value)), None)
    if not is_array(result):
        raise AnswerBroken("", "rows were expected")
    return [row for row in result if is_object(row)]


def _staff(numbers: Sequence[int]) -> Command:
    names = ["ID", "ACTIVE", "NAME", "LAST_NAME"]
    return Command(
        "user.get", {"FILTER": {"@ID": list(numbers)}, "ADMIN_MODE": True, "select": names, "start": 0}
    )


def _by_number(one: Wanted, more: Sequence[str]) -> Iterator[Command]:
    numbers = sorted(int(item) for item in one.ids if item.isdigit())
    for start in range(0, len(numbers), PAGE):
        yield _list(one.kind, {"@id": numbers[start : start + PAGE]}, more)


def _by_mark(one: Wanted) -> Iterator[tuple[Command, Mapping[str, Mapping[str, str]]]]:
    """Marks grouped by all but the value of their last field, so that fifty of them fit into one command."""
    groups: dict[tuple[str, ...], dict[str, Mapping[str, str]]] = {}
    for former, row in one.rows.items():
        if mark := one.kind.mark_of(row):
            groups.setdefault((next(reversed(mark)), *list(mark.values())[:-1]), {})[former] = mark
    for (last, *origin), marks in groups.items():
        formers = list(marks)
        for start in range(0, len(formers), PAGE):
            part = {former: marks[former] for former in formers[start : start + PAGE]}
            filter_: dict[str, Json] = {f"@{last}": sorted({mark[last] for mark in part.values()})}
            yield _list(one.kind, {"originatorId": origin[0], **filter_} if origin else filter_, ()), part


def _list(kind: ItemType, filter_: Mapping[str, Json], more: Sequence[str]) -> Command:
    return Command(
        "crm.item.list",
        {"entityTypeId": kind.id, "filter": filter_, "select": [*kind.shown, *more], "order": {"id": "ASC"}},
    )


def _match(
    seen: SeenItems, one: Wanted, expected: Mapping[str, Mapping[str, str]], rows: Sequence[JsonObject]
) -> None:
    """A successor has the mark; where that is an origin of the shop's own, it is the same item only under the same name."""
    for former, mark in expected.items():
        for row in rows:
            same = all(str(row.get(name) or "") == value for name, value in mark.items())
            if same and (_is_ours(mark) or name_of(row) == name_of(one.rows[former])):
                seen.by_mark[one.kind.entity, former] = str(row.get("id"))
                break


def _is_ours(mark: Mapping[str, str]) -> bool:
    return any("renewal-copy" in value for value in mark.values())


def _fields(outcome: Answer | PortalError) -> dict[str, str]:
    if isinstance(outcome, PortalError):
        raise outcome
    fields = outcome.result.get("fields") if is_object(outcome.result) else None
    if not is_object(fields):
        raise AnswerBroken("", "fields were expected")
    known = {name: rule for name, rule in fields.items() if is_object(rule)}
    return {
        name: str(rule.get("type") or "")
        for name, rule in known.items()
        if rule.get("isReadOnly") is not True
    }


def _choices(outcome: Answer | PortalError) -> dict[str, frozenset[str]]:
    """The values of custom lists, as crm.item.fields returns them (crm-item-fields.md)."""
    fields = (
        outcome.result.get("fields") if isinstance(outcome, Answer) and is_object(outcome.result) else None
    )
    rules = {name: rule for name, rule in fields.items() if is_object(rule)} if is_object(fields) else {}
    lists = {
        name: rule["items"]
        for name, rule in rules.items()
        if rule.get("type") == "enumeration" and is_array(rule.get("items"))
    }
    return {
        name: frozenset(str(one.get("ID")) for one in items if is_object(one))
        for name, items in lists.items()
        if is_array(items)
    }


def _number(value: Json) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
