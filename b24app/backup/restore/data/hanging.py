"""Writes what hung on items in the copy for the items made anew; a repeat after a kill adds only what is missing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, count

from flask_babel import force_locale, gettext

from b24app.backup.restore.data.hanging_writes import (
    CopiedAround,
    HangingOwner,
    HangingWrite,
    Teller,
    hang_on,
    present_text,
)
from b24app.backup.restore.data.item_look import read_names, rows_of
from b24app.backup.restore.data.item_types import ItemType
from b24app.backup.restore.data.prefetched_items import Writing
from b24app.bitrix24.responses import Outcome
from b24app.errors import LimitReached, PortalError, Unreachable, WriteUncertain
from b24app.json_values import JsonObject
from b24app.rest_client import BATCH, Command, RestClient
from b24app.text.messages import N_
from b24app.text.translation import nearest_language

PART_REFUSED = N_("It is back, but the portal refused a part of what hung on it. These are its own words.")
WHOLE: tuple[type[PortalError], ...] = (LimitReached, Unreachable, WriteUncertain)
LOG_PAGES, LOG_PAGE = 10, 10  # a page: crm-timeline-logmessage-list.md


def hang_all(made: Mapping[str, str], again: Collection[str], writing: Writing) -> dict[str, tuple[str, str]]:
    """Write what hangs on these items, by former and new number; returns the items of which a part was refused, and why."""
    prefetched, client, kind = writing.prefetched, writing.client, writing.prefetched.kind
    if kind is None or not made:
        return {}
    around = {item: prefetched.around.get(item, CopiedAround()) for item in made}
    rows = {item: prefetched.rows[item] for item in made}
    teller = make_teller(rows, around, writing)
    there = {item: _hanging_there(kind, made[item], client) for item in again if item in made}
    atoms = [
        (item, atom)
        for item, new in made.items()
        for atom in _atoms(hang_on(HangingOwner(kind, int(new)), rows[item], around[item], teller))
        if not (item in there and (atom[0].kind, atom[0].text) in there[item])
    ]
    return _send(atoms, client)


def make_teller(
    rows: Mapping[str, JsonObject], around: Mapping[str, CopiedAround], writing: Writing
) -> Teller:
    """Make a Teller with the names of all people mentioned, and the language of the portal."""
    people = {str(row.get("createdBy")) for row in rows.values()}
    for one in around.values():
        people |= {str(row.get("AUTHOR_ID")) for row in one.comments}
        people |= {str(row.get("RESPONSIBLE_ID")) for row in one.activities}
    accounts = read_names(writing.client, people)
    names = {
        key: f"{row.get('NAME') or ''} {row.get('LAST_NAME') or ''}".strip() for key, row in accounts.items()
    }
    active = frozenset(key for key, row in accounts.items() if row.get("ACTIVE") is True)
    return Teller(partial(_say, nearest_language(writing.language, "ru")), names, active, writing.asked_by)


def _say(language: str, message: str, **values: str) -> str:
    with force_locale(language):
        return gettext(message, **values)


def _atoms(hanging: Iterator[HangingWrite]) -> list[list[HangingWrite]]:
    """Groups of commands that must be in one request, because one uses the result of another (batch.md)."""
    atoms: list[list[HangingWrite]] = []
    for one in hanging:
        if one.needs and atoms and len(atoms[-1]) < BATCH:
            atoms[-1].append(one)
        else:
            atoms.append([one])
    return atoms


def _send(atoms: Sequence[tuple[str, list[HangingWrite]]], client: RestClient) -> dict[str, tuple[str, str]]:
    troubles: dict[str, tuple[str, str]] = {}
    for part in _requests(atoms):
        commands = {f"i{item}_{one.key}": _renamed(item, one) for item, atom in part for one in atom}
        owners = {f"i{item}_{one.key}": item for item, atom in part for one in atom}
        for key, outcome in client.batch(commands).items():
            _note(troubles, owners[key], outcome)
    return troubles


def _requests(
    atoms: Sequence[tuple[str, list[HangingWrite]]],
) -> Iterator[list[tuple[str, list[HangingWrite]]]]:
    part: list[tuple[str, list[HangingWrite]]] = []
    for item, atom in atoms:
        if sum(len(other) for _, other in part) + len(atom) > BATCH:
            yield part
            part = []
        part.append((item, atom))
    if part:
        yield part


def _renamed(item: str, one: HangingWrite) -> Command:
    """A command whose keys inside the request include the item; references to them are changed too."""
    fields = one.command.params.get("fields")
    if not one.needs or not isinstance(fields, Mapping):
        return one.command
    inside = {
        name: f"$result[i{item}_{one.needs}]" if value == f"$result[{one.needs}]" else value
        for name, value in fields.items()
    }
    return Command(one.command.method, {"fields": inside}, write=True)


def _note(troubles: dict[str, tuple[str, str]], item: str, outcome: Outcome) -> None:
    if isinstance(outcome, WHOLE):
        raise outcome
    if isinstance(outcome, PortalError):
        words = ": ".join(part for part in (str(outcome.code), outcome.description) if part)
        troubles.setdefault(item, (PART_REFUSED, words[:500]))


def _hanging_there(kind: ItemType, new_id: str, client: RestClient) -> set[tuple[str, str]]:
    """What hangs on an item already, by kind and text."""
    number = int(new_id)
    found = {("log", present_text("log", row)) for row in _log_lines(kind, number, client)}
    if kind.has_requisites:
        mine: JsonObject = {
            "filter": {"ENTITY_TYPE_ID": kind.id, "ENTITY_ID": number}, "select": ["ID", "NAME", "XML_ID"],
        }  # fmt: skip
        rows = client.rows("crm.requisite.list", mine)
        found |= {("requisite", present_text("requisite", row)) for row in rows}
    comments: JsonObject = {"filter": {"ENTITY_ID": number, "ENTITY_TYPE": kind.long}}
    found |= {
        ("comment", present_text("comment", row))
        for row in client.rows("crm.timeline.comment.list", comments)
    }
    todos: JsonObject = {"filter": {"OWNER_ID": number, "OWNER_TYPE_ID": kind.id}}
    return found | {("todo", present_text("todo", row)) for row in client.rows("crm.activity.list", todos)}


def _log_lines(kind: ItemType, number: int, client: RestClient) -> Iterator[JsonObject]:
    """Every log line of an item: ten pages a request, until one is not full."""
    for first in count(0, LOG_PAGES):
        pages = range(first, first + LOG_PAGES)
        owner = {"entityTypeId": kind.id, "entityId": number}
        commands = {
            f"log{page}": Command("crm.timeline.logmessage.list", {**owner, "start": page * LOG_PAGE})
            for page in pages
        }
        answers = client.batch(commands)
        rows = [rows_of(answers[f"log{page}"]) for page in pages]
        yield from chain.from_iterable(rows)
        if len(rows[-1]) < LOG_PAGE:
            return
