"""Declares a resource: how its objects are read from facts, by which key and fields they are compared, what a loss means. Pure."""

import inspect
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.verdict import Level
from b24app.discovery import enter, import_all


class Shown(StrEnum):
    """How the value of a field is displayed; it is compared as it is."""

    TEXT = "text"
    WORDS = "words"
    MOMENT = "moment"
    PEOPLE = "people"
    SECRET = "secret"  # noqa: S105 - how a value is shown, not a password


@dataclass(frozen=True, slots=True)
class Field:
    """A field that is compared: its title, and how its values are displayed; `words` holds the message id of each code."""

    title: str
    shown: Shown = Shown.TEXT
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resource:
    """One object of the portal: its name, its place, and what is compared.

    `tells` is what distinguishes it from another of its name; two with one `role` can replace each other; `shown` holds the
    text of a field in place of its value; `part_of` names kind and key of the owner, with which it is deleted. `title`,
    `meaning`, `remedy` and `link`, where given, replace those of the kind.
    """

    name: str
    place: str
    fields: Mapping[str, str]
    on: bool = True
    title: str = ""
    meaning: str = ""
    remedy: str = ""
    tells: str = ""
    role: str = ""
    link: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)
    part_of: tuple[str, str] = ("", "")


NOT_SEEN = Resource("", "", {}, on=False)
"""Under the key `group:*`: objects of the group cannot be seen, so none of them counts as lost or new."""


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
    """One declared resource.

    `minor` fields are a remark when they change, `grave` ones always stop something, `replacing` ones mean another object.
    A `rule` judges the fields in place of these. `advice` is by difference, `field_advice` by the altered field. The names of
    a `named` kind are message ids; the fields of an `anchored` one mean something beside those of the baseline's own run only.
    `version` is raised with the format of a key or a value. `counted` names all objects of a kind that holds more than its title names.
    """

    code: str
    title: str
    area: Area
    severity: Severity
    fields: Mapping[str, Field]
    meaning: str
    remedy: str
    place: str
    link: str
    minor: tuple[str, ...]
    grave: tuple[str, ...]
    replacing: tuple[str, ...]
    rule: Rule | None
    advice: Mapping[str, str]
    field_advice: Mapping[str, str]
    named: bool
    anchored: bool
    version: int
    read: Reader
    facts: tuple[str, ...]
    optional: tuple[str, ...]
    counted: str = ""

    @property
    def signature(self) -> str:
        """The signature that stored objects of this kind must share with those that are read now."""
        return f"{self.version}:{','.join(sorted(self.fields))}"


RESOURCES: dict[str, ResourceKind] = {}


def resource(
    title: str,
    *,
    area: Area,
    meaning: str,
    remedy: str,
    fields: Mapping[str, str | Field],
    severity: Severity = Severity.WORK,
    place: str = "",
    link: str = "",
    minor: tuple[str, ...] = ("name",),
    grave: tuple[str, ...] = (),
    replacing: tuple[str, ...] = (),
    rule: Rule | None = None,
    advice: Mapping[str, str] | None = None,
    field_advice: Mapping[str, str] | None = None,
    named: bool = False,
    anchored: bool = False,
    version: int = 1,
    counted: str = "",
) -> Callable[[Reader], Reader]:
    """Register a resource by the name of its reader, whose parameters name facts; those with a default may be missing."""

    def register(read: Reader) -> Reader:
        parameters = inspect.signature(read).parameters
        optional = tuple(name for name in parameters if parameters[name].default is None)
        facts = tuple(name for name in parameters if name not in optional)
        kind = ResourceKind(
            read.__name__, title, area, severity, declared_fields(fields), meaning, remedy, place, link, minor, grave,
            replacing, rule, advice or {}, field_advice or {}, named, anchored, version, read, facts, optional, counted,
        )  # fmt: skip
        enter(RESOURCES, kind.code, kind, read.__module__)
        return read

    return register


def declared_fields(fields: Mapping[str, str | Field]) -> Mapping[str, Field]:
    """Titles as fields; settings are secret by their name."""
    return {
        name: one
        if isinstance(one, Field)
        else Field(one, Shown.SECRET if name == "settings" else Shown.TEXT)
        for name, one in fields.items()
    }


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


def flag(value: object) -> str:
    """Yes or no as it is compared and shown."""
    return "yes" if value else "no"
