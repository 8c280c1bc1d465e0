"""What a portal is expected to hold: every object that is seen is added, none is removed until a person has accepted that. Pure.

A run becomes the baseline only when nothing in it is worse. Until then objects are added, are switched on, and show fields that
could not be read before: all that is added at once, object by object, so that its loss is reported too. What could not be read
changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from b24app.checklist.engine.verdict import Level
from b24app.comparison.compare import State
from b24app.comparison.object_changes import (
    ORDER,
    Change,
    changes_of,
    group_of,
    hidden_groups,
    in_order,
)
from b24app.comparison.resource import NOT_SEEN, Objects, Resource, ResourceKind, load_resources

Take = Callable[[ResourceKind, Objects, Objects], Objects]


def learned(expected: State, seen: State) -> State:
    """The expected state after these objects were seen: new or better ones are added, missing or worse ones stay as they were."""
    return _with_each(expected, seen, _learned)


def adopted(expected: State, seen: State) -> State:
    """The expected state when everything that was seen is accepted: as it is; only what could not be seen stays as it was."""
    return _with_each(expected, seen, _adopted)


def _with_each(expected: State, seen: State, take: Take) -> State:
    kinds = load_resources()
    found = {code: objects for code, objects in expected.items() if code in kinds}
    for code, objects in seen.items():
        found[code] = take(kinds[code], found[code], objects) if code in found else objects
    return found


def _learned(kind: ResourceKind, old: Objects, new: Objects) -> Objects:
    hidden = hidden_groups(old, new)
    changes = changes_of(kind, old, new)
    worse = {change.key: change for change in changes if change.level is not Level.PASS}
    stand_ins = {change.new_key for change in changes if change.new_key}
    found: dict[str, Resource] = {}
    for key, was in old.items():
        now = new.get(key)
        if was is NOT_SEEN:
            continue
        hides = now is None or group_of(key) in hidden
        found[key] = was if hides or now is None else _better(kind, was, now, worse.get(key))
    taken = {*old, *stand_ins}
    found |= {key: one for key, one in new.items() if key not in taken and one is not NOT_SEEN}
    return _placed(old, new, found | _unseen(found, old, new))


def _unseen(found: Objects, *sides: Objects) -> dict[str, Resource]:
    """The marks of groups of which no object has been seen."""
    known = {group_of(key) for key in found}
    marks = (key for side in sides for key, one in side.items() if one is NOT_SEEN)
    return {key: NOT_SEEN for key in marks if group_of(key) not in known}


def _better(kind: ResourceKind, was: Resource, now: Resource, worse: Change | None) -> Resource:
    """The present object, with worse fields as they were. Anchored fields are those of the baseline's own run."""
    if worse is None and not kind.anchored:
        return replace(now, fields={**was.fields, **now.fields}, on=was.on or now.on)
    return replace(was, fields={**now.fields, **was.fields}, on=was.on or now.on)


def _placed(old: Objects, new: Objects, found: Mapping[str, Resource]) -> Objects:
    """Number the places anew: new objects come after their predecessor in the portal, all others keep their order."""
    if not any(ORDER in one.fields for one in found.values()):
        return found
    rows: dict[str, list[str]] = {}
    for key in in_order({key: one for key, one in old.items() if key in found}):
        rows.setdefault(group_of(key), []).append(key)
    last: dict[str, str] = {}
    for key in in_order(new):
        row = rows.setdefault(group_of(key), [])
        if key in found and key not in row:
            before = last.get(group_of(key))
            row.insert(row.index(before) + 1 if before is not None else 0, key)
        if key in row:
            last[group_of(key)] = key
    numbers = {key: str(number) for row in rows.values() for number, key in enumerate(row)}
    return {
        key: replace(one, fields={**one.fields, ORDER: numbers[key]}) if key in numbers else one
        for key, one in found.items()
    }


def _adopted(_kind: ResourceKind, old: Objects, new: Objects) -> Objects:
    hidden = {group_of(key) for key, one in new.items() if one is NOT_SEEN}
    found = {key: one for key, one in old.items() if group_of(key) in hidden and one is not NOT_SEEN}
    for key, now in new.items():
        was = old.get(key, now)
        if now is not NOT_SEEN:  # fields that could not be read stay as they were
            found[key] = replace(now, fields={**was.fields, **now.fields})
    return found | _unseen(found, old, new)


def against(expected: Iterable[Change], baseline: Iterable[Change]) -> list[Change]:
    """What is worse than expected, and what is new or better than in the baseline."""
    found = list(expected)
    known = {(one.kind.code, one.key) for one in found}
    return found + [
        one for one in baseline if one.level is Level.PASS and (one.kind.code, one.key) not in known
    ]
