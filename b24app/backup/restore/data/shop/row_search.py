"""Asks the portal which wanted rows of the shop exist: by number, by external code, by what earlier restores have made."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from b24app.backup.restore.data.item_look import PAGE, EarlierItems, SeenItems, rows_of
from b24app.backup.restore.data.shop.row_types import ShopType
from b24app.json_values import Json, JsonObject
from b24app.rest_client import Answer, Command, RestClient

Catalogues = Sequence[JsonObject]


def _none(_numbers: Collection[str]) -> Collection[str]:
    """No numbers: the copy is not looked into."""
    return ()


@dataclass(frozen=True, slots=True)
class WantedRows:
    """What is looked for of one kind: numbers, and rows of the copy that may exist under another number.

    `in_copy` returns which numbers the copy holds as rows of their own: none of those is the successor of another one.
    """

    kind: ShopType
    ids: Collection[str] = ()
    rows: Mapping[str, JsonObject] = field(default_factory=dict)
    earlier: EarlierItems = field(default_factory=dict)
    in_copy: Callable[[Collection[str]], Collection[str]] = _none


def read_catalogues(client: RestClient) -> Catalogues:
    """The catalogues of the portal; those of variants refer to the one of their products."""
    return tuple(client.rows("catalog.catalog.list"))


def few_rows(client: RestClient, method: str, params: JsonObject) -> list[JsonObject]:
    """The rows of a list that is expected to fit into one page; a longer one is read to its end as well."""
    outcome = client.batch({"few": Command(method, {**params, "start": 0})})["few"]
    rows = rows_of(outcome)
    if isinstance(outcome, Answer) and outcome.total is not None and outcome.total > len(rows):
        return list(client.rows(method, params))
    return rows


def look_for_rows(client: RestClient, catalogues: Catalogues, wanted: Iterable[WantedRows]) -> SeenItems:
    """Ask for all wanted rows, fifty values a command, fifty commands a request; every answer complete or an error."""
    wanted = tuple(wanted)
    seen = SeenItems()
    asked = {f"n{place}": one for place, one in enumerate(_questions(wanted, catalogues))}
    answers = client.batch({key: command for key, (_, command) in asked.items()}) if asked else {}
    by_code: dict[str, list[JsonObject]] = {}
    for key, outcome in answers.items():
        one, rows = asked[key][0], rows_of(outcome)
        wished = {*one.ids, *one.rows, *_made(one)}
        for row in rows:
            if str(row.get("id")) in wished:
                seen.rows[one.kind.entity, str(row.get("id"))] = row
            by_code.setdefault(one.kind.entity, []).append(row)
    for one in wanted:
        _match(seen, one, by_code.get(one.kind.entity, ()))
    return seen


def _questions(wanted: Sequence[WantedRows], catalogues: Catalogues) -> Iterator[tuple[WantedRows, Command]]:
    for one in wanted:
        numbers: list[Json] = [
            int(item) for item in sorted({*one.ids, *one.rows, *_made(one)}) if item.isdigit()
        ]
        codes: list[Json] = [*sorted({one.kind.mark_of(row) for row in one.rows.values()})]
        for name, values in (("id", numbers), ("xmlId", codes)):
            for start in range(0, len(values), PAGE):
                for command in list_commands(one.kind, catalogues, name, values[start : start + PAGE]):
                    yield one, command


def list_commands(
    kind: ShopType, catalogues: Catalogues, name: str, values: Sequence[Json], more: Sequence[str] = ()
) -> Iterator[Command]:
    """Lists of the rows whose field is one of these, catalogue by catalogue; a list of products takes an array after `=`."""
    is_goods = kind.is_goods
    condition: JsonObject = {f"{'=' if is_goods else '@'}{name}": [*values]}
    base: JsonObject = {"select": [*kind.family.shown, *more], "order": {"id": "asc"}}
    method = kind.family.methods.list
    if not kind.family.in_catalogue:
        yield Command(method, {**base, "filter": condition})
        return
    for number in catalogue_numbers(kind, catalogues):
        yield Command(method, {**base, "filter": {"iblockId": number, **condition}})


def catalogue_numbers(kind: ShopType, catalogues: Catalogues) -> list[Json]:
    """The catalogues that may hold rows of a kind: variants have one of their own."""
    offers = kind.base == "offer"
    return [
        row.get("iblockId") or row.get("id")
        for row in catalogues
        if bool(row.get("productIblockId")) is offers
    ]


def _made(one: WantedRows) -> set[str]:
    """Numbers that earlier restores have given to these rows."""
    return {new for former in one.rows for new in one.earlier.get((one.kind.entity, former), ())}


def _match(seen: SeenItems, one: WantedRows, rows: Sequence[JsonObject]) -> None:
    """Match rows with their successors: by the external code, or by the journal of an earlier restore."""
    kind = one.kind
    codes = {kind.mark_of(row) for row in one.rows.values()}
    alike = {
        str(row.get("id")): str(row.get("xmlId") or "")
        for row in rows
        if str(row.get("xmlId") or "") in codes
    }
    others = alike.keys() - set(one.in_copy(alike.keys() - one.rows.keys())) - one.rows.keys()
    by_code = {alike[number]: number for number in sorted(others, key=int, reverse=True)}
    for former, row in one.rows.items():
        made = one.earlier.get((kind.entity, former), ())
        here = next((new for new in made if (kind.entity, new) in seen.rows), None)
        here = here or by_code.get(kind.mark_of(row))
        if here is not None and (kind.entity, former) not in seen.rows:
            seen.by_mark[kind.entity, former] = here
