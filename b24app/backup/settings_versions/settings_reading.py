"""Reads the rows of every settings entity in few requests; only what is refused is left out, and reported."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from b24app.backup.entities.entity import Entity, PortalShape, Tier, entities_of
from b24app.backup.settings_versions.normalised_rows import (
    is_list,
    listed,
    normalised,
    owner_params,
    read_answer,
)
from b24app.bitrix24.list_methods import PAGE, Mode, paging_of
from b24app.bitrix24.responses import Answer, Command, Outcome
from b24app.checklist.engine.fact import Reason, refusal_of
from b24app.checklist.engine.gather import BatchClient, Sender
from b24app.errors import PortalError
from b24app.json_values import Json, JsonObject, is_object
from b24app.manifest import is_granted

AT_ONCE = 50
"""Commands of one request (how-to-call-rest-api/batch.md)."""
WIDE = frozenset({"landing.site.fullExport"})
"""Methods whose answer is large: these are sent one at a time, last, and with few others."""
FEW = 5
BOUNDED = {"imopenlines.config.list.get": 200}
"""Methods that return at most so many rows and no total."""
SHAPE = ("smart_process", "catalogue")
Key = tuple[str, str, int]
"""Entity, owner, where the page begins."""


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """What was read: rows by entity, why entities were left out, and owners whose rows alone were refused."""

    rows: Mapping[str, list[JsonObject]]
    left_out: Mapping[str, Reason]
    owners_left_out: Mapping[str, frozenset[str]]


@dataclass(slots=True)
class PagedList:
    """One list being read: rows by page, and how many there must be."""

    pages: dict[int, Sequence[Json]] = field(default_factory=dict)
    total: int | None = None
    left: set[int] = field(default_factory=set)
    error: Reason | None = None


@dataclass(slots=True)
class SettingsReading:
    """One reading under way, request by request: lists, then their pages and what belongs to each of their rows."""

    granted: Collection[str]
    salt: str
    entities: dict[str, Entity] = field(default_factory=dict)
    lists: dict[tuple[str, str], PagedList] = field(default_factory=dict)
    rows: dict[str, list[JsonObject]] = field(default_factory=dict)
    left_out: dict[str, Reason] = field(default_factory=dict)
    owners_left_out: dict[str, set[str]] = field(default_factory=dict)

    def learn(self, shape: PortalShape) -> None:
        """Take the entities of a portal of this shape; those without a permission are left out."""
        for one in entities_of(shape, Tier.SETTINGS):
            self.entities.setdefault(one.code, one)
            if not is_granted(one.scope, self.granted):
                self.left_out[one.code] = Reason.SCOPE

    def round(self, sender: Sender) -> bool:
        """Send one request with what can be asked by now and take the answers; False when nothing is left to ask."""
        part = next_request([(key, self._command(key)) for key in self._due()])
        if part:
            named = {"|".join(map(str, key)): command for key, command in part.items()}
            outcomes = sender.send(named)
            for key, name in zip(part, named, strict=True):
                self._take(key, outcomes[name])
        self._finish()
        return bool(part)

    def _due(self) -> Iterator[Key]:
        """What can be asked: first that for which others wait, so that requests are full."""
        awaited = {one.per_item.owner for one in self.entities.values() if one.per_item} | set(SHAPE)
        for one in sorted(self.entities.values(), key=lambda entity: entity.code not in awaited):
            if one.code in self.left_out or one.code in self.rows:
                continue
            for owner in self._owners(one):
                known = self.lists.setdefault((one.code, owner), PagedList(left={0}))
                yield from ((one.code, owner, start) for start in sorted(known.left))

    def _owners(self, one: Entity) -> tuple[str, ...]:
        """The owners of an entity's rows; none while they are unknown, one empty owner for a list without owners."""
        if one.per_item is None:
            return ("",)
        owners = self.rows.get(one.per_item.owner)
        if owners is None:
            return ()
        field_of_id = self.entities[one.per_item.owner].id
        return tuple(str(row[field_of_id]) for row in owners if row.get(field_of_id) is not None)

    def _command(self, key: Key) -> Command:
        code, owner, start = key
        one = self.entities[code]
        params: dict[str, Json] = dict(one.params)
        for name, value in (owner_params(one.per_item.params, owner) if one.per_item else {}).items():
            before = params.get(name)
            params[name] = {**before, **value} if is_object(before) and is_object(value) else value
        if start or (is_list(one.method) and one.method not in BOUNDED):
            params["start"] = start
        return Command(one.method, params, write=False)

    def _take(self, key: Key, outcome: Outcome) -> None:
        code, owner, start = key
        method, known = self.entities[code].method, self.lists[code, owner]
        known.left.discard(start)
        if isinstance(outcome, PortalError):
            known.error, known.left = refusal_of(outcome).reason, set()
            return
        if not is_list(method):
            known.pages[0] = read_answer(method, outcome.result)
            return
        known.pages[start] = listed(outcome.result)
        if paging_of(method).mode is not Mode.WHOLE:  # some of those always return 0 (crm-currency-list.md)
            known.total = outcome.total if known.total is None else known.total
        known.left |= {one for one in _further(outcome, start) if one not in known.pages}
        if len(known.pages[start]) == BOUNDED.get(method) or (known.total not in {None, outcome.total}):
            known.error = Reason.BROKEN

    def _finish(self) -> None:
        """Finish entities that are complete; a refusal of a list leaves the entity out, one of an owner only this owner."""
        for one in list(self.entities.values()):
            if one.code in self.rows or one.code in self.left_out:
                continue
            if one.per_item is not None and one.per_item.owner in self.left_out:
                self.left_out[one.code] = self.left_out[one.per_item.owner]
            elif one.per_item is None or one.per_item.owner in self.rows:
                self._close(one)

    def _close(self, one: Entity) -> None:
        mine = {owner: self.lists.get((one.code, owner)) for owner in self._owners(one)}
        if any(known is None or known.left for known in mine.values()):
            return
        found: list[JsonObject] = []
        for owner, known in mine.items():
            if known is None or known.error or (rows := _whole(known)) is None:
                reason = known.error if known and known.error else Reason.BROKEN
                self.left_out[one.code] = reason
                self.owners_left_out.setdefault(one.code, set()).add(owner)
            else:
                found += normalised(one, rows, self.salt, owner)
        refused = self.owners_left_out.get(one.code, set())
        if not mine or len(refused) < len(mine):
            self.rows[one.code] = found


