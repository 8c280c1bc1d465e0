"""References between settings: a field that names an object by its id gets the id that the object has now.

Entities declare which fields name what (`Entity.parts`). An object that still exists keeps its id; one that this restore
makes has a stand-in until it is made; one that an earlier restore made has the id that it was given then.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from b24app.backup.entities.entity import Entity, PortalShape, Tier, entities_of
from b24app.backup.restore.given_ids import GivenIds, own_id
from b24app.backup.restore.plan import NEW, Action, Operation, RestoreChoice, with_each_text
from b24app.json_values import JsonObject

AT = "{{at:%s:%s}}"
"""Stand-in inside parameters for the id of an object that another choice of this restore makes, by entity and former id."""
PLACE = re.compile(r"\{\{at:([^:{}]+):([^{}]+)\}\}")
Place = tuple[str, str]
"""An entity and an id in it."""


@cache
def entity_named(code: str) -> Entity | None:
    """The declaration of a settings entity; the number at the end of one that each catalogue or smart process has is in its code."""
    number = re.search(r"_(\d+)$", code)
    kinds = {int(number[1]): ""} if number else {}
    shape = PortalShape(frozenset(), smart_processes=kinds, catalogues=tuple(kinds))
    return next((one for one in entities_of(shape, Tier.SETTINGS) if one.code == code), None)


def parts_of(entity: str, row: JsonObject) -> dict[str, str]:
    """The fields of a row that refer to other objects, with the entity of each; for some a field beside them names the entity."""
    declared = entity_named(entity)
    found: dict[str, str] = {}
    for name, target in (declared.parts if declared is not None else {}).items():
        own, _, condition = name.partition("?")
        beside, _, value = condition.partition("=")
        if not condition or str(row.get(beside, "")) == value:
            found[own] = target
    return found


@dataclass(slots=True)
class ObjectIds:
    """Present ids of objects of settings, as far as one plan has found them."""

    given: GivenIds = field(default_factory=dict)
    found: dict[Place, str] = field(default_factory=dict)
    """Ids, or stand-ins, of what this plan has looked at, by entity and former id."""
    names: dict[Place, str] = field(default_factory=dict)
    kinds: set[int] = field(default_factory=set)
    """Types of CRM items that this plan makes."""
    leaving: set[Place] = field(default_factory=set)
    """Objects that are deleted with others: their references do not count as uses."""

    def note(self, choice: RestoreChoice, made: Iterable[Operation]) -> None:
        """Note the stand-in of an object that this plan makes."""
        place = choice.entity, own_id(choice.key)
        if any(one.action is Action.CREATE and one.key == choice.key for one in made):
            self.found[place], self.names[place] = AT % place, choice.name

    def now(self, place: Place, present: Sequence[str]) -> str:
        """The id that an object has now, or its stand-in; empty where it is not in the portal any more."""
        _, former = place
        if former in present:
            return former
        if place in self.found:
            return self.found[place]
        return next((one for one in self.given.get(place, ()) if one in present), "")

    def is_made(self, text: str) -> bool:
        """Whether a value is a stand-in for the id of what this restore makes."""
        return bool(PLACE.search(text))

    def name(self, text: str) -> str:
        """A stand-in as people read it: the name of what is made."""
        return PLACE.sub(lambda one: self.names.get((one[1], one[2]), one[2]), text)


def parents_first(choices: Sequence[RestoreChoice]) -> Iterator[RestoreChoice]:
    """Choices of one entity in an order in which none comes before what it names; the given order otherwise."""
    mine = {(one.entity, own_id(one.key)): one for one in choices}
    done: set[int] = set()

    def walk(one: RestoreChoice, above: tuple[int, ...]) -> Iterator[RestoreChoice]:
        if id(one) in done or id(one) in above:
            return
        row = one.row or {}
        for name, target in parts_of(one.entity, row).items():
            parent = mine.get((target, str(row.get(name, ""))))
            if parent is not None:
                yield from walk(parent, (*above, id(one)))
        done.add(id(one))
        yield one

    for one in choices:
        yield from walk(one, ())


def linked(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Numbered operations whose stand-ins by place have become stand-ins by number."""
    numbers = {(one.entity, own_id(one.key)): one.number for one in operations if one.action is Action.CREATE}

    def put(text: str) -> str:
        return PLACE.sub(lambda one: NEW % numbers[one[1], one[2]], text)

    return tuple(with_each_text(one, put) for one in operations)
