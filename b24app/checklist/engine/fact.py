"""Declares a fact: its calls, the reader of their answers, and why a portal may refuse it and who can change that.

`calls` are sent in every run, however many they are (up to the bound of `gather`); `spare` ones, in order of worth, only where
the requests that are sent anyway have room. Calls that are left out keep their earlier answer with its moment: `earlier_answers.py`.
"""

import inspect
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from b24app import errors
from b24app.bitrix24 import no_answer
from b24app.bitrix24.responses import Answer, Command
from b24app.discovery import enter, import_all
from b24app.text.messages import N_

T = TypeVar("T")

ANYONE = N_("any user")
ADMIN = N_("portal administrator")
CRM_ADMIN = N_("CRM administrator (the right to change settings)")


class Reason(StrEnum):
    """Why there is no fact."""

    SCOPE = "scope"
    RIGHT = "right"
    PLAN = "plan"
    MARKETPLACE = "marketplace"
    LOCKED = "locked"
    OVERLOADED = "overloaded"
    GONE = "gone"
    METHOD = "method"
    LIMIT = "limit"
    BROKEN = "broken"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    PAGE = "page"
    DELETED = "deleted"
    RESTS = "rests"
    AUTHORIZATION = "authorization"
    MOVED = "moved"
    NOT_CALLED = "not_called"
    NEEDS = "needs"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class FactRefusal:
    """A refusal of the portal: the reason, its own words, and who can grant what is missing."""

    reason: Reason
    code: str = ""
    description: str = ""
    needs: tuple[str, ...] = ()
    who: str = ""


REASONS: tuple[tuple[type[errors.PortalError], Reason], ...] = (
    (errors.ScopeMissing, Reason.SCOPE),
    (errors.RightMissing, Reason.RIGHT),
    (errors.PlanLapsed, Reason.PLAN),
    (errors.MarketplaceEnded, Reason.MARKETPLACE),
    (errors.Overloaded, Reason.OVERLOADED),
    (errors.PortalLocked, Reason.LOCKED),
    (errors.PortalGone, Reason.DELETED),
    (errors.ApplicationGone, Reason.GONE),
    (errors.TokenRejected, Reason.GONE),
    (errors.MethodMissing, Reason.METHOD),
    (errors.LimitReached, Reason.LIMIT),
    (no_answer.PageInstead, Reason.PAGE),
    (no_answer.CertificateRefused, Reason.CERTIFICATE),
    (no_answer.PortalRests, Reason.RESTS),
    (no_answer.AuthorizationAway, Reason.AUTHORIZATION),
    (errors.AddressChanged, Reason.MOVED),
    (errors.AddressRefused, Reason.NOT_CALLED),
    (errors.Unreachable, Reason.UNREACHABLE),
)
WHOLE_PORTAL = frozenset({Reason.PLAN, Reason.MARKETPLACE, Reason.LOCKED, Reason.OVERLOADED, Reason.GONE})
NO_REST = frozenset(
    {
        Reason.UNREACHABLE,
        Reason.CERTIFICATE,
        Reason.PAGE,
        Reason.DELETED,
        Reason.RESTS,
        Reason.AUTHORIZATION,
        Reason.MOVED,
        Reason.NOT_CALLED,
    }
)
"""Nothing of the portal's REST answered: these prove nothing about the portal's contents."""

REASON_TEXTS: dict[Reason, str] = {
    Reason.SCOPE: N_("The application was not granted the permission: %(needs)s."),
    Reason.RIGHT: N_("The portal refused: the user whose access is used lacks the right."),
    Reason.PLAN: N_(
        "The plan or the Marketplace subscription has ended, so the portal refuses applications."
    ),
    Reason.MARKETPLACE: N_("The Marketplace subscription has ended, so the portal refuses applications."),
    Reason.LOCKED: N_("The portal is locked by the plan compatibility scanner."),
    Reason.OVERLOADED: errors.Overloaded.public,
    Reason.GONE: N_("The application has no access to the portal any more."),
    Reason.METHOD: N_("This portal does not have this part."),
    Reason.LIMIT: N_("The portal asked to slow down; run the check again in a few minutes."),
    Reason.BROKEN: N_("The portal answered with an error: %(code)s."),
    Reason.UNREACHABLE: N_("The portal did not answer in time; run the check again."),
    Reason.CERTIFICATE: no_answer.CertificateRefused.public,
    Reason.PAGE: no_answer.PageInstead.public,
    Reason.DELETED: errors.PortalGone.public,
    Reason.MOVED: N_(
        "The portal's address leads to another place now, and the authorization server does not confirm that place."
    ),
    Reason.NOT_CALLED: errors.AddressRefused.public,
    Reason.AUTHORIZATION: no_answer.AuthorizationAway.public,
    Reason.RESTS: no_answer.PortalRests.public,
    Reason.NEEDS: N_("It depends on another answer that the portal did not give."),
    Reason.NOT_ASKED: N_("It has not been asked yet."),
}

