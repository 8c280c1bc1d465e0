"""The timeline of terms, as pages draw it: rows with their end, last day to pay, grace and the source. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from b24app.terms.payment_plan import PaymentPlan, conditions_for, plan_payment
from b24app.terms.policy import Policy, Standing, State, state_on
from b24app.terms.term import INTEGRATOR, KIND_TITLES, Term, TermKind
from b24app.terms.working_days import BankCalendar
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence

ONE_INVOICE_DAYS = 10
TOLD_BY_PORTAL = ("app.info", "ONAPPPAYMENT", "voximplant.sip.connector.status")
PLAN_NAME, SIP_NAME = N_("“%(plan)s” plan"), N_("SIP connector")
NAMES_INSIDE = {
    PLAN_NAME: N_("the “%(plan)s” plan"),
    SIP_NAME: N_("the SIP connector"),
    KIND_TITLES[TermKind.PLAN]: N_("the plan"),
    KIND_TITLES[TermKind.MARKETPLACE]: N_("the Marketplace subscription"),
    KIND_TITLES[TermKind.ON_PREMISE]: N_("the on-premise licence"),
    KIND_TITLES[TermKind.SITE]: N_("the site licence"),
    KIND_TITLES[TermKind.APPLICATION]: N_("an application"),
    KIND_TITLES[TermKind.TELEPHONY]: N_("telephony"),
    KIND_TITLES[TermKind.OTHER]: N_("another term"),
}


@dataclass(frozen=True, slots=True)
class Paying:
    """How this portal pays: method, days of the transfer, days of approval."""

    method: str = "transfer"
    transfer_days: int | None = None
    approval_days: int = 3


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term, ready to be drawn."""

    term: Term
    name: Sentence
    state: State
    days_left: int | None
    pay_by: date | None
    grace_ends: date | None
    plan: PaymentPlan | None
    confirmed: bool
    source_kind: str
    source: Sentence
    left: Sentence
    pay: Sentence
    main: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """All terms, the plan first."""

    rows: tuple[TermRow, ...]

    @property
    def names(self) -> dict[str, Sentence]:
        """What each term is called inside a line, by its number as text."""
        return {str(row.term.id): name_inside(row.name) for row in self.rows}

    @property
    def main(self) -> TermRow | None:
        """The term that the renewal is about: the plan, else the on-premise licence."""
        return next((row for row in self.rows if row.main), None)


def standing_of(term: Term, *, verified: bool = True, locked: bool = False) -> Standing:
    """The inputs by which the state of a term is judged."""
    return Standing(term.ends_on, term.pending_since is not None, term.renewed_on, verified, locked)


def draw_row(
    term: Term,
    policy: Policy,
    calendar: BankCalendar,
    *,
    paying: Paying,
    now: datetime,
    today: date,
    plan_name: Sentence,
) -> TermRow:
    """One term with everything counted."""
    plan = _plan_of(term, policy, calendar, paying)
    confirmed = not term.needs_confirming(now)
    main = term.kind in (TermKind.PLAN, TermKind.ON_PREMISE)
    left = None if term.ends_on is None else (term.ends_on - today).days
    return TermRow(
        term=term,
        name=term_name(term, plan_name),
        state=state_on(standing_of(term), policy, today),
        days_left=left,
        pay_by=plan.pay_by if plan and term.pending_since is None else None,
        grace_ends=plan.grace_ends if plan and policy.grace_days else None,
        plan=plan,
        confirmed=confirmed,
        source_kind=_source_kind(term, confirmed=confirmed),
        source=_source(term, confirmed=confirmed),
        left=_left(left),
        pay=NOTHING,
        main=main,
    )


def _plan_of(term: Term, policy: Policy, calendar: BankCalendar, paying: Paying) -> PaymentPlan | None:
    if term.ends_on is None:
        return None
    conditions = conditions_for(
        term.ends_on,
        policy,
        method=paying.method,
        transfer_days=paying.transfer_days,
        approval_days=paying.approval_days,
    )
    return plan_payment(conditions, calendar)


