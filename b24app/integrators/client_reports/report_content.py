"""The content of a report to a client, as plain lines in his language; each with the right by which it was read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from b24app.integrators.rights import Right

OWN = ""
"""The right of lines about the integrator's own deeds: they need none."""


class Attention(StrEnum):
    """Why a draft has to be read by a person before it goes; the value is stored."""

    BLOCKS = "blocks"
    LAPSED = "lapsed"
    SILENT = "silent"
    UNDATED = "undated"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One sentence of the report, with its day where it has one."""

    text: str
    right: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class SheetNumber:
    """One counted number with what it counts."""

    number: int
    text: str
    right: str


@dataclass(frozen=True, slots=True)
class SheetTerm:
    """One paid period: until when, by when to pay, its source, and its sum where it was given; None is unknown."""

    name: str
    until: date | None
    pay_by: date | None
    source: str
    confirmed: bool
    amount: Decimal | None = None
    currency: str = ""
    estimate: bool = False


@dataclass(frozen=True, slots=True)
class SheetDecision:
    """One decision that only the client makes, by which day, and where it is made."""

    title: str
    text: str
    by: date | None
    right: str


@dataclass(frozen=True, slots=True)
class ReportContent:
    """The whole report; `checked_at` is the moment of the part from the checks, `made_on` the day of everything else."""

    client: str
    language: str
    zone: str
    period: str
    title: SheetLine
    lead: tuple[SheetLine, ...]
    made_at: datetime
    made_on: date
    checked_at: datetime | None
    rights: tuple[str, ...]
    well: tuple[SheetLine, ...] = ()
    counts: tuple[SheetNumber, ...] = ()
    done: tuple[SheetLine, ...] = ()
    terms: tuple[SheetTerm, ...] = ()
    term_notes: tuple[SheetLine, ...] = ()
    decisions: tuple[SheetDecision, ...] = ()
    attention: tuple[str, ...] = ()

    def may(self, right: str) -> bool:
        """Whether the right of a part is given; of several each has to be."""
        return all(one in self.rights for one in right.split())

    @property
    def checked_on(self) -> date | None:
        """The client's day on which the portal answered."""
        return self.checked_at.astimezone(ZoneInfo(self.zone)).date() if self.checked_at else None

    @property
    def total(self) -> Decimal | None:
        """The sum of all terms; None while one is unknown, or in another currency."""
        sums = [one.amount for one in self.terms if one.amount is not None]
        whole = len(sums) == len(self.terms) > 0 and len({one.currency for one in self.terms}) == 1
        return sum(sums, Decimal(0)) if whole else None

    @property
    def unknown_sums(self) -> int:
        """How many terms have no sum."""
        return sum(one.amount is None for one in self.terms)

    @property
    def has_estimate(self) -> bool:
        """Whether a sum is none of an invoice or a paper."""
        return any(one.estimate for one in self.terms)


def narrowed(content: ReportContent, rights: frozenset[Right]) -> ReportContent:
    """The report without the parts that these rights do not give."""
    left = tuple(one for one in content.rights if one in {str(right) for right in rights})
    if set(left) == set(content.rights):
        return content
    less = replace(content, rights=left)
    return replace(
        less,
        title=content.title if less.may(content.title.right) else SheetLine("", OWN),
        lead=tuple(one for one in content.lead if less.may(one.right)),
        checked_at=content.checked_at if less.may(Right.CHECKS) else None,
        well=tuple(one for one in content.well if less.may(one.right)),
        counts=tuple(one for one in content.counts if less.may(one.right)),
        done=tuple(one for one in content.done if less.may(one.right)),
        terms=_terms_of(less),
        term_notes=tuple(one for one in content.term_notes if less.may(one.right)),
        decisions=tuple(one for one in content.decisions if less.may(one.right)),
        attention=tuple(one for one in content.attention if less.may(ATTENTION_RIGHTS.get(one, OWN))),
    )


ATTENTION_RIGHTS: Mapping[str, str] = {
    Attention.BLOCKS: Right.CHECKS,
    Attention.UNCHECKED: Right.CHECKS,
    Attention.LAPSED: Right.TERMS,
    Attention.UNDATED: Right.TERMS,
    Attention.SILENT: OWN,
}


def _terms_of(content: ReportContent) -> tuple[SheetTerm, ...]:
    if not content.may(Right.TERMS):
        return ()
    return content.terms if content.may(Right.PAPERS) else without_sums(content.terms)


def without_sums(terms: tuple[SheetTerm, ...]) -> tuple[SheetTerm, ...]:
    """The terms as somebody sees them who was given no sums."""
    return tuple(replace(one, amount=None, currency="", estimate=False) for one in terms)