WHO_GRANTS: dict[Reason, str] = {
    Reason.SCOPE: N_(
        "A portal administrator can grant it: update the application and accept its permissions."
    ),
    Reason.RIGHT: N_("A portal administrator can grant it to the user whose access the application uses."),
    Reason.PLAN: N_("Renew what has ended in “My plan”, then run the checks again."),
    Reason.MARKETPLACE: N_("Renew the subscription in “My plan”, then run the checks again."),
    Reason.LOCKED: N_("An administrator can see the reason on the portal's own page."),
    Reason.GONE: N_("An administrator should open the application in the portal again."),
    Reason.BROKEN: N_("Run the check again; if it repeats, send the portal's answer to support."),
}


def refusal_of(error: errors.PortalError, who: str = "") -> FactRefusal:
    """Read the reason out of the error of a refused call."""
    reason = next((reason for kind, reason in REASONS if isinstance(error, kind)), Reason.BROKEN)
    return FactRefusal(reason, str(error.code), error.description, who=who)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a portal answered at one moment, and what it refused."""

    values: Mapping[str, Any] = field(default_factory=dict)
    refusals: Mapping[str, FactRefusal] = field(default_factory=dict)

    def of(self, kind: type[T]) -> T | None:
        """The fact of this kind, None when it was refused or not asked."""
        return next((value for value in self.values.values() if isinstance(value, kind)), None)

    def joined(self, other: "Facts") -> "Facts":
        """Both facts merged; the other one is newer."""
        values = {name: value for name, value in self.values.items() if name not in other.refusals}
        refusals = {name: no for name, no in self.refusals.items() if name not in other.values}
        return Facts({**values, **other.values}, {**refusals, **other.refusals})


@dataclass(frozen=True, slots=True)
class EarlierFacts:
    """The facts of a run before this one, and when it asked: the newest that was carried through, or the baseline."""

    facts: Facts = field(default_factory=Facts)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What calls and readers may depend on: the portal's own time, the facts of the first batch, those of earlier runs.

    `earlier` is the run before this one; `baseline` the run that this one is judged against, so that what existed then can
    be counted again.

    `left_out` holds the keys of the reader's own calls that were not sent, or got no answer.
    """

    now: datetime
    found: Facts
    salt: str = ""
    earlier: EarlierFacts = field(default_factory=EarlierFacts)
    baseline: EarlierFacts = field(default_factory=EarlierFacts)
    left_out: frozenset[str] = frozenset()


Calls = Callable[[Asking], Mapping[str, Command]]


def _no_calls(_asking: Asking) -> Mapping[str, Command]:
    return {}


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One declared fact; `methods` are all that it sends, `uses` names facts of the first batch that its calls need.

    `spare` calls go only where there is room; one that is among `calls` is not sent twice. Of one that `is_list` and counts its
    rows (`start` is 0) the further pages are asked for by themselves.
    """

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
    spare: Calls = _no_calls
    is_list: bool = False


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
        spec = FactSpec(
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
            is_list=command.params.get("start") == 0,
        )
        enter(FACTS, spec.name, spec, read.__module__)
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
    spare: Calls = _no_calls,
) -> Callable[[Callable[[Mapping[str, Answer], Asking], T]], Callable[[Mapping[str, Answer], Asking], T]]:
    """Declare a fact made of several calls of these methods; `partial` reads what came although some were refused."""

    def declare(
        read: Callable[[Mapping[str, Answer], Asking], T],
    ) -> Callable[[Mapping[str, Answer], Asking], T]:
        spec = FactSpec(
            read.__name__, inspect.signature(read).return_annotation,
            methods, calls, read, scopes, who, rank, second, uses, partial,
            spare=spare,
        )  # fmt: skip
        enter(FACTS, spec.name, spec, read.__module__)
        return read

    return declare


@cache
def load_facts() -> Mapping[str, FactSpec]:
    """Import every file of `facts/` and return what they declare."""
    deque(import_all("b24app.checklist.facts"), maxlen=0)
    return FACTS
