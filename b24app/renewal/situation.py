"""Where the renewal stands for everything that speaks about it: the term, its case, its people, its delays. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from b24app.renewal.answer_age import Heard
from b24app.renewal.case import CaseView
from b24app.renewal.delays import Delay
from b24app.renewal.renewal_stages import Mark, Role, Stage, is_reached
from b24app.renewal.roles import Holder, holder_of
from b24app.terms.payment_plan import PaymentPlan
from b24app.terms.policy import Policy, State
from b24app.terms.term import Term
from b24app.terms.working_days import BankCalendar
from b24app.text.messages import Sentence


@dataclass(frozen=True, slots=True)
class Situation:
    """One term on one day."""

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
    heard: Heard = field(default_factory=Heard)

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
