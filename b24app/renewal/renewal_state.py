"""What the overview, the letters and the page outside start from: the situation read from the tables, and its views."""

from dataclasses import dataclass
from datetime import date, datetime

from b24app.reminders.reminder_settings import get_ladder
from b24app.reminders.schedule import Planned, Subject, ahead, plan_reminders
from b24app.renewal.availability_record import get_pulse
from b24app.renewal.case import CaseView, verified
from b24app.renewal.case_stages import case_of
from b24app.renewal.delays import Delay, Patience, notice_delays
from b24app.renewal.headline import Answer, give_answer
from b24app.renewal.next_step import NextStep, next_step
from b24app.renewal.progress_steps import Step, draw_steps
from b24app.renewal.role_holders import list_roles
from b24app.renewal.situation import Situation
from b24app.renewal.step_openings import list_openings
from b24app.terms.corrections import corrected_policy
from b24app.terms.date_suggestions import OpenSuggestion, list_suggestions
from b24app.terms.payment_routes import read_payments
from b24app.terms.policy import State, state_on
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import UsageView, plan_name, timeline_view, usage_view
from b24app.terms.term import Kind, Term
from b24app.terms.timeline import TermRow, Timeline, standing_of
from b24app.terms.working_days import open_calendar
from b24app.text.sentences import NOTHING


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the first page draws; `answer` and the rest are None until a main term is written down."""

    situation: Situation | None
    answer: Answer | None
    step: NextStep | None
    steps: tuple[Step, ...]
    timeline: Timeline
    usage: UsageView
    reminders: tuple[Planned, ...]
    suggestions: tuple[OpenSuggestion, ...]
    delays: tuple[Delay, ...]


def overview_view(now: datetime, today: date) -> Overview:
    """Read the whole overview from what is stored; asks no portal."""
    timeline = timeline_view(now, today)
    situation = situation_of(timeline.main, now, today) if timeline.main else None
    return Overview(
        situation=situation,
        answer=give_answer(situation) if situation else None,
        step=next_step(situation, list_openings(situation.term)) if situation else None,
        steps=draw_steps(situation) if situation else (),
        timeline=timeline,
        usage=usage_view(today),
        reminders=nearest_reminders(timeline, now, today),
        suggestions=list_suggestions(),
        delays=situation.delays if situation else (),
    )


def main_situation(now: datetime, today: date) -> Situation | None:
    """The situation of the term that this portal's renewal is about."""
    main = timeline_view(now, today).main
    return situation_of(main, now, today) if main else None


def situation_of(row: TermRow, now: datetime, today: date) -> Situation:
    """One term with its case, people and delays."""
    profile, term = get_profile(), row.term
    case = case_of(term)
    policy = corrected_policy(term.kind, profile)
    calendar = open_calendar(profile.bank_country)
    return Situation(
        today=today,
        term=term,
        plan_name=plan_name(profile) if term.kind == Kind.PLAN else NOTHING,
        state=state_of(term, case, today),
        policy=policy,
        calendar=calendar,
        plan=row.plan,
        case=case,
        route=case.route if case else profile.route,
        roles=list_roles(),
        delays=delays_of(case, today),
        date_doubtful=term.needs_confirming(now),
        heard=get_pulse().heard(now),
    )


def state_of(term: Term, case: CaseView | None, today: date) -> State:
    """Where a term stands, with its case and what the portal answered last taken into account."""
    standing = standing_of(term, verified=verified(case, today), locked=get_pulse().locked)
    return state_on(standing, corrected_policy(term.kind, get_profile()), today)


def delays_of(case: CaseView | None, today: date) -> tuple[Delay, ...]:
    """What waits too long in an open renewal."""
    if case is None or case.closed_at is not None:
        return ()
    profile, payments = get_profile(), read_payments()
    method_days = payments.methods[case.method].days.number or 0
    patience = Patience(
        transfer_days=method_days if profile.transfer_days is None else profile.transfer_days,
        approval_days=profile.approval_days,
        invoice_valid_days=payments.invoice_valid_days.number or 5,
        partner=case.route == "partner",
    )
    return notice_delays(case.marks, patience, open_calendar(profile.bank_country), today)


def subjects(timeline: Timeline, now: datetime, today: date) -> tuple[Subject, ...]:
    """Every term with a known end, as the ladder of reminders wants it."""
    return tuple(filter(None, (subject_of(row, now, today) for row in timeline.rows)))


def subject_of(row: TermRow, now: datetime, today: date) -> Subject | None:
    """One term as the ladder wants it; None while its end is not known."""
    if row.plan is None or row.term.ends_on is None:
        return None
    s = situation_of(row, now, today)
    return Subject(
        clock_id=row.term.id,
        ends_on=row.term.ends_on,
        state=s.state,
        plan=row.plan,
        grace_days=s.policy.grace_days,
        marks=s.marks,
        delays=s.delays,
        main=row.main,
        autopay=bool(row.term.autopay),
        given_up=s.given_up,
    )


def nearest_reminders(timeline: Timeline, now: datetime, today: date, count: int = 3) -> tuple[Planned, ...]:
    """The next reminders over all terms."""
    ladder = get_ladder()
    planned = [item for subject in subjects(timeline, now, today) for item in plan_reminders(subject, ladder)]
    return ahead(sorted(planned, key=lambda item: (item.on, item.line)), today, count)
