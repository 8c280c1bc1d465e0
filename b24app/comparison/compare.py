"""Compares two moments of a portal: what is lost, switched off, replaced, altered, new, or cannot be compared. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from b24app.checklist.engine.applicability import NEEDS_NO_RIGHTS, looks_without_rights
from b24app.checklist.engine.check import SEVERITY_ORDER
from b24app.checklist.engine.fact import FactRefusal, Facts, Reason
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.apps.granted_scopes import GrantedScopes
from b24app.checklist.facts.apps.me import Me
from b24app.comparison.object_changes import Change, Difference, FieldChange, changes_of
from b24app.comparison.resource import NOT_SEEN, Objects, Resource, ResourceKind, load_resources, resources_of
from b24app.text.messages import N_

__all__ = [
    "Change",
    "Comparison",
    "Difference",
    "FieldChange",
    "Mismatch",
    "compare",
    "compare_objects",
    "mismatches",
]
ORDER_OF_LINES = tuple(Difference)
State = Mapping[str, Objects]
"""What a portal holds at one moment, or is expected to hold: its objects by kind; a kind that is absent was not seen."""


class Mismatch(StrEnum):
    """Why two runs may differ without a change in the portal."""

    USER = "user"
    RIGHTS = "rights"
    SCOPES = "scopes"


MISMATCH_TEXTS: Mapping[Mismatch, str] = {
    Mismatch.USER: N_(
        "The two pictures were taken with the access of different users: what is missing may only be hidden."
    ),
    Mismatch.RIGHTS: N_(
        "The person with whose access we look is not an administrator: most parts of the portal are hidden. Let a portal administrator open the application once, then compare again."
    ),
    Mismatch.SCOPES: N_(
        "The application had other permissions then: parts that it may not see now are not compared."
    ),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, gravest first, how many objects are unchanged, how reliable it is, and how many lines are left out."""

    changes: tuple[Change, ...]
    unchanged: Mapping[str, int]
    mismatches: tuple[Mismatch, ...] = ()
    more: int = 0

    def of(self, difference: Difference) -> tuple[Change, ...]:
        """The lines of one kind of difference."""
        return tuple(change for change in self.changes if change.difference is difference)


def compare(before: Facts, after: Facts) -> Comparison:
    """Compare two moments of a portal object by object."""
    return compare_objects(resources_of(before), resources_of(after), before, after)


def compare_objects(old: State, new: State, before: Facts, after: Facts) -> Comparison:
    """Compare the earlier or expected state with the present one; the facts hold who has seen it and why something was not seen."""
    changes: list[Change] = []
    unchanged: dict[str, int] = {}
    hidden = _rights_are_lost(before, after)
    for kind in load_resources().values():
        objects = old.get(kind.code)
        if objects is None or (hidden and not NEEDS_NO_RIGHTS.issuperset(kind.facts)):
            continue  # what rights hide is reported once, by the mismatch
        if kind.code not in new:
            if objects:  # where there was no object none can be missing
                changes.append(_unknown(kind, after))
            continue
        found = changes_of(kind, objects, new[kind.code])
        found = [one for one in found if not _is_part_of_another_line(one, old, new)]
        changes += found
        touched = {change.key for change in found}
        unchanged[kind.code] = sum(key not in touched and one is not NOT_SEEN for key, one in objects.items())
    return Comparison(in_order_of_page(changes), unchanged, mismatches(before, after))


def _is_part_of_another_line(change: Change, old: State, new: State) -> bool:
    code = change.kind.code
    if change.difference is Difference.LOST:
        return goes_with_its_owner(old[code].get(change.key), old, new)
    return change.difference is Difference.NEW and goes_with_its_owner(new[code].get(change.key), new, old)


def goes_with_its_owner(one: Resource | None, here: State, there: State) -> bool:
    """Whether this is a stage, field or profile whose pipeline, smart process or service is in the lines too: then both are one line."""
    if one is None or one.part_of[0] not in there:
        return False
    owner, key = one.part_of
    return key not in there[owner] and key in here.get(owner, {})


def in_order_of_page(changes: list[Change]) -> tuple[Change, ...]:
    """The lines by difference, the gravest of each first."""
    ordered = sorted(
        changes,
        key=lambda c: (ORDER_OF_LINES.index(c.difference), SEVERITY_ORDER[c.kind.severity], c.name, c.key),
    )
    return tuple(ordered)


def mismatches(before: Facts, after: Facts) -> tuple[Mismatch, ...]:
    """Whether both runs saw the portal as the same user with the same permissions."""
    found = []
    then, now = before.of(Me), after.of(Me)
    if _rights_are_lost(before, after):
        found.append(Mismatch.RIGHTS)
    elif then and now and (then.id, then.admin) != (now.id, now.admin):
        found.append(Mismatch.USER)
    had, have = before.of(GrantedScopes), after.of(GrantedScopes)
    if had and have and set(had.names) - set(have.names):
        found.append(Mismatch.SCOPES)
    return tuple(found)


def _rights_are_lost(before: Facts, after: Facts) -> bool:
    """Whether an administrator saw the portal before and a person without rights sees it now."""
    then = before.of(Me)
    return then is not None and then.admin and looks_without_rights(after)


def _unknown(kind: ResourceKind, after: Facts) -> Change:
    noes = (after.refusals[name] for name in kind.facts if name in after.refusals)
    no = next(noes, FactRefusal(Reason.NOT_ASKED))
    return Change(kind, "", "", "", Difference.UNKNOWN, Level.UNKNOWN, (), no)
