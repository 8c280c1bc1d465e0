"""One renewal as the rest of the application sees it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from b24app.renewal.renewal_stages import Mark, Stage, day_of, is_reached, next_stage, reached
from b24app.terms.payment_plan import known_methods

CHECKED_WITHIN = timedelta(days=30)
GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class CaseView:
    """One renewal with its marks."""

    id: int
    clock_id: int
    kind: str
    ends_on: date
    plan_code: str
    period_months: int | None
    route: str
    method: str
    amount: Decimal | None
    currency: str
    invoice_number: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    noticed_at: datetime | None
    noticed_by: str
    marks: tuple[Mark, ...]

    @property
    def invoice(self) -> bool:
        """Whether an invoice comes before the payment."""
        return known_methods()[self.method].invoice

    @property
    def given_up(self) -> bool:
        """Whether people decided that this renewal will not happen."""
        return self.outcome == GIVEN_UP

    @property
    def stage(self) -> Stage | None:
        """The furthest stage reached."""
        return reached(self.marks)

    @property
    def next_stage(self) -> Stage | None:
        """What to reach next."""
        return next_stage(self.marks, invoice=self.invoice)


def verified(case: CaseView | None, today: date) -> bool:
    """Whether nothing of the renewal is left to check; after a month nobody will."""
    if case is None or not is_reached(case.marks, Stage.ACTIVE) or is_reached(case.marks, Stage.VERIFIED):
        return True
    since = day_of(case.marks, Stage.ACTIVE)
    return since is not None and today - since > CHECKED_WITHIN
