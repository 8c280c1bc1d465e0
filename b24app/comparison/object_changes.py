"""What happened to the objects of one kind between two moments: lost, switched off, altered, replaced, new. Pure."""

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.engine.fact import FactRefusal
from b24app.checklist.engine.verdict import Level
from b24app.comparison.resource import NOT_SEEN, Field, Objects, Resource, ResourceKind, Shown

ORDER = "order"
GRAVITY = (Level.PASS, Level.WARN, Level.FAIL)


class Difference(StrEnum):
    """What happened to an object, in the order of the page."""

    LOST = "lost"
    OFF = "off"
    REPLACED = "replaced"
    ALTERED = "altered"
    NEW = "new"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, and the texts that are shown in place of both values."""

    field: str
    declared: Field
    before: str
    after: str
    texts: tuple[str, str] = ("", "")

    @property
    def title(self) -> str:
        """The title of the field."""
        return self.declared.title

    @property
    def secret(self) -> bool:
        """Whether only the fact of the change may be shown."""
        return self.declared.shown is Shown.SECRET


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the comparison: the object, what happened to it, and the new one in its place."""

    kind: ResourceKind
    key: str
    name: str
    place: str
    difference: Difference
    level: Level
    fields: tuple[FieldChange, ...] = ()
    refusal: FactRefusal | None = None
    tells: str = ""
    title: str = ""
    meaning: str = ""
    remedy: str = ""
    link: str = ""
    new_key: str = ""
    new_name: str = ""
    new_tells: str = ""
    now_off: bool = False

    @property
    def fingerprint(self) -> str:
        """Identifies exactly this change: accepting it does not cover a later, different one."""
        parts = [self.kind.code, self.key, self.difference]
        parts += [f"{f.field}={f.before}>{f.after}" for f in self.fields]
        parts += [self.new_key, "off" if self.now_off else "on"] if self.new_key else []
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def changes_of(kind: ResourceKind, old: Objects, new: Objects) -> list[Change]:
    """Compare the objects of one kind; groups that one side could not see are left out."""
    old, new = _seen(old, new), _seen(new, old)
    old, new = ranked(old, new)
    lost = {key: one for key, one in old.items() if key not in new}
    came = {key: one for key, one in new.items() if key not in old}
    pairs = replacements(lost, came)
    found = [_replaced(kind, key, lost[key], other, came[other]) for key, other in pairs.items()]
    found += [_gone(kind, key, one) for key, one in lost.items() if key not in pairs]
    taken = set(pairs.values())
    found += [
        _change(kind, key, one, Difference.NEW, Level.PASS) for key, one in came.items() if key not in taken
    ]
    for key, was in old.items():
        if key in new and (change := _altered(kind, key, was, new[key])):
            found.append(change)
    return _told_apart(found, old, new)


def group_of(key: str) -> str:
    """What an object belongs to by its key: the dictionary of a stage, the owner of a field."""
    return key.rpartition(":")[0]


def hidden_groups(*sides: Objects) -> set[str]:
    """The groups that one of the sides could not see."""
    return {group_of(key) for one in sides for key, found in one.items() if found is NOT_SEEN}


def _seen(objects: Objects, others: Objects) -> Objects:
    hidden = hidden_groups(objects, others)
    return {key: one for key, one in objects.items() if group_of(key) not in hidden} if hidden else objects


def ranked(old: Objects, new: Objects) -> tuple[Objects, Objects]:
    """Places in the order among what both have, and only of what moved: a lost or new neighbour does not count as a move."""
    groups: dict[str, list[str]] = {}
    for key in in_order(old):
        if key in new and ORDER in new[key].fields:
            groups.setdefault(group_of(key), []).append(key)
    was, now = dict(old), dict(new)
    for keys in groups.values():
        order = in_order({key: new[key] for key in keys})
        ranks = {key: number for number, key in enumerate(order, 1)}
        moved = set(keys) - _still(keys, ranks)
        for rank, key in enumerate(keys, 1):
            was[key] = _placed(old[key], rank if key in moved else None)
            now[key] = _placed(new[key], ranks[key] if key in moved else None)
    return was, now


def in_order(objects: Objects) -> list[str]:
    """The keys of what has a place in an order, by this place."""
    placed = [key for key, one in objects.items() if ORDER in one.fields]
    return sorted(placed, key=lambda key: int(objects[key].fields[ORDER] or 0))


def _placed(one: Resource, rank: int | None) -> Resource:
    return replace(one, fields={**one.fields, ORDER: "" if rank is None else str(rank)})


def _still(keys: Sequence[str], ranks: Mapping[str, int]) -> set[str]:
    """The longest sequence of keys in the same order before and after; the rest has moved."""
    tails: list[int] = []
    ends: list[str] = []
    before: dict[str, str | None] = {}
    for key in keys:
        place = bisect_left(tails, ranks[key])
        before[key] = ends[place - 1] if place else None
        tails[place : place + 1], ends[place : place + 1] = [ranks[key]], [key]
    row: set[str] = set()
    last = ends[-1] if ends else None
    while last is not None:
        row.add(last)
        last = before[last]
    return row


