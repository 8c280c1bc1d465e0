"""Declares a fact: the calls it needs and the reader that turns their answers into a frozen record."""

import inspect
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact_refusal import FactRefusal
from b24app.discovery import import_all
from b24app.text.messages import N_

T = TypeVar("T")

ANYONE = N_("any user")
ADMIN = N_("portal administrator")
CRM_ADMIN = N_("CRM administrator (the right to change settings)")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a portal told at one moment, and what it refused to tell."""

    values: Mapping[str, Any] = field(default_factory=dict)
    refusals: Mapping[str, FactRefusal] = field(default_factory=dict)

    def of(self, kind: type[T]) -> T | None:
        """The fact of this kind, None when it was refused or not asked."""
        return next((value for value in self.values.values() if isinstance(value, kind)), None)

    def joined(self, other: "Facts") -> "Facts":
        """Both together; the other's word is the newer one."""
        values = {name: value for name, value in self.values.items() if name not in other.refusals}
        refusals = {name: no for name, no in self.refusals.items() if name not in other.values}
        return Facts({**values, **other.values}, {**refusals, **other.refusals})


@dataclass(frozen=True, slots=True)
class Asking:
    """What a call may depend on: the portal's own time and the facts of the first batch."""

    now: datetime
    found: Facts
    salt: str = ""


Calls = Callable[[Asking], Mapping[str, Command]]


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One declared fact; `methods` are all that it sends, `uses` names facts of the first batch that its calls need."""

    name: str
    kind: type
    methods: tuple[str, ...]
    calls: Calls
    read: Callable[[Mapping[str, Answer], Asking], object]
    scopes: tuple[str, ...]
    who: str
    rank: int
    second: bool
    uses: tuple[str, ...] = ()
    partial: bool = False
    means: Mapping[str, object] = field(default_factory=dict)


FACTS: dict[str, FactSpec] = {}


def fact(
    command: Command,
    *,
    rank: int,
    scopes: tuple[str, ...] = (),
    who: str = ANYONE,
    second: bool = False,
    means: Mapping[str, object] | None = None,
) -> Callable[[Callable[[Answer], T]], Callable[[Answer], T]]:
    """Declare a fact that one call answers, in the first batch unless `second`; any one of the scopes is enough.

    `means` holds error codes that are answers in themselves, such as a part that the plan does not give.
    """

    def declare(read: Callable[[Answer], T]) -> Callable[[Answer], T]:
        FACTS[read.__name__] = FactSpec(
            name=read.__name__,
            kind=inspect.signature(read).return_annotation,
            methods=(command.method,),
            calls=lambda _asking: {"": command},
            read=lambda answers, _asking: read(answers[""]),
            scopes=scopes,
            who=who,
            rank=rank,
            second=second,
            means=means or {},
        )
        return read

    return declare


def facts_of(
    calls: Calls,
    *methods: str,
    rank: int,
    scopes: tuple[str, ...] = (),
    who: str = ANYONE,
    uses: tuple[str, ...] = (),
    second: bool = True,
    partial: bool = False,
) -> Callable[[Callable[[Mapping[str, Answer], Asking], T]], Callable[[Mapping[str, Answer], Asking], T]]:
    """Declare a fact made of several calls of these methods; `partial` reads what came although some were refused."""

    def declare(
        read: Callable[[Mapping[str, Answer], Asking], T],
    ) -> Callable[[Mapping[str, Answer], Asking], T]:
        FACTS[read.__name__] = FactSpec(
            read.__name__, inspect.signature(read).return_annotation,
            methods, calls, read, scopes, who, rank, second, uses, partial,
        )  # fmt: skip
        return read

    return declare


@cache
def load_facts() -> Mapping[str, FactSpec]:
    """Import every file of `facts/` and return what they declare."""
    deque(import_all("b24app.checklist.facts"), maxlen=0)
    return FACTS
