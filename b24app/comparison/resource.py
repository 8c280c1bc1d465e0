"""Declares a resource: how its objects are read from facts, by which key and fields they are compared, what a loss means. Pure."""

import inspect
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.verdict import Level
from b24app.discovery import enter, import_all


@dataclass(frozen=True, slots=True)
class Resource:
    """One object of the portal: its name, where it stands, and what is compared.

    `title`, `meaning` and `remedy`, where given, stand in place of those of the kind.
    """

    name: str
    place: str
    fields: Mapping[str, str]
    on: bool = True
    title: str = ""
    meaning: str = ""
    remedy: str = ""


NOT_SEEN = Resource("", "", {}, on=False)
"""Under the key `group:*`: what belongs to the group cannot be seen, so that none of it is lost or new."""


@dataclass(frozen=True, slots=True)
class Alteration:
    """A field that the rule of a kind finds altered, with both values as they are shown, and how grave that is."""

    field: str
    before: str
    after: str
    level: Level


Objects = Mapping[str, Resource]
Found = Iterator[tuple[str, Resource]]
Reader = Callable[..., Found]
Rule = Callable[[Resource, Resource], Sequence[Alteration]]


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """One declared resource; `minor` fields are a remark when they change, a `rule` judges its fields in their place."""

    code: str
    title: str
    area: Area
    severity: Severity
    fields: Mapping[str, str]
    meaning: str
    remedy: str
    place: str
    link: str
    minor: tuple[str, ...]
    rule: Rule | None
    read: Reader
    facts: tuple[str, ...]
    optional: tuple[str, ...]


RESOURCES: dict[str, ResourceKind] = {}


def resource(
    title: str,
    *,
    area: Area,
    meaning: str,
    remedy: str,
    fields: Mapping[str, str],
    severity: Severity = Severity.WORK,
    place: str = "",
    link: str = "",
    minor: tuple[str, ...] = ("name",),
    rule: Rule | None = None,
) -> Callable[[Reader], Reader]:
    """Register a resource by the name of its reader, whose parameters name facts; those with a default may be missing."""

    def register(read: Reader) -> Reader:
        parameters = inspect.signature(read).parameters
        optional = tuple(name for name in parameters if parameters[name].default is None)
        facts = tuple(name for name in parameters if name not in optional)
        kind = ResourceKind(
            read.__name__, title, area, severity, fields, meaning, remedy, place, link, minor, rule, read, facts, optional
        )  # fmt: skip
        enter(RESOURCES, kind.code, kind, read.__module__)
        return read

    return register


@cache
def load_resources() -> Mapping[str, ResourceKind]:
    """Import every file of `resources/` and return what they declare, in the order of the files and in them."""
    deque(import_all("b24app.comparison.resources"), maxlen=0)
    return RESOURCES


def resources_of(facts: Facts) -> dict[str, Objects]:
    """All objects by resource; one whose facts are missing is absent, which is not the same as empty."""
    return {
        kind.code: dict(
            kind.read(
                **{name: facts.values[name] for name in kind.facts},
                **{name: facts.values.get(name) for name in kind.optional},
            )
        )
        for kind in load_resources().values()
        if all(name in facts.values for name in kind.facts)
    }


def names_of_resources(changed: Collection[str]) -> set[str]:
    """The facts behind all resources that need one of the changed facts."""
    needed = ({*kind.facts, *kind.optional} for kind in load_resources().values())
    return {name for names in needed if not names.isdisjoint(changed) for name in names}


def flag(value: object) -> str:
    """Yes or no as it is compared and shown."""
    return "yes" if value else "no"
