"""A paid term as the rest of the application sees it, and the rules of writing one down."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from b24app.errors import BadInput
from b24app.text.messages import N_


class TermKind(StrEnum):
    """What is paid for."""

    PLAN = "plan"
    MARKETPLACE = "marketplace"
    ON_PREMISE = "on_premise"
    SITE = "site"
    APPLICATION = "application"
    TELEPHONY = "telephony"
    OTHER = "other"


SINGLE = (TermKind.PLAN, TermKind.MARKETPLACE, TermKind.ON_PREMISE)
KIND_TITLES = {
    TermKind.PLAN: N_("Plan"),
    TermKind.MARKETPLACE: N_("BitrixGPT + Marketplace"),
    TermKind.ON_PREMISE: N_("On-premise licence"),
    TermKind.SITE: N_("Site licence"),
    TermKind.APPLICATION: N_("Application"),
    TermKind.TELEPHONY: N_("Telephony"),
    TermKind.OTHER: N_("Other term"),
}
PAYS_BY = {
    "unknown": N_("Not known"),
    "portal": N_("Bitrix24"),
    "partner": N_("Partner"),
    "site": N_("Bitrix24 site"),
}
CONFIRMED_FOR = timedelta(days=180)
EARLIEST, LATEST = date(2015, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Author:
    """Who says or changes something; `user_id` is the portal's."""

    user_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class TermDraft:
    """What a person may write down about a paid term; without a currency that of the portal's region is meant."""

    kind: str
    ends_on: date | None = None
    title: str = ""
    owner_id: int | None = None
    owner_name: str = ""
    price: Decimal | None = None
    currency: str = ""
    period_months: int | None = None
    autopay: bool | None = None
    pays_by: str = "unknown"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One paid term with its source and the dates of the knowledge."""

    id: int
    kind: str
    title: str
    ends_on: date | None
    owner_id: int | None
    owner_name: str
    price: Decimal | None
    currency: str
    period_months: int | None
    autopay: bool | None
    pays_by: str
    pending_since: date | None
    renewed_on: date | None
    source: str
    said_by: str
    said_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    note: str

    @property
    def known_at(self) -> datetime:
        """The last moment when somebody vouched for the date."""
        return self.confirmed_at or self.said_at

    def needs_confirming(self, now: datetime) -> bool:
        """Whether the date is unknown or nobody looked at it for half a year."""
        return self.ends_on is None or now - self.known_at > CONFIRMED_FOR


DRAFT_FIELDS = tuple(field.name for field in fields(TermDraft))


def check_draft(draft: TermDraft) -> TermDraft:
    """Raise BadInput naming the field that cannot be used; answer the draft as it is."""
    if draft.kind not in list(TermKind):
        raise BadInput(N_("Choose what this term pays for."), "kind")
    if draft.ends_on is not None and not EARLIEST <= draft.ends_on <= LATEST:
        raise BadInput(N_("This date is too far away: check the year."), "ends_on")
    if draft.kind in (TermKind.APPLICATION, TermKind.OTHER) and not draft.title.strip():
        raise BadInput(N_("Name what this term pays for."), "title")
    if draft.pays_by not in PAYS_BY:
        raise BadInput(N_("Choose who issues the invoice."), "pays_by")
    _check_money(draft)
    return draft


def _check_money(draft: TermDraft) -> None:
    if draft.price is not None and not Decimal(0) <= draft.price < Decimal(10**9):
        raise BadInput(N_("The price must be zero or more."), "price")
    if draft.period_months is not None and not 1 <= draft.period_months <= 60:
        raise BadInput(N_("The period is counted in months, from 1 to 60."), "period_months")
    currency = draft.currency
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise BadInput(N_("The currency is three letters, such as RUB."), "currency")
