"""One renewal, and its situation on one day: the term, its people, its delays, the last answer of the portal. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from b24app.clock import CLOCKS_DIFFER, holds_still
from b24app.renewal.renewal_stages import (
    Delay,
    Holder,
    Mark,
    Role,
    Stage,
    day_of,
    holder_of,
    is_reached,
    next_stage,
    reached,
)
from b24app.terms.payment_advice import Advice, advise
from b24app.terms.payment_plan import PaymentPlan, known_methods, known_routes
from b24app.terms.policy import Policy, State
from b24app.terms.term import Term, TermKind
from b24app.terms.working_days import BankCalendar
from b24app.text.messages import N_, NOTHING, Sentence, sentence

CHECKED_WITHIN = timedelta(days=30)
GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class CaseView:
    """One renewal with its marks."""

    id: int
    term_id: int
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


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """When the portal last answered anything, be it a refusal, and whether that holds still: for a day, no longer."""

    at: datetime | None = None
    holds: bool = False


def read_last_answer(answered: datetime | None, refused: datetime | None, now: datetime) -> LastAnswer:
    """The newest of both; nothing when the portal has never answered, or only by a clock that ran ahead of ours."""
    moments = [moment for moment in (answered, refused) if moment and moment - now <= CLOCKS_DIFFER]
    at = max(moments, default=None)
    return LastAnswer(at, holds=at is not None and holds_still(at, now))


def since_unknown(last: LastAnswer) -> Sentence:
    """Since when it is unknown what works; nothing while an answer holds."""
    if last.holds:
        return NOTHING
    if last.at is None:
        return sentence(N_("What works now is not known: the portal has not answered yet."))
    return sentence(
        N_("What works since %(since)s is not known: the portal has not answered."), since=last.at
    )


@dataclass(frozen=True, slots=True)
class Situation:
    """One term on one day; `answers`: the portal let applications in within the last day.

    `subscription_refused`: the portal refuses applications, but only for its Marketplace subscription.
    """

    today: date
    term: Term
    plan_name: Sentence
    state: State
    policy: Policy
    calendar: BankCalendar
    plan: PaymentPlan | None
    case: CaseView | None
    route: str
    roles: Mapping[Role, Holder] = field(default_factory=dict)
    delays: tuple[Delay, ...] = ()
    date_doubtful: bool = False
    last_answer: LastAnswer = field(default_factory=LastAnswer)
    answers: bool = False
    subscription_refused: bool = False

    @property
    def may_be_renewed(self) -> bool:
        """Whether it has lapsed by the dates alone: who renewed it elsewhere and is asked to pay would pay twice.

        The portal contradicts, refuses only for the subscription, or has not answered within a day.
        """
        plan_answers = self.subscription_refused and self.term.kind != TermKind.MARKETPLACE
        doubtful = self.answers or plan_answers or not self.last_answer.holds
        return self.state is State.LAPSED and doubtful

    @property
    def belied(self) -> bool:
        """Whether it has lapsed by the dates, while the portal has answered as a paid one within a day."""
        return self.state is State.LAPSED and self.answers

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What was reached in the renewal of the present end."""
        if self.case is None or (
            self.case.ends_on != self.term.ends_on and self.state is not State.ACTIVE_AGAIN
        ):
            return ()
        return self.case.marks

    @property
    def invoice(self) -> bool:
        """Whether an invoice comes before the payment."""
        return self.plan is None or self.plan.conditions.invoice

    @property
    def advice(self) -> Advice | None:
        """The ways to pay that still fit today, the best first; None while the end is unknown."""
        if self.plan is None:
            return None
        route = known_routes().get(self.route)
        card = route is None or "card" in route.methods
        return advise(self.plan, self.calendar, self.today, ordered=self.ordered, card=card)

    @property
    def ordered(self) -> bool:
        """Whether the invoice of this end was asked for; after an activation the marks are those of the one before."""
        return self.state is not State.ACTIVE_AGAIN and self.has(Stage.INVOICE_REQUESTED)

    @property
    def pay_by(self) -> date | None:
        """The day to pay by; for a card whose day in reserve is over the last day on which it still pays in time."""
        first = self.advice.first if self.advice else None
        if self.plan is None or self.invoice or first is None:
            return self.plan.pay_by if self.plan else None
        return first.by

    @property
    def days_left(self) -> int:
        """Days to the end; negative after it."""
        return 0 if self.term.ends_on is None else (self.term.ends_on - self.today).days

    @property
    def grace_left(self) -> int:
        """Days of grace that remain; zero when there are none."""
        if self.term.ends_on is None or self.days_left >= 0:
            return 0
        return max(0, (self.policy.grace_ends(self.term.ends_on) - self.today).days)

    @property
    def paid(self) -> bool:
        """Money has been sent, or the renewal was bought ahead."""
        return self.state is State.RENEWED_PENDING or is_reached(self.marks, Stage.PAID)

    @property
    def given_up(self) -> bool:
        """People decided not to renew this end of the term."""
        return self.case is not None and self.case.given_up and self.case.ends_on == self.term.ends_on

    def has(self, stage: Stage) -> bool:
        """Whether a stage was reached."""
        return is_reached(self.marks, stage)

    def who(self, role: Role) -> Holder | None:
        """The person of a role, or the responsible."""
        return holder_of(role, self.roles)


def renewed_elsewhere(s: Situation) -> Sentence:
    """It ended by the written date alone: since when it is unknown what works, and what to do if it was renewed."""
    text = N_("It ended on %(day)s. If it was renewed, write the new last paid day down.")
    if unknown := since_unknown(s.last_answer):
        text = N_("It ended on %(day)s. %(unknown)s If it was renewed, write the new last paid day down.")
        if s.term.kind == TermKind.PLAN:
            text = N_(
                "The plan ended on %(day)s. %(unknown)s If it was renewed, write the new last paid day down."
            )
        return sentence(text, day=s.term.ends_on, unknown=unknown)
    return sentence(text, day=s.term.ends_on)
