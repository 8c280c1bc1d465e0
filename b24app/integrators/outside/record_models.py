"""Records of a client as they leave for programs, by the API and by webhooks alike: pydantic models, one for each kind."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class Given(BaseModel):
    """An answer: frozen, and nothing that is not described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TermOut(Given):
    """One paid term of a client."""

    portal: str
    id: int
    kind: str
    title: str
    ends_on: date | None
    said_by: str
    said_at: datetime | None
    confirmed_by: str
    confirmed_at: datetime | None
    state: str
    days_left: int | None
    pay_by: date | None


class FindingOut(Given):
    """One check of a client's newest run that is not in order."""

    portal: str
    check: str
    level: str
    place: str
    title: str
    text: str
    remedy: str
    checked_at: datetime | None


class MarkOut(Given):
    """One stage that was reached, and who said so."""

    stage: str
    on: date
    by: str


class CaseOut(Given):
    """One renewal of a client; sums are null without the right to see them."""

    portal: str
    id: int
    term: int
    ends_on: date
    stage: str | None
    outcome: str
    opened_at: datetime
    closed_at: datetime | None
    amount: Decimal | None
    currency: str | None
    marks: list[MarkOut]


class RunOut(Given):
    """A run that was asked for, or that goes on already."""

    portal: str
    id: int
    state: str


class ConsentOut(Given):
    """What a client gives at this moment; of an access that has ended nothing but its id is said."""

    portal: str
    lives: bool
    rights: list[str]
    ends_on: date | None