def read_settings(
    client: BatchClient, granted: Collection[str], salt: str, language: str = "ru"
) -> SettingsRead:
    """Read everything; raises the PortalError family when the portal answers nothing at all."""
    reading, sender = SettingsReading(granted, salt), Sender(client)
    reading.learn(PortalShape(frozenset(granted), language=language))
    going = True
    while going and sender.failed is None:
        going = reading.round(sender)
        reading.learn(shape_of(reading.rows, granted, language))
    if sender.failed is not None and not reading.rows:
        raise sender.failed
    return _outcome(reading, sender.failed)


def _outcome(reading: SettingsReading, failed: PortalError | None) -> SettingsRead:
    """Collect the result; what was not asked yet when the portal became silent is left out too."""
    reason = refusal_of(failed).reason if failed else Reason.NOT_ASKED
    for code in reading.entities.keys() - reading.rows.keys():
        reading.left_out.setdefault(code, reason)
    owners = {code: frozenset(found) for code, found in reading.owners_left_out.items()}
    return SettingsRead(reading.rows, reading.left_out, owners)


def shape_of(
    rows: Mapping[str, Sequence[JsonObject]], granted: Collection[str], language: str = "ru"
) -> PortalShape:
    """The smart processes and catalogues among the rows that were read."""
    processes = {
        int(str(row["entityTypeId"])): str(row.get("title") or "")
        for row in rows.get("smart_process", ())
        if str(row.get("entityTypeId", "")).isdigit()
    }
    catalogues = [
        int(str(row["iblockId"]))
        for row in rows.get("catalogue", ())
        if str(row.get("iblockId", "")).isdigit()
    ]
    return PortalShape(frozenset(granted), processes, catalogues, language=language)


def next_request(due: Sequence[tuple[Key, Command]]) -> dict[Key, Command]:
    """The commands of the next request: as many as one takes, and a large one only beside few others."""
    narrow = [pair for pair in due if pair[1].method not in WIDE][:AT_ONCE]
    wide = [pair for pair in due if pair[1].method in WIDE][:1]
    return dict([*narrow, *wide] if len(narrow) <= FEW else narrow)


def _further(answer: Answer, start: int) -> Iterator[int]:
    """Where the pages after the first one begin; without a total, the next one alone."""
    if answer.next is None or (answer.total is not None and start):
        return iter(())
    return iter(range(answer.next, answer.total or answer.next + 1, PAGE))


def _whole(known: PagedList) -> list[JsonObject] | None:
    """The rows of all pages; None when they are not as many as the portal counted, one came twice, or is no object."""
    rows = [row for start in sorted(known.pages) for row in known.pages[start]]
    found = [row for row in rows if is_object(row)]
    if len(found) < len(rows) or (known.total is not None and known.total != len(rows)):
        return None
    twice = len(known.pages) > 1 and len({str(row) for row in found}) < len(found)
    return None if twice else found