def term_name(term: Term, plan_name: Sentence = NOTHING) -> Sentence:
    """The name of a term: its own title, the plan's name, or its kind.

    Of telephony the portal returns one date only, that of the SIP connector (voximplant.sip.connector.status).
    """
    if term.title:
        return sentence("%(title)s", title=term.title)
    if term.kind == TermKind.PLAN and plan_name:
        return sentence(PLAN_NAME, plan=plan_name)
    if term.kind == TermKind.TELEPHONY and term.source == "portal":
        return sentence(SIP_NAME)
    return sentence(KIND_TITLES[TermKind(term.kind)])


def name_inside(name: Sentence) -> Sentence:
    """The same name inside a sentence or after a colon; a title that a person gave stays as it was written."""
    return sentence(NAMES_INSIDE.get(name.message, name.message), **name.values)


def _source_kind(term: Term, *, confirmed: bool) -> str:
    if not confirmed:
        return "stale"
    return {"person": "person", INTEGRATOR: "person", "portal": "portal"}.get(term.source, "document")


def _source(term: Term, *, confirmed: bool) -> Sentence:
    if term.ends_on is None:
        return sentence(N_("the date is not known yet"))
    if term.only_from_integrator:
        return sentence(N_("told by %(who)s, not confirmed, %(day)s"), who=term.said_by, day=term.said_at)
    if not confirmed:
        return sentence(N_("date not checked since %(day)s"), day=term.known_at)
    if term.confirmed_by in TOLD_BY_PORTAL:
        return sentence(N_("confirmed by the portal, %(day)s"), day=term.known_at)
    if term.confirmed_by and term.source in ("person", INTEGRATOR):
        return sentence(N_("confirmed by %(who)s, %(day)s"), who=term.confirmed_by, day=term.known_at)
    if term.source == "portal":
        return sentence(N_("reported by the portal, %(day)s"), day=term.known_at)
    return sentence(N_("written down by %(who)s, %(day)s"), who=term.said_by, day=term.said_at)


def _left(left: int | None) -> Sentence:
    if left is None:
        return NOTHING
    if left == 0:
        return sentence(N_("today"))
    if left < 0:
        return sentence(NN_("%(count)s day ago", "%(count)s days ago"), count=-left)
    return sentence(NN_("%(count)s day", "%(count)s days"), count=left)


def payment_line(row: TermRow, plan_row: TermRow | None, today: date) -> Sentence:
    """The line under the date: by when to pay, or that one invoice serves both."""
    if row.term.pending_since is not None:
        over = row.term.ends_on is not None and row.term.ends_on < today
        return sentence(
            N_("renewal bought, write its date down") if over else N_("renewal bought, starts by itself")
        )
    if row.pay_by is None:
        return NOTHING
    if (
        row.term.kind == TermKind.MARKETPLACE
        and plan_row is not None
        and _share_invoice(row, plan_row, today)
    ):
        return sentence(N_("can share one invoice with the plan"))
    if row.term.autopay:
        return sentence(N_("autopay: check the card before %(day)s"), day=row.term.ends_on)
    if row.pay_by < today:
        by_card = row.plan is not None and not row.plan.conditions.invoice
        if by_card and row.term.ends_on is not None and row.term.ends_on >= today:
            return sentence(N_("pay today: no day in reserve is left"))
        return sentence(N_("the last day to pay was %(day)s"), day=row.pay_by)
    return sentence(N_("pay by %(day)s"), day=row.pay_by)


def _share_invoice(row: TermRow, plan_row: TermRow, today: date) -> bool:
    """Whether the plan's invoice is still to be paid in time, and ends so near that both fit into it."""
    if row.term.ends_on is None or plan_row.term.ends_on is None or row.term.autopay:
        return False
    if plan_row.term.autopay or plan_row.pay_by is None or plan_row.pay_by < today:
        return False
    return 0 <= (row.term.ends_on - plan_row.term.ends_on).days <= ONE_INVOICE_DAYS
