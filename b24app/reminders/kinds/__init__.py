"""Kinds of reminders, one file each: when one falls due, about what, to whom, its text and its key. Pure.

A file declares its KINDS and is found by its folder. A kind with `days` follows the days of a term; one without is sent
by an event, and its file holds the verb that sends it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache

from b24app.discovery import by_code, import_all
from b24app.renewal.case import Situation
from b24app.renewal.renewal_stages import Delay, Mark, Role, Stage, is_reached
from b24app.terms.payment_plan import PaymentPlan
from b24app.terms.policy import State
from b24app.text.messages import N_, Sentence, sentence

ALL_ROLES = (Role.RESPONSIBLE, Role.DECIDER, Role.PAYER, Role.ACTIVATOR)
RENEWED = (State.RENEWED_PENDING, State.ACTIVE_AGAIN, State.UNKNOWN)
USUAL_DAYS = (30, 14, 7, 3, 1, 0)


@dataclass(frozen=True, slots=True)
class ReminderSchedule:
    """The settings of reminders: days before the end, whether to repeat daily in grace, quiet hours."""

    days_before: tuple[int, ...] = USUAL_DAYS
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
    """One term to remind about, and the renewal that is going on for it.

    `end_unknown`: the old end has passed, the renewal was bought, and nobody wrote its new end down.
    """

    term_id: int
    ends_on: date
    state: State
    plan: PaymentPlan
    grace_days: int
    marks: tuple[Mark, ...] = ()
    delays: tuple[Delay, ...] = ()
    main: bool = True
    autopay: bool = False
    given_up: bool = False
    end_unknown: bool = False

    @property
    def paid(self) -> bool:
        """No need to remind of paying: the money is under way, the renewal was bought ahead, or given up by people."""
        return self.given_up or self.state in RENEWED or is_reached(self.marks, Stage.PAID)


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder of the plan; `key` is unique for ever, of those with one `line` the newest replaces the others."""

    key: str
    line: str
    code: str
    on: date
    days_left: int
    roles: tuple[Role, ...] = field(default=ALL_ROLES)


class Screen(StrEnum):
    """The pages that a link into the portal may name."""

    OVERVIEW = "overview"
    CHECKLIST = "checklist"
    AFTER = "after"
    PLAN = "plan"
    CALENDAR = "calendar"
    DOCUMENTS = "documents"
    SETTINGS = "settings"
    REMINDERS = "reminders"
    WIDGET = "widget"
    COPY = "copy"
    INTEGRATOR = "integrator"
    CLIENTS = "clients"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """A message before translation.

    `deadline` is for tasks, a `public` one may be read by every employee, `screen` is the page it leads to.
    """

    subject: Sentence
    lines: tuple[Sentence, ...]
    deadline: date | None = None
    public: bool = False
    screen: Screen = Screen.OVERVIEW


Days = Callable[[Subject, ReminderSchedule], Iterable[date]]
Roles = Callable[[Subject, ReminderSchedule, date], tuple[Role, ...]]
Draft = Callable[[Planned, Situation, Sentence], MessageDraft]
TaskDay = Callable[[PaymentPlan | None, date | None], date | None]


@dataclass(frozen=True, slots=True)
class ReminderKind:
    """One kind of reminder; its stored code never changes.

    `days` are those on which it falls due for a term, `after_payment` too where that is set; `roles` are reminded, `draft`
    writes the message. Of the kinds with one `line` the newest reminder replaces the others.
    `as_task`: the channel of tasks carries it, with the deadline of its draft; `task_day` is the day of the payment plan
    that moves such a task. `for_everybody`: the feed carries it. `in_calendar`: its day is in the calendar feed.
    `counted_title` is the title by days left where there is one. What waits for the end of quiet hours is `quiet`: kinds
    that follow the days of a term are so by themselves. Its text is `written_late`, at the moment of sending, where
    it is about other portals: what they have given may have ended while it waited.
    """

    code: str
    title: str
    line: str = ""
    days: Days | None = None
    roles: Roles | tuple[Role, ...] = ALL_ROLES
    draft: Draft | None = None
    after_payment: bool = False
    as_task: bool = False
    task_day: TaskDay | None = None
    for_everybody: bool = False
    in_calendar: bool = False
    counted_title: tuple[str, str] | None = None
    quiet: bool = False
    written_late: bool = False

    @property
    def by_day(self) -> bool:
        """Whether it is not sent in quiet hours."""
        return self.quiet or self.days is not None


UNPLANNED = ReminderKind("unplanned", N_("A term that no reminders could be planned for"))
TEST = ReminderKind("test", N_("A test"), as_task=True, for_everybody=True)


@cache
def load_kinds() -> Mapping[str, ReminderKind]:
    """Import every file of `kinds/` and return what they declare, by code."""
    declared = (vars(module).get("KINDS", ()) for module in import_all(__name__))
    found = [kind for kinds in declared for kind in kinds if isinstance(kind, ReminderKind)]
    return by_code((*found, TEST, UNPLANNED))


def find_kind(code: str) -> ReminderKind:
    """The kind of a code; one of another release has its code alone."""
    return load_kinds().get(code) or ReminderKind(code, code)


def plan_kind(kind: ReminderKind, subject: Subject, schedule: ReminderSchedule) -> Iterator[Planned]:
    """The reminders of one kind about a term, each with the key by which it is sent once."""
    if kind.days is None or (subject.paid and not kind.after_payment):
        return
    for on in kind.days(subject, schedule):
        roles = kind.roles if isinstance(kind.roles, tuple) else kind.roles(subject, schedule, on)
        key = f"{subject.term_id}:{subject.ends_on}:{kind.line}:{kind.code}:{on}"
        line = f"{subject.term_id}:{kind.line}"
        yield Planned(key, line, kind.code, on, (subject.ends_on - on).days, roles)


def charge_line(s: Situation) -> Sentence:
    """On which day autopay charges the card."""
    return sentence(N_("Autopay charges the card on %(day)s: nothing to pay by hand."), day=s.term.ends_on)
