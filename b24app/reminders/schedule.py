"""The reminder schedule: which reminders are due now, to whom, never twice, never lost. Pure: plans, sends nothing."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from b24app.renewal.renewal_stages import Delay, Mark, Role, Stage, is_reached
from b24app.terms.payment_plan import PaymentPlan
from b24app.terms.policy import State

EVERYBODY = (Role.RESPONSIBLE, Role.DECIDER, Role.PAYER, Role.ACTIVATOR)
SILENT = (State.RENEWED_PENDING, State.ACTIVE_AGAIN, State.UNKNOWN)
USUAL_RUNGS = (30, 14, 7, 3, 1, 0)


@dataclass(frozen=True, slots=True)
class ReminderSchedule:
    """The settings of reminders: days before the end, whether to repeat daily in grace, quiet hours."""

    rungs: tuple[int, ...] = USUAL_RUNGS
    daily_in_grace: bool = True
    step_warning_days: int = 7
    quiet_from: int = 20
    quiet_to: int = 9
    escalate_at: tuple[int, int] = (14, 7)

    def is_quiet(self, local: datetime) -> bool:
        """Whether people rest at this local time; equal hours mean that they never do."""
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= local.hour < self.quiet_to
        return local.hour >= self.quiet_from or local.hour < self.quiet_to

    def wakes_at(self, local: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours that it falls into."""
        if not self.is_quiet(local):
            return local
        ends = local.replace(hour=self.quiet_to, minute=0, second=0, microsecond=0)
        return ends if ends > local else ends + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """One term to remind about, and the renewal that is going on for it."""

    clock_id: int
    ends_on: date
    state: State
    plan: PaymentPlan
    grace_days: int
    marks: tuple[Mark, ...] = ()
    delays: tuple[Delay, ...] = ()
    main: bool = True
    autopay: bool = False
    given_up: bool = False

    @property
    def paid(self) -> bool:
        """Nothing to nag about: the money is on its way, the renewal was bought ahead, or given up by people."""
        return self.given_up or self.state in SILENT or is_reached(self.marks, Stage.PAID)


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder of the plan; `key` is unique for ever, `line` groups what replaces each other."""

    key: str
    line: str
    code: str
    on: date
    days_left: int
    roles: tuple[Role, ...] = field(default=EVERYBODY)


def plan_reminders(subject: Subject, ladder: ReminderSchedule) -> tuple[Planned, ...]:
    """Everything that will be said about this term, in order of days; empty once it is paid, except for delays."""
    planned: list[Planned] = []
    if not subject.paid:
        planned += [*_term_rungs(subject, ladder), *_grace_rungs(subject, ladder)]
        planned += _autopay_rungs(subject, ladder) if subject.autopay else []
        planned += _step_rungs(subject, ladder) if subject.main and not subject.autopay else []
    planned += _delay_rungs(subject)
    return tuple(sorted(planned, key=lambda item: (item.on, item.line)))


def _planned(subject: Subject, line: str, code: str, on: date, roles: tuple[Role, ...]) -> Planned:
    key = f"{subject.clock_id}:{subject.ends_on}:{line}:{code}:{on}"
    return Planned(key, f"{subject.clock_id}:{line}", code, on, (subject.ends_on - on).days, roles)


def _term_rungs(subject: Subject, ladder: ReminderSchedule) -> Iterator[Planned]:
    window = (subject.ends_on - subject.plan.window_opens).days
    rungs = {window, *(rung for rung in ladder.rungs if rung < window)} if ladder.rungs else set()
    for rung in sorted(rungs, reverse=True):
        code = "window_open" if rung == window else "last_day" if rung == 0 else "days_left"
        yield _planned(subject, "term", code, subject.ends_on - timedelta(days=rung), escalate(rung, ladder))


def escalate(days_left: int, ladder: ReminderSchedule) -> tuple[Role, ...]:
    """Who is told: the responsible first, then those who decide and pay, then everybody."""
    first, second = ladder.escalate_at
    if days_left > first:
        return (Role.RESPONSIBLE,)
    if days_left > second:
        return (Role.RESPONSIBLE, Role.DECIDER)
    return EVERYBODY if days_left <= 3 else (Role.RESPONSIBLE, Role.DECIDER, Role.PAYER)


def _grace_rungs(subject: Subject, ladder: ReminderSchedule) -> Iterator[Planned]:
    if not ladder.daily_in_grace:
        return
    for day in range(1, subject.grace_days + 1):
        yield _planned(subject, "term", "grace", subject.ends_on + timedelta(days=day), EVERYBODY)
    yield _planned(
        subject, "term", "lapsed", subject.ends_on + timedelta(days=subject.grace_days + 1), EVERYBODY
    )


def _autopay_rungs(subject: Subject, ladder: ReminderSchedule) -> Iterator[Planned]:
    """The card is looked at before each charge: a portal with autopay shows no warnings of its own.

    Source: portal code, intranet.license.widget: "almost expired" is shown only when autopay is off.
    """
    on = subject.ends_on - timedelta(days=ladder.step_warning_days)
    yield _planned(subject, "autopay", "autopay_check", on, (Role.PAYER, Role.RESPONSIBLE))


def _step_rungs(subject: Subject, ladder: ReminderSchedule) -> Iterator[Planned]:
    """The last days to act, counted in working days: they come before the end and must not be missed."""
    invoice_by, pay_by = subject.plan.invoice_by, subject.plan.pay_by
    if invoice_by is not None and not is_reached(subject.marks, Stage.INVOICE_REQUESTED):
        soon = invoice_by - timedelta(days=ladder.step_warning_days)
        if soon > subject.plan.window_opens:
            yield _planned(subject, "invoice", "invoice_soon", soon, (Role.RESPONSIBLE,))
        yield _planned(subject, "invoice", "invoice_last", invoice_by, (Role.RESPONSIBLE, Role.DECIDER))
    yield _planned(subject, "pay", "pay_last", pay_by, (Role.PAYER, Role.RESPONSIBLE))
    if subject.plan.last_chance_on > subject.ends_on:
        yield _planned(subject, "pay", "last_chance", subject.plan.last_chance_on, EVERYBODY)


def _delay_rungs(subject: Subject) -> Iterator[Planned]:
    for delay in subject.delays:
        roles = (delay.role,) if delay.role is Role.RESPONSIBLE else (delay.role, Role.RESPONSIBLE)
        yield _planned(subject, f"delay_{delay.code}", delay.code, delay.since, roles)


def due_now(
    planned: Sequence[Planned], sent: Collection[str], local: datetime, ladder: ReminderSchedule
) -> tuple[Planned, ...]:
    """The reminders to send at this local time.

    Of several that fell due on one line (the application was off, or was installed late) only the newest is sent:
    it says the same and more. What is due in quiet hours waits for the morning.
    """
    if ladder.is_quiet(local):
        return ()
    newest: dict[str, Planned] = {}
    for item in planned:
        if item.on <= local.date():
            newest[item.line] = item
    return tuple(item for item in newest.values() if item.key not in sent)


def ahead(planned: Sequence[Planned], today: date, count: int = 3) -> tuple[Planned, ...]:
    """The nearest reminders to come."""
    return tuple(item for item in planned if item.on > today)[:count]
