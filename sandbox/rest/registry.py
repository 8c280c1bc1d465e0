"""The registry of REST methods: scope and right of each, and the function that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.application import ApplicationCard
    from sandbox.portal import Portal
    from sandbox.user import User
    from sandbox.world_data import WorldData


class Refusal(Exception):
    """An error of a portal: an error code, its text, the HTTP status and extra keys of the body."""

    def __init__(
        self,
        code: str | int,
        description: str = "",
        *,
        status: int = 400,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description
        self.status = status
        self.extra = dict(extra or {})

    def body(self) -> dict[str, Any]:
        """Return the error as the portal writes it."""
        return {"error": self.code, "error_description": self.description, **self.extra}


@dataclass(slots=True)
class Call:
    """One method call: who asks, in which portal, with what."""

    world: WorldData
    portal: Portal
    user: User
    card: ApplicationCard | None
    params: dict[str, Any]
    started: float = 0.0
    scopes: frozenset[str] = frozenset()
    lang: str = ""
    token: str = ""

    def get(self, name: str, default: Any = None) -> Any:
        """Return a top-level parameter whatever the case of its name."""
        if name in self.params:
            return self.params[name]
        wanted = name.lower()
        return next((value for key, value in self.params.items() if str(key).lower() == wanted), default)

    def start(self) -> int:
        """Return the paging offset: -1 switches counting off (settings/performance/huge-data.md)."""
        try:
            return int(self.get("start", 0) or 0)
        except (TypeError, ValueError):
            return 0


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; the engine adds `total` and `next`."""

    rows: Sequence[Any]
    total: int | None = None
    wrap: str | None = None
    start: int = 0
    size: int = 50
    extra: Mapping[str, Any] = field(default_factory=dict)

    def result(self) -> Any:
        """Return the value of `result`."""
        return {self.wrap: list(self.rows), **self.extra} if self.wrap else list(self.rows)

    def next(self) -> int | None:
        """Return the offset of the next page, None on the last one."""
        if self.start < 0 or self.total is None or self.start + self.size >= self.total:
            return None
        return self.start + self.size


@dataclass(frozen=True, slots=True)
class Raw:
    """A body sent without changes: no envelope, no time, HTTP 200 (how some modules report errors)."""

    body: Mapping[str, Any]


Handler = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Method:
    """One REST method with its scope, right and other requirements."""

    name: str
    scope: str
    right: str
    application_only: bool
    batchable: bool
    denial: Refusal | None
    answer: Handler


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *,
    scope: str = "",
    right: str = "any",
    application_only: bool = False,
    batchable: bool = True,
    denial: Refusal | None = None,
) -> Callable[[Handler], Handler]:
    """Register a function as the answer to a REST method; `denial` replaces the usual refusal of a right."""

    def register(answer: Handler) -> Handler:
        METHODS[name.lower()] = Method(name, scope, right, application_only, batchable, denial, answer)
        return answer

    return register


def find_method(name: str) -> Method | None:
    """Return a method whatever the case of its name."""
    return METHODS.get(name.lower())