def replacements(lost: Objects, came: Objects) -> dict[str, str]:
    """Which new object replaces which lost one: by role and name, by role, by name; doubtful ones are left."""
    pairs: dict[str, str] = {}
    for token in (_role_and_name, _role, _name):
        here = _by_token({key: one for key, one in lost.items() if key not in pairs}, token)
        there = _by_token({key: one for key, one in came.items() if key not in pairs.values()}, token)
        pairs |= {here[value]: there[value] for value in here if value in there}
    return pairs


Token = tuple[str, ...]


def _role_and_name(_key: str, one: Resource) -> Token | None:
    return (one.role, one.name.casefold()) if one.role and one.name else None


def _role(_key: str, one: Resource) -> Token | None:
    return (one.role,) if one.role else None


def _name(key: str, one: Resource) -> Token | None:
    return (group_of(key), one.name.casefold()) if one.name else None


def _by_token(objects: Objects, token: Callable[[str, Resource], Token | None]) -> dict[Token, str]:
    """The keys of objects with a unique token, by token."""
    found = [(value, key) for key, one in objects.items() if (value := token(key, one))]
    counts = Counter(value for value, _ in found)
    return {value: key for value, key in found if counts[value] == 1}


def _change(kind: ResourceKind, key: str, one: Resource, difference: Difference, level: Level) -> Change:
    return Change(
        kind, key, one.name, one.place, difference, level,
        title=one.title, meaning=one.meaning, remedy=one.remedy, link=one.link,
    )  # fmt: skip


def _gone(kind: ResourceKind, key: str, was: Resource) -> Change:
    return _change(kind, key, was, Difference.LOST, level_of_loss(kind))


def _replaced(kind: ResourceKind, key: str, was: Resource, new_key: str, now: Resource) -> Change:
    """One line for both; it is milder than a loss only when the new one has the role of the lost one and works."""
    fields = field_changes(kind, was, now)
    level = level_of_loss(kind)
    if was.role and was.role == now.role and (now.on or not was.on):
        level = max(Level.WARN, _level_of_fields(kind, fields), key=GRAVITY.index)
    change = _change(kind, key, was, Difference.REPLACED, level)
    return replace(change, fields=fields, new_key=new_key, new_name=now.name, now_off=not now.on)


def _altered(kind: ResourceKind, key: str, was: Resource, now: Resource) -> Change | None:
    """One object before and after: switched off, replaced by a field that means another object, altered, or as it was."""
    if was.on and not now.on:
        fields = () if kind.rule else field_changes(kind, was, now)
        return replace(_change(kind, key, was, Difference.OFF, level_of_loss(kind)), fields=fields)
    if kind.rule is not None:
        judged = kind.rule(was, now)
        fields = tuple(FieldChange(x.field, kind.fields[x.field], x.before, x.after) for x in judged)
        level = max((one.level for one in judged), key=GRAVITY.index, default=Level.PASS)
    else:
        fields = field_changes(kind, was, now)
        level = _level_of_fields(kind, fields)
    if not fields and was.on == now.on:
        return None
    if not (was.on or now.on):
        level = min(level, Level.WARN, key=GRAVITY.index)
    another = any(one.field in kind.replacing for one in fields)
    difference = Difference.REPLACED if another else Difference.ALTERED
    return replace(_change(kind, key, now, difference, level), fields=fields)


def field_changes(kind: ResourceKind, was: Resource, now: Resource) -> tuple[FieldChange, ...]:
    """The fields that both have and that differ."""
    return tuple(
        FieldChange(
            name, kind.fields[name], was.fields[name], now.fields[name],
            (was.shown.get(name, ""), now.shown.get(name, "")),
        )
        for name in was.fields
        if name in now.fields and was.fields[name] != now.fields[name]
    )  # fmt: skip


def level_of_loss(kind: ResourceKind) -> Level:
    """The level when an object is lost or switched off."""
    return Level.WARN if kind.severity is Severity.NOTE else Level.FAIL


def _level_of_fields(kind: ResourceKind, fields: Iterable[FieldChange]) -> Level:
    names = {one.field for one in fields}
    if not names:
        return Level.PASS
    stops = kind.severity is Severity.ORDERS and kind.area is not Area.BACKUP and not names <= set(kind.minor)
    return Level.FAIL if stops or names & set(kind.grave) else Level.WARN


def _told_apart(found: list[Change], old: Objects, new: Objects) -> list[Change]:
    """Add what distinguishes an object from others of its name, where there are others."""
    named = {(one.name.casefold(), key) for side in (old, new) for key, one in side.items()}
    counts = Counter(name for name, _ in named)
    told = []
    for one in found:
        many = counts[one.name.casefold()] > 1 or not one.name
        mine, other = old.get(one.key, new.get(one.key)), new.get(one.new_key)
        mark, new_mark = (_tells(one.key, mine), _tells(one.new_key, other)) if many else ("", "")
        told.append(replace(one, tells=mark, new_tells=new_mark) if many else one)
    return told


def _tells(key: str, one: Resource | None) -> str:
    if one is None:
        return ""
    return one.tells or (f"№ {key}" if key.isdigit() else "")
