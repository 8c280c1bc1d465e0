"""Compares two runs of a portal: what is lost, switched off, altered, new, or cannot be compared. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from b24app.checklist.engine.check import SEVERITY_ORDER, Area, Severity
from b24app.checklist.engine.fact import FactRefusal, Facts, Reason
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.apps.granted_scopes import GrantedScopes
from b24app.checklist.facts.apps.me import Me
from b24app.comparison.resource import (
    NOT_SEEN,
    Objects,
    Resource,
    ResourceKind,
    load_resources,
    resources_of,
)
from b24app.text.messages import N_


class Difference(StrEnum):
    """What happened to an object, in the order of the page."""

    LOST = "lost"
    OFF = "off"
    ALTERED = "altered"
    NEW = "new"
    UNKNOWN = "unknown"


GRAVITY = (Level.PASS, Level.WARN, Level.FAIL)


class Mismatch(StrEnum):
    """Why two runs may differ although nothing happened."""

    USER = "user"
    SCOPES = "scopes"


MISMATCH_TEXTS: Mapping[Mismatch, str] = {
    Mismatch.USER: N_(
        "The two pictures were taken with the access of different users: what is missing may only be hidden."
    ),
    Mismatch.SCOPES: N_(
        "The application had other permissions then: parts that it may not see now are not compared."
    ),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; settings are compared by fingerprint and shown without value."""

    field: str
    title: str
    before: str
    after: str

    @property
    def secret(self) -> bool:
        """Whether only the fact of the change may be shown."""
        return self.field == "settings"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the comparison."""

    kind: ResourceKind
    key: str
    name: str
    place: str
    difference: Difference
    level: Level
    fields: tuple[FieldChange, ...] = ()
    refusal: FactRefusal | None = None

    @property
    def fingerprint(self) -> str:
        """What exactly happened: accepting it does not cover a later, different change."""
        parts = [self.kind.code, self.key, self.difference]
        parts += [f"{f.field}={f.before}>{f.after}" for f in self.fields]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, gravest first, how many objects are as they were, and how far to trust it."""

    changes: tuple[Change, ...]
    unchanged: Mapping[str, int]
    mismatches: tuple[Mismatch, ...] = ()

    def of(self, difference: Difference) -> tuple[Change, ...]:
        """The lines of one kind of difference."""
        return tuple(change for change in self.changes if change.difference is difference)


def compare(before: Facts, after: Facts) -> Comparison:
    """Compare two moments of a portal object by object."""
    old, new = resources_of(before), resources_of(after)
    changes: list[Change] = []
    unchanged: dict[str, int] = {}
    for kind in load_resources().values():
        if kind.code not in old:
            continue
        if kind.code not in new:
            changes.append(_unknown(kind, after))
            continue
        found = list(_changes(kind, old[kind.code], new[kind.code]))
        changes += found
        touched = {change.key for change in found}
        unchanged[kind.code] = sum(
            key not in touched and one is not NOT_SEEN for key, one in old[kind.code].items()
        )
    order = list(Difference)
    changes.sort(key=lambda c: (order.index(c.difference), SEVERITY_ORDER[c.kind.severity], c.name))
    return Comparison(tuple(changes), unchanged, mismatches(before, after))


def mismatches(before: Facts, after: Facts) -> tuple[Mismatch, ...]:
    """Whether both runs saw the portal as the same user with the same permissions."""
    found = []
    then, now = before.of(Me), after.of(Me)
    if then and now and (then.id, then.admin) != (now.id, now.admin):
        found.append(Mismatch.USER)
    had, have = before.of(GrantedScopes), after.of(GrantedScopes)
    if had and have and set(had.names) - set(have.names):
        found.append(Mismatch.SCOPES)
    return tuple(found)


def _unknown(kind: ResourceKind, after: Facts) -> Change:
    noes = (after.refusals[name] for name in kind.facts if name in after.refusals)
    no = next(noes, FactRefusal(Reason.NOT_ASKED))
    return Change(kind, "", kind.title, "", Difference.UNKNOWN, Level.UNKNOWN, (), no)


def _ranked(objects: Objects, others: Objects) -> dict[str, Resource]:
    """Places in the order among what both runs have: a lost neighbour moves nobody."""
    ranks: dict[str, int] = {}
    found = dict(objects)
    both = [key for key, one in objects.items() if key in others and "order" in one.fields]
    for key in sorted(both, key=lambda key: int(objects[key].fields["order"])):
        group = key.rpartition(":")[0]
        ranks[group] = ranks.get(group, 0) + 1
        found[key] = replace(objects[key], fields={**objects[key].fields, "order": str(ranks[group])})
    return found


def _seen(objects: Objects, others: Objects) -> Objects:
    """The objects of groups that both runs could see."""
    hidden = {group_of(key) for one in (objects, others) for key, found in one.items() if found is NOT_SEEN}
    return {key: one for key, one in objects.items() if group_of(key) not in hidden} if hidden else objects


def group_of(key: str) -> str:
    """What an object belongs to by its key: the dictionary of a stage, the owner of a field."""
    return key.rpartition(":")[0]


def _changes(kind: ResourceKind, old: Objects, new: Objects) -> Iterable[Change]:
    old, new = _seen(old, new), _seen(new, old)
    old, new = _ranked(old, new), _ranked(new, old)
    for key, was in old.items():
        now = new.get(key)
        if now is None:
            yield Change(kind, key, was.name, was.place, Difference.LOST, _level(kind))
        elif was.on and not now.on:
            yield Change(kind, key, was.name, was.place, Difference.OFF, _level(kind))
        elif (found := _altered(kind, was, now))[0] or was.on != now.on:
            fields, level = found
            yield Change(kind, key, now.name, now.place, Difference.ALTERED, level, fields)
    for key, now in new.items():
        if key not in old:
            yield Change(kind, key, now.name, now.place, Difference.NEW, Level.PASS)


def _altered(kind: ResourceKind, was: Resource, now: Resource) -> tuple[tuple[FieldChange, ...], Level]:
    """The fields that changed, and how grave that is: by the rule of the kind, or every field that both have."""
    if kind.rule is not None:
        found = kind.rule(was, now)
        level = max((one.level for one in found), key=GRAVITY.index, default=Level.PASS)
        return tuple(FieldChange(x.field, kind.fields[x.field], x.before, x.after) for x in found), level
    both = was.fields.keys() & now.fields.keys()
    changed = [name for name in was.fields if name in both and was.fields[name] != now.fields[name]]
    fields = tuple(
        FieldChange(name, kind.fields[name], was.fields[name], now.fields[name]) for name in changed
    )
    return fields, _level_of_fields(kind, fields)


def _level(kind: ResourceKind) -> Level:
    return Level.WARN if kind.severity is Severity.NOTE else Level.FAIL


def _level_of_fields(kind: ResourceKind, fields: tuple[FieldChange, ...]) -> Level:
    if not fields:
        return Level.PASS
    grave = kind.severity is Severity.ORDERS and any(f.field not in kind.minor for f in fields)
    return Level.FAIL if grave and kind.area is not Area.BACKUP else Level.WARN
